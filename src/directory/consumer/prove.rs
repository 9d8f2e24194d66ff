//! The proof that an address is a consumer's: a link that was sent there (SEC-092).

use std::time::Duration;

use pages::Locale;
use serde_json::json;

use super::recover::{linked, prove_in, proven, reached};
use super::{about, audit};
use crate::base::OneTime;
use crate::base::id::Subject;
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::login::recovery_requests;
use crate::mail::{Letter, Mails, Recipient};
use crate::model::challenge::{AddressProof, Challenge};
use crate::model::{Account, Consumer};
use crate::store;

/// How long a link works that proves an address: mail may be slow, and the link opens nothing.
const WORKS: Duration = Duration::from_hours(24);

/// Sends a link to the address of a consumer who is signed in. Where they have none, or asked too often, nothing is sent.
pub async fn ask_for_proof(
    services: &Services,
    by: &By,
    account: &Account,
    consumer: &Consumer,
    locale: Locale,
) -> Result<()> {
    let (id, now) = (&account.account_id, services.clock.now());
    let Ok(address) = reached(consumer) else {
        return Ok(());
    };
    let sub = &consumer.sub;
    if !recovery_requests::admit(&services.db, id, Some(sub), "", now).await? {
        return Ok(());
    }
    let link = OneTime::<AddressProof>::fresh(&services.entropy);
    let challenge = Challenge {
        digest: link.digest(),
        account_id: id.clone(),
        sub: sub.clone(),
        address: address.as_str().to_owned(),
        expires_at: now + WORKS,
    };
    let page = format!("{}/verify-address?token={}", account.issuer, link.expose());
    let letter = Letter::VerifyAddress {
        link: &linked(&page)?,
    };
    let to = Recipient::consumer(consumer).reading(locale);
    let mails = Mails::write(services, account, &to, letter)?;
    let audit = audit(services, about(by, consumer, "consumer.address_asked", json!({})));
    let asked = services.db.transaction(move |tx| {
        Box::pin(async move {
            store::challenges::upsert(tx, &challenge).await?;
            mails.queue(tx).await?;
            audit.write(tx).await
        })
    });
    Ok(asked.await?)
}

/// Notes that the address is theirs, once; whose it is, where the link works.
pub async fn prove(
    services: &Services,
    by: &By,
    account: &Account,
    link: &OneTime<AddressProof>,
) -> Result<Option<Subject>> {
    let Some(consumer) = proven(services, account, link).await? else {
        return Ok(None);
    };
    let audit = audit(
        services,
        about(
            by,
            &consumer,
            "consumer.address_proved",
            json!({"email_verified": true}),
        ),
    );
    let (owner, digest, now) = (account.account_id.clone(), link.digest(), services.clock.now());
    let proved = services.db.transaction(move |tx| {
        Box::pin(async move {
            let Some(sent) = store::challenges::take(tx, &owner, digest, now).await? else {
                return Ok(false);
            };
            if prove_in(tx, &owner, &sent, now).await?.is_none() {
                return Ok(false);
            }
            audit.write(tx).await?;
            Ok(true)
        })
    });
    let proved = proved.await.map_err(Error::from)?;
    services.consumers.remove(&account.account_id, &consumer.sub);
    Ok(proved.then_some(consumer.sub))
}
