//! Consumer delegation (section 1.15 of the platform contract): a bot sends a consumer to their brand, and acts for them there
//! with what the brand gives.
//!
//! The program begins it with its AppJWT and gets a URL for the consumer: of ours, which sends their browser on to the brand with a
//! cookie, so that an answer counts in the browser alone that went for it (SEC-102). They come back with a code in a pop-up that
//! closes itself. The platform redeems the code, and the program fetches the tokens, once.

mod begin;
mod callback;
mod fetch;
mod leave;

use std::sync::Arc;
use std::time::Duration;

use axum::routing::{MethodRouter, get, post};
use http::HeaderMap;
use pages::ErrorKind;
use url::Url;

use super::Error;
use super::idp::enabled;
use crate::base::id::AccountId;
use crate::context::{Context, Services};
use crate::http::PageError;
use crate::http::cookies::{Kept, SameSite};
use crate::keys::Place;
use crate::model::Connector;
use crate::model::connector::delegation_callback;

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

/// The consumer's browser goes to the brand.
pub(super) fn go() -> MethodRouter<Arc<Services>> {
    get(leave::get)
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

/// Where the brand asks the consumer.
fn authorization_endpoint(connector: &Connector) -> Option<Url> {
    let endpoint = connector.configuration.authorization_endpoint.as_deref()?;
    Url::parse(endpoint).ok()
}

/// Where the bot sends the consumer. A state is letters and digits.
fn leave(context: &Context, state: &str) -> String {
    let account = &context.tenant.account.account_id;
    let public_url = &context.services.settings.server.public_url;
    format!("{public_url}/callback/{account}/begin?state={state}")
}

/// What a browser is known by that went to the brand with a state: a cookie, of which nothing is stored here.
struct Browser<'a> {
    context: &'a Context,
    state: &'a str,
}

impl Browser<'_> {
    /// Each state's has a name of its own: several may be under way in one browser.
    fn cookie(&self) -> Kept {
        let services = &self.context.services;
        let name = services.forms.token(&self.parts(b"delegation cookie"));
        let short = name.get(..16).unwrap_or(&name);
        let is_https = callback(self.context).starts_with("https://");
        Kept::new(&format!("signet-delegation-{short}"), SameSite::Lax, is_https)
    }

    /// A `Set-Cookie` for it.
    fn set(&self) -> String {
        let proof = self
            .context
            .services
            .forms
            .token(&self.parts(b"delegation browser"));
        self.cookie().set(&proof, Some(LASTS.as_secs()))
    }

    /// Whether a request comes from it.
    fn sent(&self, headers: &HeaderMap) -> bool {
        let parts = self.parts(b"delegation browser");
        let proof = self.cookie().read(headers).map(str::to_owned);
        proof.is_some_and(|proof| self.context.services.forms.verify(&parts, &proof))
    }

    fn parts<'p>(&'p self, what: &'p [u8]) -> [&'p [u8]; 3] {
        let account = self.context.tenant.account.account_id.as_str();
        [what, account.as_bytes(), self.state.as_bytes()]
    }
}

/// Told and logged alike of a state that is made up, used, too old, or another browser's.
fn unawaited(context: &Context) -> PageError {
    tracing::warn!(
        target: "audit", event = "federation.state_rejected", request_id = %context.request_id, ip = %context.ip,
        account = %context.tenant.account.account_id, "nobody waits for this state"
    );
    PageError::with_detail(
        ErrorKind::InvalidRequest,
        "nobody waits for this state".to_owned(),
    )
}

/// Where the brand sends the browser back to: what is registered there.
fn callback(context: &Context) -> String {
    let public_url = context.services.settings.server.public_url.as_str();
    delegation_callback(public_url, &context.tenant.account.account_id)
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
