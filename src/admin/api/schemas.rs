//! What the API's documents look like, for those that others refer to.

use serde_json::{Map, Value, json};

use crate::directory::{account, app_key, client, connector, sso};
use crate::http::openapi::{instant, maybe_instant, maybe_text, number, open, text, truth};
use crate::model::claim::{ClaimType, STANDARD};

/// A schema with a description; `kind` is its type, or several.
pub(super) fn about(what: &str, kind: &Value) -> Value {
    json!({"type": kind, "description": what})
}

/// Members that are always there, and others that are there or not.
fn shown(always: Value, more: Map<String, Value>) -> Value {
    let mut schema = open(always);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, value) in more {
            properties.entry(name).or_insert(value);
        }
    }
    schema
}

/// All schemas, by their names.
pub(in crate::admin) fn schemas() -> Map<String, Value> {
    let always = |id: &str| {
        json!({
            "account_id": text(), id: text(), "created_at": instant(), "updated_at": instant(),
        })
    };
    let secrets = json!({"type": "array", "items": open(json!({"created_at": instant(), "expires_at": maybe_instant()}))});
    let withheld = json!({
        "type": "array", "items": text(),
        "description": "In a repeat under an Idempotency-Key: the members that it lacks, being secret or about a person.",
    });
    // Never the secret; and what stands beside it, no second time.
    let configured: Map<String, Value> = sso::Draft::properties()
        .into_iter()
        .filter(|(name, _)| !["kind", "enabled", "client_secret"].contains(&name.as_str()))
        .collect();
    let all = json!({
        "Problem": {
            "type": "object",
            "description": "Problem details (RFC 9457).",
            "required": ["type", "title", "status"],
            "properties": {
                "type": {"type": "string", "format": "uri-reference"},
                "title": text(),
                "status": number(),
                "detail": text(),
                "request_id": text(),
                "parameter": text(),
                "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Wrong"}},
            },
        },
        "Wrong": open(json!({"key": text(), "found": maybe_text(), "allowed": text()})),
        "AccountInShort": open(json!({
            "account_id": text(), "display_name": text(), "issuer": text(), "is_default": truth(), "status": text(),
            "created_at": instant(), "updated_at": instant(),
        })),
        "Account": shown(
            json!({
                "account_id": text(), "issuer": text(), "is_default": truth(), "status": text(), "created_at": instant(),
                "updated_at": instant(),
            }),
            with(account::Draft::properties(), [("key", json!({"$ref": "#/components/schemas/Key"})), ("withheld", withheld.clone())]),
        ),
        "Client": shown(
            always("client_id"),
            with(client::Draft::properties(), [
                ("client_secret", about("Shown this once.", &json!("string"))),
                ("secrets", secrets.clone()),
                ("withheld", withheld.clone()),
            ]),
        ),
        "Consumer": shown(
            json!({
                "account_id": text(), "sub": text(), "status": text(), "created_at": instant(), "updated_at": instant(),
            }),
            with(consumer_members(), [
                ("warnings", json!({"type": "array", "items": open(json!({"path": text(), "message": text()}))})),
                ("withheld", withheld.clone()),
            ]),
        ),
        "User": shown(
            json!({
                "account_id": text(), "user_id": number(), "type": text(), "enabled": truth(), "created_at": instant(),
                "updated_at": instant(),
            }),
            with(user_members(), [
                ("deleted", truth()),
                ("password_changed_at", maybe_instant()),
                ("last_login_at", maybe_instant()),
                ("password", about("Shown this once.", &json!("string"))),
                ("withheld", withheld.clone()),
            ]),
        ),
        "AppKey": shown(
            always("app_key"),
            with(app_key::Draft::properties(), [
                ("secret", about("Shown this once.", &json!("string"))),
                ("access_token", about("Shown this once.", &json!("string"))),
                ("access_token_secret", about("Shown this once.", &json!("string"))),
                ("former_until", maybe_instant()),
                ("last_used_at", maybe_instant()),
                ("secrets", secrets),
                ("withheld", withheld.clone()),
            ]),
        ),
        "Connector": shown(
            always("connector_id"),
            with(Map::new(), [
                ("name", text()),
                ("type", text()),
                ("enabled", truth()),
                ("deleted", truth()),
                ("has_secret", truth()),
                ("configuration", json!({"type": "object", "properties": connector::Draft::properties()})),
                ("warnings", json!({"type": "array", "items": text()})),
                ("withheld", withheld.clone()),
            ]),
        ),
        "SsoConnection": shown(
            always("name"),
            with(Map::new(), [
                ("kind", text()),
                ("enabled", truth()),
                ("has_secret", truth()),
                ("configuration", json!({"type": "object", "properties": configured})),
                ("register", about("What is to be registered at the identity provider.", &json!("object"))),
                ("login_url", about("Where a user's browser begins.", &json!("string"))),
                ("withheld", withheld),
            ]),
        ),
        "Key": open(json!({
            "kid": text(), "state": {"enum": ["pending", "active", "retiring", "retired"]}, "alg": text(),
            "created_at": instant(), "activate_at": maybe_instant(), "activated_at": maybe_instant(),
            "stopped_at": maybe_instant(), "retire_at": maybe_instant(), "retired_at": maybe_instant(),
            "burnt_at": maybe_instant(), "published": truth(), "fingerprint": maybe_text(),
        })),
        "Session": open(json!({
            "account_id": text(), "sid": text(), "sub": text(), "amr": {"type": "array", "items": text()},
            "auth_time": instant(), "last_seen_at": instant(), "idle_expires_at": instant(), "expires_at": instant(),
        })),
        "Grant": open(json!({
            "account_id": text(), "sub": text(), "client_id": text(), "scope": text(), "created_at": instant(),
            "updated_at": instant(),
        })),
        "LoginSession": open(json!({
            "account_id": text(), "session_id": text(), "user_id": number(), "app_key": maybe_text(),
            "created_at": instant(), "idle_expires_at": instant(), "expires_at": instant(),
        })),
        "AuditEvent": open(json!({"at": instant(), "event": text(), "actor": text(), "outcome": text()})),
    });
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}

fn with(
    mut members: Map<String, Value>,
    more: impl IntoIterator<Item = (&'static str, Value)>,
) -> Map<String, Value> {
    members.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    members
}

/// What may be said of a consumer.
pub(super) fn consumer_members() -> Map<String, Value> {
    let claims: Map<String, Value> = STANDARD
        .iter()
        .map(|claim| {
            let kind = match claim.kind {
                ClaimType::String => "string",
                ClaimType::Boolean => "boolean",
                ClaimType::Address => "object",
            };
            (claim.name.to_owned(), json!({"type": [kind, "null"]}))
        })
        .collect();
    let members = [
        (
            "username",
            about(
                "What they log in with; an e-mail address serves too.",
                &json!(["string", "null"]),
            ),
        ),
        (
            "status",
            json!({"type": "string", "enum": ["active", "disabled"]}),
        ),
        (
            "claims",
            json!({"type": "object", "properties": claims, "description": "Standard claims (OpenID Connect Core §5.1)."}),
        ),
        (
            "customerInfo",
            about(
                "The messaging platform's customerInfo.",
                &json!(["object", "null"]),
            ),
        ),
        (
            "personalInfo",
            about(
                "The messaging platform's personalInfo.",
                &json!(["object", "null"]),
            ),
        ),
    ];
    with(Map::new(), members)
}

/// What may be said of a user.
pub(super) fn user_members() -> Map<String, Value> {
    let numbers = || json!({"type": "array", "items": whole()});
    let group = |kind: &Value| json!({"type": kind, "required": ["agentGroupId"], "properties": {"agentGroupId": whole()}});
    let profile = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "nickname": text(), "email": text(), "disabledManually": truth(), "maxChats": whole(),
            "maxAsyncChats": {"type": ["integer", "null"], "minimum": i64::MIN, "maximum": i64::MAX},
            "skillIds": numbers(), "profileIds": numbers(), "lobIds": numbers(),
            "memberOf": group(&json!(["object", "null"])),
            "managerOf": {"type": "array", "items": group(&json!("object"))},
            "permissionGroups": numbers(), "pictureId": maybe_text(), "pictureUrl": maybe_text(),
            "backgndImgUri": maybe_text(), "pnCertName": maybe_text(), "description": maybe_text(),
            "mobileNumber": maybe_text(), "employeeId": maybe_text(), "isApiUser": truth(),
            "allowedAppKeys": maybe_text(),
        },
    });
    let members = [
        ("type", json!({"type": "string", "enum": ["human", "bot"]})),
        ("login_name", about("What they log in with.", &json!("string"))),
        (
            "full_name",
            about("No two users of an account have the same.", &json!("string")),
        ),
        (
            "pid",
            about("By which other systems know them.", &json!(["string", "null"])),
        ),
        ("enabled", truth()),
        ("must_change_password", truth()),
        ("profile", profile),
    ];
    with(Map::new(), members)
}

fn whole() -> Value {
    json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX})
}
