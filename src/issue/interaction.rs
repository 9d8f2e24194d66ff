//! What the consumer must still do before anything is issued, as a list of named reasons. The authorization endpoint
//! begins with it; each page of the consumer's asks whether it is its turn (SEC-032).

use std::sync::Arc;
use std::time::Duration;

use oauth::{ClaimsRequest, Prompt, ValidRedirectUri};

use super::{claims, subject};
use crate::base::id::{GrantId, Subject};
use crate::context::Context;
use crate::model::grant::Grant;
use crate::model::interaction::{AuthorizationRequest, Progress};
use crate::model::{Client, Consumer, Identifier, Session, SignedIn};
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
    /// Somebody is signed in, and is to say whether to go on as such (`prompt=select_account`); or several are, and nobody
    /// says who is meant (SEC-143).
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

/// What is still to be done, and by whom: nobody in particular where somebody is to sign in, or to be chosen.
#[derive(Clone, Debug)]
pub struct Needed {
    /// What.
    pub reason: Reason,
    /// By whom.
    pub who: Option<SignedIn>,
}

impl From<Reason> for Needed {
    fn from(reason: Reason) -> Self {
        Self { reason, who: None }
    }
}

/// What is still to be done, or what to issue with. `everybody` is who is signed in in this browser, and may be; whoever was
/// chosen last comes first.
pub async fn required(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    everybody: &[SignedIn],
    progress: &Progress,
) -> store::Result<Result<Ready, Needed>> {
    if request.prompt.contains(Prompt::Create) && progress.logged_in.is_none() {
        return Ok(Err(Reason::Create.into()));
    }
    let known = match who(context, client, request, everybody, progress).await? {
        Ok(known) => known,
        Err(reason) => return Ok(Err(reason.into())),
    };
    let needed = |reason| Needed {
        reason,
        who: Some(known.clone()),
    };
    let SignedIn { session, consumer } = &known;
    let logged_in_for_this = progress.logged_in.as_ref() == Some(&session.sub);
    if !is_expected(context, client, request, &session.sub).await? {
        return Ok(Err(if logged_in_for_this {
            needed(Reason::OtherConsumer)
        } else {
            Reason::Login.into()
        }));
    }
    if !logged_in_for_this && let Some(reason) = before_it_goes_on(context, request, session, progress) {
        return Ok(Err(needed(reason)));
    }
    let ready = |grant_id| Ready {
        session: Arc::clone(session),
        consumer: Arc::clone(consumer),
        grant_id,
    };
    if client.settings.first_party && !request.prompt.contains(Prompt::Consent) {
        return Ok(Ok(ready(None)));
    }
    let account = &context.tenant.account.account_id;
    let grant = store::grants::find(context.db(), account, &session.sub, &client.client_id).await?;
    let allowed_for_this = progress.consented.as_ref() == Some(&session.sub);
    Ok(match grant {
        Some(grant) if covers(&grant, request) && (allowed_for_this || !asks_always(client, request)) => {
            Ok(ready(Some(grant.grant_id)))
        }
        _ => Err(needed(Reason::Consent)),
    })
}

/// Whom a request is about, of those who are signed in in its browser: whoever signed in for it or was chosen for it; else
/// whom it names; else whoever is there alone, or was chosen for this client before.
async fn who(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    everybody: &[SignedIn],
    progress: &Progress,
) -> store::Result<Result<SignedIn, Reason>> {
    let of = |sub: &Subject| everybody.iter().find(|known| known.session.sub == *sub);
    if let Some(sub) = &progress.logged_in {
        return Ok(of(sub).cloned().ok_or(Reason::Login));
    }
    if progress.other {
        return Ok(Err(Reason::Login));
    }
    if let Some(known) = progress.chosen.as_ref().and_then(of) {
        return Ok(Ok(known.clone()));
    }
    let first = match everybody {
        [] => return Ok(Err(Reason::Login)),
        [alone] => return Ok(Ok(alone.clone())),
        [first, ..] => first,
    };
    if names_somebody(request) {
        for known in everybody {
            if is_expected(context, client, request, &known.session.sub).await? {
                return Ok(Ok(known.clone()));
            }
        }
        return Ok(Err(Reason::Login));
    }
    if let Some(hint) = &request.login_hint {
        return Ok(meant(everybody, hint).cloned().ok_or(Reason::Choose));
    }
    if request.prompt.contains(Prompt::Login) {
        // They are all asked to sign in anew, or another is.
        return Ok(Ok(first.clone()));
    }
    let account = &context.tenant.account.account_id;
    let sids: Vec<_> = everybody.iter().map(|known| &known.session.sid).collect();
    let chosen = store::session_clients::list_chosen(context.db(), account, &client.client_id, &sids).await?;
    let [chosen] = chosen.as_slice() else {
        return Ok(Err(Reason::Choose));
    };
    let known = everybody.iter().find(|known| known.session.sid == *chosen);
    Ok(known.cloned().ok_or(Reason::Choose))
}

/// Whether a request can be answered for one consumer alone.
fn names_somebody(request: &AuthorizationRequest) -> bool {
    let claims = request.claims.as_ref();
    request.hinted.is_some() || claims.is_some_and(ClaimsRequest::names_subject)
}

/// Whom a `login_hint` means: whoever signs in with it.
fn meant<'e>(everybody: &'e [SignedIn], hint: &str) -> Option<&'e SignedIn> {
    let hint = Identifier::parse(hint).ok()?;
    everybody.iter().find(|known| {
        let consumer = &known.consumer;
        let email = consumer.claims.get("email").and_then(serde_json::Value::as_str);
        let names = consumer.username.as_deref().into_iter().chain(email);
        names
            .filter_map(|name| Identifier::parse(name).ok())
            .any(|name| name == hint)
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
    if must_log_in_again(context, request, session) {
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
