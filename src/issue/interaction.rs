//! What the consumer must still do before anything is issued, as a list of named reasons. The authorization endpoint
//! begins with it; each page of the consumer's asks whether it is its turn (SEC-032).

use std::sync::Arc;
use std::time::Duration;

use oauth::{Prompt, ValidRedirectUri};

use super::{claims, subject};
use crate::base::id::{GrantId, Subject};
use crate::context::Context;
use crate::model::grant::Grant;
use crate::model::interaction::{AuthorizationRequest, Progress};
use crate::model::{Client, Consumer, ConsumerStatus, Session};
use crate::store;

/// Why a request can't be answered yet, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody is signed in, or not the one who is expected.
    Login,
    /// Somebody is, and must prove it once more (`prompt=login`, `max_age`: OpenID Connect Core §3.1.2.1).
    FreshLogin,
    /// The consumer is to make an account, or to sign in with one (`prompt=create`).
    Create,
    /// Somebody is signed in, and is to say whether to go on as such (`prompt=select_account`).
    Choose,
    /// The client may not have this yet (SEC-033).
    Consent,
    /// Somebody has just signed in for this request, and it was made for another (SEC-035).
    OtherConsumer,
}

impl Reason {
    /// What the client is told where no page may be shown (OpenID Connect Core §3.1.2.6), or none can help.
    pub const fn error(self) -> oauth::Error {
        match self {
            Self::Login | Self::FreshLogin | Self::OtherConsumer => oauth::Error::login_required(),
            Self::Create => oauth::Error::interaction_required(),
            Self::Choose => oauth::Error::account_selection_required(),
            Self::Consent => oauth::Error::consent_required(),
        }
    }
}

/// What a request can be issued with, once nothing is left to do.
#[derive(Clone, Debug)]
pub struct Ready {
    /// In which session.
    pub session: Arc<Session>,
    /// About whom.
    pub consumer: Arc<Consumer>,
    /// The consent that it hangs on, where there must be one.
    pub grant_id: Option<GrantId>,
}

/// What is still to be done, or what to issue with.
pub async fn required(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<Arc<Session>>,
    progress: &Progress,
) -> store::Result<Result<Ready, Reason>> {
    if request.prompt.contains(Prompt::Create) && progress.logged_in.is_none() {
        return Ok(Err(Reason::Create));
    }
    let Some(session) = session else {
        return Ok(Err(Reason::Login));
    };
    let account = &context.tenant.account.account_id;
    let consumer = context.services.consumers.find(account, &session.sub).await?;
    let Some(consumer) = consumer.filter(|consumer| consumer.status == ConsumerStatus::Active) else {
        return Ok(Err(Reason::Login));
    };
    let logged_in_for_this = progress.logged_in.as_ref() == Some(&session.sub);
    if !is_expected(context, client, request, &session.sub).await? {
        return Ok(Err(if logged_in_for_this {
            Reason::OtherConsumer
        } else {
            Reason::Login
        }));
    }
    if !logged_in_for_this && let Some(reason) = before_it_goes_on(context, request, &session, progress) {
        return Ok(Err(reason));
    }
    if client.settings.first_party && !request.prompt.contains(Prompt::Consent) {
        return Ok(Ok(Ready {
            session,
            consumer,
            grant_id: None,
        }));
    }
    let grant = store::grants::find(context.db(), account, &session.sub, &client.client_id).await?;
    let allowed_for_this = progress.consented.as_ref() == Some(&session.sub);
    Ok(match grant {
        Some(grant) if covers(&grant, request) && (allowed_for_this || !asks_always(client, request)) => {
            Ok(Ready {
                session,
                consumer,
                grant_id: Some(grant.grant_id),
            })
        }
        _ => Err(Reason::Consent),
    })
}

/// Whether this consumer is whom the request names, if it names anybody, by whichever of their subjects.
async fn is_expected(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    sub: &Subject,
) -> store::Result<bool> {
    if let Some(claims) = &request.claims
        && !claims.allows_subject(subject::shown(context, client, sub).as_str())
    {
        return Ok(false);
    }
    let Some(hinted) = &request.hinted else {
        return Ok(true);
    };
    if hinted.sub == *sub {
        return Ok(true);
    }
    let Some(told) = &hinted.client else {
        return Ok(false);
    };
    let account = &context.tenant.account.account_id;
    let told = context.services.clients.find(account, told).await?;
    Ok(told.is_some_and(|told| subject::is_meant(context, &told, &hinted.sub, sub)))
}

/// What somebody must do who is signed in from before.
fn before_it_goes_on(
    context: &Context,
    request: &AuthorizationRequest,
    session: &Session,
    progress: &Progress,
) -> Option<Reason> {
    let chosen = progress.chosen.as_ref() == Some(&session.sub);
    if progress.other {
        Some(Reason::Login)
    } else if must_log_in_again(context, request, session) {
        Some(Reason::FreshLogin)
    } else if request.prompt.contains(Prompt::SelectAccount) && !chosen {
        Some(Reason::Choose)
    } else {
        None
    }
}

fn must_log_in_again(context: &Context, request: &AuthorizationRequest, session: &Session) -> bool {
    let asked = request.prompt.contains(Prompt::Login);
    let too_old = request.max_age.is_some_and(|max_age| {
        let greatest = Duration::from_secs(max_age.seconds().into());
        greatest.is_zero() || context.now.since(session.auth_time) > greatest
    });
    asked || too_old
}

fn covers(grant: &Grant, request: &AuthorizationRequest) -> bool {
    claims::to_consent(request).is_subset(&grant.scope)
}

fn asks_always(client: &Client, request: &AuthorizationRequest) -> bool {
    // What is asked for in detail is about this one time.
    request.prompt.contains(Prompt::Consent)
        || request.authorization_details.is_some()
        || is_on_device(client, &request.redirect_uri)
}

/// A program on a device can be imitated by any other there: its consumers are asked every time (SEC-033).
pub fn is_on_device(client: &Client, redirect_uri: &ValidRedirectUri) -> bool {
    client.is_public() && redirect_uri.is_on_device()
}
