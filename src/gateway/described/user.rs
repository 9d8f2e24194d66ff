//! What a user is, and a session of the Login Service (sections 7.2 and 9.3 of the platform contract).

use serde_json::{Map, Value, json};

use crate::http::openapi::{maybe_text, named, number, open, text, truth};

fn numbers() -> Value {
    json!({"type": "array", "items": number()})
}

fn maybe_number() -> Value {
    json!({"type": ["integer", "null"]})
}

fn group() -> Value {
    json!({
        "type": ["object", "null"],
        "properties": {"agentGroupId": number(), "assignmentDate": text()},
    })
}

/// What is set by whoever sends a user.
fn settable() -> Map<String, Value> {
    let members = json!({
        "pid": maybe_text(),
        "loginName": text(),
        "fullName": text(),
        "nickname": text(),
        "isEnabled": truth(),
        "disabledManually": truth(),
        "maxChats": number(),
        "maxAsyncChats": maybe_number(),
        "email": text(),
        "skillIds": numbers(),
        "profileIds": numbers(),
        "lobIds": numbers(),
        "memberOf": group(),
        "managerOf": {"type": "array", "items": group()},
        "permissionGroups": numbers(),
        "changePwdNextLogin": truth(),
        "pictureId": maybe_text(),
        "pictureUrl": maybe_text(),
        "backgndImgUri": maybe_text(),
        "pnCertName": maybe_text(),
        "description": maybe_text(),
        "mobileNumber": maybe_text(),
        "employeeId": maybe_text(),
        "isApiUser": truth(),
        "userTypeId": {"enum": [1, 2]},
        "allowedAppKeys": maybe_text(),
    });
    into_map(members)
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The schemas of users, as they are shown and as they are sent. Numbers and truths may be sent as text as well.
pub(super) fn schemas() -> impl Iterator<Item = (String, Value)> {
    let read_only = json!({
        "id": number(), "deleted": truth(), "lastPwdChangeDate": maybe_text(), "dateCreated": text(), "dateUpdated": text(),
        "passwordSh": {"type": "null"},
    });
    let mut shown = settable();
    shown.extend(into_map(read_only));
    let passwords = json!({
        "id": number(), "passwordSh": maybe_text(), "oldPassword": maybe_text(), "confirmPassword": maybe_text(),
    });
    let mut written = settable();
    written.extend(into_map(passwords));
    // `select` leaves out what isn't asked for, and of who is deleted no more is told than that.
    let shown = json!({"type": "object", "additionalProperties": false, "properties": shown});
    let written = json!({
        "type": "object",
        "properties": written,
        "required": ["loginName", "fullName", "nickname", "isEnabled", "maxChats", "email", "profileIds"],
    });
    [("PlatformUser", shown), ("PlatformUserWritten", written)]
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
}

/// A user, as it is shown.
pub(super) fn one() -> Value {
    named("PlatformUser")
}

/// Users, as they are shown.
pub(super) fn users() -> Value {
    json!({"type": "array", "items": one()})
}

/// One, or an array of them.
pub(super) fn shown() -> Value {
    json!({"anyOf": [one(), users()]})
}

/// A user, as it is sent.
pub(super) fn one_written() -> Value {
    named("PlatformUserWritten")
}

/// One, or an array of them.
pub(super) fn written() -> Value {
    json!({"anyOf": [one_written(), {"type": "array", "minItems": 1, "items": one_written()}]})
}

/// What a password is reset by.
pub(super) fn new_password() -> Value {
    open(json!({"newPassword": text()}))
}

/// What a login is answered with.
pub(super) fn session() -> Value {
    let config = open(json!({
        "loginName": text(),
        "userId": text(),
        "userPrivileges": numbers(),
        "serverCurrentTime": number(),
        "timeDiff": number(),
        "serverTimeZoneName": text(),
        "serverTimeGMTDiff": number(),
        "isLPA": truth(),
        "isAdmin": truth(),
        "accountTimeZoneId": text(),
    }));
    let service = open(json!({"service": text(), "account": text(), "baseURI": text()}));
    let agent_group = open(json!({"id": number(), "deleted": truth(), "name": text()}));
    open(json!({
        "csrf": text(),
        "wsuk": text(),
        "config": config,
        "csdsCollectionResponse": open(json!({"baseURIs": {"type": "array", "items": service}})),
        "accountData": open(json!({
            "agentGroupsData": open(json!({"items": {"type": "array", "items": agent_group}, "revision": number()})),
        })),
        "sessionTTl": text(),
        "bearer": text(),
    }))
}
