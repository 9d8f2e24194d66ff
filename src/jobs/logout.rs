//! Tells clients that a session has ended (OpenID Connect Back-Channel Logout §2.5): again and again, less and less
//! often, until they have understood or a day has passed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use metrics::counter;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::context::Services;
use crate::issue::logout_token;
use crate::model::{Client, LogoutNotice};
use crate::store;

/// How long a node has for one notice, before another may take it: longer than a call can last.
const LEASE: Duration = Duration::from_mins(2);
/// How many clients are told at the same time, so that one that is slow holds nobody up.
const TOGETHER: usize = 8;
/// The pause after the first failure; each further one is four times as long, up to an hour.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// One turn over all that is due. Any number of nodes may be at it: what one has claimed the others leave alone.
pub async fn run(services: &Services, stop: &CancellationToken) -> store::Result<()> {
    while !stop.is_cancelled() && store::logout_notices::any_due(&services.db, services.clock.now()).await? {
        let now = services.clock.now();
        let claimed = store::logout_notices::claim(&services.db, now, now + LEASE).await?;
        if claimed.is_empty() {
            break;
        }
        let told = claimed.into_iter().map(|notice| settle(services, notice));
        let mut told = futures_util::stream::iter(told).buffer_unordered(TOGETHER);
        while let Some(outcome) = told.next().await {
            outcome?;
        }
    }
    Ok(())
}

/// Tells one client, and notes what came of it.
async fn settle(services: &Services, notice: LogoutNotice) -> store::Result<()> {
    let LogoutNotice {
        account_id: account,
        client_id: client,
        attempts,
        ..
    } = &notice;
    match tell(services, &notice).await {
        Ok(told) => {
            if told {
                tracing::info!(target: "audit", event = "logout.told", %account, %client, sub = %notice.sub, attempts, "a client was told of a logout");
            }
            counter!("signet_logout_notices_total", "outcome" => if told { "told" } else { "dropped" })
                .increment(1);
            store::logout_notices::delete(&services.db, &notice).await?;
        }
        Err(reason) => {
            tracing::warn!(target: "audit", event = "logout.untold", %account, %client, sub = %notice.sub, attempts, reason, "a client could not be told of a logout");
            counter!("signet_logout_notices_total", "outcome" => "failed").increment(1);
            let due_at = services.clock.now() + pause(*attempts);
            store::logout_notices::postpone(&services.db, &notice, due_at).await?;
        }
    }
    Ok(())
}

/// How long to wait after so many attempts.
fn pause(attempts: i64) -> Duration {
    let times = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_PAUSE
        .saturating_mul(4_u32.saturating_pow(times))
        .min(LONGEST_PAUSE)
}

/// Whether the client was told; not where it wants to be told no more, or is gone. The reason for a failure is for the log.
async fn tell(services: &Services, notice: &LogoutNotice) -> Result<bool, String> {
    let tenant = services.accounts.find(&notice.account_id).await;
    let Some(tenant) = tenant.map_err(|error| error.to_string())? else {
        return Ok(false);
    };
    let Some((client, url)) = recipient(services, notice)
        .await
        .map_err(|error| error.to_string())?
    else {
        return Ok(false);
    };
    let token = logout_token::issue(services, &tenant, &client, notice).await;
    let token = token.map_err(|error| error.to_string())?;
    let http = services.outbound.client().map_err(|error| error.to_string())?;
    match http.notify(&url, &[("logout_token", token.as_str())]).await {
        Ok(status) if status.is_success() => Ok(true),
        Ok(status) => Err(format!("status {status}")),
        Err(error) => {
            if error.is_blocked() {
                tracing::warn!(target: "audit", event = "outbound.blocked", account = %notice.account_id, client = %notice.client_id, ?error, "a logout URL may not be called");
            }
            Err(error.to_string())
        }
    }
}

async fn recipient(services: &Services, notice: &LogoutNotice) -> store::Result<Option<(Arc<Client>, Url)>> {
    let client = services
        .clients
        .find(&notice.account_id, &notice.client_id)
        .await?;
    Ok(client.and_then(|client| {
        let url = client.settings.backchannel_logout_uri.as_deref()?.parse().ok()?;
        client.enabled.then_some((client, url))
    }))
}
