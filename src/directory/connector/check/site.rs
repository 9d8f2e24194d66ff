//! Whether a browser lets the page ask the issuer: the page's origin (F-21), and whose cookies come along (F-22).

use url::{Host, Url};

use crate::directory::doctor::Check;
use crate::model::Client;

/// Looks at where a page is, and where its issuer. `own` is the client where the issuer is an account of this server.
pub(super) fn check(page: &Url, issuer: &Url, own: Option<&Client>, check: &mut Check) {
    if page.origin() == issuer.origin() {
        return;
    }
    let place = page.as_str();
    if !is_same_site(page, issuer) {
        check.warn(
            place,
            format!(
                "it is on another site than the issuer, {}: browsers keep the issuer's cookies from it, so that nobody is \
                 signed in without a pop-up or a redirect (F-22)",
                issuer.origin().ascii_serialization()
            ),
            "let the issuer be a host below the page's own domain, by https as the page is (signet account update --issuer), \
             and let a button of the page begin the sign-in",
        );
        return;
    }
    let origin = page.origin().ascii_serialization();
    if let Some(client) = own
        && !client.settings.origins.contains(&origin)
    {
        check.wrong(
            place,
            format!(
                "{origin} is none of the origins of client {}: the browser blocks its questions to the issuer (F-21)",
                client.client_id
            ),
            format!(
                "signet client update {} with --origin {origin} beside those it has; no path, no closing slash",
                client.client_id
            ),
        );
    }
}

/// A sign-in in a frame that nobody sees hangs on cookies of another site (F-22).
pub(super) fn has_hidden_frame(html: &str) -> bool {
    let asks =
        html.contains("prompt=none") || html.contains("prompt: \"none\"") || html.contains("prompt: 'none'");
    asks && html.to_ascii_lowercase().contains("iframe")
}

/// As the helper sees it: the same scheme, and the last two names of the host. Of names with a common ending it may be wrong.
fn is_same_site(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && site(one).is_some_and(|it| site(other) == Some(it))
}

fn site(url: &Url) -> Option<String> {
    Some(match url.host()? {
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
        Host::Domain(name) => {
            let names: Vec<&str> = name.split('.').collect();
            let from = names.len().saturating_sub(2);
            names.get(from..).unwrap_or_default().join(".")
        }
    })
}
