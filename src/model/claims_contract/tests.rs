use serde_json::{Map, Value, json};

use super::ClaimsContract;

fn claims(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn breaches(contract: &Value, found: &Value) -> Vec<String> {
    let contract = ClaimsContract::read(contract.clone()).unwrap();
    let breaches = contract.check(&claims(found));
    breaches.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_as_it_says_breaks_nothing() {
    let contract = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the shop needs",
        "type": "object",
        "required": ["sub", "email"],
        "properties": {
            "email": {"type": "string", "minLength": 3, "maxLength": 100},
            "email_verified": {"const": true},
            "gender": {"enum": ["female", "male"]},
            "updated_at": {"type": "integer", "minimum": 0},
            "address": {"type": "object", "required": ["country"], "properties": {"country": {"type": "string"}}},
            "roles": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": ["string", "null"]}},
        },
    });
    let good = json!({
        "sub": "s", "email": "a@b.c", "email_verified": true, "gender": "male", "updated_at": 1.0,
        "address": {"country": "DE"}, "roles": ["a", null], "more": {},
    });
    assert!(breaches(&contract, &good).is_empty());
    let bad = json!({
        "email": "ab", "email_verified": "true", "gender": "x", "updated_at": -1, "address": {}, "roles": [1, "b", "c"],
    });
    assert_eq!(
        breaches(&contract, &bad),
        [
            "/sub: is missing",
            "/address/country: is missing",
            "/email: has fewer than 3 characters",
            "/email_verified: is none of the values that are allowed",
            "/gender: is none of the values that are allowed",
            "/roles: has more than 2 entries",
            "/roles/0: is no null or string",
            "/updated_at: is too small",
        ]
    );
}

#[test]
fn a_closed_contract_lets_nothing_else_in() {
    let contract = json!({"properties": {"sub": {}}, "additionalProperties": false});
    assert_eq!(
        breaches(&contract, &json!({"sub": 1, "email": "x"})),
        ["/email: is not in the contract"]
    );
}

#[test]
fn a_breach_tells_no_value() {
    let contract = json!({"properties": {"email": {"type": "integer"}}});
    assert_eq!(
        breaches(&contract, &json!({"email": "ana@x.test"})),
        ["/email: is no integer"]
    );
}

#[test]
fn what_would_not_be_checked_is_refused() {
    for wrong in [
        json!({"properties": {"email": {"format": "email"}}}),
        json!({"properties": {"email": {"pattern": ".*@.*"}}}),
        json!({"$ref": "#/x"}),
        json!({"allOf": []}),
        json!({"required": "email"}),
        json!({"type": "text"}),
        json!({"type": "array"}),
        json!({"minItems": -1}),
        json!({"additionalProperties": {"type": "string"}}),
        json!([]),
        json!(true),
    ] {
        assert!(ClaimsContract::read(wrong.clone()).is_err(), "{wrong}");
    }
    let mut deep = json!({});
    for _ in 0..40 {
        deep = json!({"properties": {"a": deep}});
    }
    assert!(ClaimsContract::read(deep).is_err());
}

#[test]
fn it_is_kept_as_it_was_written() {
    let written = json!({"required": ["email"], "title": "x"});
    let contract: ClaimsContract = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&contract).unwrap(), written);
    assert_eq!(contract.required(), ["email"]);
}
