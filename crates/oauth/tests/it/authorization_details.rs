use oauth::{AuthorizationDetails, AuthorizationDetailsError, DetailsSchema};
use serde_json::{Value, json};

fn parse(value: &Value) -> Result<AuthorizationDetails, AuthorizationDetailsError> {
    AuthorizationDetails::parse(&value.to_string())
}

/// RFC 9396 §2.
fn payment() -> Value {
    json!({
        "type": "payment_initiation", "actions": ["initiate"], "locations": ["https://example.com/payments"],
        "instructedAmount": {"currency": "EUR", "amount": "123.50"}, "creditorName": "Merchant A",
    })
}

fn schema() -> DetailsSchema {
    serde_json::from_value(json!({
        "required": ["instructedAmount"], "additionalProperties": false,
        "properties": {
            "actions": {"type": "array", "items": {"enum": ["initiate", "status"]}, "minItems": 1, "maxItems": 2},
            "locations": {}, "creditorName": {"type": "string", "maxLength": 10},
            "instructedAmount": {"type": "object", "required": ["currency", "amount"], "properties": {"currency": {"enum": ["EUR"]}}},
            "times": {"type": "integer", "minimum": 1, "maximum": 5},
        },
    }))
    .unwrap()
}

#[test]
fn the_example_of_rfc_9396_is_read_and_written_as_it_was() {
    let details = parse(&json!([payment()])).unwrap();
    let (kind, object) = details.iter().next().unwrap();
    assert_eq!(
        (kind, &object["creditorName"]),
        ("payment_initiation", &json!("Merchant A"))
    );
    assert_eq!(
        serde_json::from_str::<Value>(&details.to_string()).unwrap(),
        json!([payment()])
    );
    assert_eq!(serde_json::to_value(&details).unwrap(), json!([payment()]));
}

#[test]
fn what_is_no_list_of_typed_objects_is_refused() {
    use AuthorizationDetailsError::{Common, Malformed, NoType, TooLong, TooMuch};
    for (text, error) in [
        ("", Malformed),
        ("{}", Malformed),
        ("[]", Malformed),
        ("[1]", Malformed),
        ("[{}]", NoType),
        (r#"[{"type":""}]"#, NoType),
        (r#"[{"type":1}]"#, NoType),
        (r#"[{"type":"a","type":"b"}]"#, Malformed),
        (r#"[{"type":"a","locations":"x"}]"#, Common),
        (r#"[{"type":"a","actions":[1]}]"#, Common),
        (r#"[{"type":"a","identifier":1}]"#, Common),
    ] {
        assert_eq!(AuthorizationDetails::parse(text), Err(error), "{text}");
    }
    let deep = format!(r#"[{{"type":"a","x":{}{}}}]"#, "[".repeat(7), "]".repeat(7));
    assert_eq!(AuthorizationDetails::parse(&deep), Err(TooMuch));
    assert_eq!(parse(&json!(vec![json!({"type": "a"}); 17])), Err(TooMuch));
    assert_eq!(
        parse(&json!([{"type": "a", "x": "y".repeat(9000)}])),
        Err(TooLong)
    );
}

#[test]
fn less_may_be_asked_for_than_was_granted_and_nothing_else() {
    let granted = parse(&json!([payment(), {"type": "other"}])).unwrap();
    assert!(parse(&json!([{"type": "other"}])).unwrap().is_within(&granted));
    assert!(granted.is_within(&granted));
    let mut more = payment();
    more["instructedAmount"]["amount"] = json!("1000.00");
    assert!(!parse(&json!([more])).unwrap().is_within(&granted));
}

#[test]
fn a_schema_allows_what_it_says() {
    let check = |change: &dyn Fn(&mut Value)| {
        let mut object = payment();
        change(&mut object);
        schema()
            .check(object.as_object().unwrap())
            .map_err(|unfit| unfit.to_string())
    };
    assert_eq!(check(&|_| {}), Ok(()));
    assert_eq!(check(&|it| it["times"] = json!(3)), Ok(()));
    for (change, place) in [
        (
            &(|it: &mut Value| it["extra"] = json!(1)) as &dyn Fn(&mut Value),
            "extra: not allowed",
        ),
        (&|it| it["times"] = json!(6), "times: out of range"),
        (&|it| it["times"] = json!(1.5), "times: of another type"),
        (
            &|it| it["creditorName"] = json!("A long name indeed"),
            "creditorName: of another length",
        ),
        (
            &|it| it["actions"] = json!(["cancel"]),
            "actions.0: none of the allowed values",
        ),
        (&|it| it["actions"] = json!([]), "actions: of another length"),
        (
            &|it| it["instructedAmount"] = json!({"currency": "EUR"}),
            "instructedAmount.amount: missing",
        ),
        (
            &|it| it["instructedAmount"]["currency"] = json!("XXX"),
            "instructedAmount.currency: none of the allowed values",
        ),
        (
            &|it| drop(it.as_object_mut().unwrap().remove("instructedAmount")),
            "instructedAmount: missing",
        ),
    ] {
        assert_eq!(check(change), Err(place.to_owned()));
    }
    for unknown in [
        json!({"pattern": "x"}),
        json!({"type": "null"}),
        json!({"properties": {"a": {"oneOf": []}}}),
    ] {
        assert!(serde_json::from_value::<DetailsSchema>(unknown).is_err());
    }
}
