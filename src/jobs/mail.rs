//! Sends queued mail: again and again, less and less often, until a mail server answers for it or a day has passed. A mail
//! server that is dead holds up nothing else (SEC-176).

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::context::{MailError, Services};
use crate::mail;
use crate::model::queued_mail::QueuedMail;
use crate::store;

/// How long a node has for what it takes at once, before another may take it: longer than handing it over lasts.
const LEASE: Duration = Duration::from_mins(20);
/// How many are handed over at the same time.
const TOGETHER: usize = 8;
/// The pause after the first failure; each further one is three times as long, up to ten minutes.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// How often a mail server that couldn't be reached is looked for while nothing is due.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What readiness says doesn't work.
pub const NAME: &str = "mail_server";

/// One turn over all that is due. Any number of nodes may be at it: what one has claimed the others leave alone.
pub async fn run(services: &Arc<Services>, stop: &CancellationToken) -> store::Result<()> {
    if !services.settings.mail.is_set_up() {
        return Ok(());
    }
    while !stop.is_cancelled() {
        let now = services.clock.now();
        if !store::mails::any_due(&services.db, now).await? {
            break;
        }
        let claimed = store::mails::claim(&services.db, now, now + LEASE).await?;
        if claimed.is_empty() {
            break;
        }
        let mut sending = JoinSet::new();
        for mail in claimed {
            if sending.len() == TOGETHER {
                ended(sending.join_next().await)?;
            }
            sending.spawn(settle(Arc::clone(services), mail));
        }
        while let Some(one) = sending.join_next().await {
            ended(Some(one))?;
        }
    }
    look_again(services).await;
    Ok(())
}

fn ended(one: Option<Result<store::Result<()>, tokio::task::JoinError>>) -> store::Result<()> {
    match one {
        None => Ok(()),
        Some(ended) => ended.map_err(|error| store::Error::Fault(error.to_string()))?,
    }
}

/// Tries to send one, and notes what came of it.
async fn settle(services: Arc<Services>, mail: QueuedMail) -> store::Result<()> {
    let QueuedMail {
        account_id: account,
        mail_id: id,
        person,
        letter,
        attempts,
        ..
    } = &mail;
    let done = |outcome| counter!("signet_mails_total", "outcome" => outcome).increment(1);
    let remove = store::mails::delete(&services.db, account, id);
    let Some((to, message)) = mail::open(&services, &mail).await else {
        tracing::error!(target: "audit", event = "storage.decrypt_failed", %account, mail = id, "a queued mail can't be opened");
        done("failed");
        return put_off(&services, &mail).await;
    };
    let sent = services.mail_server.send(id, &to, &message).await;
    let reached = !matches!(&sent, Err(error) if error.is_of_the_server());
    let now = services.clock.now();
    services.mail_server.note(reached, now);
    services.degraded.note(NAME, reached);
    match sent {
        Ok(()) => {
            tracing::info!(target: "audit", event = "mail.sent", %account, person, letter, mail = id, attempts, "a mail was sent");
            done("sent");
            remove.await.map(|_| ())
        }
        Err(error) if error.is_final() || now >= mail.expires_at => {
            given_up(&mail, &error);
            done("given_up");
            remove.await.map(|_| ())
        }
        Err(error) => {
            tracing::warn!(target: "audit", event = "mail.unsent", %account, person, letter, mail = id, attempts, %error, "a mail could not be sent");
            done("failed");
            put_off(&services, &mail).await
        }
    }
}

fn given_up(mail: &QueuedMail, error: &MailError) {
    let QueuedMail {
        account_id: account,
        mail_id: id,
        person,
        letter,
        attempts,
        ..
    } = mail;
    tracing::error!(target: "audit", event = "mail.given_up", %account, person, letter, mail = id, attempts, %error, "a mail was given up");
}

/// Until later; the last time when it would be given up.
async fn put_off(services: &Services, mail: &QueuedMail) -> store::Result<()> {
    let due_at = services.clock.now() + pause(mail.attempts);
    let due_at = due_at.min(mail.expires_at.max(services.clock.now() + FIRST_PAUSE));
    store::mails::postpone(&services.db, &mail.account_id, &mail.mail_id, due_at)
        .await
        .map(|_| ())
}

/// How long to wait after so many attempts.
fn pause(attempts: i64) -> Duration {
    let times = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_PAUSE
        .saturating_mul(3_u32.saturating_pow(times))
        .min(LONGEST_PAUSE)
}

/// Looks whether a mail server is there again: another node may send all that is due.
async fn look_again(services: &Services) {
    let now = services.clock.now();
    if services
        .mail_server
        .down()
        .is_some_and(|since| now >= since + LOOK_AGAIN)
    {
        let is_there = services.mail_server.is_there().await;
        services.mail_server.note(is_there, now);
        services.degraded.note(NAME, is_there);
    }
}
