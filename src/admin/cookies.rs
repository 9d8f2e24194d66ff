use crate::config::Settings;
use crate::http::cookies::{Kept, SameSite};

/// The console's session. No other site's link or form ever comes with it.
pub(super) fn session(settings: &Settings) -> Kept {
    kept("signet-admin", settings)
}

/// The secret of a browser, which is there before anybody signs in: it binds forms.
pub(super) fn browser(settings: &Settings) -> Kept {
    kept("signet-admin-browser", settings)
}

fn kept(name: &str, settings: &Settings) -> Kept {
    Kept::new(name, SameSite::Strict, settings.server.public_url.is_https())
}
