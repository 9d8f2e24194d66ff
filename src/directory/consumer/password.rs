use passwords::{Password, StoredHash};
use secrecy::{ExposeSecret as _, SecretString};

use crate::base::Entropy;
use crate::base::id::Realm;
use crate::context::Services;
use crate::login::{Busy, HashPool, PasswordRules, WeakPassword};
use crate::model::draft::{Draft, Profile, Refusal};
use crate::model::{Account, Consumer, IdentifierKind};
use crate::store;

/// Claims that a guesser knows of a consumer.
const NAMES: [&str; 6] = [
    "email",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "preferred_username",
];

/// A password that somebody gave.
#[derive(Clone, Debug)]
pub enum NewPassword {
    /// As it is typed; held to the rules, and hashed.
    Plain(SecretString),
    /// As another product hashed it; taken as it is, and replaced at the next login (SEC-084).
    Hashed(Box<StoredHash>),
}

/// A consumer that may be written.
#[derive(Debug)]
pub(in crate::directory) struct Checked {
    pub(in crate::directory) profile: Profile,
    pub(in crate::directory) password: Option<NewPassword>,
}

/// The one check of what is to be written of a consumer. It may read the disk: keep it off threads that serve connections.
pub(in crate::directory) fn check(
    rules: &PasswordRules,
    account: &Account,
    draft: Draft,
    password: Option<NewPassword>,
) -> Result<Checked, Vec<Refusal>> {
    let mut refusals = Vec::new();
    if let Some(NewPassword::Plain(plain)) = &password
        && let Err(weak) = rules.check(plain.expose_secret(), &guessed_first(account, &draft))
    {
        refusals.push(Refusal::new("password", weak.to_string()));
    }
    match draft.check() {
        Ok(profile) if password.is_some() && profile.identifiers.is_empty() => {
            refusals.push(Refusal::new(
                IdentifierKind::Username.as_str(),
                "is missing: nobody logs in with a password alone",
            ));
            Err(refusals)
        }
        Ok(profile) if refusals.is_empty() => Ok(Checked { profile, password }),
        Ok(_) => Err(refusals),
        Err(more) => {
            refusals.extend(more);
            Err(refusals)
        }
    }
}

/// What a guesser knows of somebody.
fn guessed_first<'a>(account: &'a Account, draft: &'a Draft) -> Vec<&'a str> {
    let mut words = vec![
        account.settings.display_name.as_str(),
        account.account_id.as_str(),
    ];
    words.extend(draft.username.as_deref());
    words.extend(NAMES.iter().filter_map(|name| draft.claims.get(*name)?.as_str()));
    words
}

/// What is wrong with a new password of a consumer who is there.
pub async fn weakness(
    services: &Services,
    account: &Account,
    consumer: &Consumer,
    password: &SecretString,
) -> store::Result<Option<WeakPassword>> {
    let (rules, account) = (PasswordRules::new(&services.settings.login), account.clone());
    let (draft, password) = (Draft::of(consumer), password.clone());
    // It may read the disk.
    tokio::task::spawn_blocking(move || {
        rules
            .check(password.expose_secret(), &guessed_first(&account, &draft))
            .err()
    })
    .await
    .map_err(|error| store::Error::Fault(error.to_string()))
}

/// The hash to store, made in the pool where it isn't there yet, at the turn of `of`.
pub(in crate::directory) async fn hash(
    pool: &HashPool,
    of: &Realm,
    entropy: &Entropy,
    password: Option<NewPassword>,
) -> Result<Option<String>, Busy> {
    match password {
        None => Ok(None),
        Some(NewPassword::Hashed(hash)) => Ok(Some(hash.to_string())),
        Some(NewPassword::Plain(plain)) => {
            let salt = entropy.bytes();
            pool.run(of, move |hasher| {
                let password = Password::new(plain.expose_secret().as_bytes()).ok()?;
                hasher.hash(password, salt).ok().map(|hash| hash.to_string())
            })
            .await
        }
    }
}
