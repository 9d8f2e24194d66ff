//! Forms that only our own pages can send (SEC-074): a token bound to the browser and the form, and the origin that
//! the browser states.

use http::HeaderMap;
use http::header::ORIGIN;
use oauth::Parameters;
use pages::ErrorKind;

use super::PageError;
use super::visit::Arrived;
use crate::base::Digest;
use crate::context::Context;
use crate::model::SignedIn;
use crate::model::interaction::BrowserCookie;

/// What a form is for: a token of one is of no use in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in.
    Login,
    /// Making an account.
    Register,
    /// Asking for a new password.
    Recover,
    /// Choosing it, or proving an address.
    Challenge,
    /// Choosing an account.
    Choose,
    /// Allowing a client.
    Consent,
    /// Signing out.
    Logout,
    /// Letting a device in.
    Device,
    /// Answering a client that waits elsewhere.
    Approve,
    /// What a consumer ends on their own page.
    Me,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::Recover => "recover",
            Self::Challenge => "challenge",
            Self::Choose => "choose",
            Self::Consent => "consent",
            Self::Logout => "logout",
            Self::Device => "device",
            Self::Approve => "approve",
            Self::Me => "me",
        }
    }
}

/// The token of a form in this browser; `about` binds it to one interaction or session.
pub fn token(visit: &Arrived, purpose: Purpose, about: &str) -> String {
    let browser = visit.browser();
    let parts = parts(&visit.context, purpose, &browser, about);
    visit.context.services.forms.token(&parts)
}

/// Demands that a form was sent by our page in this browser, and from our origin.
pub fn demand(visit: &Arrived, purpose: Purpose, about: &str, form: &Parameters) -> Result<(), PageError> {
    let context = &visit.context;
    if is_bound(visit, purpose, about, form) && is_own_origin(context.issuer(), &visit.headers) {
        return Ok(());
    }
    tracing::warn!(
        target: "audit", event = "csrf.rejected", request_id = %context.request_id,
        account = %context.tenant.account.account_id, ip = %context.ip, form = purpose.name(), "form refused"
    );
    Err(PageError::new(ErrorKind::Csrf))
}

/// Whether the form's token is the one of that form in this browser.
pub fn is_bound(visit: &Arrived, purpose: Purpose, about: &str, form: &Parameters) -> bool {
    let context = &visit.context;
    visit.known_browser().is_some_and(|browser| {
        let token = form.get("csrf").unwrap_or_default();
        let parts = parts(context, purpose, &browser, about);
        context.services.forms.verify(&parts, token)
    })
}

/// Demands the same of a form that one of those made who are signed in in this browser, and says who: it is theirs also when
/// another was chosen in another tab meanwhile (SEC-143). `None` where nobody is signed in any more. The idle end of their
/// session moves on.
pub async fn whose(
    visit: &Arrived,
    purpose: Purpose,
    about: impl Fn(&SignedIn) -> String,
    form: &Parameters,
) -> Result<Option<SignedIn>, PageError> {
    let mut everybody = visit.everybody().await?.into_iter().peekable();
    let Some(first) = everybody.peek().cloned() else {
        return Ok(None);
    };
    let theirs = everybody.find(|known| is_bound(visit, purpose, &about(known), form));
    let known = theirs.unwrap_or(first);
    demand(visit, purpose, &about(&known), form)?;
    Ok(visit.keep(&known.session).await?.then_some(known))
}

fn parts<'a>(
    context: &'a Context,
    purpose: Purpose,
    browser: &'a Digest<BrowserCookie>,
    about: &'a str,
) -> [&'a [u8]; 4] {
    [
        context.tenant.account.account_id.as_str().as_bytes(),
        purpose.name().as_bytes(),
        browser.as_bytes(),
        about.as_bytes(),
    ]
}

/// `Sec-Fetch-Site` says `same-origin`, or `Origin` is that of our own URL.
///
/// Where a browser sends neither, the token alone decides. `Origin: null` counts as neither: that is what a browser
/// says of a form on a page with `Referrer-Policy: no-referrer` (Fetch §3.1), which all our pages have; those that
/// know `Sec-Fetch-Site` send that beside it.
pub fn is_own_origin(own: &str, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => url::Url::parse(own).is_ok_and(|own| own.origin().ascii_serialization() == origin),
    }
}
