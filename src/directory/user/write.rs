//! Users as they are made and changed: all that are given, or none.

use std::collections::{HashMap, HashSet};

use secrecy::SecretString;

use super::record::{Told, told};
use super::references::References;
use super::{Changer, Draft, Written, administrators, find, passwords};
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::consumer::NewPassword;
use crate::directory::error::{Problems, overtaken, unchanged};
use crate::directory::{By, Error, Result, notice};
use crate::mail::Mails;
use crate::model::{Account, Privileges, RoleType, User, UserId};
use crate::store;
use crate::store::users::{Change, Password};

/// A user who is wanted, with a new password.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The user.
    pub draft: Draft,
    /// The password; none leaves what there is.
    pub password: Option<NewPassword>,
    /// Whether its owner has shown the former password: nobody changes their own without.
    pub proven: bool,
}

impl Wanted {
    /// A user, with a password where there is a new one.
    pub fn new(draft: Draft, password: Option<SecretString>) -> Self {
        Self {
            draft,
            password: password.map(NewPassword::Plain),
            proven: false,
        }
    }
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
    let references = References::of(services, &account.account_id).await?;
    let made = new(services, changer, account, &references, wanted).await?;
    let users = made.iter().map(|change| change.user.clone()).collect();
    let revision = write(services, changer, account, made, Changes::default()).await?;
    Ok((users, revision))
}

/// New users, ready to be written.
async fn new(
    services: &Services,
    changer: &Changer,
    account: &Account,
    references: &References,
    wanted: Vec<Wanted>,
) -> Result<Vec<Change>> {
    let (mut problems, many, now) = (Problems::default(), wanted.len() > 1, services.clock.now());
    passwords::not_too_many(changer, &wanted, &mut problems);
    let mut rows = Vec::with_capacity(wanted.len());
    for (
        at,
        Wanted {
            mut draft, password, ..
        },
    ) in wanted.into_iter().enumerate()
    {
        let place = place(at, many);
        draft.settle(None, references, now);
        draft.check(&place, account, references, &mut problems);
        changer.may_give(&references.privileges(&draft.profile))?;
        let user = user(account, UserId::fresh(&services.entropy), draft, now);
        changer.may_promote(&Privileges::default(), &held(&user, references))?;
        passwords::check(services, account, &user, &place, password.as_ref(), &mut problems).await?;
        rows.push((user, password));
        problems.bounded()?;
    }
    problems.finish()?;
    let mut made = Vec::with_capacity(rows.len());
    for (mut user, password) in rows {
        let password = passwords::hash(services, &account.account_id, password).await?;
        user.password_changed_at = password.is_some().then_some(now);
        made.push(Change {
            user,
            former: None,
            password: password.map_or(Password::None, Password::Hash),
        });
    }
    Ok(made)
}

/// Lets `edit` change a user.
pub async fn update(
    services: &Services,
    by: &By,
    account: &Account,
    id: UserId,
    edit: impl FnOnce(&mut Draft),
) -> Result<User> {
    let former = find(services, &account.account_id, id).await?;
    let mut draft = Draft::from(&former);
    edit(&mut draft);
    let changer = Changer::unlimited(by.clone());
    let wanted = vec![(former, Wanted::new(draft, None))];
    let (mut changed, _) = update_all(services, &changer, account, wanted).await?;
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
    let wanted = vec![(former, Wanted::new(draft, password))];
    let written = update_all(services, changer, account, wanted).await;
    let (mut changed, _) = written.map_err(overtaken(read))?;
    changed.pop().ok_or(Error::Changed)
}

/// Writes users, as they were read, as they are wanted; with the account's revision after that. Who may not log in any more,
/// logs in with something else, or has a new password, is logged out. One that is as it was isn't written. Each is told of
/// another password, address or telephone number at the address that they had before (SEC-090).
pub async fn update_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    wanted: Vec<(User, Wanted)>,
) -> Result<(Vec<User>, i64)> {
    save_all(services, changer, account, Vec::new(), wanted, Notices::Sent).await
}

/// Whether people are told of what is changed about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notices {
    /// They are.
    Sent,
    /// Not of a whole file's worth at once.
    Left,
}

/// Makes users and writes others as they are wanted, all or none; the others, with the account's revision after that.
pub(super) async fn save_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    made: Vec<Wanted>,
    wanted: Vec<(User, Wanted)>,
    notices: Notices,
) -> Result<(Vec<User>, i64)> {
    let references = References::of(services, &account.account_id).await?;
    let made = new(services, changer, account, &references, made).await?;
    let (all, changes) = changed(services, changer, account, &references, wanted, notices).await?;
    let revision = if made.is_empty() && changes.rows.is_empty() {
        changer.unchanged(services, &account.account_id).await?
    } else {
        write(services, changer, account, made, changes).await?
    };
    Ok((all, revision))
}

/// Users that are there, ready to be written.
#[derive(Default)]
struct Changes {
    rows: Vec<Change>,
    logged_out: Vec<UserId>,
    forgotten: Vec<UserId>,
    /// The login names of those who get another one, as they were.
    former_names: HashMap<UserId, String>,
    mails: Mails,
    loses_administrators: bool,
}

/// The users as they will be, and what is to be written of them.
async fn changed(
    services: &Services,
    changer: &Changer,
    account: &Account,
    references: &References,
    wanted: Vec<(User, Wanted)>,
    notices: Notices,
) -> Result<(Vec<User>, Changes)> {
    let (mut problems, many) = (Problems::default(), wanted.len() > 1);
    let (mut rows, mut seen) = (Vec::with_capacity(wanted.len()), HashSet::new());
    passwords::not_too_many(changer, wanted.iter().map(|(_, wanted)| wanted), &mut problems);
    for (
        at,
        (
            former,
            Wanted {
                mut draft,
                password,
                proven,
            },
        ),
    ) in wanted.into_iter().enumerate()
    {
        let (place, id) = (place(at, many), former.user_id);
        let now = services
            .clock
            .now()
            .max(former.updated_at + std::time::Duration::from_millis(1));
        problems.unless(seen.insert(id), &format!("{place}id"), id, "each user once");
        draft.settle(Some(&former), references, now);
        draft.check(&place, account, references, &mut problems);
        let (before, after) = (
            references.privileges(&former.profile),
            references.privileges(&draft.profile),
        );
        changer.may_give(&before)?;
        changer.may_give(&after)?;
        // A bearer isn't enough for one's own password: its owner proves that they know the former one.
        if changer.is(id) && (before != after || !draft.is_enabled || (password.is_some() && !proven)) {
            return Err(Error::BeyondOwn);
        }
        let (was, will) = (&former.profile, &draft.profile);
        let reached_elsewhere = was.email != will.email || was.mobile_number != will.mobile_number;
        if changer.is(id) && reached_elsewhere && !proven && !changer.is_fresh {
            return Err(Error::BeyondOwn);
        }
        let mut next = User {
            created_at: former.created_at,
            password_changed_at: former.password_changed_at,
            last_login_at: former.last_login_at,
            ..user(account, id, draft, now)
        };
        next.must_change_password &= next.takes_a_password();
        let had = if opens(&former, &next) || (password.is_some() && !proven) {
            Privileges::default()
        } else {
            held(&former, references)
        };
        changer.may_promote(&had, &held(&next, references))?;
        passwords::check(services, account, &next, &place, password.as_ref(), &mut problems).await?;
        rows.push((former, next, password));
        problems.bounded()?;
    }
    problems.finish()?;
    let is_admin = |user: &User| user.is_enabled && references.has_role(&user.profile, RoleType::Admin);
    let mut changes = Changes {
        loses_administrators: rows
            .iter()
            .any(|(former, next, _)| is_admin(former) && !is_admin(next)),
        ..Changes::default()
    };
    let mut all = Vec::with_capacity(rows.len());
    for (former, mut next, password) in rows {
        let password = match passwords::hash(services, &account.account_id, password).await? {
            Some(hash) => Password::Hash(hash),
            None if next.takes_a_password() => Password::Kept,
            None => Password::None,
        };
        let is_new = matches!(password, Password::Hash(_));
        if is_new {
            next.password_changed_at = Some(next.updated_at);
            changes.forgotten.push(next.user_id);
        }
        if password == Password::None {
            next.password_changed_at = None;
        }
        let unwritten = User {
            updated_at: former.updated_at,
            ..next.clone()
        };
        if unwritten == former && !is_new {
            all.push(former);
            continue;
        }
        if notices == Notices::Sent {
            let told = notice::of_user(services, account, &former, &next, is_new)?;
            changes.mails.append(told);
        }
        // What a session was begun with may be nothing to log in with any more.
        let other_login = former.kind != next.kind || former.takes_a_password() != next.takes_a_password();
        if former.login_name != next.login_name {
            changes.former_names.insert(next.user_id, former.login_name);
        }
        if is_new || !next.is_enabled || other_login {
            changes.logged_out.push(next.user_id);
        }
        all.push(next.clone());
        changes.rows.push(Change {
            user: next,
            former: Some(former.updated_at),
            password,
        });
    }
    Ok((all, changes))
}

/// Writes what is ready, in one transaction; the account's revision after that.
async fn write(
    services: &Services,
    changer: &Changer,
    account: &Account,
    made: Vec<Change>,
    changes: Changes,
) -> Result<i64> {
    let former_names = &changes.former_names;
    let users = |changes: &[Change], event| {
        let users = changes.iter().map(|change| Told {
            user: &change.user,
            password_set: matches!(change.password, Password::Hash(_)),
            former_name: former_names.get(&change.user.user_id).map(String::as_str),
        });
        told(changer, event, users)
    };
    let mut events = users(&made, "user.created");
    events.extend(users(&changes.rows, "user.updated"));
    let account_id = account.account_id.clone();
    let written = changer.write(services, &account.account_id, events, move |tx, revision| {
        Box::pin(async move {
            let Changes {
                rows,
                logged_out,
                forgotten,
                mails,
                loses_administrators,
                ..
            } = changes;
            let met = store::users::update_all(tx, &account_id, &rows, revision).await?;
            if usize::try_from(met) != Ok(rows.len()) {
                return Ok(Written::Changed);
            }
            store::users::insert_all(tx, &account_id, &made, revision).await?;
            store::users::end_sessions(tx, &account_id, &logged_out).await?;
            store::users::forget_guesses(tx, &account_id, &forgotten).await?;
            mails.queue(tx).await?;
            if loses_administrators && !administrators::remain(tx, &account_id).await? {
                return Ok(Written::LastAdministrator);
            }
            Ok(Written::Done)
        })
    });
    written.await.map_err(taken)
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
    let former = find(services, &account.account_id, id).await?;
    let mut draft = Draft::from(&former);
    draft.must_change_password = must_change;
    let wanted = Wanted::new(draft, Some(password));
    let (mut changed, revision) = update_all(services, changer, account, vec![(former, wanted)]).await?;
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
    let wanted = Wanted::new(draft, Some(password));
    let (mut changed, _) = update_all(services, changer, account, vec![(proven.clone(), wanted)]).await?;
    changed.pop().ok_or(Error::Changed)
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

/// What somebody may do who can log in.
fn held(user: &User, references: &References) -> Privileges {
    if user.is_enabled {
        references.privileges(&user.profile)
    } else {
        Privileges::default()
    }
}

/// Whether somebody logs in with something else from then on: whoever has that may be another person, and gets all that the
/// user may do.
fn opens(former: &User, next: &User) -> bool {
    let ways = |user: &User| {
        let profile = &user.profile;
        (
            user.kind,
            profile.is_api_user,
            profile.allowed_app_keys.clone(),
            user.login_name.clone(),
        )
    };
    ways(former) != ways(next)
}

pub(super) fn user(account: &Account, user_id: UserId, draft: Draft, now: Timestamp) -> User {
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

fn place(at: usize, many: bool) -> String {
    if many { format!("[{at}].") } else { String::new() }
}
