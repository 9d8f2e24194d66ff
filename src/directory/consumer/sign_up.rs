use serde_json::json;

use super::password::NewPassword;
use super::{about, audit, checked, insert};
use crate::base::id::Subject;
use crate::context::Services;
use crate::directory::{By, Result};
use crate::model::Account;
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::draft::Draft;
use crate::store::consumers::{Clash, Written};

/// Makes a consumer who asks for it themselves, or writes down that somebody has that name already.
///
/// Which of the two it was is told to the record of changes alone (SEC-086): both hash the password and commit one
/// transaction.
///
/// # Errors
///
/// As those of [`create`](super::create), but for what another has.
pub async fn sign_up(
    services: &Services,
    by: &By,
    account: &Account,
    draft: Draft,
    password: NewPassword,
) -> Result<()> {
    let (profile, hash) = checked(services, account, draft, Some(password)).await?;
    let sub = Subject::fresh(&services.entropy);
    let consumer = profile.new_consumer(&account.account_id, sub, services.clock.now());
    let made = audit(
        services,
        about(by, &consumer, "consumer.created", json!({"password": true})),
    );
    let taken = by.did(&account.account_id, "consumer.name_taken", None, json!({}));
    let mut taken = audit(
        services,
        AuditEvent {
            outcome: Outcome::Refused,
            ..taken
        },
    );
    let transaction = services.db.transaction(move |tx| {
        Box::pin(async move {
            let whose = match insert(tx, &consumer, hash.as_deref(), &made).await? {
                Written::Done => return Ok(()),
                Written::Clash(Clash::Identifier(_, sub)) => Some(sub),
                Written::Clash(Clash::Subject | Clash::Lookalike(_)) | Written::Changed => None,
            };
            taken.event.detail = json!({"whose": whose.as_ref().map(Subject::as_str)});
            taken.write(tx).await
        })
    });
    Ok(transaction.await?)
}
