//! Clients' secrets: made here, shown once, kept as digests; two live while one takes over from the other (SEC-058).

use std::time::Duration;

use super::{Draft, find, write};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Entropy, OneTime, Timestamp};
use crate::config::Period;
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Result, account};
use crate::model::Client;
use crate::model::client::{ClientSecret, StoredSecret};

/// The longest that a secret may go on working beside its successor.
pub const LONGEST_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// A secret that was exchanged for another.
#[derive(Debug)]
pub struct Rotated {
    /// The client.
    pub client: Client,
    /// The new secret. This is the only time that it can be seen.
    pub secret: OneTime<ClientSecret>,
    /// How long the former one goes on working; none where it doesn't.
    pub former_until: Option<Timestamp>,
}

/// Gives a client a new secret. The newest of its former ones goes on working for `keep_old`, all others stop at once.
pub async fn rotate(
    services: &Services,
    by: &By,
    account: &AccountId,
    client: &ClientId,
    keep_old: Duration,
) -> Result<Rotated> {
    account::row(services, account).await?;
    let former = find(services, account, client).await?;
    let mut problems = Problems::default();
    problems.unless(
        former.settings.token_endpoint_auth_method.needs_secret(),
        "token_endpoint_auth_method",
        former.settings.token_endpoint_auth_method,
        "a method that has a secret",
    );
    problems.unless(
        keep_old <= LONGEST_OVERLAP,
        "keep_old",
        Period::seconds(keep_old.as_secs()),
        "at most 30d",
    );
    problems.finish()?;
    let now = account::after(services, former.updated_at);
    let (secret, stored) = fresh(&services.entropy, now);
    let kept = newest(&former.secrets, now, keep_old);
    let former_until = kept.as_ref().and_then(|kept| kept.expires_at);
    let rotated = Client {
        secrets: kept.into_iter().chain([stored]).collect(),
        updated_at: now,
        ..former.clone()
    };
    let detail = serde_json::json!({"former_until": former_until.map(Timestamp::to_rfc3339)});
    let client = write(services, by, &former, rotated, "client.secret_rotated", detail).await?;
    Ok(Rotated {
        client,
        secret,
        former_until,
    })
}

/// A new secret, and what is kept of it.
pub(super) fn fresh(entropy: &Entropy, now: Timestamp) -> (OneTime<ClientSecret>, StoredSecret) {
    let secret = OneTime::fresh(entropy);
    let stored = StoredSecret {
        digest: secret.digest(),
        created_at: now,
        expires_at: None,
    };
    (secret, stored)
}

/// The secrets that a changed client has: none where it needs none, a new one where it needs one and has none.
pub(super) fn follow(
    draft: &Draft,
    former: Vec<StoredSecret>,
    entropy: &Entropy,
    now: Timestamp,
) -> (Vec<StoredSecret>, Option<OneTime<ClientSecret>>) {
    if !draft.settings.token_endpoint_auth_method.needs_secret() {
        return (Vec::new(), None);
    }
    if former.iter().any(|secret| lives(secret, now)) {
        return (former, None);
    }
    let (secret, stored) = fresh(entropy, now);
    (vec![stored], Some(secret))
}

fn lives(secret: &StoredSecret, now: Timestamp) -> bool {
    secret.expires_at.is_none_or(|end| end > now)
}

/// The newest secret that lives, with its end in sight.
fn newest(secrets: &[StoredSecret], now: Timestamp, keep: Duration) -> Option<StoredSecret> {
    let end = now + keep;
    secrets
        .iter()
        .filter(|secret| !keep.is_zero() && lives(secret, now))
        .max_by_key(|secret| secret.created_at)
        .map(|secret| StoredSecret {
            expires_at: Some(secret.expires_at.map_or(end, |former| former.min(end))),
            ..secret.clone()
        })
}
