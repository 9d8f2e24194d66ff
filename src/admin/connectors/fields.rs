//! The fields of the form.

use oauth::Parameters;
use pages::console::{FieldKind, FormField};

use crate::directory::connector::Draft;
use crate::directory::{Assignment, Problem};
use crate::model::connector::JwtValidationType;

const SWITCH: &[(&str, &str)] = &[("false", "Off"), ("true", "On")];
const TYPES: &[(&str, &str)] = &[
    ("code", "Code: the browser carries a code"),
    ("implicit", "Implicit: the browser carries the id_token"),
    ("anonymous", "Anonymous: nobody logs in"),
];
const CERTIFICATES: &[(&str, &str)] = &[
    ("JWKS_ENDPOINT", "JWKS endpoint"),
    ("JWT_PUBLIC_KEY", "JWT public key"),
];
const DIALECTS: &[(&str, &str)] = &[("true", "OAuth 2 RFC"), ("false", "openID (before May 2018)")];

/// A field: the platform's key, its newest name, a hint, and its kind. In the order of the platform's page.
type Row = (&'static str, &'static str, &'static str, FieldKind<'static>);

const ROWS: &[Row] = &[
    ("name", "Name", "What administrators call it.", FieldKind::Line),
    (
        "enabled",
        "Enabled",
        "Whether it may be used.",
        FieldKind::Choice(SWITCH),
    ),
    (
        "type",
        "OAuth 2.0 Authentication Type",
        "The same for web and apps.",
        FieldKind::Choice(TYPES),
    ),
    (
        "pkceEnabled",
        "Authorisation code flow with PKCE",
        "For the code type.",
        FieldKind::Choice(SWITCH),
    ),
    (
        "issuerDisplayName",
        "Issuer Display Name",
        "For people.",
        FieldKind::Line,
    ),
    (
        "issuer",
        "JWT issuer (iss)",
        "Byte for byte as the tokens say it.",
        FieldKind::Line,
    ),
    (
        "authorizationEndpoint",
        "Authentication Endpoint",
        "What an external window opens: an https URL.",
        FieldKind::Line,
    ),
    (
        "tokenEndpoint",
        "Token Endpoint",
        "For the code type: an https URL.",
        FieldKind::Line,
    ),
    (
        "clientId",
        "Client ID",
        "The platform’s at the brand.",
        FieldKind::Line,
    ),
    (
        "clientSecret",
        "Client Secret",
        "For the code type. Left empty, the one that is kept stays.",
        FieldKind::Secret,
    ),
    (
        "jwtValidationType",
        "IDP Certificate Type",
        "Exactly one of the two.",
        FieldKind::Choice(CERTIFICATES),
    ),
    (
        "jwtPublicKey",
        "JWT Public Key",
        "One line of base64, without BEGIN and END; or CONSUMER_DELEGATION.",
        FieldKind::Long,
    ),
    ("jwksEndpoint", "JWKS Endpoint", "An https URL.", FieldKind::Line),
    (
        "jsMethodName",
        "JS Method Name",
        "What an embedded window calls in the page.",
        FieldKind::Line,
    ),
    (
        "jsContext",
        "JS Context",
        "Where the method lives.",
        FieldKind::Line,
    ),
    (
        "rfcCompliance",
        "Dialect of external windows",
        "",
        FieldKind::Choice(DIALECTS),
    ),
    (
        "acrValues",
        "Levels (acrValues)",
        "Separated by commas; the platform knows loa1.",
        FieldKind::Line,
    ),
    (
        "audience",
        "Audience (aud)",
        "Separated by commas; the client ID where there is none.",
        FieldKind::Line,
    ),
    (
        "preferred",
        "First choice of its type",
        "What logins use that name no connector.",
        FieldKind::Choice(SWITCH),
    ),
    (
        "switchFlow",
        "Let the account’s type follow",
        "Where the first choice is of another type than the account: apps must change too.",
        FieldKind::Choice(SWITCH),
    ),
];

/// What a draft says of each field.
pub(super) fn values(draft: &Draft) -> Vec<String> {
    let fields = &draft.configuration;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    ROWS.iter()
        .map(|(key, ..)| match *key {
            "name" => draft.name.clone(),
            "enabled" => draft.enabled.to_string(),
            "type" => draft.kind.to_string(),
            "pkceEnabled" => fields.pkce_enabled.to_string(),
            "issuerDisplayName" => fields.issuer_display_name.clone(),
            "issuer" => fields.issuer.clone(),
            "authorizationEndpoint" => text(&fields.authorization_endpoint),
            "tokenEndpoint" => text(&fields.token_endpoint),
            "clientId" => fields.client_id.clone(),
            "jwtValidationType" => match fields.jwt_validation_type {
                JwtValidationType::JwksEndpoint => "JWKS_ENDPOINT",
                JwtValidationType::JwtPublicKey => "JWT_PUBLIC_KEY",
            }
            .to_owned(),
            "jwtPublicKey" => text(&fields.jwt_public_key),
            "jwksEndpoint" => text(&fields.jwks_endpoint),
            "jsMethodName" => fields.js_method_name.clone(),
            "jsContext" => fields.js_context.clone(),
            "rfcCompliance" => fields.rfc_compliance.to_string(),
            "acrValues" => fields.acr_values.join(", "),
            "audience" => fields.audience.join(", "),
            "preferred" => fields.preferred.to_string(),
            "switchFlow" => draft.switch_flow.to_string(),
            // A secret is never shown.
            _ => String::new(),
        })
        .collect()
}

/// What was sent for each field.
pub(super) fn sent(form: &Parameters) -> Vec<String> {
    ROWS.iter()
        .map(|(key, ..)| match *key {
            "clientSecret" => String::new(),
            key => form.get(key).unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The same as assignments. A secret that was left empty isn't one.
pub(super) fn assignments(form: &Parameters) -> Vec<Assignment> {
    let given = ROWS.iter().filter_map(|(key, ..)| Some((*key, form.get(key)?)));
    given
        .filter(|(key, text)| *key != "clientSecret" || !text.is_empty())
        .map(|(key, text)| Assignment::text(key, text))
        .collect()
}

/// The fields, each with what is wrong with it.
pub(super) fn fields<'a>(values: &'a [String], problems: &'a [(String, String)]) -> Vec<FormField<'a>> {
    ROWS.iter()
        .zip(values)
        .map(|((key, label, hint, kind), value)| FormField {
            key,
            label,
            hint,
            value,
            kind: *kind,
            problem: problems
                .iter()
                .find(|(wrong, _)| wrong == key)
                .map_or("", |(_, text)| text.as_str()),
        })
        .collect()
}

/// What is wrong, by field, in words.
pub(in crate::admin) fn told(problems: &[Problem]) -> Vec<(String, String)> {
    let told = problems.iter().map(|problem| {
        let found = problem
            .found
            .as_ref()
            .map(|found| format!("Found {found}. "))
            .unwrap_or_default();
        (
            problem.key.clone(),
            format!("{found}Allowed: {}", problem.allowed),
        )
    });
    told.collect()
}
