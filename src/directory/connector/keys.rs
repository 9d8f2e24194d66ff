//! The fields of a connector by the platform's names (section 3.2 of the platform contract).

use secrecy::SecretString;

use super::Draft;
use crate::directory::setting::Shape::{MaybeText, Text, Texts, Truth};
use crate::directory::setting::{self, Key, named, optional, parsed};
use crate::directory::text;

const TRUTH: &str = "true or false";
pub(super) const URL: &str = "an https URL without a fragment; http on a loopback address alone, and only while this server is one or \
     outbound.allow_hosts names it";
pub(super) const ISSUER: &str = "the brand's issuer, byte for byte as its tokens say it: an https URL without query or fragment; http on a loopback \
     address alone, and only while this server is one or outbound.allow_hosts names it";
pub(super) const METHOD: &str = "a name in the page's global scope, such as lpMethods.getToken";
pub(super) const CLIENT_ID: &str = "the platform's client id at the brand: 1 to 255 characters";
pub(super) const SECRET: &str = "the secret of that client; shown to nobody";
pub(super) const KEY: &str = "one line: base64 of the X.509 SubjectPublicKeyInfo of an RSA key of at least 2048 bits; or CONSUMER_DELEGATION";
pub(super) const VALIDATION: &str =
    "JWKS_ENDPOINT with jwksEndpoint, or JWT_PUBLIC_KEY with jwtPublicKey; one of the two, not both";
pub(super) const NAMES: &str = "at most 16 names of up to 255 visible characters, separated by commas";

/// A field of the configuration that is a text, or isn't there.
macro_rules! optional {
    ($name:literal, $allowed:expr, $field:ident) => {
        Key {
            name: $name,
            shape: MaybeText,
            allowed: $allowed,
            set: |draft, given| optional(given, setting::text, &mut draft.configuration.$field),
        }
    };
}

/// A field of the configuration, with the function that reads it.
macro_rules! key {
    ($name:literal, $shape:expr, $allowed:expr, $read:expr, $field:ident) => {
        Key {
            name: $name,
            shape: $shape,
            allowed: $allowed,
            set: |draft, given| $read(given).map(|it| draft.configuration.$field = it),
        }
    };
}

/// In the order of the platform's page (section 3.1).
pub(super) const KEYS: &[Key<Draft>] = &[
    Key {
        name: "name",
        shape: Text,
        allowed: text::NAME,
        set: |draft, given| setting::text(given).map(|it| draft.name = it),
    },
    Key {
        name: "enabled",
        shape: Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.enabled = it),
    },
    Key {
        name: "type",
        shape: Text,
        allowed: "implicit, code or anonymous",
        set: |draft, given| named(given).map(|it| draft.kind = it),
    },
    key!("pkceEnabled", Truth, TRUTH, parsed, pkce_enabled),
    key!(
        "issuerDisplayName",
        Text,
        text::NAME,
        setting::text,
        issuer_display_name
    ),
    Key {
        name: "issuer",
        shape: Text,
        allowed: ISSUER,
        // Byte for byte: a blank at its end is told of rather than taken away.
        set: |draft, given| {
            given
                .as_text()
                .map(|it| it.clone_into(&mut draft.configuration.issuer))
        },
    },
    optional!("authorizationEndpoint", URL, authorization_endpoint),
    optional!("tokenEndpoint", URL, token_endpoint),
    key!("clientId", Text, CLIENT_ID, setting::text, client_id),
    Key {
        name: "clientSecret",
        shape: MaybeText,
        allowed: SECRET,
        set: |draft, given| {
            draft.client_secret = Some(SecretString::from(given.as_text()?));
            Some(())
        },
    },
    key!("jwtValidationType", Text, VALIDATION, named, jwt_validation_type),
    Key {
        name: "jwtPublicKey",
        shape: MaybeText,
        allowed: KEY,
        // As it was pasted: what is wrong with it is what somebody wants to know.
        set: |draft, given| {
            let line = given.as_text()?;
            draft.configuration.jwt_public_key = (!line.trim().is_empty()).then(|| line.to_owned());
            Some(())
        },
    },
    optional!("jwksEndpoint", URL, jwks_endpoint),
    key!("jsMethodName", Text, METHOD, setting::text, js_method_name),
    key!("jsContext", Text, METHOD, setting::text, js_context),
    key!("rfcCompliance", Truth, TRUTH, parsed, rfc_compliance),
    Key {
        name: "acrValues",
        shape: Texts,
        allowed: NAMES,
        set: |draft, given| given.as_list().map(|it| draft.configuration.acr_values = it),
    },
    Key {
        name: "audience",
        shape: Texts,
        allowed: NAMES,
        set: |draft, given| given.as_list().map(|it| draft.configuration.audience = it),
    },
    key!("preferred", Truth, TRUTH, parsed, preferred),
    Key {
        name: "switchFlow",
        shape: Truth,
        allowed: "true, to let the account's flow become this connector's type; or false",
        set: |draft, given| parsed(given).map(|it| draft.switch_flow = it),
    },
];
