//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4).

use oauth::Error;

use super::elsewhere::{self, Bought, Standing, Turn};
use super::{Request, TokenResponse};
use crate::base::Digest;
use crate::http::oauth_error::OAuthError;
use crate::model::device::bought_by;
use crate::store;

/// Tells the device to go on waiting, or gives what its consumer allowed.
pub(super) async fn redeem(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let context = request.context;
    let presented = request
        .parameters
        .get("device_code")
        .ok_or_else(|| Error::invalid_request("device_code is missing."))?;
    let account = &context.tenant.account.account_id;
    let unknown = |detail| Error::invalid_grant("The device code is not valid.").with_detail(detail);
    let device = store::devices::find(context.db(), account, Digest::of(presented))
        .await?
        .ok_or_else(|| OAuthError::from(unknown("unknown device code")).as_guess())?;
    if device.client_id != request.client.client_id {
        return Err(unknown("another client's device code").into());
    }
    let standing = Standing {
        decision: device.decision.as_ref(),
        interval: device.interval,
        asked_at: device.asked_at,
        expires_at: device.expires_at,
    };
    match standing.turn(context.now)? {
        Turn::NotYet(interval, error) => {
            let noted = store::devices::note_question(context.db(), &device, context.now, interval).await?;
            Err(if noted { error } else { elsewhere::slow_down() }.into())
        }
        Turn::Allowed(allowed) => {
            let bought = Bought {
                allowed,
                scope: &device.scope,
                by: bought_by(&device.digest),
                event: "device.redeemed",
            };
            elsewhere::give(request, bought).await
        }
    }
}
