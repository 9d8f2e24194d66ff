//! Codes that users show as their second factor: of an authenticator app, or for recovery.

use zeroize::Zeroizing;

use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{By, Result};
use crate::keys::{Place, RecoveryCodes};
use crate::login::Totp;
use crate::model::user_factor::UserFactor;
use crate::model::{Account, User, UserId};
use crate::store;

/// What a code is, as far as can be told without taking it.
pub(super) enum Shown {
    /// The code of a step of the factor that is being set up.
    New { factor: Box<UserFactor>, step: i64 },
    /// The code of a step of the factor.
    Code { factor_id: String, step: i64 },
    /// What may be a recovery code.
    Recovery([u8; 32]),
}

impl Shown {
    /// What `code` is of the user's factor, or of the one with the id `pending` where they have none yet; none where it is nothing.
    pub(super) async fn read(
        services: &Services,
        account: &Account,
        user: &User,
        pending: Option<&str>,
        code: &str,
    ) -> Result<Option<Self>> {
        let (db, now) = (&services.db, services.clock.now());
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let factor = store::user_factors::find(db, &user.account_id, user.user_id).await?;
        if let Some(factor) = &factor
            && code.len() != 6
        {
            let codes = RecoveryCodes::new(&services.sealer);
            let digest = codes.digest(&factor.account_id, factor.user_id, &code);
            return Ok((code.len() <= 64).then_some(Self::Recovery(digest)));
        }
        let is_new = factor.is_none();
        let factor = match (factor, pending) {
            (None, Some(id)) => store::user_factors::find_pending(db, &user.account_id, id, now).await?,
            (factor, _) => factor,
        };
        let Some(factor) = factor else {
            return Ok(None);
        };
        let seed = opened(services, &factor).await?;
        let step = totp(&seed, account, user)?.check(&code, now);
        Ok(step.map(|step| {
            if is_new {
                let factor = Box::new(factor);
                Self::New { factor, step }
            } else {
                let factor_id = factor.factor_id;
                Self::Code { factor_id, step }
            }
        }))
    }

    /// The method, as `amr` names it.
    pub(super) const fn amr(&self) -> &'static str {
        match self {
            Self::New { .. } | Self::Code { .. } => "otp",
            Self::Recovery(_) => "recovery_code",
        }
    }

    /// What the record says of it, beside the login.
    pub(super) const fn event(&self) -> Option<&'static str> {
        match self {
            Self::New { .. } => Some("user.factor_set_up"),
            Self::Recovery(_) => Some("user.recovery_code_used"),
            Self::Code { .. } => None,
        }
    }

    /// Uses it up, once; false where it was used before, or never was one.
    pub(super) async fn take(
        &self,
        tx: &mut store::Tx<'_>,
        account: &AccountId,
        id: UserId,
        now: Timestamp,
    ) -> store::Result<bool> {
        let met = match self {
            Self::New { factor, step } => {
                store::user_recovery_codes::delete_all(tx, account, id).await?;
                store::user_factors::activate(tx, account, factor, *step, now).await?
            }
            Self::Code { factor_id, step } => {
                store::user_factors::take_step(tx, account, factor_id, *step).await?
            }
            Self::Recovery(digest) => store::user_recovery_codes::take(tx, account, id, digest).await?,
        };
        Ok(met == 1)
    }
}

/// The codes that a seed makes, under the names that an authenticator app shows.
pub(super) fn totp(seed: &[u8], account: &Account, user: &User) -> Result<Totp> {
    let issuer = &account.settings.display_name;
    let totp = Totp::new(seed, issuer, &user.login_name);
    totp.ok_or_else(|| store::Error::Fault("a second factor that can't be".to_owned()).into())
}

/// Where seeds rest.
pub(super) fn place<'a>(account: &'a AccountId, factor_id: &'a str) -> Place<'a> {
    Place {
        table: "user_factors",
        column: "seed",
        row: factor_id,
        account: Some(account),
    }
}

/// Tells of a code that lets nobody in.
pub(super) fn rejected(user: &User, by: &By, reason: &'static str) {
    tracing::warn!(
        target: "audit", event = "factor.rejected", account = %user.account_id, user = %user.user_id,
        request_id = by.request_id, ip = by.ip, reason, "second factor refused"
    );
}

/// The seed of a factor.
pub(super) async fn opened(services: &Services, factor: &UserFactor) -> Result<Zeroizing<Vec<u8>>> {
    services.sealer.meet(&services.db, [&factor.seed]).await;
    let place = place(&factor.account_id, &factor.factor_id);
    let seed = services.sealer.open(&place, &factor.seed);
    seed.map_err(|_| store::Error::Fault("a second factor can't be opened".to_owned()).into())
}
