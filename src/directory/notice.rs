//! What people are told by mail of what was changed about them: at the address that they had before (SEC-090, SEC-098).

use super::Result;
use super::account;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::mail::{Letter, Mails, Recipient};
use crate::model::{Account, Consumer, User};
use crate::store;

/// What a change of a consumer is told as. Nothing that was not there before is missed.
pub(super) fn of_consumer(
    services: &Services,
    account: &Account,
    before: &Consumer,
    after: &Consumer,
    new_password: bool,
) -> store::Result<Mails> {
    let was_given = |claim: &str| {
        let former = before.claims.get(claim);
        former.is_some() && former != after.claims.get(claim)
    };
    let letters = [
        (new_password, Letter::PasswordChanged),
        (was_given("email"), Letter::AddressChanged),
        (was_given("phone_number"), Letter::PhoneChanged),
    ];
    written(services, account, &Recipient::consumer(before), letters)
}

/// What a change of a user is told as.
pub(super) fn of_user(
    services: &Services,
    account: &Account,
    before: &User,
    after: &User,
    new_password: bool,
) -> store::Result<Mails> {
    let (was, is) = (&before.profile, &after.profile);
    let letters = [
        (new_password, Letter::PasswordChanged),
        (was.email != is.email, Letter::AddressChanged),
        (
            was.mobile_number.is_some() && was.mobile_number != is.mobile_number,
            Letter::PhoneChanged,
        ),
    ];
    written(services, account, &Recipient::user(before), letters)
}

/// What is told when a consumer is deleted.
pub(super) async fn of_end(services: &Services, id: &AccountId, consumer: &Consumer) -> Result<Mails> {
    let to = Recipient::consumer(consumer);
    if !services.settings.mail.is_set_up() || !to.is_reached() {
        return Ok(Mails::default());
    }
    let account = account::find(services, Some(id)).await?;
    Ok(Mails::write(services, &account, &to, Letter::AccountDeleted)?)
}

fn written(
    services: &Services,
    account: &Account,
    to: &Recipient,
    letters: [(bool, Letter<'_>); 3],
) -> store::Result<Mails> {
    let mut mails = Mails::default();
    for (_, letter) in letters.into_iter().filter(|(happened, _)| *happened) {
        mails.add(services, account, to, letter)?;
    }
    Ok(mails)
}
