//! Logging in and out.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::codes::{Shown, rejected};
use super::write::replace_password;
use super::{Changer, privileges};
use crate::base::Timestamp;
use crate::base::id::SsoName;
use crate::context::Services;
use crate::directory::error::Problem;
use crate::directory::{By, Error, Result};
use crate::login::{Device, FactorGuess, LoginValues, Source, UserRefusal, UserRefused};
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::user::LoginSession;
use crate::model::{Account, Identifier, Privileges, User, UserId};
use crate::store;

/// A user who has just logged in, with what they are known by from now on.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who.
    pub user: User,
    /// What they may do.
    pub privileges: Privileges,
    /// Whether they administer the account.
    pub is_admin: bool,
    /// What is handed out, once.
    pub values: LoginValues,
}

/// Why nobody is logged in. That a user is disabled or their password too old is told to whoever knows the password.
#[derive(Debug, thiserror::Error)]
pub enum NotLoggedIn {
    /// The password isn't the user's, or there is no such user.
    #[error(transparent)]
    Refused(#[from] UserRefusal),
    /// The user is switched off.
    #[error("the user is disabled")]
    Disabled,
    /// The password must be changed first.
    #[error("the password must be changed")]
    Expired,
    /// The account's users log in by single sign-on.
    #[error("the account's users log in by single sign-on")]
    SsoOnly,
    /// The password is right, and what was shown beside it is no code of the user's second factor.
    #[error("it is no code of the user's second factor, or was used before")]
    WrongCode,
    /// The new password can't be.
    #[error("the new password can't be used")]
    Weak(Vec<Problem>),
    /// Something else.
    #[error(transparent)]
    Failed(Error),
}

impl From<Error> for NotLoggedIn {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(problems) => Self::Weak(problems),
            // What was proven doesn't hold any more: the password was reset meanwhile, or the user disabled or deleted.
            Error::Changed | Error::NotFound { .. } => Self::Refused(UserRefusal::NoMatch),
            error => Self::Failed(error),
        }
    }
}

/// What a user knows the browser as, of which it is told whether they have signed in with it.
pub type Known<'k> = dyn Fn(UserId) -> Option<Device> + Send + Sync + 'k;

/// What a user proves who they are with.
pub(super) struct Proof<'p> {
    pub(super) name: &'p str,
    pub(super) password: &'p SecretString,
    pub(super) new_password: Option<SecretString>,
    pub(super) known: &'p Known<'p>,
}

/// What a user logs in with.
#[derive(Debug)]
pub struct Credentials {
    /// Their login name.
    pub name: String,
    /// Their password.
    pub password: SecretString,
    /// The password that they want from now on.
    pub new_password: Option<SecretString>,
    /// A code of their second factor, or a recovery code, from who shows one.
    pub otp: Option<SecretString>,
}

/// Logs a user in by their password; a new one is set first, and one that must be changed lets in nobody without that. A code
/// beside it is asked of nobody here, and makes the session one that may do more (SEC-130).
pub async fn log_in(
    services: &Services,
    account: &Account,
    request_id: &str,
    source: Source,
    credentials: Credentials,
) -> std::result::Result<LoggedIn, NotLoggedIn> {
    let Credentials {
        name,
        password,
        new_password,
        otp,
    } = credentials;
    let proof = Proof {
        name: &name,
        password: &password,
        new_password,
        // Programs keep no mark of a sign-in.
        known: &|_| None,
    };
    let proven = prove(services, account, request_id, source, proof).await?;
    let by = By::user(&proven, request_id, source.ip);
    let shown = match otp {
        Some(otp) => Some(second_factor(services, account, &by, &proven, &otp).await?),
        None => None,
    };
    let how = if account.settings.sso_only {
        How::BreakGlass
    } else {
        How::Password
    };
    let begun = begin_by(services, &by, proven.clone(), how, shown).await;
    Ok(begun.inspect_err(|error| outrun(services, &by, &proven, error))?)
}

/// What a code is of the second factor of a user whose password was right; counted as guesses at the console are (SEC-096).
async fn second_factor(
    services: &Services,
    account: &Account,
    by: &By,
    user: &User,
    otp: &SecretString,
) -> std::result::Result<Shown, NotLoggedIn> {
    let guess = FactorGuess::new(&user.account_id, user.user_id);
    let admitted = guess.admit_proven(&services.db, services.clock.now()).await;
    if let Err(seconds) = admitted.map_err(Error::from)? {
        rejected(user, by, "throttled");
        return Err(UserRefusal::Throttled(seconds).into());
    }
    let shown = Shown::read(services, account, user, None, otp.expose_secret()).await?;
    shown.ok_or_else(|| {
        rejected(user, by, "wrong_code");
        record_failure(services, by, user, "wrong_code");
        NotLoggedIn::WrongCode
    })
}

/// The user whose password that is, where they may log in with it.
pub(super) async fn prove(
    services: &Services,
    account: &Account,
    request_id: &str,
    source: Source,
    Proof {
        name,
        password,
        new_password,
        known,
    }: Proof<'_>,
) -> std::result::Result<User, NotLoggedIn> {
    let proven = services
        .passwords
        .authenticate_user(&account.account_id, name, password.expose_secret(), source, known)
        .await;
    let mut user = match proven {
        Ok(user) => user,
        Err(UserRefused { refusal, named }) => {
            if let Some(named) = named {
                let by = By::user(&named, request_id, source.ip);
                record_failure(services, &by, &named, "wrong_password");
            }
            return Err(refusal.into());
        }
    };
    let by = By::user(&user, request_id, source.ip);
    if !user.is_enabled {
        record_failure(services, &by, &user, "disabled");
        return Err(NotLoggedIn::Disabled);
    }
    if account.settings.sso_only && !may_break_glass(services, account, &user).await? {
        record_failure(services, &by, &user, "sso_only");
        return Err(NotLoggedIn::SsoOnly);
    }
    match new_password {
        Some(new) if new.expose_secret() == password.expose_secret() => return Err(NotLoggedIn::Expired),
        Some(new) => {
            let changer = Changer::unlimited(by.clone());
            let replaced = replace_password(services, &changer, account, &user, new).await;
            user = replaced.inspect_err(|error| outrun(services, &by, &user, error))?;
        }
        None if is_expired(account, &user, services.clock.now()) => {
            record_failure(services, &by, &user, "password_expired");
            return Err(NotLoggedIn::Expired);
        }
        None => {}
    }
    Ok(user)
}

/// Whether it is one of the administrators who may come in by their password when single sign-on is broken (SEC-116).
async fn may_break_glass(services: &Services, account: &Account, user: &User) -> Result<bool> {
    let named = account.settings.break_glass_users.contains(&user.login_name);
    Ok(named && privileges(services, user).await?.1)
}

/// The user whose login name an identity provider has vouched for, to the letter.
pub async fn vouched_for(
    services: &Services,
    account: &Account,
    request_id: &str,
    source: Source,
    login_name: &str,
) -> std::result::Result<User, NotLoggedIn> {
    let found = match Identifier::parse(login_name) {
        Ok(name) => store::users::find_login(&services.db, &account.account_id, &name).await,
        Err(_) => Ok(None),
    };
    let user = found
        .map_err(Error::from)?
        .map(|login| login.user)
        .filter(|user| user.login_name == login_name)
        .ok_or(NotLoggedIn::Refused(UserRefusal::NoMatch))?;
    let by = By::user(&user, request_id, source.ip);
    person(services, &by, user)
}

/// Begins a session for a user whom an identity provider has vouched for.
pub async fn begin_by_sso(
    services: &Services,
    request_id: &str,
    source: Source,
    user: User,
    connection: &SsoName,
) -> std::result::Result<LoggedIn, NotLoggedIn> {
    let by = By::user(&user, request_id, source.ip);
    let user = person(services, &by, user)?;
    let proven = user.clone();
    let begun = begin_by(services, &by, user, How::Sso(connection.clone()), None).await;
    Ok(begun.inspect_err(|error| outrun(services, &by, &proven, error))?)
}

/// Nobody is made, enabled or unlocked by single sign-on (SEC-106, SEC-108), and programs aren't people.
fn person(services: &Services, by: &By, user: User) -> std::result::Result<User, NotLoggedIn> {
    if user.deleted || !user.takes_a_password() {
        return Err(NotLoggedIn::Refused(UserRefusal::NoMatch));
    }
    if !user.is_enabled {
        record_failure(services, by, &user, "disabled");
        return Err(NotLoggedIn::Disabled);
    }
    Ok(user)
}

/// How somebody proved who they are.
enum How {
    /// By their password.
    Password,
    /// By their password, although the account's users log in by single sign-on.
    BreakGlass,
    /// An API key or client did it for them.
    Program(String),
    /// By an identity provider.
    Sso(SsoName),
}

/// Records a login that a change of the user was quicker than.
pub(super) fn outrun(services: &Services, by: &By, user: &User, error: &Error) {
    if matches!(error, Error::Changed | Error::NotFound { .. }) {
        record_failure(services, by, user, "changed_meanwhile");
    }
}

/// Begins a session for a user who has proved who they are; `app_key` is the API key or client that did it for them. The
/// oldest session ends where it would be one too many.
pub async fn begin(services: &Services, by: &By, user: User, app_key: Option<String>) -> Result<LoggedIn> {
    begin_by(
        services,
        by,
        user,
        app_key.map_or(How::Password, How::Program),
        None,
    )
    .await
}

async fn begin_by(
    services: &Services,
    by: &By,
    user: User,
    how: How,
    shown: Option<Shown>,
) -> Result<LoggedIn> {
    let (privileges, is_admin) = privileges(services, &user).await?;
    let sso = match &how {
        How::Sso(connection) => Some(connection.clone()),
        How::Password | How::BreakGlass | How::Program(_) => None,
    };
    let (app_key, more) = match how {
        How::Password => (None, None),
        How::BreakGlass => (None, Some(("break_glass", true.into()))),
        How::Program(name) => (Some(name), None),
        How::Sso(connection) => (None, Some(("sso", connection.as_str().into()))),
    };
    let mut detail = json!({"user_id": user.user_id, "app_key": app_key});
    if let (Value::Object(members), Some((name, value))) = (&mut detail, more) {
        members.insert(name.to_owned(), value);
    }
    if let (Value::Object(members), Some(shown)) = (&mut detail, &shown) {
        members.insert("amr".to_owned(), json!(["pwd", shown.amr()]));
    }
    let (values, session) = services.user_sessions.session(&user, app_key, shown.is_some());
    let mut events = vec![by.did(&user.account_id, "user.login", None, detail)];
    if let Some(event) = shown.as_ref().and_then(Shown::event) {
        events.insert(
            0,
            by.did(&user.account_id, event, None, json!({"user_id": user.user_id})),
        );
    }
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let tenant = services.accounts.find(&user.account_id).await?;
    let tenant = tenant.ok_or_else(|| Error::NotFound {
        what: "account",
        id: user.account_id.to_string(),
    })?;
    let most = i64::from(services.user_sessions.most(&tenant.account.settings));
    let proven = user.password_changed_at;
    let guess = FactorGuess::new(&user.account_id, user.user_id);
    let begun = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !let_in(tx, &session, proven, most).await? {
                    return Ok(false);
                }
                if let Some(connection) = &sso {
                    store::login_sessions::note_sso(tx, &session.account_id, session.digest, connection)
                        .await?;
                }
                if let Some(shown) = &shown {
                    let (account, id) = (&session.account_id, session.user_id);
                    // Another login was quicker with the same code.
                    if !shown.take(tx, account, id, session.created_at).await? {
                        return Err(store::Error::Stale);
                    }
                    guess.forget(tx).await?;
                }
                for event in &events {
                    store::audit::insert(tx, event, &clock, &entropy).await?;
                }
                Ok(true)
            })
        })
        .await;
    match begun {
        Ok(true) => {}
        Ok(false) | Err(store::Error::Stale) => return Err(Error::Changed),
        Err(error) => return Err(error.into()),
    }
    Ok(LoggedIn {
        user,
        privileges,
        is_admin,
        values,
    })
}

/// Stores a session of a user whose password was set at `proven` when they proved it, who may have `most` of them; false
/// where they aren't to be let in any more.
pub(super) async fn let_in(
    tx: &mut store::Tx<'_>,
    session: &LoginSession,
    proven: Option<Timestamp>,
    most: i64,
) -> store::Result<bool> {
    let (account, id, now) = (&session.account_id, session.user_id, session.created_at);
    // Whoever was disabled or removed since, or has another password by now, is let in no more.
    if store::users::set_last_login(tx, account, id, proven, now).await? == 0 {
        return Ok(false);
    }
    // Before the new one is there: of several that began in the same millisecond, it mustn't be the one to go.
    store::login_sessions::delete_oldest(tx, account, id, most - 1, now).await?;
    store::login_sessions::insert(tx, session).await?;
    Ok(true)
}

/// Lets a session go on; false where it has ended.
pub async fn refresh(services: &Services, session: &LoginSession) -> Result<bool> {
    Ok(services.user_sessions.refresh(session).await?)
}

/// Ends a session.
pub async fn log_out(services: &Services, by: &By, session: &LoginSession) -> Result<()> {
    let event = by.did(
        &session.account_id,
        "user.logout",
        None,
        json!({"user_id": session.user_id}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (account, digest) = (session.account_id.clone(), session.digest);
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::login_sessions::delete(tx, &account, digest).await? == 1 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

/// Whether a password is too old, or must be changed for another reason.
fn is_expired(account: &Account, user: &User, now: Timestamp) -> bool {
    let longest = account.settings.user_password_max_age;
    let set_at = user.password_changed_at.unwrap_or(user.created_at);
    user.must_change_password
        || longest.is_some_and(|seconds| now.since(set_at) >= Duration::from_secs(seconds.into()))
}

/// Records that somebody failed to log in as a user who is there. Not before the answer, which would take longer than that
/// to a name that nobody has (SEC-085). Guesses are throttled, and so are these rows.
pub(super) fn record_failure(services: &Services, by: &By, named: &User, reason: &'static str) {
    let detail = json!({"user_id": named.user_id, "reason": reason});
    let event = AuditEvent {
        outcome: Outcome::Refused,
        ..by.did(&named.account_id, "user.login_failed", None, detail)
    };
    let (db, clock, entropy) = (
        services.db.clone(),
        services.clock.clone(),
        services.entropy.clone(),
    );
    tokio::spawn(async move {
        let written = db
            .transaction(move |tx| {
                Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
            })
            .await;
        if let Err(error) = written {
            tracing::error!(%error, "a failed login is not on the record");
        }
    });
}
