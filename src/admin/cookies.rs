use crate::base::OneTime;
use crate::base::id::AccountId;
use crate::config::Settings;
use crate::http::cookies::{Kept, SameSite};
use crate::model::user::LoginCookie;
use crate::model::user_factor::SignInStep;

/// The console's session. No other site's link or form ever comes with it.
pub(super) fn session(settings: &Settings) -> Kept {
    kept("signet-admin", settings).up_to(256)
}

/// The secret of a browser, which is there before anybody signs in: it binds forms.
pub(super) fn browser(settings: &Settings) -> Kept {
    kept("signet-admin-browser", settings)
}

/// What stands for a user between their password and their second factor.
pub(super) fn step(settings: &Settings) -> Kept {
    kept("signet-admin-step", settings).up_to(256)
}

/// By whom this browser is known ([`crate::http::devices`]).
pub(super) fn devices(settings: &Settings) -> Kept {
    kept("signet-admin-devices", settings).up_to(1024)
}

/// The value of a user's session: whose account's it is, and its secret.
pub(super) fn users(account: &AccountId, cookie: &OneTime<LoginCookie>) -> String {
    format!("{account}.{}", cookie.expose())
}

/// The same of a sign-in that isn't done.
pub(super) fn users_step(account: &AccountId, step: &OneTime<SignInStep>) -> String {
    format!("{account}.{}", step.expose())
}

/// The account and the secret of such a value; none of what an administrator's is.
pub(super) fn of_user(value: &str) -> Option<(AccountId, &str)> {
    let (account, secret) = value.rsplit_once('.')?;
    Some((AccountId::parse(account).ok()?, secret))
}

fn kept(name: &str, settings: &Settings) -> Kept {
    Kept::new(name, SameSite::Strict, settings.server.public_url.is_https())
}
