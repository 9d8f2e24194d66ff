//! Forms that only the console's own pages can send (SEC-074).

use oauth::Parameters;
use pages::ErrorKind;

use super::visit::Arrived;
use crate::base::Digest;
use crate::http::{PageError, csrf};
use crate::model::interaction::BrowserCookie;

/// The token of a form in this browser; `about` binds it to one session, and to whatever else the form is about.
pub(super) fn token(visit: &Arrived, form: &str, about: &[u8]) -> String {
    let browser = visit.browser();
    visit.services.forms.token(&parts(form, &browser, about))
}

/// Demands that a form was sent by our page in this browser, and from our origin.
pub(super) fn demand(visit: &Arrived, form: &str, about: &[u8], sent: &Parameters) -> Result<(), PageError> {
    let services = &visit.services;
    let bound = visit.known_browser().is_some_and(|browser| {
        let token = sent.get("csrf").unwrap_or_default();
        services.forms.verify(&parts(form, &browser, about), token)
    });
    if bound && csrf::is_own_origin(&services.settings.server.admin_url(), &visit.headers) {
        return Ok(());
    }
    tracing::warn!(
        target: "audit", event = "csrf.rejected", request_id = %visit.caller.request_id, ip = %visit.caller.ip, form,
        "form of the console refused"
    );
    Err(PageError::new(ErrorKind::Csrf))
}

fn parts<'a>(form: &'a str, browser: &'a Digest<BrowserCookie>, about: &'a [u8]) -> [&'a [u8]; 4] {
    [b"console", form.as_bytes(), browser.as_bytes(), about]
}
