//! Initial access tokens: made by administrators, for those who are to register clients.

use serde_json::json;

use crate::base::id::AccountId;
use crate::base::{OneTime, Timestamp};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Result, account};
use crate::model::registration::InitialAccessToken;
use crate::store;

/// The most clients that one token may register.
const MOST_USES: u32 = 1_000_000;

/// Makes a token by which so many clients may be registered until then. It is seen this once.
pub async fn allow(
    services: &Services,
    by: &By,
    owner: &AccountId,
    uses: u32,
    expires_at: Timestamp,
) -> Result<OneTime<InitialAccessToken>> {
    account::row(services, owner).await?;
    let mut problems = Problems::default();
    problems.unless((1..=MOST_USES).contains(&uses), "uses", uses, "from 1 to 1000000");
    problems.finish()?;
    let token = OneTime::fresh(&services.entropy);
    let event = by.did(
        owner,
        "registration.allowed",
        None,
        json!({"uses": uses, "expires_at": expires_at.to_rfc3339()}),
    );
    let (clock, entropy, owner, digest) = (
        services.clock.clone(),
        services.entropy.clone(),
        owner.clone(),
        token.digest(),
    );
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let now = clock.now();
                store::initial_access_tokens::insert(tx, &owner, digest, uses.into(), now, expires_at)
                    .await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    Ok(token)
}

/// Takes back all of an account's tokens; how many there were. Clients that were registered with them stay.
pub async fn disallow_all(services: &Services, by: &By, owner: &AccountId) -> Result<u64> {
    account::row(services, owner).await?;
    let event = by.did(owner, "registration.disallowed", None, json!({}));
    let (clock, entropy, owner) = (services.clock.clone(), services.entropy.clone(), owner.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let met = store::initial_access_tokens::delete_all(tx, &owner).await?;
                if met > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await?;
    Ok(met)
}
