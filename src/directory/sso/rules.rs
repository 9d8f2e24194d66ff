//! What a connection may be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use url::Url;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::Draft;
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::text;
use crate::model::sso::SsoKind;

pub(super) const KIND: &str = "oidc or saml; it stays as it was made";
pub(super) const ISSUER: &str = "oidc: the identity provider's issuer, byte for byte as its tokens say it: an https URL without query or fragment; http on a \
     loopback address alone, and only while this server is one or outbound.allow_hosts names it";
pub(super) const CLIENT_ID: &str = "oidc: our client id there, 1 to 255 characters";
pub(super) const SCOPES: &str = "oidc: at most 16 scopes beside openid, separated by commas";
pub(super) const ALGORITHMS: &str = "oidc: at least one of RS256, PS256, ES256, ES384, EdDSA";
pub(super) const ENTITY_ID: &str = "saml: the identity provider's entityID, 1 to 1024 characters";
pub(super) const SSO_URL: &str = "saml: where it takes requests by the HTTP-Redirect binding: an https URL without a fragment; http only on a loopback \
     address";
pub(super) const CERTIFICATES: &str =
    "saml: 1 to 8 X.509 certificates of keys of RSA (2048 bits or more), P-256 or P-384, as PEM or base64";
pub(super) const CLAIM: &str = "the claim or attribute that holds the login name: 1 to 255 characters";
pub(super) const RETURN_TO: &str =
    "at most 16 https URLs without a fragment, separated by commas; http only on a loopback address";
pub(super) const SECRET: &str = "oidc: the secret of our client there; shown to nobody";

/// Notes what can't be.
pub(super) fn check(draft: &Draft, services: &Services, problems: &mut Problems) {
    let fields = &draft.configuration;
    let is_text = |text: &str, most: usize| {
        (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    match draft.kind {
        SsoKind::Oidc => {
            let issuer = fields.issuer.as_deref().unwrap_or_default();
            problems.unless(is_issuer(issuer, services), "issuer", issuer, ISSUER);
            let client_id = fields.client_id.as_deref().unwrap_or_default();
            problems.unless(is_text(client_id, 255), "client_id", client_id, CLIENT_ID);
            let scopes = fields.scopes.join(",");
            let are_scopes = fields
                .scopes
                .iter()
                .all(|it| it.parse::<oauth::Scope>().is_ok_and(|it| it.iter().count() == 1));
            problems.unless(fields.scopes.len() <= 16 && are_scopes, "scopes", &scopes, SCOPES);
            problems.unless(!fields.algorithms.is_empty(), "algorithms", "none", ALGORITHMS);
        }
        SsoKind::Saml => {
            problems.unless(
                cfg!(feature = "saml"),
                "kind",
                "saml",
                "oidc: this program was built without SAML",
            );
            let entity_id = fields.entity_id.as_deref().unwrap_or_default();
            problems.unless(is_text(entity_id, 1024), "entity_id", entity_id, ENTITY_ID);
            let sso_url = fields.sso_url.as_deref().unwrap_or_default();
            problems.unless(text::is_web_url(sso_url), "sso_url", sso_url, SSO_URL);
            let number = fields.certificates.len();
            let all = fields.certificates.iter().all(|it| is_certificate(it));
            problems.unless(
                (1..=8).contains(&number) && all,
                "certificates",
                number,
                CERTIFICATES,
            );
            let secret = draft.client_secret.as_ref();
            problems.unless(
                secret.is_none_or(|it| it.expose_secret().is_empty()),
                "client_secret",
                "one",
                SECRET,
            );
        }
    }
    let of_the_other: &[(&str, bool)] = match draft.kind {
        SsoKind::Oidc => &[
            ("entity_id", fields.entity_id.is_some()),
            ("sso_url", fields.sso_url.is_some()),
            ("certificates", !fields.certificates.is_empty()),
        ],
        SsoKind::Saml => &[
            ("issuer", fields.issuer.is_some()),
            ("client_id", fields.client_id.is_some()),
            ("scopes", !fields.scopes.is_empty()),
        ],
    };
    for (key, given) in of_the_other {
        problems.unless(
            !given,
            key,
            "a value",
            format!("nothing for a connection of kind {}", draft.kind),
        );
    }
    problems.unless(is_text(&fields.claim, 255), "claim", &fields.claim, CLAIM);
    let return_to = fields.return_to.join(",");
    let are_urls = fields.return_to.iter().all(|url| text::is_web_url(url));
    problems.unless(
        fields.return_to.len() <= 16 && are_urls,
        "return_to",
        &return_to,
        RETURN_TO,
    );
}

/// https; or http on this machine, where the server is here too, or says that it may call there.
fn is_issuer(issuer: &str, services: &Services) -> bool {
    let public_url = &services.settings.server.public_url;
    let is_plain = public_url.is_loopback() && !public_url.is_https();
    let may_call = |url: &Url| {
        services
            .outbound
            .client()
            .is_ok_and(|client| client.admits(url).is_ok())
    };
    text::is_web_url(issuer)
        && Url::parse(issuer)
            .is_ok_and(|url| url.query().is_none() && (url.scheme() == "https" || is_plain || may_call(&url)))
}

/// A certificate of a key that is long enough (SEC-018), in one line of base64.
fn is_certificate(line: &str) -> bool {
    let Ok(der) = STANDARD.decode(line) else {
        return false;
    };
    let Ok((rest, certificate)) = X509Certificate::from_der(&der) else {
        return false;
    };
    let spki = certificate.public_key().raw;
    let fits = |algorithm| jose::PublicKey::from_spki_der(algorithm, spki).is_ok();
    rest.is_empty()
        && [
            jose::Algorithm::RS256,
            jose::Algorithm::ES256,
            jose::Algorithm::ES384,
        ]
        .into_iter()
        .any(fits)
}
