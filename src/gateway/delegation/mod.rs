//! Consumer delegation (section 1.15 of the platform contract): a bot sends a consumer to their brand, and acts for them there
//! with what the brand gives.
//!
//! The program begins it with its AppJWT and gets a URL for the consumer, who comes back with a code in a pop-up that closes
//! itself. The platform redeems the code, and the program fetches the tokens, once.

mod begin;
mod callback;
mod fetch;

use std::sync::Arc;
use std::time::Duration;

use axum::routing::{MethodRouter, get, post};

use super::Error;
use super::idp::enabled;
use crate::base::id::AccountId;
use crate::context::{Context, Services};
use crate::keys::Place;
use crate::model::Connector;

/// How long a browser may take to come back, and then a program to fetch.
const LASTS: Duration = Duration::from_mins(10);

/// A program begins.
pub(super) fn begin() -> MethodRouter<Arc<Services>> {
    post(begin::post)
}

/// A program fetches.
pub(super) fn fetch() -> MethodRouter<Arc<Services>> {
    post(fetch::post)
}

/// The consumer's browser comes back.
pub(super) fn come_back() -> MethodRouter<Arc<Services>> {
    get(callback::get)
}

/// The connector of that id, where it delegates.
async fn delegating(context: &Context, id: &str) -> Result<Connector, Error> {
    let connector = enabled(context, id).await?;
    if connector.configuration.is_delegation() {
        return Ok(connector);
    }
    Err(Error::not_found().because("the connector isn't one for delegation"))
}

/// Where the brand sends the browser back to: what is registered there.
fn callback(context: &Context) -> String {
    let account = &context.tenant.account.account_id;
    let public_url = &context.services.settings.server.public_url;
    format!("{public_url}/callback/{account}/redirectCode")
}

/// The verifier of a state's challenge (RFC 7636): nobody who sees the state can know it, and nothing is stored.
fn verifier(services: &Services, account: &AccountId, state: &str) -> String {
    let parts: [&[u8]; 3] = [
        b"delegation verifier",
        account.as_str().as_bytes(),
        state.as_bytes(),
    ];
    services.forms.token(&parts)
}

/// Where the tokens of one rest.
const fn place<'a>(account: &'a AccountId, delegation: &'a str) -> Place<'a> {
    Place {
        table: "delegations",
        column: "tokens",
        row: delegation,
        account: Some(account),
    }
}
