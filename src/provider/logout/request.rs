//! What a client asks for (OpenID Connect RP-Initiated Logout §2).

use std::sync::Arc;

use oauth::{Locales, Parameters};
use pages::ErrorKind;

use crate::base::id::ClientId;
use crate::context::Context;
use crate::http::browser_sessions::BrowserSessions;
use crate::http::signing_out::{self, Destination};
use crate::http::{PageError, Visit};
use crate::issue::hint::Hint;
use crate::model::{Client, Session};
use crate::store;

/// A logout request, as far as it can be relied on.
pub(super) struct LogoutRequest {
    /// A hint that this account issued to the client.
    pub(super) hint: Option<Hint>,
    /// Who asks: the client that the hint was issued to, or that calls itself so.
    pub(super) client: Option<Arc<Client>>,
    /// Where it may lead.
    pub(super) destination: Option<Destination>,
    /// Languages, best first.
    pub(super) ui_locales: Vec<String>,
    /// Something in it isn't right: then nothing happens without a question, and it leads nowhere.
    doubtful: bool,
}

impl LogoutRequest {
    pub(super) async fn read(visit: &Visit, parameters: &Parameters) -> Result<Self, PageError> {
        if let Some(name) = parameters.repeated().next() {
            return Err(PageError::with_detail(ErrorKind::RepeatedParameter, name));
        }
        let context = &visit.context;
        let ui_locales = parameters
            .get("ui_locales")
            .map(|locales| Locales::read(locales).iter().map(str::to_owned).collect())
            .unwrap_or_default();
        let mut request = Self {
            hint: None,
            client: None,
            destination: None,
            ui_locales,
            doubtful: false,
        };
        if let Err(doubt) = request.fill(context, parameters).await? {
            tracing::info!(
                request_id = %context.request_id, account = %context.tenant.account.account_id, doubt,
                "a logout request that is not followed"
            );
            request.doubtful = true;
            request.hint = None;
            request.destination = None;
        }
        Ok(request)
    }

    /// Fills in what holds, up to the first thing that doesn't.
    async fn fill(
        &mut self,
        context: &Context,
        parameters: &Parameters,
    ) -> store::Result<Result<(), &'static str>> {
        if let Some(id) = parameters.get("client_id") {
            self.client = find(context, id).await?;
            if self.client.is_none() {
                return Ok(Err("unknown client"));
            }
        }
        if let Some(hint) = parameters.get("id_token_hint") {
            let Ok(hint) = Hint::verify(context, hint) else {
                return Ok(Err("the hint is not an id_token of this issuer"));
            };
            let Some(client) = issued_to(context, &hint, self.client.take()).await? else {
                return Ok(Err("the hint was issued to another client"));
            };
            self.client = Some(client);
            self.hint = Some(hint);
        }
        let Some(uri) = parameters.get("post_logout_redirect_uri") else {
            return Ok(Ok(()));
        };
        let Some(client) = &self.client else {
            return Ok(Err("nobody says whose the address is"));
        };
        if signing_out::registered(client, uri).is_none() {
            return Ok(Err("the address is not registered"));
        }
        self.destination = Some(Destination {
            client_id: client.client_id.clone(),
            uri: uri.to_owned(),
            state: parameters.get("state").map(str::to_owned),
        });
        Ok(Ok(()))
    }

    /// Which of the browser's sessions it is about: the one that the hint names; else the one that was chosen for its client,
    /// or else the current one (SEC-143).
    pub(super) async fn meant<'b>(
        &self,
        visit: &Visit,
        here: &'b BrowserSessions,
    ) -> store::Result<Option<&'b Arc<Session>>> {
        let hinted = self.hint.as_ref().and_then(Hint::session);
        if let Some(session) = hinted.and_then(|sid| here.of_sid(sid)) {
            return Ok(Some(session));
        }
        let Some(client) = self.client.as_ref().filter(|_| here.len() > 1) else {
            return Ok(here.current());
        };
        let (db, account) = (visit.context.db(), &visit.context.tenant.account.account_id);
        let sids: Vec<_> = here.iter().map(|session| &session.sid).collect();
        let chosen = store::session_clients::list_chosen(db, account, &client.client_id, &sids).await?;
        let chosen = chosen.first().and_then(|sid| here.of_sid(sid.as_str()));
        Ok(chosen.or(here.current()))
    }

    /// Whether an id_token of this very session was shown, by the client that has it.
    pub(super) fn is_proved_for(&self, session: &Session) -> bool {
        !self.doubtful
            && self
                .hint
                .as_ref()
                .is_some_and(|hint| hint.session() == Some(session.sid.as_str()))
    }
}

async fn find(context: &Context, id: &str) -> store::Result<Option<Arc<Client>>> {
    let account = &context.tenant.account.account_id;
    match ClientId::parse(id) {
        Ok(id) => context.services.clients.find(account, &id).await,
        Err(_) => Ok(None),
    }
}

/// The client that a hint was issued to: the one that calls itself so, if the hint's audience is its own, or else the one
/// that the audience names.
async fn issued_to(
    context: &Context,
    hint: &Hint,
    named: Option<Arc<Client>>,
) -> store::Result<Option<Arc<Client>>> {
    if let Some(client) = named {
        return Ok(hint.is_for(&client).then_some(client));
    }
    for name in hint.audiences() {
        if let Some(client) = find(context, name).await? {
            return Ok(Some(client));
        }
    }
    Ok(None)
}
