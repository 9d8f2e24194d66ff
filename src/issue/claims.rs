//! Which claims about a consumer go where.

use oauth::{RequestedClaims, Scope};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::model::interaction::AuthorizationRequest;
use crate::model::{Client, Consumer, claim};

/// The scope with which a client that isn't a platform's asks for `lp_sdes`.
pub const LP_SDES: &str = "lp_sdes";

/// What may be told about a consumer in one place.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Scopes that count here.
    pub scope: Option<&'a Scope>,
    /// Claims that were asked for one by one, for this place.
    pub requested: Option<&'a RequestedClaims>,
    /// All of them: a messaging platform's client gets them whatever it asked for.
    pub all: bool,
}

impl Selection<'_> {
    fn takes(&self, name: &str, scope: &str) -> bool {
        self.all
            || self.scope.is_some_and(|granted| granted.contains(scope))
            || self.requested.is_some_and(|requested| requested.contains(name))
    }
}

/// The scope that a claim about a consumer belongs to; none for what a token says of itself.
pub fn scope_of(name: &str) -> Option<&'static str> {
    match name {
        LP_SDES => Some(LP_SDES),
        "updated_at" => Some(Scope::PROFILE),
        _ => claim::STANDARD
            .iter()
            .find(|claim| claim.name == name)
            .map(|claim| claim.scope),
    }
}

/// What a consumer is to be asked for: the scopes of a request, and those of the claims that it asks for by name, which tell
/// the same (SEC-033).
pub fn to_consent(request: &AuthorizationRequest) -> Scope {
    let by_name = request
        .claims
        .iter()
        .flat_map(|claims| claims.id_token.iter().chain(claims.userinfo.iter()))
        .filter_map(|(name, _)| scope_of(name));
    Scope::from_values(request.scope.iter().chain(by_name)).unwrap_or_else(|_| request.scope.clone())
}

/// Tells of what is stored of a consumer under the name of something that tokens say of themselves (SEC-011). Nobody writes
/// that, and [`select`] passes it over: the database was filled by something else.
pub fn tell_reserved(context: &Context, client: &Client, consumer: &Consumer) {
    for name in consumer.claims.keys().filter(|name| claim::is_reserved(name)) {
        tracing::warn!(
            target: "audit", event = "claims.reserved", request_id = %context.request_id, ip = %context.ip,
            account = %client.account_id, client = %client.client_id, sub = %consumer.sub, outcome = "refused",
            reason = %name, "a stored claim that no token takes from a consumer"
        );
    }
}

/// Adds the claims that the selection takes and the consumer has.
pub fn select(consumer: &Consumer, selection: &Selection<'_>, into: &mut Map<String, Value>) {
    for claim in claim::STANDARD {
        if let Some(value) = consumer.claims.get(claim.name)
            && selection.takes(claim.name, claim.scope)
        {
            into.insert(claim.name.to_owned(), value.clone());
        }
    }
    if !selection.all && selection.takes("updated_at", Scope::PROFILE) {
        into.insert("updated_at".to_owned(), consumer.updated_at.seconds().into());
    }
    if selection.takes(LP_SDES, LP_SDES)
        && let Some(attributes) = consumer.lp_sdes()
    {
        into.insert(LP_SDES.to_owned(), attributes);
    }
}
