//! Forms that only our own pages can send (SEC-074): a token bound to the browser and the form, and the origin that
//! the browser states.

use http::HeaderMap;
use http::header::ORIGIN;

use crate::base::Digest;
use crate::context::Context;
use crate::model::interaction::BrowserCookie;

/// What a form is for: a token of one is of no use in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Signing in.
    Login,
    /// Allowing a client.
    Consent,
    /// Signing out.
    Logout,
}

impl Form {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Login => b"login",
            Self::Consent => b"consent",
            Self::Logout => b"logout",
        }
    }
}

/// The token of a form in this browser; `about` binds it to one interaction.
pub fn token(context: &Context, form: Form, browser: Digest<BrowserCookie>, about: &str) -> String {
    context
        .services
        .forms
        .token(&parts(context, form, &browser, about))
}

/// Whether a form was sent by our page in this browser, and from our origin.
pub fn verify(
    context: &Context,
    headers: &HeaderMap,
    form: Form,
    browser: Digest<BrowserCookie>,
    about: &str,
    token: &str,
) -> bool {
    is_own_origin(context, headers)
        && context
            .services
            .forms
            .verify(&parts(context, form, &browser, about), token)
}

fn parts<'a>(
    context: &'a Context,
    form: Form,
    browser: &'a Digest<BrowserCookie>,
    about: &'a str,
) -> [&'a [u8]; 4] {
    [
        context.tenant.account.account_id.as_str().as_bytes(),
        form.name(),
        browser.as_bytes(),
        about.as_bytes(),
    ]
}

/// `Sec-Fetch-Site` says `same-origin`, or `Origin` is our issuer's. Where a browser sends neither (`Origin: null`
/// counts as none under `Referrer-Policy: no-referrer`), the token alone decides.
fn is_own_origin(context: &Context, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => url::Url::parse(context.issuer())
            .is_ok_and(|issuer| issuer.origin().ascii_serialization() == origin),
    }
}
