//! Claims under contract: what a client is to get in its id_tokens, checked before they are signed.

use oauth::{ResponseType, Scope};
use serde_json::{Map, Value};

use super::claims::{self, LP_SDES, Selection};
use super::{IssueError, id_token, subject};
use crate::context::{Services, Tenant};
use crate::model::claims_contract::{Breach, ClaimsContract};
use crate::model::{Client, Consumer, claim};

/// Adds what the contract demands and the granted scopes let through, and refuses claims that aren't as it says.
pub(super) fn fulfil(
    contract: &ClaimsContract,
    consumer: &Consumer,
    granted: &Scope,
    payload: &mut Map<String, Value>,
) -> Result<(), IssueError> {
    add(contract, consumer, granted, payload);
    let breaches = contract.check(payload);
    if breaches.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = breaches.iter().take(5).map(ToString::to_string).collect();
    Err(IssueError::Contract(told.join("; ")))
}

fn add(contract: &ClaimsContract, consumer: &Consumer, granted: &Scope, payload: &mut Map<String, Value>) {
    let selection = Selection {
        scope: Some(granted),
        requested: None,
        all: false,
    };
    let mut allowed = Map::new();
    claims::select(consumer, &selection, &mut allowed);
    for name in contract.required() {
        if let Some(value) = allowed.remove(name) {
            payload.entry(name.clone()).or_insert(value);
        }
    }
}

/// A claim of a token that could be issued.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// What it would say.
    pub value: Value,
    /// Where that comes from.
    pub from: String,
}

/// What a client's id_token would say of a consumer.
#[derive(Clone, Debug)]
pub struct Lint {
    /// Its claims.
    pub lines: Vec<Line>,
    /// What its contract demands and isn't there, with the reason.
    pub missing: Vec<(String, String)>,
    /// All that isn't as the contract says.
    pub breaches: Vec<Breach>,
}

/// The id_token that a consumer's login at a client would give, with these scopes granted; nothing is issued.
pub fn lint(
    services: &Services,
    tenant: &Tenant,
    client: &Client,
    consumer: &Consumer,
    granted: &Scope,
) -> Lint {
    let (mut payload, mut lines) = (Map::new(), Vec::new());
    for (name, value, from) in of_the_protocol(services, tenant, client, consumer) {
        payload.insert(name.to_owned(), value.clone());
        lines.push(Line {
            name: name.to_owned(),
            value,
            from: from.to_owned(),
        });
    }
    let known = payload.clone();
    let settings = &client.settings;
    let selection = Selection {
        scope: is_alone(client).then_some(granted),
        requested: None,
        all: settings.leniency.all_claims,
    };
    claims::select(consumer, &selection, &mut payload);
    let plain = payload.clone();
    let contract = settings.claims_contract.as_ref();
    if let Some(contract) = contract {
        add(contract, consumer, granted, &mut payload);
    }
    for (name, value) in payload.iter().filter(|(name, _)| !known.contains_key(*name)) {
        let why = if !plain.contains_key(name) {
            "the contract demands it".to_owned()
        } else if settings.leniency.all_claims {
            "leniency.all_claims".to_owned()
        } else {
            format!("the scope {}", scope_of(name))
        };
        lines.push(Line {
            name: name.clone(),
            value: value.clone(),
            from: format!("{}: {why}", source(name)),
        });
    }
    Lint {
        missing: contract.map_or_else(Vec::new, |contract| {
            missing(contract, consumer, granted, &payload)
        }),
        breaches: contract.map_or_else(Vec::new, |contract| contract.check(&payload)),
        lines,
    }
}

/// Whether its id_tokens come alone, so that claims that were asked for by scope are in them (OpenID Connect Core §5.4).
fn is_alone(client: &Client) -> bool {
    let kinds = &client.settings.response_types;
    !kinds.is_empty() && kinds.iter().all(|kind| *kind == ResponseType::IdToken)
}

fn of_the_protocol(
    services: &Services,
    tenant: &Tenant,
    client: &Client,
    consumer: &Consumer,
) -> [(&'static str, Value, &'static str); 7] {
    let now = services.clock.now();
    let sub = subject::shown_by(services, tenant, client, &consumer.sub);
    [
        (
            "iss",
            tenant.account.issuer.as_str().into(),
            "the account's issuer",
        ),
        (
            "sub",
            sub.as_str().into(),
            "the consumer, as this client knows them",
        ),
        ("aud", id_token::audience(client), "the client"),
        ("iat", now.seconds().into(), "the time of issue"),
        (
            "exp",
            (now + id_token::lifetime_of(services, tenant, client))
                .seconds()
                .into(),
            "the lifetime of its id_tokens",
        ),
        ("jti", "(made at issue)".into(), "made for each token"),
        ("sid", "(made at login)".into(), "the consumer's session"),
    ]
}

fn scope_of(name: &str) -> &'static str {
    match claim::STANDARD.iter().find(|claim| claim.name == name) {
        Some(claim) => claim.scope,
        None if name == LP_SDES => LP_SDES,
        None => Scope::PROFILE,
    }
}

fn source(name: &str) -> &'static str {
    match name {
        LP_SDES => "the consumer's customerInfo and personalInfo",
        "updated_at" => "the consumer's last change",
        _ => "the consumer's claims",
    }
}

/// Why what the contract demands isn't there.
fn missing(
    contract: &ClaimsContract,
    consumer: &Consumer,
    granted: &Scope,
    payload: &Map<String, Value>,
) -> Vec<(String, String)> {
    let missing = contract
        .required()
        .iter()
        .filter(|name| !payload.contains_key(*name));
    missing
        .map(|name| {
            let has = consumer.claims.contains_key(name) || (name == LP_SDES && consumer.lp_sdes().is_some());
            let why = if has && !granted.contains(scope_of(name)) {
                format!("the scope {} is not granted", scope_of(name))
            } else {
                "the consumer has none".to_owned()
            };
            (name.clone(), why)
        })
        .collect()
}
