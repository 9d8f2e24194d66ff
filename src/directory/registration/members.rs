//! From a client's metadata to its settings, and back: by name, so that a setting which is a registered member can be
//! registered as soon as there is one.

use oauth::{ClientMetadata, MetadataError};
use serde_json::{Map, Value, json};

use super::{Told, policy};
use crate::directory::client::Draft;
use crate::directory::error::Problems;
use crate::directory::{Assignment, Result};
use crate::model::{Account, Client, ClientSettings};

/// Members that may come with a language (OpenID Connect Registration §2.1).
pub(super) const LOCALIZED: [&str; 5] = ["client_name", "logo_uri", "client_uri", "policy_uri", "tos_uri"];

/// The registered names of metadata: all else is an administrator's to set.
const MEMBERS: [&str; 58] = [
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "logo_uri",
    "scope",
    "contacts",
    "tos_uri",
    "policy_uri",
    "jwks_uri",
    "jwks",
    "software_id",
    "software_version",
    "application_type",
    "sector_identifier_uri",
    "subject_type",
    "id_token_signed_response_alg",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "request_object_signing_alg",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "token_endpoint_auth_signing_alg",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    "initiate_login_uri",
    "request_uris",
    "post_logout_redirect_uris",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "authorization_signed_response_alg",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
    "tls_client_certificate_bound_access_tokens",
    "authorization_details_types",
    "backchannel_token_delivery_mode",
    "backchannel_client_notification_endpoint",
    "backchannel_authentication_request_signing_alg",
    "backchannel_user_code_parameter",
    "introspection_signed_response_alg",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
];

/// Sets every member of a draft to what the client tells, or to its default, and narrows the whole to what the account's
/// policy allows.
pub(super) fn assign(draft: &mut Draft, told: &Told, account: &Account) -> Result<()> {
    let mut problems = Problems::default();
    if let Err(error) = told.metadata.check_limits(false) {
        problems.push(member_of(error), None, format!("something else: {error}"));
    }
    for (name, value) in signed_by_us(&told.metadata) {
        // Of what clients sign, either of two names is read (RFC 9864); what we sign has the one that is advertised.
        if let Ok(algorithm) = value.parse::<jose::Algorithm>() {
            problems.unless(algorithm.as_str() == value, name, value, algorithm.as_str());
        }
    }
    problems.finish()?;
    let given = serde_json::to_value(&told.metadata).unwrap_or_default();
    let defaults = serde_json::to_value(ClientSettings::default()).unwrap_or_default();
    let keys: Vec<&str> = Draft::keys().map(|(name, _)| name).collect();
    let assignments: Vec<Assignment> = MEMBERS
        .into_iter()
        .filter(|name| keys.contains(name))
        .map(|name| {
            let value = given.get(name).or_else(|| defaults.get(name));
            assignment(name, value.unwrap_or(&Value::Null))
        })
        .collect();
    draft.assign(&assignments)?;
    draft.settings.localized.clone_from(&told.localized);
    policy::settle(draft, &told.metadata, account)
}

/// How a client wants to have signed what it gets from here, where it says so.
fn signed_by_us(metadata: &ClientMetadata) -> impl Iterator<Item = (&'static str, &str)> {
    [
        (
            "id_token_signed_response_alg",
            &metadata.id_token_signed_response_alg,
        ),
        (
            "userinfo_signed_response_alg",
            &metadata.userinfo_signed_response_alg,
        ),
        (
            "authorization_signed_response_alg",
            &metadata.authorization_signed_response_alg,
        ),
        (
            "introspection_signed_response_alg",
            &metadata.introspection_signed_response_alg,
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.as_deref()?)))
}

/// A value as an administrator would set it.
fn assignment(name: &str, value: &Value) -> Assignment {
    match value {
        Value::Null => Assignment::text(name, ""),
        Value::String(text) => Assignment::text(name, text.as_str()),
        Value::Array(values) => Assignment::list(
            name,
            values
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        ),
        other => Assignment::text(name, other.to_string()),
    }
}

fn member_of(error: MetadataError) -> &'static str {
    match error {
        MetadataError::TooManyValues(name)
        | MetadataError::Length(name)
        | MetadataError::Character(name)
        | MetadataError::Url(name) => name,
    }
}

/// What a client has registered, by the registered names (RFC 7591 §3.2.1): what is empty is left out.
pub fn registered(client: &Client, account: &Account) -> Map<String, Value> {
    let settings = serde_json::to_value(&client.settings).unwrap_or_default();
    let mut members: Map<String, Value> = MEMBERS
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), settings.get(name)?.clone())))
        .filter(|(_, value)| is_told(value))
        .collect();
    if client.settings.client_name == client.client_id.as_str() {
        members.remove("client_name");
    }
    members.insert(
        "id_token_signed_response_alg".to_owned(),
        json!(client.id_token_algorithm(&account.settings)),
    );
    members.extend(
        client
            .settings
            .localized
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into())),
    );
    members
}

fn is_told(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_registered_member_is_one_of_the_metadata() {
        let all: Map<String, Value> = MEMBERS
            .into_iter()
            .map(|name| (name.to_owned(), Value::Null))
            .collect();
        // A name that the struct doesn't have would be dropped in silence: each is tried with a value of no type at all.
        for name in MEMBERS {
            let document = json!({name: {"no": ["such", {"type": 1}]}});
            let read = serde_json::from_value::<ClientMetadata>(document);
            assert!(name == "jwks" || read.is_err(), "{name}");
        }
        assert_eq!(all.len(), MEMBERS.len());
    }
}
