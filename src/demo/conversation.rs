//! What is kept of a conversation, as it is shown to the agent.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::attributes::{self, Attribute};
use super::exchange::Exchange;
use super::identity_service::Nameless;
use super::token::Token;
use crate::gateway::consumer_identity::{Refused, Trail, Verified};
use crate::model::{Connector, ConnectorKind};

const NAMELESS: &str = "Anonymous visitor";

/// A conversation.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) id: String,
    pub(super) connector: &'static str,
    pub(super) name: String,
    pub(super) first_name: String,
    pub(super) sub: String,
    pub(super) customer_info: Vec<Attribute>,
    pub(super) personal_info: Vec<Attribute>,
    pub(super) claims: Vec<Attribute>,
    pub(super) chain: Vec<Identity>,
    pub(super) tokens: Vec<Token>,
    pub(super) checks: Vec<(String, String, bool)>,
    pub(super) steps: Vec<(String, String)>,
    pub(super) exchanges: Vec<Exchange>,
    /// The token of somebody who has not signed in, which proves that they are the same when they do.
    nameless: Option<SecretString>,
}

/// One of the names that the platform has for a consumer.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) id: String,
    pub(super) verified: bool,
}

impl Conversation {
    /// With somebody who signs in. `internal` is what the identity service made of the brand's token.
    pub(super) fn with_consumer(
        id: String,
        connector: &Connector,
        outcome: Result<(Verified, Result<String, String>), Refused>,
    ) -> Self {
        let connector = way(connector);
        let (verified, internal) = match outcome {
            Ok(proved) => proved,
            // Not a word of an unproved token about the consumer: only the token itself is shown, for what it is.
            Err(Refused { token, trail }) => {
                let mut shell = Self::shell(id, connector);
                shell.follow(trail);
                shell
                    .tokens
                    .extend(token.map(|token| Token::read(BRANDS, &token)));
                return shell;
            }
        };
        let claim = |name: &str| {
            verified
                .claims
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let known = ["name", "preferred_username"].iter().find_map(|name| claim(name));
        let name = known.unwrap_or_else(|| "Consumer".to_owned());
        let mut made = Self {
            first_name: claim("given_name").unwrap_or_else(|| name.clone()),
            sub: claim("sub").unwrap_or_default(),
            customer_info: attributes::of_info(verified.customer_info.as_ref()),
            personal_info: attributes::of_info(verified.personal_info.as_ref()),
            claims: attributes::of_claims(&verified.claims),
            ..Self::shell(id, connector)
        };
        made.follow(verified.trail);
        made.tokens
            .push(Token::read(BRANDS, &verified.token).opened(&verified.header, &verified.claims));
        made.given(internal, |claims| chain(&name, connector, claims));
        made.name = name;
        made
    }

    /// With somebody who doesn't.
    pub(super) fn with_nobody(id: String, connector: &Connector, outcome: Result<Nameless, String>) -> Self {
        let mut made = Self::shell(id, way(connector));
        NAMELESS.clone_into(&mut made.name);
        let internal = outcome.map(|Nameless { external, internal }| {
            made.tokens
                .push(Token::read("The visitor’s own token", &external));
            made.nameless = Some(external.into());
            internal
        });
        made.given(internal, |claims| {
            vec![nameless(
                claims.get("sub").and_then(Value::as_str),
                "has not signed in",
            )]
        });
        made
    }

    fn shell(id: String, connector: &'static str) -> Self {
        Self {
            id,
            connector,
            name: "Unknown visitor".to_owned(),
            first_name: String::new(),
            sub: String::new(),
            customer_info: Vec::new(),
            personal_info: Vec::new(),
            claims: Vec::new(),
            chain: Vec::new(),
            tokens: Vec::new(),
            checks: Vec::new(),
            steps: Vec::new(),
            exchanges: Vec::new(),
            nameless: None,
        }
    }

    fn follow(&mut self, trail: Trail) {
        let checks = trail.checks.into_iter();
        self.checks
            .extend(checks.map(|check| (check.name.to_string(), check.detail, check.passed)));
        self.steps
            .extend(trail.steps.into_iter().map(|step| (step.name, step.detail)));
    }

    /// What the identity service said.
    fn given(&mut self, internal: Result<String, String>, chain: impl FnOnce(&Value) -> Vec<Identity>) {
        let check = match internal {
            Ok(token) => {
                let token = Token::read("The platform’s token", &token);
                self.chain = chain(&token.claims());
                self.tokens.push(token);
                ("gave a token of the platform’s own".to_owned(), true)
            }
            Err(reason) => (reason, false),
        };
        self.checks
            .push(("Identity service".to_owned(), check.0, check.1));
    }

    /// What came of the consumer's socket.
    pub(super) fn connected(&mut self, outcome: Result<String, String>) {
        let passed = outcome.is_ok();
        let (Ok(detail) | Err(detail)) = outcome;
        self.checks.push(("Consumer’s socket".to_owned(), detail, passed));
    }

    /// Whether nobody has signed in, and the platform has a name for them all the same.
    pub(super) const fn is_anonymous(&self) -> bool {
        self.nameless.is_some()
    }

    /// Whether everything about the consumer is proved.
    pub(super) fn is_verified(&self) -> bool {
        !self.is_anonymous() && !self.checks.is_empty() && self.checks.iter().all(|(.., passed)| *passed)
    }

    /// What proves that somebody who has not signed in is the same as before.
    pub(super) fn nameless(&self) -> Option<&str> {
        self.nameless.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// Whose the token is that was handed over.
const BRANDS: &str = "The brand’s token";

/// How the platform learned who is there.
const fn way(connector: &Connector) -> &'static str {
    match (connector.kind, connector.configuration.pkce_enabled) {
        (ConnectorKind::Implicit, _) => "Implicit",
        (ConnectorKind::Code, false) => "Code",
        (ConnectorKind::Code, true) => "Code with PKCE",
        (ConnectorKind::Anonymous, _) => "Anonymous",
    }
}

/// Who the consumer is for the platform, and who they were before they signed in: as the platform's own token has it.
fn chain(name: &str, connector: &str, claims: &Value) -> Vec<Identity> {
    let signed_in = Identity {
        name: name.to_owned(),
        detail: format!("signed in by {connector}"),
        id: claims
            .get("sub")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        verified: true,
    };
    let before = claims.pointer("/lp.ext/anonymous_subs").and_then(Value::as_array);
    let before = before.into_iter().flatten();
    std::iter::once(signed_in)
        .chain(before.map(|sub| nameless(sub.as_str(), "before they signed in")))
        .collect()
}

fn nameless(sub: Option<&str>, detail: &str) -> Identity {
    Identity {
        name: NAMELESS.to_owned(),
        detail: detail.to_owned(),
        id: sub.unwrap_or_default().to_owned(),
        verified: false,
    }
}
