//! Users' new passwords: held to the rules, and hashed.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Changer, Wanted};
use crate::base::id::{AccountId, Realm};
use crate::context::Services;
use crate::directory::consumer::{self, NewPassword};
use crate::directory::error::Problems;
use crate::directory::{Error, Result};
use crate::login::PasswordRules;
use crate::model::{Account, User};
use crate::store;

/// Passwords in plain that are taken at once: each is tens of milliseconds of a core, and people want to log in meanwhile.
pub const MOST: usize = 500;

/// Notes where more are given than are hashed at once. A command holds up nobody.
pub(super) fn not_too_many<'w>(
    changer: &Changer,
    wanted: impl IntoIterator<Item = &'w Wanted>,
    problems: &mut Problems,
) {
    if changer.limit.is_none() {
        return;
    }
    let plain = wanted
        .into_iter()
        .filter(|wanted| matches!(wanted.password, Some(NewPassword::Plain(_))))
        .count();
    problems.unless(
        plain <= MOST,
        "passwordSh",
        plain,
        format!("at most {MOST} new passwords at once"),
    );
}

/// Notes what is wrong with a new password. Off the threads that serve: it may read a list from the disk.
pub(super) async fn check(
    services: &Services,
    account: &Account,
    user: &User,
    place: &str,
    password: Option<&NewPassword>,
    problems: &mut Problems,
) -> Result<()> {
    let Some(password) = password else {
        return Ok(());
    };
    let key = format!("{place}password");
    if !user.takes_a_password() {
        problems.push(&key, None, "none: bots and API users log in with a key");
        return Ok(());
    }
    let NewPassword::Plain(plain) = password else {
        return Ok(());
    };
    let rules = PasswordRules::for_users(&services.settings.login, &account.settings);
    let context = [
        user.login_name.clone(),
        user.profile.email.clone(),
        account.settings.display_name.clone(),
        account.account_id.to_string(),
    ];
    let plain: SecretString = plain.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        rules.check(plain.expose_secret(), &context)
    });
    if let Err(weak) = checked
        .await
        .map_err(|error| store::Error::Fault(error.to_string()))?
    {
        problems.push(&key, None, format!("a password that {weak}"));
    }
    Ok(())
}

/// The hash to store, made in the pool where it isn't there yet.
pub(super) async fn hash(
    services: &Services,
    account: &AccountId,
    password: Option<NewPassword>,
) -> Result<Option<String>> {
    let (wanted, of) = (password.is_some(), Realm::from(account));
    let hashed = consumer::hash(services.passwords.pool(), &of, &services.entropy, password).await?;
    if wanted && hashed.is_none() {
        return Err(Error::Store(store::Error::Fault(
            "a password that can't be hashed".to_owned(),
        )));
    }
    Ok(hashed)
}
