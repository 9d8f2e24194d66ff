//! Administrators' second factors: set up by themselves at the console, shown at each sign-in from then on, and taken away by a
//! command.

use std::time::Duration;

use serde_json::json;
use zeroize::Zeroizing;

use super::{find, write};
use crate::base::id::AdministratorId;
use crate::base::{OneTime, hex};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::keys::{Place, RecoveryCodes};
use crate::login::{FactorGuess, Totp};
use crate::model::administrator::{
    AdminCookie, AdminSession, Administrator, AdministratorFactor, Credential,
};
use crate::store::{self, Tx, administrator_factors};

/// How long a factor may wait for its first code (SEC-098).
const PATIENCE: Duration = Duration::from_mins(10);
/// Recovery codes that an administrator is given.
const RECOVERY_CODES: usize = 10;
/// What an authenticator shows of it, beside the name.
const ISSUER: &str = "Signet console";

/// Why a code isn't taken.
#[derive(Debug)]
pub enum NotShown {
    /// It is none of theirs, or was used before; or there is nothing to set up.
    Wrong,
    /// There were too many: wait so many seconds.
    Throttled(u64),
    /// Something else.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for NotShown {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether an administrator has a second factor.
pub async fn has_factor(services: &Services, administrator: &Administrator) -> Result<bool> {
    let found = administrator_factors::find(&services.db, &administrator.administrator_id).await?;
    Ok(found.is_some())
}

/// A new factor for whoever has none: they prove with a code of it within ten minutes that they have it. It is this session's, and
/// is shown once: another look at its page begins another, whose code counts from then on (SEC-098). None where they have one.
pub async fn set_up(
    services: &Services,
    administrator: &Administrator,
    session: Credential,
) -> Result<Option<Totp>> {
    if has_factor(services, administrator).await? {
        return Ok(None);
    }
    let (db, now, id) = (&services.db, services.clock.now(), hex(session.as_bytes()));
    let seed = Zeroizing::new(services.entropy.bytes::<{ Totp::SEED }>());
    let sealed = services.sealer.seal(&place(&id), seed.as_slice());
    let factor = AdministratorFactor {
        seed: sealed.map_err(|_| store::Error::Fault("a second factor can't be sealed".to_owned()))?,
        factor_id: id,
        administrator_id: administrator.administrator_id.clone(),
        step: 0,
        created_at: now,
        expires_at: Some(now + PATIENCE),
    };
    let stored = factor.clone();
    let met = db
        .transaction(move |tx| Box::pin(async move { administrator_factors::put_pending(tx, &stored).await }))
        .await?;
    if met == 0 {
        return Ok(None);
    }
    totp(services, administrator, &factor).await.map(Some)
}

/// A factor that counts.
#[derive(Debug)]
pub struct Confirmed {
    /// Its recovery codes. This is the only time that they can be seen.
    pub recovery_codes: Vec<String>,
    /// What the browser is known by from now on.
    pub cookie: OneTime<AdminCookie>,
}

/// Lets the factor count that was set up at this session, by a code of it. All of the administrator's sessions and tokens end,
/// which a password alone made; this one goes on under another id, no longer than it would have (SEC-069).
pub async fn confirm(
    services: &Services,
    by: &By,
    administrator: &Administrator,
    session: Credential,
    code: &str,
) -> std::result::Result<Confirmed, NotShown> {
    let (db, now, id) = (&services.db, services.clock.now(), hex(session.as_bytes()));
    let guess = FactorGuess::of_administrator(&administrator.administrator_id);
    admit(services, administrator, by, &guess).await?;
    let pending = administrator_factors::find_pending(db, &id, now).await?;
    let pending = pending.ok_or_else(|| wrong(administrator, by))?;
    let step = totp(services, administrator, &pending)
        .await?
        .check(&plain(code), now);
    let step = step.ok_or_else(|| wrong(administrator, by))?;
    let codes = RecoveryCodes::new(&services.sealer);
    let fresh: Vec<String> = std::iter::repeat_with(|| RecoveryCodes::fresh(&services.entropy))
        .take(RECOVERY_CODES)
        .collect();
    let former = store::admin_sessions::find(db, session).await?;
    let (former, _) = former.ok_or_else(|| wrong(administrator, by))?;
    let (cookie, fresh_session) = services.admin_sessions.console(administrator);
    let next = AdminSession {
        credential: fresh_session.credential,
        second_factor: true,
        ..former
    };
    let owner = administrator.administrator_id.clone();
    let digests: Vec<[u8; 32]> = fresh
        .iter()
        .map(|code| codes.of_administrator(&owner, code))
        .collect();
    let event = "administrator.factor_set_up";
    let done = write(services, by, administrator, event, json!({}), move |tx| {
        Box::pin(async move {
            // It comes first: a sign-in at the same moment is over, and ends here, or finds the factor.
            let may = store::administrators::set_last_login(tx, &owner, now).await? == 1
                && store::admin_sessions::delete(tx, session).await? == 1
                && administrator_factors::activate(tx, &pending, step, now).await? == 1;
            if !may {
                return Err(store::Error::Stale);
            }
            store::admin_sessions::delete_all(tx, &owner).await?;
            store::admin_sessions::insert(tx, &next).await?;
            administrator_factors::delete_codes(tx, &owner).await?;
            for digest in &digests {
                administrator_factors::insert_code(tx, &owner, digest).await?;
            }
            guess.forget(tx).await?;
            Ok(1)
        })
    });
    match done.await {
        Ok(()) => Ok(Confirmed {
            recovery_codes: fresh,
            cookie,
        }),
        // Another session has set one up meanwhile, or its time is over, or this session's is.
        Err(Error::Store(store::Error::Stale | store::Error::Taken(_))) => Err(wrong(administrator, by)),
        Err(error) => Err(error.into()),
    }
}

/// Takes an administrator's second factor away, with its recovery codes and their sessions and tokens.
pub async fn reset(services: &Services, by: &By, name: &str) -> Result<Administrator> {
    let administrator = find(services, name).await?;
    let id = administrator.administrator_id.clone();
    let guess = FactorGuess::of_administrator(&id);
    let event = "administrator.factor_reset";
    write(services, by, &administrator, event, json!({}), move |tx| {
        Box::pin(async move {
            administrator_factors::delete_all(tx, &id).await?;
            store::admin_sessions::delete_all(tx, &id).await?;
            guess.forget(tx).await?;
            Ok(1)
        })
    })
    .await?;
    Ok(administrator)
}

/// What a code is, as far as can be told without taking it.
pub(super) enum Shown {
    /// The code of a step of the factor.
    Code { factor_id: String, step: i64 },
    /// What may be a recovery code.
    Recovery([u8; 32]),
}

impl Shown {
    pub(super) const fn amr(&self) -> &'static str {
        match self {
            Self::Code { .. } => "otp",
            Self::Recovery(_) => "recovery_code",
        }
    }

    /// Uses it up, once; false where it was used before, or never was one.
    pub(super) async fn take(&self, tx: &mut Tx<'_>, id: &AdministratorId) -> store::Result<bool> {
        let met = match self {
            Self::Code { factor_id, step } => administrator_factors::take_step(tx, factor_id, *step).await?,
            Self::Recovery(digest) => administrator_factors::take_code(tx, id, digest).await?,
        };
        if met == 1 {
            FactorGuess::of_administrator(id).forget(tx).await?;
        }
        Ok(met == 1)
    }
}

/// What an administrator shows beside their password; none where they need nothing.
pub(super) async fn shown(
    services: &Services,
    by: &By,
    administrator: &Administrator,
    code: &str,
) -> std::result::Result<Option<Shown>, NotShown> {
    let (db, now) = (&services.db, services.clock.now());
    let id = &administrator.administrator_id;
    let Some(factor) = administrator_factors::find(db, id).await? else {
        return Ok(None);
    };
    let guess = FactorGuess::of_administrator(id);
    admitted(administrator, by, guess.admit_proven(db, now).await?)?;
    let code = plain(code);
    if code.len() != 6 {
        let digest = RecoveryCodes::new(&services.sealer).of_administrator(id, &code);
        let may_be_one = (1..=64).contains(&code.len());
        return if may_be_one {
            Ok(Some(Shown::Recovery(digest)))
        } else {
            Err(wrong(administrator, by))
        };
    }
    let step = totp(services, administrator, &factor).await?.check(&code, now);
    let factor_id = factor.factor_id;
    step.map(|step| Some(Shown::Code { factor_id, step }))
        .ok_or_else(|| wrong(administrator, by))
}

async fn admit(
    services: &Services,
    administrator: &Administrator,
    by: &By,
    guess: &FactorGuess,
) -> std::result::Result<(), NotShown> {
    let admission = guess.admit(&services.db, services.clock.now()).await?;
    admitted(administrator, by, admission)
}

fn admitted(
    administrator: &Administrator,
    by: &By,
    admission: std::result::Result<(), u64>,
) -> std::result::Result<(), NotShown> {
    admission.map_err(|seconds| {
        rejected(administrator, by, "throttled");
        NotShown::Throttled(seconds)
    })
}

fn wrong(administrator: &Administrator, by: &By) -> NotShown {
    rejected(administrator, by, "wrong_code");
    NotShown::Wrong
}

fn plain(code: &str) -> String {
    code.chars().filter(|letter| !letter.is_whitespace()).collect()
}

async fn totp(
    services: &Services,
    administrator: &Administrator,
    factor: &AdministratorFactor,
) -> Result<Totp> {
    services.sealer.meet(&services.db, [&factor.seed]).await;
    let seed = services.sealer.open(&place(&factor.factor_id), &factor.seed);
    let seed = seed.map_err(|_| store::Error::Fault("a second factor can't be opened".to_owned()))?;
    let totp = Totp::new(&seed, ISSUER, &administrator.name);
    totp.ok_or_else(|| store::Error::Fault("a second factor that can't be".to_owned()).into())
}

/// Where seeds rest.
const fn place(factor_id: &str) -> Place<'_> {
    Place {
        table: "administrator_factors",
        column: "seed",
        row: factor_id,
        account: None,
    }
}

fn rejected(administrator: &Administrator, by: &By, reason: &'static str) {
    tracing::warn!(
        target: "audit", event = "factor.rejected", administrator = %administrator.administrator_id,
        request_id = by.request_id, ip = by.ip, reason, "second factor refused"
    );
}
