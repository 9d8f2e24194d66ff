//! Users who sign in at the console: by the rules of the Login Service, and with a second factor, which they set up at their
//! first sign-in. Until it is shown, nothing is granted (SEC-032, SEC-094).

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::codes::{Shown, opened, place, rejected, totp};
use super::session::{Known, Proof, let_in, outrun, prove, record_failure};
use super::{NotLoggedIn, find, has_factor, privileges};
use crate::base::id::AccountId;
use crate::base::{Digest, OneTime};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::keys::RecoveryCodes;
use crate::login::{FactorGuess, LoginValues, Source, Totp};
use crate::mail::{Letter, Mails, Recipient};
use crate::model::user_factor::{ConsoleSignIn, SignInStep, UserFactor};
use crate::model::{Access, Account, Area, Privileges, User};
use crate::store;

/// How long a sign-in may wait for its second factor (SEC-098).
const PATIENCE: Duration = Duration::from_mins(10);
/// Recovery codes that a user is given.
const RECOVERY_CODES: usize = 10;

/// What a user signs in with at first.
pub struct Entry<'e> {
    /// Their login name.
    pub name: &'e str,
    /// Their password.
    pub password: SecretString,
    /// The password that they want from now on.
    pub new_password: Option<SecretString>,
    /// What the browser is known as.
    pub known: &'e Known<'e>,
}

/// What a user shows next.
#[derive(Clone, Copy)]
pub struct Code<'c> {
    /// A code of their second factor, or a recovery code.
    pub code: &'c str,
    /// Whether they have signed in with this browser before: strangers' guesses at their password keep nobody out there (SEC-088).
    pub is_known: bool,
}

/// Why somebody's password doesn't let them go on.
#[derive(Debug)]
pub enum NotBegun {
    /// The Login Service wouldn't let them in, either.
    Refused(NotLoggedIn),
    /// There is nothing at the console that they may do.
    Nothing,
}

impl<E: Into<NotLoggedIn>> From<E> for NotBegun {
    fn from(refused: E) -> Self {
        Self::Refused(refused.into())
    }
}

/// Why a code doesn't let somebody in.
#[derive(Debug)]
pub enum NotFinished {
    /// It is none of theirs, or was used before.
    Wrong,
    /// There were too many: wait so many seconds.
    Throttled(u64),
    /// They must begin anew: it took too long, or something was changed meanwhile.
    Over,
    /// Something else.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for NotFinished {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Changed | Error::NotFound { .. } => Self::Over,
            error => Self::Failed(error),
        }
    }
}

/// A user who is signed in.
#[derive(Debug)]
pub struct Finished {
    /// What the browser is known by from now on; nothing else of it is given to anybody.
    pub values: LoginValues,
    /// Recovery codes, where the factor was set up just now: this is the only time that they can be seen.
    pub recovery_codes: Vec<String>,
}

/// Whether there is something at the console that they may do.
pub fn may_enter(privileges: &Privileges) -> bool {
    [Area::Users, Area::AppKeys, Area::Connectors]
        .into_iter()
        .any(|area| privileges.allow(area, Access::Write))
}

/// The first step: the password. What comes back is carried by the browser to the second one.
pub async fn begin(
    services: &Services,
    account: &Account,
    request_id: &str,
    source: Source,
    Entry {
        name,
        password,
        new_password,
        known,
    }: Entry<'_>,
) -> std::result::Result<OneTime<SignInStep>, NotBegun> {
    let proof = Proof {
        name,
        password: &password,
        new_password,
        known,
    };
    let user = prove(services, account, request_id, source, proof).await?;
    let (privileges, _) = privileges(services, &user).await?;
    if !may_enter(&privileges) {
        let by = By::user(&user, request_id, source.ip);
        record_failure(services, &by, &user, "nothing_at_the_console");
        return Err(NotBegun::Nothing);
    }
    let (step, now) = (OneTime::fresh(&services.entropy), services.clock.now());
    let sign_in = ConsoleSignIn {
        digest: step.digest(),
        account_id: user.account_id,
        user_id: user.user_id,
        password_changed_at: user.password_changed_at,
        created_at: now,
        expires_at: now + PATIENCE,
    };
    services
        .db
        .transaction(move |tx| Box::pin(async move { store::console_sign_ins::insert(tx, &sign_in).await }))
        .await
        .map_err(Error::from)?;
    Ok(step)
}

/// The sign-in that a browser has begun, and whose it is.
pub async fn begun(
    services: &Services,
    account: &AccountId,
    step: &str,
) -> Result<Option<(ConsoleSignIn, User)>> {
    let (digest, now) = (Digest::of(step), services.clock.now());
    let Some(sign_in) = store::console_sign_ins::find(&services.db, account, digest, now).await? else {
        return Ok(None);
    };
    let user = match find(services, account, sign_in.user_id).await {
        Ok(user) => user,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some((sign_in, user)))
}

/// A new factor for whoever has none: they prove with a code of it that they have it. It is this sign-in's, and is shown once:
/// another look at its page begins another, whose code counts from then on (SEC-098). None where they have one.
pub async fn set_up(
    services: &Services,
    account: &Account,
    sign_in: &ConsoleSignIn,
    user: &User,
) -> Result<Option<Totp>> {
    if has_factor(services, &user.account_id, user.user_id).await? {
        return Ok(None);
    }
    let factor = made(services, sign_in, user)?;
    let stored = factor.clone();
    let met = services
        .db
        .transaction(move |tx| Box::pin(async move { store::user_factors::put_pending(tx, &stored).await }))
        .await?;
    if met == 0 {
        return Ok(None);
    }
    let seed = opened(services, &factor).await?;
    totp(&seed, account, user).map(Some)
}

/// A new factor, with a seed of its own.
fn made(services: &Services, sign_in: &ConsoleSignIn, user: &User) -> Result<UserFactor> {
    let seed = Zeroizing::new(services.entropy.bytes::<{ Totp::SEED }>());
    let factor_id = sign_in.factor_id();
    let sealed = services
        .sealer
        .seal(&place(&user.account_id, &factor_id), seed.as_slice())
        .map_err(|_| store::Error::Fault("a second factor can't be sealed".to_owned()))?;
    Ok(UserFactor {
        account_id: user.account_id.clone(),
        factor_id,
        user_id: user.user_id,
        seed: sealed,
        step: 0,
        created_at: services.clock.now(),
        expires_at: Some(sign_in.expires_at),
    })
}

/// The second step: a code of the factor, or a recovery code. Either works once. Who has set up a factor by it is told so
/// (SEC-098).
pub async fn finish(
    services: &Services,
    account: &Account,
    request_id: &str,
    source: Source,
    (sign_in, user): (&ConsoleSignIn, &User),
    Code { code, is_known }: Code<'_>,
) -> std::result::Result<Finished, NotFinished> {
    let (db, now, by) = (
        &services.db,
        services.clock.now(),
        By::user(user, request_id, source.ip),
    );
    let guess = FactorGuess::new(&user.account_id, user.user_id);
    let admitted = if is_known {
        guess.admit_proven(db, now).await?
    } else {
        guess.admit(db, now).await?
    };
    if let Err(seconds) = admitted {
        rejected(user, &by, "throttled");
        return Err(NotFinished::Throttled(seconds));
    }
    let wrong = || {
        rejected(user, &by, "wrong_code");
        record_failure(services, &by, user, "wrong_code");
        NotFinished::Wrong
    };
    let pending = sign_in.factor_id();
    let shown = Shown::read(services, account, user, Some(&pending), code).await?;
    let shown = shown.ok_or_else(wrong)?;
    let codes = RecoveryCodes::new(&services.sealer);
    let fresh: Vec<String> = match shown {
        Shown::New { .. } => std::iter::repeat_with(|| RecoveryCodes::fresh(&services.entropy))
            .take(RECOVERY_CODES)
            .collect(),
        Shown::Code { .. } | Shown::Recovery(_) => Vec::new(),
    };
    let digests: Vec<[u8; 32]> = fresh
        .iter()
        .map(|code| codes.digest(&user.account_id, user.user_id, code))
        .collect();
    let mails = match shown {
        Shown::New { .. } => Mails::write(services, account, &Recipient::user(user), Letter::FactorAdded)?,
        Shown::Code { .. } | Shown::Recovery(_) => Mails::default(),
    };
    let (values, session) = services.user_sessions.console(user);
    let mut detail = json!({"user_id": user.user_id, "to": "console", "amr": ["pwd", shown.amr()]});
    if let Some(detail) = detail.as_object_mut().filter(|_| account.settings.sso_only) {
        detail.insert("break_glass".to_owned(), true.into());
    }
    let mut events = vec![by.did(&user.account_id, "user.login", None, detail)];
    if let Some(event) = shown.event() {
        let detail = json!({"user_id": user.user_id});
        events.insert(0, by.did(&user.account_id, event, None, detail));
    }
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (sign_in, most) = (
        sign_in.clone(),
        i64::from(services.user_sessions.most(&account.settings)),
    );
    let done = db
        .transaction(move |tx| {
            Box::pin(async move {
                let (account, id) = (&sign_in.account_id, sign_in.user_id);
                if store::console_sign_ins::take(tx, account, sign_in.digest, now).await? == 0 {
                    return Err(undone(OVER));
                }
                if !shown.take(tx, account, id, now).await? {
                    return Err(undone(WRONG));
                }
                for digest in &digests {
                    store::user_recovery_codes::insert(tx, account, id, digest).await?;
                }
                if !let_in(tx, &session, sign_in.password_changed_at, most).await? {
                    return Err(undone(OVER));
                }
                guess.forget(tx).await?;
                mails.queue(tx).await?;
                for event in &events {
                    store::audit::insert(tx, event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await;
    match done {
        Ok(()) => Ok(Finished {
            values,
            recovery_codes: fresh,
        }),
        Err(store::Error::Fault(why)) if why == WRONG => Err(wrong()),
        Err(store::Error::Fault(why)) if why == OVER => {
            outrun(services, &by, user, &Error::Changed);
            Err(NotFinished::Over)
        }
        // Another sign-in has set up the factor meanwhile.
        Err(store::Error::Taken(_)) => Err(NotFinished::Over),
        Err(error) => Err(error.into()),
    }
}

/// What undoes the transaction.
const OVER: &str = "the sign-in is over";
const WRONG: &str = "the code was used before";

fn undone(why: &str) -> store::Error {
    store::Error::Fault(why.to_owned())
}
