//! Signing out, whichever door it is asked for at: the question, the end, and where it leads.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};
use oauth::{Parameters, ValidRedirectUri};
use pages::{FormTokens, Link};
use serde::{Deserialize, Serialize};
use url::Url;

use super::PageError;
use super::browser_state::BrowserState;
use super::csrf::{self, Purpose};
use super::page::Permissions;
use super::redirect::{destination, see_other, with_ours};
use super::visit::Visit;
use crate::base::id::{ClientId, SessionId};
use crate::model::{Client, Session};
use crate::store;

/// Without scripts, the page that loads clients' frames goes on after so many seconds.
const PATIENCE: u8 = 5;

/// Where a logout is to lead: an address that a client registered (OpenID Connect RP-Initiated Logout §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// Who registered it.
    pub client_id: ClientId,
    /// The address, byte for byte (SEC-066).
    pub uri: String,
    /// Returned as it came.
    pub state: Option<String>,
}

/// A destination whose client has it registered now.
struct Settled {
    client: Arc<Client>,
    uri: ValidRedirectUri,
    location: String,
}

impl Destination {
    async fn settle(&self, visit: &Visit) -> store::Result<Option<Settled>> {
        let context = &visit.context;
        let account = &context.tenant.account.account_id;
        let client = context.services.clients.find(account, &self.client_id).await?;
        Ok(client.and_then(|client| {
            let registered = registered(&client, &self.uri)?;
            let location = match &self.state {
                None => self.uri.clone(),
                Some(state) => with_state(&self.uri, state),
            };
            Some(Settled {
                client,
                uri: registered,
                location,
            })
        }))
    }

    /// In a hidden field, which the form's token guards.
    fn to_field(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn from_field(field: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(field).ok()?).ok()
    }
}

/// The address, if it is one that the client registered for this: exactly (SEC-066).
pub fn registered(client: &Client, uri: &str) -> Option<ValidRedirectUri> {
    let settings = &client.settings;
    let known = settings
        .post_logout_redirect_uris
        .iter()
        .any(|known| known.as_str() == uri);
    (known && client.enabled)
        .then(|| ValidRedirectUri::rehydrate(uri).ok())
        .flatten()
}

fn with_state(uri: &str, state: &str) -> String {
    let join = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let start = format!("{uri}{join}");
    let length = start.len();
    form_urlencoded::Serializer::for_suffix(start, length)
        .append_pair("state", state)
        .finish()
}

/// The question, so that no other site can sign anybody out (SEC-073).
pub async fn ask(
    visit: &Visit,
    session: &Session,
    by: Option<&Client>,
    to: Option<&Destination>,
    ui_locales: &[String],
) -> Result<Response, PageError> {
    let field = to.map(Destination::to_field).unwrap_or_default();
    let settled = match to {
        Some(to) => to.settle(visit).await?,
        None => None,
    };
    visit.keep(session).await?;
    let everybody = visit.everybody().await?;
    let known = everybody.iter().find(|known| known.session.sid == session.sid);
    let pages = visit.pages_in(ui_locales);
    let view = pages::Logout {
        frame: pages.frame(),
        action: &visit.path("logout"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Logout, &about(session, &field)),
            interaction: &field,
        },
        user: known.map(|known| known.consumer.shown_name()),
        client_name: by.map(Client::shown_name),
        several: everybody.len() > 1,
    };
    let permissions = Permissions {
        leads_to: settled.map(|settled| destination(&settled.uri)),
        ..Permissions::default()
    };
    Ok(pages.respond(StatusCode::OK, view.render(pages.locale()), &permissions))
}

/// What was said to the question: about the session that it was asked of, whoever was chosen in another tab since (SEC-143).
pub async fn answer(visit: &Visit, form: &Parameters) -> Result<Response, PageError> {
    let here = visit.sessions().await?;
    let field = form.get("interaction").unwrap_or_default();
    let asked =
        |session: &&Arc<Session>| csrf::is_bound(visit, Purpose::Logout, &about(session, field), form);
    let Some(session) = here.iter().find(asked).or(here.current()) else {
        return onward(visit, None, Vec::new()).await;
    };
    csrf::demand(visit, Purpose::Logout, &about(session, field), form)?;
    let all: Vec<&Session> = match form.get("decision") {
        Some("logout") => vec![session],
        Some("all") => here.iter().map(Arc::as_ref).collect(),
        _ => return visit.send_to("me"),
    };
    end(visit, &all, Destination::from_field(field).as_ref()).await
}

/// The form is bound to the session that it ends, and to where it leads then.
fn about(session: &Session, field: &str) -> String {
    format!("{}.{field}", session.sid)
}

/// Ends sessions of this browser, and goes on. Whoever else is signed in beside them stays so.
pub async fn end(
    visit: &Visit,
    sessions: &[&Session],
    to: Option<&Destination>,
) -> Result<Response, PageError> {
    let context = &visit.context;
    let here = visit.sessions().await?;
    let mut frames = Vec::new();
    for session in sessions {
        let clients = context.services.sessions.end(session).await?;
        tracing::info!(
            target: "audit", event = "session.terminated", request_id = %context.request_id,
            account = %session.account_id, sub = %session.sub, ip = %context.ip, "signed out"
        );
        for client in &clients {
            let client = context.services.clients.find(&session.account_id, client).await?;
            frames.extend(client.and_then(|client| frame(context.issuer(), session, &client)));
        }
    }
    let mut response = onward(visit, to, frames).await?;
    let ended: Vec<&SessionId> = sessions.iter().map(|session| &session.sid).collect();
    here.clear(visit, &mut response, ended.iter().copied());
    let staying = here.iter().map(|session| &session.sid);
    let staying = staying.filter(|sid| !ended.contains(sid));
    BrowserState::of(visit, staying).keep(visit, &mut response);
    Ok(response)
}

/// What a client wants loaded, with issuer and session (OpenID Connect Front-Channel Logout §3).
fn frame(issuer: &str, session: &Session, client: &Client) -> Option<Url> {
    let wanted = client.settings.frontchannel_logout_uri.as_deref();
    let wanted = wanted.filter(|_| client.enabled)?;
    let ours = [("iss", issuer), ("sid", session.sid.as_str())];
    Url::parse(&with_ours(wanted, &ours)).ok()
}

/// To where the logout leads; by a page where there are frames to load first, or nowhere to go.
pub async fn onward(
    visit: &Visit,
    to: Option<&Destination>,
    frames: Vec<Url>,
) -> Result<Response, PageError> {
    let settled = match to {
        Some(to) => to.settle(visit).await?,
        None => None,
    };
    if let (Some(settled), true) = (&settled, frames.is_empty()) {
        return see_other(&settled.location);
    }
    let link = settled
        .as_ref()
        .and_then(|settled| Link::redirect(&settled.location));
    let mut response = page(visit, settled.as_ref().zip(link.as_ref()), &frames);
    if let Some(link) = &link
        && let Ok(refresh) = HeaderValue::from_str(&format!("{PATIENCE};url={link}"))
    {
        response.headers_mut().insert(REFRESH, refresh);
    }
    Ok(response)
}

/// The page that says it, with a link to where it could lead: for who is to choose whether to go.
pub async fn done(visit: &Visit, to: Option<&Destination>) -> Result<Response, PageError> {
    let settled = match to {
        Some(to) => to.settle(visit).await?,
        None => None,
    };
    let link = settled
        .as_ref()
        .and_then(|settled| Link::redirect(&settled.location));
    Ok(page(visit, settled.as_ref().zip(link.as_ref()), &[]))
}

fn page(visit: &Visit, onward: Option<(&Settled, &Link)>, frames: &[Url]) -> Response {
    let pages = visit.pages();
    let addresses: Vec<String> = frames.iter().map(Url::to_string).collect();
    let view = pages::LoggedOut {
        frame: pages.frame(),
        onward: onward.map(|(settled, link)| (link, settled.client.shown_name())),
        frames: &addresses,
    };
    let mut origins: Vec<String> = frames
        .iter()
        .map(|url| url.origin().ascii_serialization())
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let permissions = Permissions {
        frames: origins,
        ..Permissions::default()
    };
    pages.respond(StatusCode::OK, view.render(pages.locale()), &permissions)
}
