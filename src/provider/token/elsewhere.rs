//! Asking again for what a consumer allows on another screen: a device's grant and a backchannel one are asked for alike
//! (RFC 8628 §3.5, CIBA §11).

use oauth::{Error, ErrorCode};

use super::{Request, TokenResponse, answer, authorization_code};
use crate::base::{Digest, Timestamp};
use crate::http::oauth_error::OAuthError;
use crate::issue::access_token::Entitlement;
use crate::issue::refresh_token::Chain;
use crate::issue::resource;
use crate::issue::tokens::{self, Granted};
use crate::model::ConsumerStatus;
use crate::model::device::{Allowed, Decision};
use crate::model::token::{Authenticated, Code};
use crate::store;

/// How much too early a question may come, in milliseconds: networks don't keep time.
const EARLY: u128 = 500;
/// What a client that asks too often waits longer, in seconds.
const LONGER: i64 = 5;
/// The longest that it is made to wait, in seconds.
const LONGEST: i64 = 120;

/// Where something that waits stands.
pub(super) struct Standing<'a> {
    pub(super) decision: Option<&'a Decision>,
    pub(super) interval: i64,
    pub(super) asked_at: Option<Timestamp>,
    pub(super) expires_at: Timestamp,
}

/// What a question comes to.
pub(super) enum Turn<'a> {
    /// The consumer allowed it.
    Allowed(&'a Allowed),
    /// Not yet: the client waits that many seconds from now on, and is told so.
    NotYet(i64, Error),
}

impl<'a> Standing<'a> {
    /// A decision is told whenever it is asked for; before, not more often than agreed.
    pub(super) fn turn(&self, now: Timestamp) -> Result<Turn<'a>, Error> {
        if self.expires_at <= now {
            return Err(Error::new(ErrorCode::ExpiredToken, "It took too long."));
        }
        match self.decision {
            Some(Decision::Allowed(allowed)) => return Ok(Turn::Allowed(allowed)),
            Some(Decision::Denied) => return Err(Error::access_denied("The user said no.")),
            None => {}
        }
        let agreed = u128::try_from(self.interval).unwrap_or(0) * 1000;
        let too_early = self
            .asked_at
            .is_some_and(|asked_at| now.since(asked_at).as_millis() + EARLY < agreed);
        Ok(if too_early {
            let longer = self.interval.saturating_add(LONGER).min(LONGEST);
            Turn::NotYet(longer, slow_down())
        } else {
            let pending = Error::new(ErrorCode::AuthorizationPending, "The user has not answered yet.");
            Turn::NotYet(self.interval, pending)
        })
    }
}

/// Also for a question that comes at the very moment of another.
pub(super) const fn slow_down() -> Error {
    Error::new(ErrorCode::SlowDown, "The client asks too often.")
}

/// What was allowed, and by what it is bought.
pub(super) struct Bought<'a> {
    pub(super) allowed: &'a Allowed,
    pub(super) scope: &'a oauth::Scope,
    pub(super) by: Digest<Code>,
    pub(super) event: &'static str,
}

/// Gives what was allowed, once: the one statement that stores it decides.
pub(super) async fn give(request: &Request<'_>, bought: Bought<'_>) -> Result<TokenResponse, OAuthError> {
    let Request { context, client, .. } = request;
    let allowed = bought.allowed;
    let account = &context.tenant.account.account_id;
    let consumer = context
        .services
        .consumers
        .find(account, &allowed.sub)
        .await?
        .filter(|consumer| consumer.status == ConsumerStatus::Active)
        .ok_or_else(|| used("the consumer may not log in any more"))?;
    let authentication = Authenticated {
        auth_time: allowed.auth_time,
        auth_time_wanted: true,
        sid: Some(allowed.sid.clone()),
        login: allowed.login.clone(),
        claims: None,
    };
    let entitlement = entitlement(request, &bought)?;
    let granted = Granted {
        client,
        chain: Chain::begun(context, client, &entitlement, &authentication),
        code: Some(bought.by),
        login: Some((authentication.told(&allowed.sub, bought.scope), &consumer)),
        entitlement,
    };
    let (prepared, stored) = tokens::prepare(context, granted).await.map_err(Error::from)?;
    context
        .services
        .sessions
        .note_client(account, &allowed.sid, client)
        .await?;
    if !store::tokens::insert_all(context.db(), stored).await? {
        return Err(authorization_code::refuse_again(context, client, bought.by).await?);
    }
    tracing::info!(
        target: "audit", event = bought.event, request_id = %context.request_id, %account,
        client = %client.client_id, sub = %allowed.sub, ip = %context.ip, "given what was allowed elsewhere"
    );
    Ok(answer::given(client, prepared))
}

fn entitlement(request: &Request<'_>, bought: &Bought<'_>) -> Result<Entitlement, Error> {
    let allowed = bought.allowed;
    let wanted = resource::named(request.context, request.client, request.parameters)?;
    Ok(Entitlement {
        sub: Some(allowed.sub.clone()),
        sid: Some(allowed.sid.clone()),
        grant_id: allowed.grant_id.clone(),
        resource: resource::narrowed(&[], wanted)?,
        cnf: request.cnf.clone(),
        auth_time: Some(allowed.auth_time),
        ..Entitlement::of_client(request.client, bought.scope.clone())
    })
}

fn used(detail: &'static str) -> Error {
    Error::invalid_grant("The code is not valid.").with_detail(detail)
}
