//! The keys of a client, by the names of its metadata (RFC 7591 §2, OpenID Connect Registration §2).

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Draft;
use crate::directory::setting::Shape::{MaybeNumber, MaybeObject, MaybeText, MaybeTruth, Text, Texts, Truth};
use crate::directory::setting::{self, Key, all_named, named, optional, parsed};
use crate::directory::{Given, logo, text};

const TRUTH: &str = "true or false";
const URIS: &str = "redirect URIs, separated by commas, or a JSON array of them";
pub(super) const RESPONSE_TYPES: &str =
    "code, id_token, id_token token, code id_token, code token or code id_token token, separated by commas";
pub(super) const RESPONSE_MODES: &str =
    "query, fragment, form_post, query.jwt, fragment.jwt or form_post.jwt, separated by commas";
pub(super) const AUTH_METHOD: &str = "client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth, self_signed_tls_client_auth or none";
pub(super) const ID_TOKEN_TTL: &str = "seconds, from 300 to 86400";
pub(super) const AUDIENCE: &str =
    "at most 16 names of up to 255 visible characters, none of them an issuer or an address of this server";
const SCOPE: &str = "scopes, separated by spaces";
const GRANT_TYPES: &str =
    "grant types such as authorization_code, refresh_token, client_credentials, separated by commas";
pub(super) const ASSERTION_ALGORITHM: &str =
    "RS256, PS256, ES256, ES384 or EdDSA; HS256, HS384 or HS512 for client_secret_jwt; or nothing";
pub(super) const SUBJECT_DN: &str = "a distinguished name such as CN=shop,O=Acme,C=DE, or nothing";
pub(super) const SAN: &str = "a name in the client's certificate, or nothing";
pub(super) const NOTIFICATION: &str =
    "the https URL that is called, or of a host that outbound.allow_hosts names, or nothing";
pub(super) const DETAILS_TYPES: &str =
    "types of authorization_details, separated by commas: at most 64 names of up to 255 visible characters";
const ALGORITHM: &str = "RS256, PS256, ES256, ES384 or EdDSA, or nothing";
pub(super) const PASTED_KEY: &str =
    "the id of a published key of the account, of the client's algorithm, or nothing";
pub(super) const ADDRESSES: &str =
    "at most 16 addresses or networks such as 203.0.113.0/24, separated by commas";
pub(super) const USER_AGENTS: &str = "at most 16 beginnings of User-Agent, of 3 to 100 visible characters";
const KEY_MANAGEMENT: &str = "RSA-OAEP-256 or ECDH-ES, or nothing: then they aren't encrypted";
const CONTENT_ENCRYPTION: &str = "A256GCM, A128GCM, A128CBC-HS256 or A256CBC-HS512, or nothing";
pub(super) const ENCRYPTION_KEY: &str = "a public key to encrypt to, base64 of an X.509 SubjectPublicKeyInfo on one line, or nothing: it takes its place in \
     jwks";
pub(super) const ENCRYPTION_KID: &str =
    "the id of encryption_key, given with it: at most 255 visible characters";
pub(super) const JWKS: &str = "a JWK set of at most 20 public keys, or nothing";
pub(super) const JWKS_URI: &str =
    "the https URL of a JWK set, or of a host that outbound.allow_hosts names, or nothing";
pub(super) const REFRESH_TOKEN_TTL: &str = "seconds, from 3600 to 31536000, or nothing";
pub(super) const REFRESH_TOKEN_MAX: &str = "seconds, from 3600 to 63072000, or nothing";
pub(super) const ROTATION: &str = "true or false, or nothing; not false for public clients (SEC-045)";
pub(super) const RESOURCES: &str =
    "at most 64 absolute URIs without a fragment, none of them an issuer or an address of this server";
const SECONDS: &str = "seconds, or nothing";
pub(super) const LOCALIZED: &str = "a JSON object of at most 64 members called client_name, logo_uri, client_uri, policy_uri or tos_uri with # and a \
     language behind it, such as {\"client_name#de\": \"Laden\"}, each as the member without a language may be";
const CONTRACT: &str = "a JSON Schema of at most 16 KiB, of the keywords type, enum, const, properties, required, additionalProperties (true or \
     false), items, minItems, maxItems, minLength, maxLength, minimum and maximum, or nothing";
pub(super) const CONTACTS: &str = "at most 64 addresses, none of them with a control character";
pub(super) const TEXT: &str = "1 to 128 characters, none of them a control character, or nothing";
pub(super) const INITIATE_LOGIN_URI: &str = "an https URL, or nothing";
pub(super) const ACR_VALUES: &str = "at most 64 names, separated by commas";
pub(super) const SECTOR: &str = "the https URL of a JSON array of redirect URIs, or of a host that outbound.allow_hosts names, or nothing";
pub(super) const REQUEST_URIS: &str =
    "at most 64 https URLs, or of hosts that outbound.allow_hosts names; a hash may stand behind #";
pub(super) const FRONTCHANNEL: &str =
    "a URL with the scheme, host and port of one of redirect_uris, or nothing";
pub(super) const BACKCHANNEL: &str =
    "an https URL, or of a host that outbound.allow_hosts names, without a fragment, or nothing";

/// One switch of the client's leniencies.
macro_rules! leniency {
    ($switch:ident) => {
        Key {
            name: concat!("leniency.", stringify!($switch)),
            shape: Truth,
            allowed: TRUTH,
            set: |draft, given| parsed(given).map(|it| draft.settings.leniency.$switch = it),
        }
    };
}

/// A key of the settings, with the function that reads it.
macro_rules! key {
    ($name:ident, $shape:expr, $allowed:expr, $read:expr) => {
        Key {
            name: stringify!($name),
            shape: $shape,
            allowed: $allowed,
            set: |draft, given| $read(given).map(|it| draft.settings.$name = it),
        }
    };
}

/// A key of the settings that may be missing.
macro_rules! optional {
    ($name:ident, $shape:expr, $allowed:expr, $read:expr) => {
        Key {
            name: stringify!($name),
            shape: $shape,
            allowed: $allowed,
            set: |draft, given| optional(given, $read, &mut draft.settings.$name),
        }
    };
}

pub(super) const KEYS: &[Key<Draft>] = &[
    Key {
        name: "enabled",
        shape: Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.enabled = it),
    },
    Key {
        name: "platform",
        shape: Truth,
        allowed: TRUTH,
        set: |draft, given| parsed(given).map(|it| draft.set_platform(it)),
    },
    key!(client_name, Text, text::NAME, setting::text),
    Key {
        name: "redirect_uris",
        shape: Texts,
        allowed: URIS,
        set: |draft, given| given.as_list().map(|it| draft.redirect_uris = it),
    },
    Key {
        name: "post_logout_redirect_uris",
        shape: Texts,
        allowed: URIS,
        set: |draft, given| given.as_list().map(|it| draft.post_logout_redirect_uris = it),
    },
    key!(application_type, Text, "web or native", named),
    key!(response_types, Texts, RESPONSE_TYPES, all_named),
    key!(response_modes, Texts, RESPONSE_MODES, all_named),
    key!(grant_types, Texts, GRANT_TYPES, all_named),
    key!(token_endpoint_auth_method, Text, AUTH_METHOD, named),
    optional!(
        token_endpoint_auth_signing_alg,
        MaybeText,
        ASSERTION_ALGORITHM,
        named
    ),
    optional!(profile, MaybeText, "fapi2, or nothing", named),
    key!(dpop_bound_access_tokens, Truth, TRUTH, parsed),
    key!(tls_client_certificate_bound_access_tokens, Truth, TRUTH, parsed),
    optional!(tls_client_auth_subject_dn, MaybeText, SUBJECT_DN, setting::text),
    optional!(tls_client_auth_san_dns, MaybeText, SAN, setting::text),
    optional!(tls_client_auth_san_uri, MaybeText, SAN, setting::text),
    optional!(
        tls_client_auth_san_ip,
        MaybeText,
        "an IP address, or nothing",
        parsed
    ),
    optional!(tls_client_auth_san_email, MaybeText, SAN, setting::text),
    optional!(
        backchannel_token_delivery_mode,
        MaybeText,
        "poll or ping, or nothing",
        named
    ),
    optional!(
        backchannel_client_notification_endpoint,
        MaybeText,
        NOTIFICATION,
        parsed
    ),
    optional!(
        backchannel_authentication_request_signing_alg,
        MaybeText,
        ALGORITHM,
        named
    ),
    key!(scope, Text, SCOPE, parsed),
    key!(require_pkce, Truth, TRUTH, parsed),
    key!(first_party, Truth, TRUTH, parsed),
    optional!(logo_uri, MaybeText, logo::LOGO, setting::text),
    optional!(client_uri, MaybeText, text::WEB_URL, setting::text),
    optional!(policy_uri, MaybeText, text::WEB_URL, setting::text),
    optional!(tos_uri, MaybeText, text::WEB_URL, setting::text),
    optional!(default_max_age, MaybeNumber, SECONDS, parsed),
    key!(require_auth_time, Truth, TRUTH, parsed),
    optional!(id_token_signed_response_alg, MaybeText, ALGORITHM, named),
    optional!(pasted_key, MaybeText, PASTED_KEY, parsed),
    key!(jwks_reader_addresses, Texts, ADDRESSES, networks),
    key!(jwks_reader_user_agents, Texts, USER_AGENTS, Given::as_list),
    optional!(id_token_encrypted_response_alg, MaybeText, KEY_MANAGEMENT, named),
    optional!(
        id_token_encrypted_response_enc,
        MaybeText,
        CONTENT_ENCRYPTION,
        named
    ),
    key!(id_token_encrypted_response_cty, Truth, TRUTH, parsed),
    Key {
        name: "encryption_key",
        shape: MaybeText,
        allowed: ENCRYPTION_KEY,
        set: |draft, given| {
            given
                .as_text()
                .map(|it| draft.encryption_key = Some(it.to_owned()))
        },
    },
    Key {
        name: "encryption_kid",
        shape: MaybeText,
        allowed: ENCRYPTION_KID,
        set: |draft, given| optional(given, setting::text, &mut draft.encryption_kid),
    },
    Key {
        name: "jwks",
        shape: MaybeObject,
        allowed: JWKS,
        set: |draft, given| optional(given, setting::text, &mut draft.jwks),
    },
    optional!(jwks_uri, MaybeText, JWKS_URI, parsed),
    key!(id_token_audience, Texts, AUDIENCE, Given::as_list),
    optional!(id_token_ttl, MaybeNumber, ID_TOKEN_TTL, parsed),
    key!(access_token_format, Text, "opaque or jwt", named),
    optional!(access_token_signed_response_alg, MaybeText, ALGORITHM, named),
    optional!(refresh_token_ttl, MaybeNumber, REFRESH_TOKEN_TTL, parsed),
    optional!(refresh_token_max, MaybeNumber, REFRESH_TOKEN_MAX, parsed),
    optional!(refresh_token_rotation, MaybeTruth, ROTATION, parsed),
    key!(resources, Texts, RESOURCES, Given::as_list),
    key!(serves, Texts, RESOURCES, Given::as_list),
    optional!(introspection_signed_response_alg, MaybeText, ALGORITHM, named),
    optional!(
        introspection_encrypted_response_alg,
        MaybeText,
        KEY_MANAGEMENT,
        named
    ),
    optional!(
        introspection_encrypted_response_enc,
        MaybeText,
        CONTENT_ENCRYPTION,
        named
    ),
    key!(allowed_origins, Texts, text::ORIGIN, Given::as_list),
    key!(origins, Texts, text::ORIGIN, Given::as_list),
    leniency!(default_client),
    leniency!(default_scope),
    leniency!(optional_nonce),
    leniency!(token_means_id_token),
    leniency!(liveperson_redirect),
    leniency!(json_token_request),
    leniency!(credentials_in_body),
    leniency!(raw_basic_credentials),
    leniency!(legacy_error_names),
    leniency!(all_claims),
    key!(policy, Text, "strict or certified", named),
    key!(
        registered_by,
        Text,
        "administrator, token_holder or anybody",
        named
    ),
    optional!(claims_contract, MaybeObject, CONTRACT, parsed),
    key!(localized, MaybeObject, LOCALIZED, members),
    key!(contacts, Texts, CONTACTS, Given::as_list),
    optional!(software_id, MaybeText, TEXT, setting::text),
    optional!(software_version, MaybeText, TEXT, setting::text),
    optional!(initiate_login_uri, MaybeText, INITIATE_LOGIN_URI, setting::text),
    key!(default_acr_values, Texts, ACR_VALUES, Given::as_list),
    optional!(subject_type, MaybeText, "public or pairwise, or nothing", named),
    optional!(sector_identifier_uri, MaybeText, SECTOR, setting::text),
    key!(request_uris, Texts, REQUEST_URIS, Given::as_list),
    optional!(
        request_object_signing_alg,
        MaybeText,
        "none, RS256, PS256, ES256, ES384 or EdDSA, or nothing",
        named
    ),
    optional!(request_object_encryption_alg, MaybeText, KEY_MANAGEMENT, named),
    optional!(
        request_object_encryption_enc,
        MaybeText,
        CONTENT_ENCRYPTION,
        named
    ),
    key!(require_signed_request_object, Truth, TRUTH, parsed),
    key!(require_pushed_authorization_requests, Truth, TRUTH, parsed),
    key!(authorization_details_types, Texts, DETAILS_TYPES, Given::as_list),
    optional!(authorization_signed_response_alg, MaybeText, ALGORITHM, named),
    optional!(
        authorization_encrypted_response_alg,
        MaybeText,
        KEY_MANAGEMENT,
        named
    ),
    optional!(
        authorization_encrypted_response_enc,
        MaybeText,
        CONTENT_ENCRYPTION,
        named
    ),
    optional!(userinfo_signed_response_alg, MaybeText, ALGORITHM, named),
    optional!(userinfo_encrypted_response_alg, MaybeText, KEY_MANAGEMENT, named),
    optional!(
        userinfo_encrypted_response_enc,
        MaybeText,
        CONTENT_ENCRYPTION,
        named
    ),
    optional!(frontchannel_logout_uri, MaybeText, FRONTCHANNEL, setting::text),
    key!(frontchannel_logout_session_required, Truth, TRUTH, parsed),
    optional!(backchannel_logout_uri, MaybeText, BACKCHANNEL, setting::text),
    key!(backchannel_logout_session_required, Truth, TRUTH, parsed),
];

/// A JSON object of texts; nothing empties it.
fn members(given: &Given) -> Option<BTreeMap<String, String>> {
    match given.as_text()?.trim() {
        "" => Some(BTreeMap::new()),
        text => serde_json::from_str(text).ok(),
    }
}

fn networks(given: &Given) -> Option<Vec<IpNet>> {
    given.as_list()?.iter().map(|text| network(text.trim())).collect()
}

fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map(|network| network.trunc())
        .ok()
}
