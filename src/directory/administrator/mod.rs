//! Administrators: who they are, and where they are signed in.

mod factor;
mod session;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

pub use factor::{Confirmed, NotShown, confirm, has_factor, reset, set_up};
pub use session::{Entry, Known, SignedIn, sign_in_to_api, sign_in_to_console, sign_out, token};

use super::consumer::{self, NewPassword};
use super::error::Problems;
use super::{By, Error, Result, account};
use crate::base::id::{AccountId, AdministratorId, Realm};
use crate::context::Services;
use crate::login::PasswordRules;
use crate::model::Identifier;
use crate::model::administrator::{Administrator, AdministratorStatus};
use crate::model::audit::AuditEvent;
use crate::store::{self, Tx};

/// The administrator of that name.
pub async fn find(services: &Services, name: &str) -> Result<Administrator> {
    let found = match Identifier::parse(name) {
        Ok(identifier) => store::administrators::find(&services.db, &identifier).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| unknown(name))
}

/// All administrators, or those of one account.
pub async fn list(services: &Services, account: Option<&AccountId>) -> Result<Vec<Administrator>> {
    const PAGE: i64 = 1000;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store::administrators::list(&services.db, account, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = Identifier::parse(&last.name).ok();
        found.extend(page);
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// Makes an administrator: of one account, or of the whole server.
pub async fn create(
    services: &Services,
    by: &By,
    name: &str,
    account: Option<&AccountId>,
    password: SecretString,
) -> Result<Administrator> {
    if let Some(account) = account {
        account::row(services, account).await?;
    }
    let mut problems = Problems::default();
    let identifier = Identifier::parse(name).ok();
    problems.unless(
        identifier.is_some() && name.chars().count() <= 128,
        "name",
        name,
        "1 to 128 characters, without control characters, invisible ones, or letters that look alike",
    );
    check_password(services, name, &password, &mut problems).await?;
    problems.finish()?;
    let Some(identifier) = identifier else {
        return Err(unknown(name));
    };
    // Nobody is taken for another on the record (SEC-093).
    let others = list(services, None).await?;
    if others.iter().any(|other| looks(&other.name) == looks(name)) {
        return Err(taken(name));
    }
    let now = services.clock.now();
    let administrator = Administrator {
        administrator_id: AdministratorId::fresh(&services.clock, &services.entropy),
        account_id: account.cloned(),
        name: name.to_owned(),
        status: AdministratorStatus::Active,
        created_at: now,
        updated_at: now,
        last_login_at: None,
    };
    let hash = hash(services, password).await?;
    let made = administrator.clone();
    write(
        services,
        by,
        &administrator,
        "administrator.created",
        json!({}),
        move |tx| {
            Box::pin(async move {
                store::administrators::insert(tx, &made, &identifier, &hash)
                    .await
                    .map(|()| 1)
            })
        },
    )
    .await
    .map_err(|error| match error {
        Error::Store(store::Error::Taken(_)) => taken(name),
        error => error,
    })?;
    Ok(administrator)
}

/// Lets an administrator sign in, or not any more: then their sessions and tokens end at once (SEC-072).
pub async fn set_status(
    services: &Services,
    by: &By,
    name: &str,
    status: AdministratorStatus,
) -> Result<Administrator> {
    let former = find(services, name).await?;
    if former.status == status {
        return Ok(former);
    }
    let after = Administrator {
        status,
        updated_at: services.clock.now(),
        ..former
    };
    let (id, now) = (after.administrator_id.clone(), after.updated_at);
    let event = match status {
        AdministratorStatus::Active => "administrator.enabled",
        AdministratorStatus::Disabled => "administrator.disabled",
    };
    write(services, by, &after, event, json!({}), move |tx| {
        Box::pin(async move {
            if status == AdministratorStatus::Disabled {
                store::admin_sessions::delete_all(tx, &id).await?;
            }
            store::administrators::set_status(tx, &id, status, now).await
        })
    })
    .await?;
    Ok(after)
}

/// Gives an administrator a new password. Their sessions and tokens end, and guesses at the old one are forgotten.
pub async fn set_password(
    services: &Services,
    by: &By,
    name: &str,
    password: SecretString,
) -> Result<Administrator> {
    let administrator = find(services, name).await?;
    let mut problems = Problems::default();
    check_password(services, &administrator.name, &password, &mut problems).await?;
    problems.finish()?;
    let hash = hash(services, password).await?;
    let (id, now) = (administrator.administrator_id.clone(), services.clock.now());
    write(
        services,
        by,
        &administrator,
        "administrator.password_set",
        json!({}),
        move |tx| {
            Box::pin(async move {
                store::admin_sessions::delete_all(tx, &id).await?;
                forget_guesses(tx, &id).await?;
                store::administrators::set_password(tx, &id, &hash, now).await
            })
        },
    )
    .await?;
    Ok(administrator)
}

/// Removes an administrator. Their sessions and tokens end; what they did stays on record.
pub async fn delete(services: &Services, by: &By, name: &str) -> Result<()> {
    let administrator = find(services, name).await?;
    let id = administrator.administrator_id.clone();
    write(
        services,
        by,
        &administrator,
        "administrator.deleted",
        json!({}),
        move |tx| {
            Box::pin(async move {
                forget_guesses(tx, &id).await?;
                store::administrators::delete(tx, &id).await
            })
        },
    )
    .await
}

type Step<'t> = std::pin::Pin<Box<dyn Future<Output = store::Result<u64>> + Send + 't>>;

/// Makes a change of one administrator, with its row on the record of whosever administrator it is.
async fn write<F>(
    services: &Services,
    by: &By,
    about: &Administrator,
    event: &'static str,
    detail: Value,
    change: F,
) -> Result<()>
where
    F: for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t> + Send + 'static,
{
    let event = did(by, about, event, detail);
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let met = change(tx).await?;
                if met == 1 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await?;
    if met == 1 { Ok(()) } else { Err(Error::Changed) }
}

/// What the record keeps of a change of an administrator.
fn did(by: &By, about: &Administrator, event: &'static str, mut detail: Value) -> AuditEvent {
    if let Value::Object(members) = &mut detail {
        members.insert("administrator_id".to_owned(), json!(about.administrator_id));
        members.insert("name".to_owned(), json!(about.name));
    }
    by.did_in(&about.realm(), event, None, detail)
}

async fn forget_guesses(tx: &mut Tx<'_>, id: &AdministratorId) -> store::Result<u64> {
    let bucket = store::login_attempts::of_administrator(id);
    store::login_attempts::delete(tx, crate::base::id::Realm::Server, &bucket).await
}

/// Off the threads that serve: it may read a list from the disk.
async fn check_password(
    services: &Services,
    name: &str,
    password: &SecretString,
    problems: &mut Problems,
) -> Result<()> {
    let rules = PasswordRules::new(&services.settings.login).as_the_only_factor();
    let (name, password) = (name.to_owned(), password.clone());
    let checked = tokio::task::spawn_blocking(move || rules.check(password.expose_secret(), &[&name])).await;
    if let Err(weak) = checked.map_err(|error| store::Error::Fault(error.to_string()))? {
        problems.push("password", None, format!("a password that {weak}"));
    }
    Ok(())
}

async fn hash(services: &Services, password: SecretString) -> Result<String> {
    let password = Some(NewPassword::Plain(password));
    let pool = services.passwords.pool();
    let hashed = consumer::hash(pool, &Realm::Server, &services.entropy, password).await?;
    hashed.ok_or_else(|| store::Error::Fault("a password that can't be hashed".to_owned()).into())
}

/// What a name looks like to a reader.
fn looks(name: &str) -> Option<String> {
    let identifier = Identifier::parse(name).ok()?;
    Some(
        identifier
            .skeleton()
            .unwrap_or_else(|| identifier.as_str().to_owned()),
    )
}

fn taken(name: &str) -> Error {
    Error::Taken {
        what: "administrator",
        id: name.to_owned(),
    }
}

fn unknown(name: &str) -> Error {
    Error::NotFound {
        what: "administrator",
        id: name.to_owned(),
    }
}
