use http::StatusCode;
use serde_json::json;

use super::Authorised;
use crate::context::{Context, Services};
use crate::directory::{By, record_denied};
use crate::gateway::{Challenge, Error, InternalCode};
use crate::http::{Caller, Purpose, RateLimits};
use crate::model::{Access, Area};

/// Why a request doesn't come through.
pub(super) enum Denial {
    /// It shows nothing.
    Nothing,
    /// It shows something that nobody can be known by.
    Unusable,
    /// It shows what is unknown in this account, or has ended.
    Unknown,
    /// Who asks may not do that.
    NotAllowed(Box<Authorised>, Area, Access),
    /// Who asks may, and signed in too long ago for that, or by too little (SEC-130).
    Stale(Box<Authorised>, Area),
    /// It can't be told who asks.
    Failed(Error),
}

/// What is said of a denial, which is on the record then. Whoever is denied too often waits, and fills no record.
pub(super) async fn denied(
    services: &Services,
    limits: &RateLimits,
    caller: &Caller,
    context: &Context,
    denial: Denial,
) -> Error {
    let anybody = || By {
        actor: "anonymous".to_owned(),
        request_id: Some(caller.request_id.to_string()),
        ip: Some(caller.ip.to_string()),
    };
    let (by, reason, error) = match denial {
        Denial::Failed(error) => return error,
        Denial::Nothing => (
            anybody(),
            json!({"reason": "nothing presented"}),
            unauthenticated().challenging(Challenge::Anything),
        ),
        Denial::Unusable => (
            anybody(),
            json!({"reason": "unusable"}),
            unauthenticated().challenging(Challenge::Anything),
        ),
        Denial::Unknown => (
            anybody(),
            json!({"reason": "unknown or ended"}),
            unauthenticated().challenging(Challenge::InvalidToken),
        ),
        Denial::NotAllowed(who, area, access) => (
            who.by().clone(),
            json!({"reason": "not allowed", "area": area.as_str(), "access": access.as_str()}),
            Error::forbidden().challenging(Challenge::InsufficientScope),
        ),
        Denial::Stale(who, area) => (
            who.by().clone(),
            json!({"reason": "reauth_required", "area": area.as_str()}),
            Error::reauth_required(),
        ),
    };
    if let Err(wait) = limits.check(Purpose::TokenFailure, caller) {
        return wait.into();
    }
    let account = &context.tenant.account.account_id;
    match record_denied(services, &by, account, reason).await {
        Ok(()) => error,
        // No answer without its row (SEC-134): it is a refusal all the same.
        Err(failed) => Error::busy(failed.to_string()),
    }
}

/// The sentence names what is taken, since people try one API's credentials at another.
fn unauthenticated() -> Error {
    Error::new(
        StatusCode::UNAUTHORIZED,
        InternalCode::Unauthenticated,
        "Authorization must be Bearer with the bearer of a login to this account that hasn't ended, or with a token of one \
         of its clients, or OAuth with a signature of one of its API keys.",
    )
}
