//! How a client may prove who it is, and what goes with that: keys, certificates, bound tokens, and the FAPI profile.

use jose::{Algorithm, DistinguishedName, KeySet, PublicKey};
use oauth::{ClientAuthMethod, GrantType, ResponseType};

use super::Draft;
use super::check::{Circumstances, joined};
use super::keys::{ASSERTION_ALGORITHM, AUTH_METHOD, NOTIFICATION, SAN, SUBJECT_DN};
use crate::directory::error::{Problems, shown};
use crate::model::client::{AssertionAlgorithm, DeliveryMode, SecurityProfile};
use crate::model::{ClientSettings, Leniency};

/// What the FAPI 2.0 Security Profile signs with (§5.4.1).
const FAPI: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

pub(super) fn check(
    draft: &Draft,
    settings: &ClientSettings,
    circumstances: &Circumstances<'_>,
    problems: &mut Problems,
) {
    public_clients(settings, problems);
    bound_tokens(settings, problems);
    assertions(settings, problems);
    certificates(settings, circumstances, problems);
    backchannel(settings, circumstances, problems);
    if settings.profile == Some(SecurityProfile::Fapi2) {
        fapi(draft, settings, problems);
    }
}

fn public_clients(settings: &ClientSettings, problems: &mut Problems) {
    let method = settings.token_endpoint_auth_method;
    problems.unless(
        settings.require_pkce || !method.is_public(),
        "require_pkce",
        settings.require_pkce,
        "true for public clients (SEC-023)",
    );
    problems.unless(
        !method.is_public() || !settings.grant_types.contains(&GrantType::ClientCredentials),
        "grant_types",
        joined(&settings.grant_types),
        "client_credentials for clients that keep a secret alone (RFC 6749 §4.4)",
    );
}

/// What comes through a browser is bound to nothing.
fn bound_tokens(settings: &ClientSettings, problems: &mut Problems) {
    let bound = settings.dpop_bound_access_tokens || settings.tls_client_certificate_bound_access_tokens;
    problems.unless(
        !bound || !settings.response_types.iter().any(|kind| kind.has_token()),
        "response_types",
        joined(&settings.response_types),
        "without token, since the client's access tokens are bound",
    );
}

/// Keys, and the algorithm that goes with the method (OpenID Connect Registration §2).
fn assertions(settings: &ClientSettings, problems: &mut Problems) {
    let method = settings.token_endpoint_auth_method;
    let needs_keys = matches!(
        method,
        ClientAuthMethod::PrivateKeyJwt | ClientAuthMethod::SelfSignedTlsClientAuth
    );
    problems.unless(
        !needs_keys || settings.jwks_uri.is_some() || settings.jwks.as_ref().is_some_and(has_signing_key),
        "jwks",
        method,
        "with a key to verify signatures with, or jwks_uri, since the client proves itself by its keys",
    );
    let Some(algorithm) = settings.token_endpoint_auth_signing_alg else {
        return;
    };
    let fits = match algorithm {
        AssertionAlgorithm::Signature(_) => method == ClientAuthMethod::PrivateKeyJwt,
        AssertionAlgorithm::Hmac(_) => method == ClientAuthMethod::ClientSecretJwt,
    };
    problems.unless(
        fits,
        "token_endpoint_auth_signing_alg",
        algorithm,
        format!("{ASSERTION_ALGORITHM}; as token_endpoint_auth_method, {method}, signs"),
    );
}

fn has_signing_key(set: &jose::JwkSet) -> bool {
    set.keys.iter().any(|jwk| PublicKey::from_jwk(jwk, None).is_ok())
        || !KeySet::from_jwk_set(set, None).keys().is_empty()
}

/// RFC 8705 §2.1.2: exactly one name, for the method that needs one.
fn certificates(settings: &ClientSettings, circumstances: &Circumstances<'_>, problems: &mut Problems) {
    let method = settings.token_endpoint_auth_method;
    let server = &circumstances.server.server;
    let asked_for = server.mtls.listen.is_some();
    problems.unless(
        match method {
            ClientAuthMethod::TlsClientAuth => asked_for && server.mtls.client_ca.is_some(),
            ClientAuthMethod::SelfSignedTlsClientAuth => asked_for,
            _ => true,
        },
        "token_endpoint_auth_method",
        method,
        format!("{AUTH_METHOD}; the tls methods where server.mtls is set"),
    );
    problems.unless(
        asked_for || !settings.tls_client_certificate_bound_access_tokens,
        "tls_client_certificate_bound_access_tokens",
        true,
        "false, unless server.mtls is set",
    );
    if let Some(name) = &settings.tls_client_auth_subject_dn {
        problems.unless(
            name.parse::<DistinguishedName>().is_ok(),
            "tls_client_auth_subject_dn",
            name,
            SUBJECT_DN,
        );
    }
    for (key, name) in [
        ("tls_client_auth_san_dns", &settings.tls_client_auth_san_dns),
        ("tls_client_auth_san_uri", &settings.tls_client_auth_san_uri),
        ("tls_client_auth_san_email", &settings.tls_client_auth_san_email),
    ] {
        if let Some(name) = name {
            let visible = name.bytes().all(|byte| byte.is_ascii_graphic());
            problems.unless(visible && (1..=255).contains(&name.len()), key, name, SAN);
        }
    }
    let names = [
        settings.tls_client_auth_subject_dn.is_some(),
        settings.tls_client_auth_san_dns.is_some(),
        settings.tls_client_auth_san_uri.is_some(),
        settings.tls_client_auth_san_ip.is_some(),
        settings.tls_client_auth_san_email.is_some(),
    ];
    let named = names.into_iter().filter(|is_there| *is_there).count();
    let needed = usize::from(method == ClientAuthMethod::TlsClientAuth);
    problems.unless(
        named == needed,
        "tls_client_auth_subject_dn",
        named,
        "exactly one tls_client_auth name for tls_client_auth, and none for other methods",
    );
}

/// CIBA §4.
fn backchannel(settings: &ClientSettings, circumstances: &Circumstances<'_>, problems: &mut Problems) {
    let asks = settings.grant_types.contains(&GrantType::Ciba);
    let mode = settings.backchannel_token_delivery_mode;
    problems.unless(
        asks == mode.is_some(),
        "backchannel_token_delivery_mode",
        mode.map(DeliveryMode::as_str).unwrap_or_default(),
        "poll or ping for clients with the grant type urn:openid:params:grant-type:ciba, and for no others",
    );
    problems.unless(
        !asks || !settings.token_endpoint_auth_method.is_public(),
        "grant_types",
        joined(&settings.grant_types),
        "urn:openid:params:grant-type:ciba for clients that prove who they are alone",
    );
    let endpoint = settings.backchannel_client_notification_endpoint.as_ref();
    problems.unless(
        (mode == Some(DeliveryMode::Ping)) == endpoint.is_some(),
        "backchannel_client_notification_endpoint",
        endpoint.map(url::Url::as_str).unwrap_or_default(),
        format!("{NOTIFICATION}; for the delivery mode ping, and for no other"),
    );
    if let Some(endpoint) = endpoint {
        let refused = match circumstances.outbound.client() {
            Ok(client) => client.admits(endpoint).err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = refused {
            problems.push(
                "backchannel_client_notification_endpoint",
                Some(shown(endpoint.as_str())),
                format!("{NOTIFICATION}: {reason}"),
            );
        }
    }
}

/// FAPI 2.0 Security Profile §5.3: what it forbids can't be registered beside it.
fn fapi(draft: &Draft, settings: &ClientSettings, problems: &mut Problems) {
    let method = settings.token_endpoint_auth_method;
    problems.unless(
        matches!(
            method,
            ClientAuthMethod::PrivateKeyJwt
                | ClientAuthMethod::TlsClientAuth
                | ClientAuthMethod::SelfSignedTlsClientAuth
        ),
        "token_endpoint_auth_method",
        method,
        "private_key_jwt, tls_client_auth or self_signed_tls_client_auth, since profile is fapi2",
    );
    problems.unless(
        settings.dpop_bound_access_tokens || settings.tls_client_certificate_bound_access_tokens,
        "dpop_bound_access_tokens",
        false,
        "true, unless tls_client_certificate_bound_access_tokens is, since profile is fapi2",
    );
    problems.unless(
        settings
            .response_types
            .iter()
            .all(|kind| *kind == ResponseType::Code),
        "response_types",
        joined(&settings.response_types),
        "code alone, since profile is fapi2",
    );
    problems.unless(
        !settings.grant_types.contains(&GrantType::Implicit),
        "grant_types",
        joined(&settings.grant_types),
        "without implicit, since profile is fapi2",
    );
    problems.unless(
        settings.require_pkce,
        "require_pkce",
        settings.require_pkce,
        "true, since profile is fapi2",
    );
    problems.unless(
        !draft.platform && settings.leniency == Leniency::default(),
        "platform",
        draft.platform,
        "false, since profile is fapi2",
    );
    for (key, algorithm) in [
        (
            "token_endpoint_auth_signing_alg",
            settings
                .token_endpoint_auth_signing_alg
                .and_then(AssertionAlgorithm::signature),
        ),
        (
            "backchannel_authentication_request_signing_alg",
            settings.backchannel_authentication_request_signing_alg,
        ),
    ] {
        if let Some(algorithm) = algorithm {
            problems.unless(
                FAPI.contains(&algorithm),
                key,
                algorithm,
                "PS256, ES256 or EdDSA, since profile is fapi2",
            );
        }
    }
    let id_tokens = settings.id_token_signed_response_alg;
    problems.unless(
        settings.response_types.is_empty() || id_tokens.is_some_and(|algorithm| FAPI.contains(&algorithm)),
        "id_token_signed_response_alg",
        id_tokens.map(Algorithm::as_str).unwrap_or_default(),
        "PS256, ES256 or EdDSA, since profile is fapi2",
    );
}
