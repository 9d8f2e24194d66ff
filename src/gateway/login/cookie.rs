use http::HeaderMap;
use http::header::COOKIE;

use crate::base::OneTime;
use crate::config::PublicUrl;
use crate::model::user::LoginCookie;

/// Its name; the platform's documents write it with a capital letter, too.
const NAME: &str = "session_id";

/// The value of the session's cookie, by either spelling of its name. Two of them count as none (SEC-068).
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case(NAME))
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) if (1..=128).contains(&value.len()) => Some(value),
        _ => None,
    }
}

/// A `Set-Cookie` that keeps it until the browser is closed. Pages of other origins use it where it can be `Secure`; on a
/// plain loopback address it can't, and browsers would refuse `SameSite=None` without that.
pub(super) fn set(cookie: &OneTime<LoginCookie>, public_url: &PublicUrl) -> String {
    format!("{NAME}={}; {}", cookie.expose(), attributes(public_url))
}

/// A `Set-Cookie` that removes it.
pub(super) fn clear(public_url: &PublicUrl) -> String {
    format!("{NAME}=; {}; Max-Age=0", attributes(public_url))
}

fn attributes(public_url: &PublicUrl) -> &'static str {
    if public_url.is_https() {
        "Path=/; HttpOnly; SameSite=None; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}
