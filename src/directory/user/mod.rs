//! Users: the people and bots that work in an account.

mod changer;
mod document;
mod draft;
mod references;
mod session;
mod write;

use secrecy::{ExposeSecret as _, SecretString};

pub use changer::Changer;
pub use document::document;
pub use draft::Draft;
pub use session::{LoggedIn, NotLoggedIn, begin, begin_by_sso, log_in, log_out, refresh, vouched_for};
pub(super) use write::another_administrator_without;
pub use write::{
    Wanted, create, create_all, delete, delete_all, set_password, update, update_all, update_read,
};

use super::account_entity::gives;
use super::error::Problems;
use super::{Error, Result};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::login::PasswordRules;
use crate::model::account_entity::EntityKind;
use crate::model::{Account, Identifier, Privileges, RoleType, User, UserId};
use crate::store;

/// The user of that id, deleted or not.
pub async fn find_deleted_too(services: &Services, account: &AccountId, id: UserId) -> Result<User> {
    let found = store::users::find(&services.db, account, id).await?;
    found.ok_or_else(|| unknown(&id.to_string()))
}

/// The user of that id, unless it is deleted.
pub async fn find(services: &Services, account: &AccountId, id: UserId) -> Result<User> {
    let found = store::users::find(&services.db, account, id).await?;
    found
        .filter(|user| !user.deleted)
        .ok_or_else(|| unknown(&id.to_string()))
}

/// The user of that login name, or of that id.
pub async fn find_named(services: &Services, account: &AccountId, named: &str) -> Result<User> {
    if let Ok(identifier) = Identifier::parse(named)
        && let Some(login) = store::users::find_login(&services.db, account, &identifier).await?
    {
        return Ok(login.user);
    }
    match named.parse() {
        Ok(id) => find(services, account, id).await,
        Err(_) => Err(unknown(named)),
    }
}

/// At most `limit` users after `after`, by their ids.
pub async fn list(
    services: &Services,
    account: &AccountId,
    deleted_too: bool,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    Ok(store::users::list(&services.db, account, deleted_too, after, limit).await?)
}

/// How often the account's users, skills, profiles and groups have changed.
pub async fn revision(services: &Services, account: &AccountId) -> Result<i64> {
    Ok(store::users::revision(&services.db, account).await?)
}

/// What a user may do, and whether they administer the account.
pub async fn privileges(services: &Services, user: &User) -> Result<(Privileges, bool)> {
    let (mut privileges, mut is_admin) = (Privileges::default(), false);
    for id in &user.profile.profile_ids {
        let (role, more) = if let Some(role) = RoleType::of_built_in(*id) {
            (Some(role), role.privileges())
        } else {
            let found =
                store::account_entities::find(&services.db, &user.account_id, EntityKind::Profile, *id);
            match found.await?.filter(|profile| !profile.deleted) {
                Some(profile) => (profile.role(), gives(&profile)),
                None => continue,
            }
        };
        is_admin |= role == Some(RoleType::Admin);
        privileges.extend(more.numbers());
    }
    Ok((privileges, is_admin))
}

/// Off the threads that serve: it may read a list from the disk.
async fn check_password(
    services: &Services,
    account: &Account,
    names: [&str; 2],
    key: &str,
    password: &SecretString,
    problems: &mut Problems,
) -> Result<()> {
    let rules = PasswordRules::new(&services.settings.login);
    let context: Vec<String> = names
        .into_iter()
        .chain([
            account.settings.display_name.as_str(),
            account.account_id.as_str(),
        ])
        .map(str::to_owned)
        .collect();
    let password = password.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        rules.check(password.expose_secret(), &context)
    });
    if let Err(weak) = checked
        .await
        .map_err(|error| store::Error::Fault(error.to_string()))?
    {
        problems.push(key, None, format!("a password that {weak}"));
    }
    Ok(())
}

fn unknown(id: &str) -> Error {
    Error::NotFound {
        what: "user",
        id: id.to_owned(),
    }
}
