//! The validation rules of section 3.2 of the platform contract.

use jose::{Algorithm, PublicKey};
use secrecy::ExposeSecret as _;
use url::Url;

use super::Draft;
use super::keys::{CLIENT_ID, ISSUER, KEY, METHOD, NAMES, SECRET, URL, VALIDATION};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::text;
use crate::model::connector::{
    CONSUMER_DELEGATION, ConnectorConfiguration, ConnectorKind, JwtValidationType,
};

/// Notes what can't be; `has_secret` where one is stored.
pub(super) fn check(draft: &Draft, services: &Services, has_secret: bool, problems: &mut Problems) {
    let public_url = &services.settings.server.public_url;
    let rules = Rules {
        services,
        fields: &draft.configuration,
        is_plain: public_url.is_loopback() && !public_url.is_https(),
    };
    problems.unless(text::is_name(&draft.name), "name", &draft.name, text::NAME);
    let has_secret = match &draft.client_secret {
        Some(secret) => !secret.expose_secret().is_empty(),
        None => has_secret,
    };
    match draft.kind {
        ConnectorKind::Anonymous => rules.anonymous(has_secret, problems),
        ConnectorKind::Implicit => {
            rules.verification(problems);
            problems.unless(
                !draft.configuration.pkce_enabled,
                "pkceEnabled",
                true,
                "false for the implicit type, which has no code to protect",
            );
            problems.unless(
                !draft.configuration.is_delegation(),
                "jwtPublicKey",
                CONSUMER_DELEGATION,
                "a key for the implicit type: consumer delegation needs a code",
            );
        }
        ConnectorKind::Code => {
            rules.verification(problems);
            rules.redemption(has_secret, problems);
        }
    }
}

struct Rules<'a> {
    services: &'a Services,
    fields: &'a ConnectorConfiguration,
    /// Whether this server is one that somebody develops against, on a loopback address and without TLS.
    is_plain: bool,
}

impl Rules<'_> {
    /// https; or http on this machine, where the server is here too, or says that it may call there.
    fn is_url(&self, text: &str) -> bool {
        let may_call = |url: &Url| {
            let client = self.services.outbound.client();
            client.is_ok_and(|client| client.admits(url).is_ok())
        };
        text::is_web_url(text)
            && Url::parse(text).is_ok_and(|url| url.scheme() == "https" || self.is_plain || may_call(&url))
    }

    /// It verifies nothing of the brand's: its tokens are the gateway's own.
    fn anonymous(&self, has_secret: bool, problems: &mut Problems) {
        let fields = self.fields;
        let nothing = "nothing for the anonymous type, which asks nobody";
        for (key, value) in [
            ("authorizationEndpoint", &fields.authorization_endpoint),
            ("tokenEndpoint", &fields.token_endpoint),
            ("jwksEndpoint", &fields.jwks_endpoint),
        ] {
            if let Some(value) = value {
                problems.unless(false, key, value, nothing);
            }
        }
        if fields.jwt_public_key.is_some() {
            problems.push("jwtPublicKey", None, nothing);
        }
        if has_secret {
            problems.push("clientSecret", None, nothing);
        }
        problems.unless(
            !fields.pkce_enabled,
            "pkceEnabled",
            true,
            "false for the anonymous type",
        );
    }

    /// What both types need to tell a consumer's token from a forged one.
    fn verification(&self, problems: &mut Problems) {
        let fields = self.fields;
        let issuer = &fields.issuer;
        // Delegation verifies nobody, and the platform asks no issuer for it (section 1.15).
        let may_lack = fields.is_delegation() && issuer.is_empty();
        problems.unless(
            may_lack || (self.is_url(issuer) && !issuer.contains('?')),
            "issuer",
            issuer,
            ISSUER,
        );
        if !fields.issuer_display_name.is_empty() {
            let name = &fields.issuer_display_name;
            problems.unless(text::is_name(name), "issuerDisplayName", name, text::NAME);
        }
        for (key, url) in [
            ("authorizationEndpoint", &fields.authorization_endpoint),
            ("tokenEndpoint", &fields.token_endpoint),
            ("jwksEndpoint", &fields.jwks_endpoint),
        ] {
            if let Some(url) = url {
                problems.unless(self.is_url(url), key, url, URL);
            }
        }
        let client_id = &fields.client_id;
        problems.unless(
            (1..=255).contains(&client_id.chars().count()) && !client_id.chars().any(char::is_control),
            "clientId",
            client_id,
            CLIENT_ID,
        );
        self.key(problems);
        for (key, name) in [
            ("jsMethodName", &fields.js_method_name),
            ("jsContext", &fields.js_context),
        ] {
            problems.unless(is_path_of_names(name), key, name, METHOD);
        }
        for (key, names) in [("acrValues", &fields.acr_values), ("audience", &fields.audience)] {
            let is_name = |name: &String| {
                (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
            };
            problems.unless(
                names.len() <= 16 && names.iter().all(is_name),
                key,
                names.join(","),
                NAMES,
            );
        }
    }

    /// Exactly one of a pasted key and a JWK set, and the one that is said.
    fn key(&self, problems: &mut Problems) {
        let (pasted, endpoint) = (&self.fields.jwt_public_key, &self.fields.jwks_endpoint);
        let (has, other) = match self.fields.jwt_validation_type {
            JwtValidationType::JwksEndpoint => (endpoint.is_some(), pasted.is_some()),
            JwtValidationType::JwtPublicKey => (pasted.is_some(), endpoint.is_some()),
        };
        if !has || other {
            problems.push("jwtValidationType", None, VALIDATION);
        }
        if let Some(line) = pasted.as_ref().filter(|line| *line != CONSUMER_DELEGATION)
            && let Err(error) = PublicKey::from_spki_line(Algorithm::RS256, line)
        {
            // What was pasted may be a private key: it is not repeated.
            problems.push("jwtPublicKey", None, format!("{KEY}. Here: {error}"));
        }
    }

    /// What the platform needs to redeem a code.
    fn redemption(&self, has_secret: bool, problems: &mut Problems) {
        if self.fields.token_endpoint.is_none() {
            problems.push("tokenEndpoint", None, format!("{URL}: the code type needs it"));
        }
        if !has_secret {
            problems.push("clientSecret", None, format!("{SECRET}: the code type needs it"));
        }
    }
}

/// `lpGetAuthenticationToken`, `lpMethods.getToken`: names that JavaScript finds, and nothing that it would run.
pub(super) fn is_path_of_names(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$'))
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$'))
    };
    text.len() <= 128 && text.split('.').all(is_name)
}
