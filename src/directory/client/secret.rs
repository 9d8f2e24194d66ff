//! Clients' secrets: made here, shown once, kept as digests; two live while one takes over from the other (SEC-058).

use std::time::Duration;

use oauth::ClientAuthMethod;

use super::{Change, Draft, find};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Entropy, OneTime, Timestamp, hex};
use crate::config::Period;
use crate::context::{Services, client_secret_place};
use crate::directory::error::Problems;
use crate::directory::{By, Result, account};
use crate::model::Client;
use crate::model::client::{ClientSecret, StoredSecret};
use crate::store::client_hmac_secrets::HmacSecret;
use crate::store::{self, Tx};

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
    let (rotated, change) = rotation(services, by, &former, keep_old)?;
    change.commit(services, None).await?;
    Ok(rotated)
}

/// Another secret for a client as it was read, and what is to be written of it.
pub(super) fn rotation(
    services: &Services,
    by: &By,
    former: &Client,
    keep_old: Duration,
) -> Result<(Rotated, Change)> {
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
    let (account, id) = (&rotated.account_id, Some(&rotated.client_id));
    let change = Change {
        event: by.did(account, "client.secret_rotated", id, detail),
        read_at: former.updated_at,
        kept_secret: Kept::of(services, Some(former), &rotated, Some(&secret))?,
        client: rotated.clone(),
    };
    let rotated = Rotated {
        client: rotated,
        secret,
        former_until,
    };
    Ok((rotated, change))
}

/// Until when a client's former secret works beside its newest; none where there is none that does.
pub(super) fn former_until(client: &Client, now: Timestamp) -> Option<Timestamp> {
    let ends = client.secrets.iter().filter_map(|secret| secret.expires_at);
    ends.filter(|end| *end > now).max()
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

/// The secrets that a changed client has: none where it needs none, a new one where it needs one and has none, or has one
/// that nobody can read any more.
pub(super) fn follow(
    draft: &Draft,
    former: Option<&Client>,
    entropy: &Entropy,
    now: Timestamp,
) -> (Vec<StoredSecret>, Option<OneTime<ClientSecret>>) {
    let method = draft.settings.token_endpoint_auth_method;
    if !method.needs_secret() {
        return (Vec::new(), None);
    }
    if let Some(former) = former.filter(|former| method != SIGNING || signs(former))
        && former.secrets.iter().any(|secret| lives(secret, now))
    {
        return (former.secrets.clone(), None);
    }
    let (secret, stored) = fresh(entropy, now);
    (vec![stored], Some(secret))
}

/// The method for which a secret must be had itself: its digest verifies no signature.
const SIGNING: ClientAuthMethod = ClientAuthMethod::ClientSecretJwt;

fn signs(client: &Client) -> bool {
    client.settings.token_endpoint_auth_method == SIGNING
}

/// What is kept of a client's secrets beside their digests: sealed, of one that signs with them, and of no other (SEC-148).
pub(super) struct Kept {
    living: [String; 2],
    new: Option<HmacSecret>,
}

impl Kept {
    /// What there is to write, if a client signs with its secrets or did before; `secret` is one that was just made.
    pub(super) fn of(
        services: &Services,
        former: Option<&Client>,
        client: &Client,
        secret: Option<&OneTime<ClientSecret>>,
    ) -> Result<Option<Self>> {
        if !signs(client) && !former.is_some_and(signs) {
            return Ok(None);
        }
        let mut ids = client
            .secrets
            .iter()
            .filter(|_| signs(client))
            .map(|secret| hex(secret.digest.as_bytes()));
        let living = [ids.next().unwrap_or_default(), ids.next().unwrap_or_default()];
        let new = match secret.filter(|_| signs(client)) {
            None => None,
            Some(secret) => {
                let secret_id = hex(secret.digest().as_bytes());
                let place = client_secret_place(&client.account_id, &secret_id);
                let sealed = services.sealer.seal(&place, secret.expose().as_bytes());
                let secret = sealed
                    .map_err(|_| store::Error::Fault("a client's secret can't be sealed".to_owned()))?;
                Some(HmacSecret { secret_id, secret })
            }
        };
        Ok(Some(Self { living, new }))
    }

    /// Writes it, in the transaction of the change.
    pub(super) async fn write(&self, tx: &mut Tx<'_>, client: &Client) -> store::Result<()> {
        let (account, id) = (&client.account_id, &client.client_id);
        let [first, second] = &self.living;
        store::client_hmac_secrets::delete_but(tx, account, id, [first, second]).await?;
        match &self.new {
            Some(new) => store::client_hmac_secrets::insert(tx, account, id, new).await,
            None => Ok(()),
        }
    }
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
