//! Tells clients that a session has ended (OpenID Connect Back-Channel Logout §2.5): again and again, less and less
//! often, until they have understood or a day has passed.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId};
use crate::context::Services;
use crate::issue::logout_token;
use crate::model::{Client, LogoutNotice};
use crate::store;

/// How long a node has for one notice, before another may take it: longer than a call can last.
const LEASE: Duration = Duration::from_mins(2);
/// How many clients are told at the same time, each of one logout after the other.
const TOGETHER: usize = 32;
/// How many logouts of a client that is being told wait for that; further ones are put off, so that one that is slow holds
/// nobody up.
const WAITING: usize = 8;
/// How often it is looked what else is due while clients are being told.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long those are put off.
const PUT_OFF: Duration = Duration::from_secs(5);
/// The pause after the first failure; each further one is four times as long, up to an hour.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// One turn over all that is due. Any number of nodes may be at it: what one has claimed the others leave alone.
pub async fn run(services: &Arc<Services>, stop: &CancellationToken) -> store::Result<()> {
    let mut waiting: HashMap<(AccountId, ClientId), VecDeque<LogoutNotice>> = HashMap::new();
    // Tasks, which go on while the store is asked for more: what stands still in the middle of a statement keeps its
    // connection from everybody.
    let mut telling = JoinSet::new();
    loop {
        // As many as there is room for, as soon as there is room: who answers at once doesn't wait for who doesn't.
        while telling.len() < TOGETHER && !stop.is_cancelled() {
            let now = services.clock.now();
            if !store::logout_notices::any_due(&services.db, now).await? {
                break;
            }
            let claimed = store::logout_notices::claim(&services.db, now, now + LEASE).await?;
            if claimed.is_empty() {
                break;
            }
            for notice in claimed {
                let client = (notice.account_id.clone(), notice.client_id.clone());
                match waiting.get_mut(&client) {
                    Some(others) if others.len() < WAITING => others.push_back(notice),
                    Some(_) => put_off(services, &notice, now).await?,
                    None => {
                        waiting.insert(client, VecDeque::new());
                        telling.spawn(settle(Arc::clone(services), notice));
                    }
                }
            }
        }
        let client = match tokio::time::timeout(LOOK_AGAIN, telling.join_next()).await {
            // Meanwhile others may be due.
            Err(_) => continue,
            Ok(None) => return Ok(()),
            Ok(Some(settled)) => settled.map_err(|error| store::Error::Fault(error.to_string()))??,
        };
        let next = waiting.get_mut(&client).and_then(VecDeque::pop_front);
        match next.filter(|_| !stop.is_cancelled()) {
            Some(next) => {
                telling.spawn(settle(Arc::clone(services), next));
            }
            None => {
                waiting.remove(&client);
            }
        }
    }
}

async fn put_off(services: &Services, notice: &LogoutNotice, now: Timestamp) -> store::Result<()> {
    store::logout_notices::postpone(&services.db, notice, now + PUT_OFF)
        .await
        .map(|_| ())
}

/// Tells one client, and notes what came of it.
async fn settle(services: Arc<Services>, notice: LogoutNotice) -> store::Result<(AccountId, ClientId)> {
    let LogoutNotice {
        account_id: account,
        client_id: client,
        attempts,
        ..
    } = &notice;
    match tell(&services, &notice).await {
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
    Ok((notice.account_id, notice.client_id))
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
