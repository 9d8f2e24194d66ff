//! `grant_type=urn:openid:params:grant-type:ciba` (CIBA §10.1).

use oauth::Error;

use super::elsewhere::{self, Bought, Standing, Turn};
use super::{Request, TokenResponse};
use crate::base::Digest;
use crate::http::oauth_error::OAuthError;
use crate::model::device::bought_by;
use crate::store;

/// Tells the client to go on waiting, or gives what its consumer allowed.
pub(super) async fn redeem(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let context = request.context;
    let presented = request
        .parameters
        .get("auth_req_id")
        .ok_or_else(|| Error::invalid_request("auth_req_id is missing."))?;
    let account = &context.tenant.account.account_id;
    let unknown = |detail| Error::invalid_grant("The auth_req_id is not valid.").with_detail(detail);
    let waiting = store::backchannel::find(context.db(), account, Digest::of(presented))
        .await?
        .ok_or_else(|| OAuthError::from(unknown("unknown auth_req_id")).as_guess())?;
    if waiting.client_id != request.client.client_id {
        return Err(unknown("another client's auth_req_id").into());
    }
    let standing = Standing {
        decision: waiting.decision.as_ref(),
        interval: waiting.interval,
        asked_at: waiting.asked_at,
        expires_at: waiting.expires_at,
    };
    match standing.turn(context.now)? {
        Turn::NotYet(interval, error) => {
            let noted =
                store::backchannel::note_question(context.db(), &waiting, context.now, interval).await?;
            Err(if noted { error } else { elsewhere::slow_down() }.into())
        }
        Turn::Allowed(allowed) => {
            let bought = Bought {
                allowed,
                scope: &waiting.scope,
                by: bought_by(&waiting.digest),
                event: "backchannel.redeemed",
            };
            elsewhere::give(request, bought).await
        }
    }
}
