//! What the consumer must still do before a request is answered, as a list of named reasons.

use std::sync::Arc;

use oauth::Prompt;

use crate::base::id::GrantId;
use crate::context::Context;
use crate::model::interaction::{AuthorizationRequest, Progress};
use crate::model::{Client, Consumer, ConsumerStatus, Session};
use crate::store;

/// Something that only the consumer can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Nobody is signed in, or not the one who is expected.
    Login,
    /// Somebody is, and must prove it once more (`prompt=login`, `max_age`: OpenID Connect Core §3.1.2.1).
    FreshLogin,
    /// The client may not have this yet (SEC-033).
    Consent,
}

impl Reason {
    /// What `prompt=none` is answered with (OpenID Connect Core §3.1.2.6).
    pub(super) const fn error(self) -> oauth::Error {
        match self {
            Self::Login | Self::FreshLogin => oauth::Error::login_required(),
            Self::Consent => oauth::Error::consent_required(),
        }
    }
}

/// What a request can be issued with, once nothing is left to do.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) session: Arc<Session>,
    pub(super) consumer: Arc<Consumer>,
    pub(super) grant_id: Option<GrantId>,
}

/// What is still to be done, or what to issue with.
pub(super) async fn required(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<Arc<Session>>,
    progress: &Progress,
) -> store::Result<Result<Ready, Reason>> {
    let Some(session) = session else {
        return Ok(Err(Reason::Login));
    };
    let account = &context.tenant.account.account_id;
    let consumer = context.services.consumers.find(account, &session.sub).await?;
    let Some(consumer) = consumer.filter(|consumer| consumer.status == ConsumerStatus::Active) else {
        return Ok(Err(Reason::Login));
    };
    if !is_expected(request, &session) {
        return Ok(Err(Reason::Login));
    }
    if !progress.logged_in && must_log_in_again(context, request, &session) {
        return Ok(Err(Reason::FreshLogin));
    }
    let grant = if client.settings.first_party && !request.prompt.contains(Prompt::Consent) {
        None
    } else {
        let grant = store::grants::find(context.db(), account, &session.sub, &client.client_id).await?;
        if !progress.consented {
            // A program on a device can be imitated by any other there: it asks every time (SEC-033).
            let ask_always = request.prompt.contains(Prompt::Consent)
                || (client.is_public() && request.redirect_uri.is_on_device());
            let covered = grant
                .as_ref()
                .is_some_and(|grant| request.scope.is_subset(&grant.scope));
            if ask_always || !covered {
                return Ok(Err(Reason::Consent));
            }
        }
        grant
    };
    Ok(Ok(Ready {
        session,
        consumer,
        grant_id: grant.map(|grant| grant.grant_id),
    }))
}

/// Whether the session is that of whom the request names, if it names anybody.
fn is_expected(request: &AuthorizationRequest, session: &Session) -> bool {
    request.hinted_sub.as_ref().is_none_or(|sub| *sub == session.sub)
        && request
            .claims
            .as_ref()
            .is_none_or(|claims| claims.allows_subject(session.sub.as_str()))
}

fn must_log_in_again(context: &Context, request: &AuthorizationRequest, session: &Session) -> bool {
    let asked = [Prompt::Login, Prompt::SelectAccount, Prompt::Create]
        .into_iter()
        .any(|prompt| request.prompt.contains(prompt));
    let too_old = request.max_age.is_some_and(|max_age| {
        context.now.since(session.auth_time) > std::time::Duration::from_secs(max_age.seconds().into())
            || max_age.seconds() == 0
    });
    asked || too_old
}
