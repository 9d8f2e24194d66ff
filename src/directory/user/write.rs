//! Users as they are made, changed and deleted: all that are given, or none.

use std::collections::HashSet;

use secrecy::SecretString;
use serde_json::json;

use super::references::References;
use super::{Changer, Draft, check_password, find};
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::consumer::{self, NewPassword};
use crate::directory::error::{Problems, unchanged};
use crate::directory::{By, Error, Result};
use crate::model::audit::AuditEvent;
use crate::model::{Account, RoleType, User, UserId};
use crate::store::{self, login_attempts};

/// A user who is wanted, with a new password.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The user.
    pub draft: Draft,
    /// The password; none leaves what there is.
    pub password: Option<SecretString>,
}

/// Makes a user.
pub async fn create(services: &Services, by: &By, account: &Account, wanted: Wanted) -> Result<User> {
    let (mut made, _) = create_all(services, &Changer::unlimited(by.clone()), account, vec![wanted]).await?;
    made.pop().ok_or(Error::Changed)
}

/// Makes users; with the account's revision after that.
pub async fn create_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    wanted: Vec<Wanted>,
) -> Result<(Vec<User>, i64)> {
    let (references, now) = (
        References::of(services, &account.account_id).await?,
        services.clock.now(),
    );
    let (mut problems, many) = (Problems::default(), wanted.len() > 1);
    let mut rows = Vec::with_capacity(wanted.len());
    for (at, Wanted { mut draft, password }) in wanted.into_iter().enumerate() {
        let place = place(at, many);
        draft.settle(None, &references, now);
        draft.check(&place, account, &references, &mut problems);
        changer.may_give(&references.privileges(&draft.profile))?;
        let user = user(account, UserId::fresh(&services.entropy), draft, now);
        check_new_password(services, account, &user, &place, password.as_ref(), &mut problems).await?;
        rows.push((user, password));
    }
    problems.finish()?;
    let mut made = Vec::with_capacity(rows.len());
    for (mut user, password) in rows {
        let hash = hash(services, password).await?;
        user.password_changed_at = hash.as_ref().map(|_| now);
        made.push((user, hash));
    }
    let users: Vec<&User> = made.iter().map(|(user, _)| user).collect();
    let events = told(changer, "user.created", &users);
    let (account_id, rows) = (account.account_id.clone(), made.clone());
    let written = changer.write(services, &account_id, events, move |tx| {
        Box::pin(async move {
            for (user, hash) in &rows {
                store::users::insert(tx, user, hash.as_deref()).await?;
            }
            Ok(true)
        })
    });
    let revision = written.await.map_err(taken)?;
    Ok((made.into_iter().map(|(user, _)| user).collect(), revision))
}

/// Lets `edit` change a user.
pub async fn update(
    services: &Services,
    by: &By,
    account: &Account,
    id: UserId,
    edit: impl FnOnce(&mut Draft),
) -> Result<User> {
    let mut draft = Draft::from(&find(services, &account.account_id, id).await?);
    edit(&mut draft);
    let wanted = Wanted {
        draft,
        password: None,
    };
    let changer = Changer::unlimited(by.clone());
    let (mut changed, _) = update_all(services, &changer, account, vec![(id, wanted)]).await?;
    changed.pop().ok_or(Error::Changed)
}

/// Lets `edit` change a user, with a new password where one is given; with `read`, only while the user's last change is that
/// one.
pub async fn update_read(
    services: &Services,
    changer: &Changer,
    account: &Account,
    (id, read): (UserId, Option<Timestamp>),
    password: Option<SecretString>,
    edit: impl FnOnce(&mut Draft) -> Result<()>,
) -> Result<User> {
    let former = find(services, &account.account_id, id).await?;
    unchanged(read, former.updated_at)?;
    let mut draft = Draft::from(&former);
    edit(&mut draft)?;
    let wanted = vec![(id, Wanted { draft, password })];
    let (mut changed, _) = replace_all(services, changer, account, wanted, Some(former.updated_at)).await?;
    changed.pop().ok_or(Error::Changed)
}

/// Writes users as they are wanted; with the account's revision after that. Who may not log in any more, logs in with
/// something else, or has a new password, is logged out.
pub async fn update_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    wanted: Vec<(UserId, Wanted)>,
) -> Result<(Vec<User>, i64)> {
    replace_all(services, changer, account, wanted, None).await
}

/// The same; with `read`, only while the users' last change is that one.
async fn replace_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    wanted: Vec<(UserId, Wanted)>,
    read: Option<Timestamp>,
) -> Result<(Vec<User>, i64)> {
    let (references, many) = (
        References::of(services, &account.account_id).await?,
        wanted.len() > 1,
    );
    let (mut problems, mut rows, mut seen) = (Problems::default(), Vec::new(), HashSet::new());
    for (at, (id, Wanted { mut draft, password })) in wanted.into_iter().enumerate() {
        let place = place(at, many);
        let former = find(services, &account.account_id, id).await?;
        if read.is_some_and(|read| read != former.updated_at) {
            return Err(Error::Changed);
        }
        let now = services
            .clock
            .now()
            .max(former.updated_at + std::time::Duration::from_millis(1));
        problems.unless(seen.insert(id), &format!("{place}id"), id, "each user once");
        draft.settle(Some(&former), &references, now);
        draft.check(&place, account, &references, &mut problems);
        let (before, after) = (
            references.privileges(&former.profile),
            references.privileges(&draft.profile),
        );
        changer.may_give(&before)?;
        changer.may_give(&after)?;
        // Their own password people change at the login, where they prove that they know it: a bearer isn't enough for that.
        if changer.is(id) && (before != after || !draft.is_enabled || password.is_some()) {
            return Err(Error::BeyondOwn);
        }
        let next = User {
            created_at: former.created_at,
            password_changed_at: former.password_changed_at,
            last_login_at: former.last_login_at,
            ..user(account, id, draft, now)
        };
        check_new_password(services, account, &next, &place, password.as_ref(), &mut problems).await?;
        rows.push((former, next, password));
    }
    problems.finish()?;
    let leaving: Vec<&User> = rows
        .iter()
        .filter(|(former, next, _)| {
            let is_admin =
                |user: &User| user.is_enabled && references.has_role(&user.profile, RoleType::Admin);
            is_admin(former) && !is_admin(next)
        })
        .map(|(former, _, _)| former)
        .collect();
    another_administrator(services, account, &references, &leaving).await?;
    let mut changes = Vec::with_capacity(rows.len());
    for (former, mut next, password) in rows {
        let hash = hash(services, password).await?;
        if hash.is_some() {
            next.password_changed_at = Some(next.updated_at);
        }
        changes.push((former, next, hash));
    }
    let users: Vec<&User> = changes.iter().map(|(_, next, _)| next).collect();
    let events = told(changer, "user.updated", &users);
    let next = changes.iter().map(|(_, next, _)| next.clone()).collect();
    let written = changer.write(services, &account.account_id, events, move |tx| {
        Box::pin(async move {
            for (former, next, hash) in &changes {
                if store::users::update(tx, next, former.updated_at).await? == 0 {
                    return Ok(false);
                }
                let (account, id) = (&next.account_id, next.user_id);
                if let Some(hash) = hash {
                    let must = next.must_change_password;
                    store::users::set_password(tx, account, id, Some(hash), must, next.updated_at).await?;
                    login_attempts::delete(tx, account, &login_attempts::of_user(id)).await?;
                } else if !next.takes_a_password() {
                    store::users::set_password(tx, account, id, None, false, next.updated_at).await?;
                }
                // What a session was begun with may be nothing to log in with any more.
                let other_login =
                    former.kind != next.kind || former.takes_a_password() != next.takes_a_password();
                if hash.is_some() || !next.is_enabled || other_login {
                    store::login_sessions::delete_all(tx, account, id).await?;
                }
            }
            Ok(true)
        })
    });
    let revision = written.await.map_err(taken)?;
    Ok((next, revision))
}

/// Gives a user a new password. They are logged out, and guesses at the old one are forgotten.
pub async fn set_password(
    services: &Services,
    changer: &Changer,
    account: &Account,
    id: UserId,
    password: SecretString,
    must_change: bool,
) -> Result<(User, i64)> {
    let mut draft = Draft::from(&find(services, &account.account_id, id).await?);
    draft.must_change_password = must_change;
    let wanted = Wanted {
        draft,
        password: Some(password),
    };
    let (mut changed, revision) = update_all(services, changer, account, vec![(id, wanted)]).await?;
    Ok((changed.pop().ok_or(Error::Changed)?, revision))
}

/// Gives a user another password than the one that they have just proven, unless somebody has changed them since.
pub(super) async fn replace_password(
    services: &Services,
    changer: &Changer,
    account: &Account,
    proven: &User,
    password: SecretString,
) -> Result<User> {
    let mut draft = Draft::from(proven);
    draft.must_change_password = false;
    let wanted = Wanted {
        draft,
        password: Some(password),
    };
    let (id, read) = (proven.user_id, Some(proven.updated_at));
    let (mut changed, _) = replace_all(services, changer, account, vec![(id, wanted)], read).await?;
    changed.pop().ok_or(Error::Changed)
}

/// Deletes a user: the id is never used again, the names are free, the sessions end.
pub async fn delete(services: &Services, by: &By, account: &Account, id: UserId) -> Result<i64> {
    delete_all(services, &Changer::unlimited(by.clone()), account, vec![id]).await
}

/// Deletes users; the account's revision after that.
pub async fn delete_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    ids: Vec<UserId>,
) -> Result<i64> {
    let references = References::of(services, &account.account_id).await?;
    let mut users: Vec<User> = Vec::with_capacity(ids.len());
    for id in ids {
        if users.iter().any(|user| user.user_id == id) {
            continue;
        }
        let user = find(services, &account.account_id, id).await?;
        changer.may_give(&references.privileges(&user.profile))?;
        if changer.is(id) {
            return Err(Error::BeyondOwn);
        }
        users.push(user);
    }
    let leaving: Vec<&User> = users
        .iter()
        .filter(|user| user.is_enabled && references.has_role(&user.profile, RoleType::Admin))
        .collect();
    another_administrator(services, account, &references, &leaving).await?;
    let events = told(changer, "user.deleted", &users.iter().collect::<Vec<_>>());
    let now = services.clock.now();
    let written = changer.write(services, &account.account_id, events, move |tx| {
        Box::pin(async move {
            for user in &users {
                let (account, id) = (&user.account_id, user.user_id);
                if store::users::delete(tx, account, id, now).await? == 0 {
                    return Ok(false);
                }
                store::login_sessions::delete_all(tx, account, id).await?;
                login_attempts::delete(tx, account, &login_attempts::of_user(id)).await?;
            }
            Ok(true)
        })
    });
    written.await
}

/// Whether somebody administers the account's users when `leaving` don't any more (SEC-129).
async fn another_administrator(
    services: &Services,
    account: &Account,
    references: &References,
    leaving: &[&User],
) -> Result<()> {
    const PAGE: i64 = 1000;
    if leaving.is_empty() {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = store::users::list(&services.db, &account.account_id, false, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Err(Error::LastAdministrator);
        };
        after = Some(last.user_id);
        let stays = |user: &&User| {
            user.is_enabled
                && references.has_role(&user.profile, RoleType::Admin)
                && !leaving.iter().any(|one| one.user_id == user.user_id)
        };
        if page.iter().any(|user| stays(&user)) {
            return Ok(());
        }
    }
}

/// Whether somebody administers the account's users when those profiles make nobody an administrator any more (SEC-129).
pub(in crate::directory) async fn another_administrator_without(
    services: &Services,
    account: &Account,
    profiles: &[i64],
) -> Result<()> {
    const PAGE: i64 = 1000;
    let references = References::of(services, &account.account_id).await?;
    let left = references.clone().without(profiles);
    let (mut after, mut is_leaving) = (None, false);
    loop {
        let page = store::users::list(&services.db, &account.account_id, false, after, PAGE).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.user_id);
        for user in page.iter().filter(|user| user.is_enabled) {
            if left.has_role(&user.profile, RoleType::Admin) {
                return Ok(());
            }
            is_leaving |= references.has_role(&user.profile, RoleType::Admin);
        }
    }
    if is_leaving {
        Err(Error::LastAdministrator)
    } else {
        Ok(())
    }
}

/// What a value that is taken means here.
fn taken(error: Error) -> Error {
    let Error::Store(store::Error::Taken(constraint)) = &error else {
        return error;
    };
    let key = if constraint.contains("full_name") {
        "fullName"
    } else if constraint.contains("pid") {
        "pid"
    } else {
        "loginName"
    };
    let mut problems = Problems::default();
    problems.push(key, None, "one that no other user of the account has");
    problems.finish().err().unwrap_or(error)
}

async fn check_new_password(
    services: &Services,
    account: &Account,
    user: &User,
    place: &str,
    password: Option<&SecretString>,
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
    let names = [user.login_name.as_str(), user.profile.email.as_str()];
    check_password(services, account, names, &key, password, problems).await
}

async fn hash(services: &Services, password: Option<SecretString>) -> Result<Option<String>> {
    let password = password.map(NewPassword::Plain);
    let wanted = password.is_some();
    let hashed = consumer::hash(services.passwords.pool(), &services.entropy, password).await?;
    if wanted && hashed.is_none() {
        return Err(store::Error::Fault("a password that can't be hashed".to_owned()).into());
    }
    Ok(hashed)
}

fn user(account: &Account, user_id: UserId, draft: Draft, now: Timestamp) -> User {
    User {
        account_id: account.account_id.clone(),
        user_id,
        kind: draft.kind,
        login_name: draft.login_name.trim().to_owned(),
        full_name: draft.full_name,
        pid: draft.pid,
        is_enabled: draft.is_enabled,
        deleted: false,
        password_changed_at: None,
        must_change_password: draft.must_change_password,
        profile: draft.profile,
        created_at: now,
        updated_at: now,
        last_login_at: None,
    }
}

/// What the record keeps: a row for each of a few, and one for every so many of more.
fn told(changer: &Changer, event: &'static str, users: &[&User]) -> Vec<AuditEvent> {
    const FEW: usize = 10;
    const TOGETHER: usize = 500;
    if users.len() <= FEW {
        return users.iter().map(|user| did(changer, user, event)).collect();
    }
    let together = users.chunks(TOGETHER).filter_map(|some| {
        let account = &some.first()?.account_id;
        let ids: Vec<UserId> = some.iter().map(|user| user.user_id).collect();
        Some(changer.by.did(account, event, None, json!({"user_ids": ids})))
    });
    together.collect()
}

/// What the record keeps: no name of a person, which would outlive them.
fn did(changer: &Changer, user: &User, event: &'static str) -> AuditEvent {
    let detail = json!({
        "user_id": user.user_id,
        "user_type": user.kind.as_str(),
        "enabled": user.is_enabled,
        "profile_ids": user.profile.profile_ids,
    });
    changer.by.did(&user.account_id, event, None, detail)
}

fn place(at: usize, many: bool) -> String {
    if many { format!("[{at}].") } else { String::new() }
}
