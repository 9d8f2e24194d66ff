//! What a client may register (SEC-065, RFC 6749 §3.1.2, RFC 8252 §7 and §8.4, OpenID Connect Registration §2).

use url::{Host, Url};

use super::{
    RedirectUri, RedirectUriRefusal as Refusal,
    parts::{Parts, is_port},
};
use crate::{application_type::ApplicationType, form};

/// Whose redirect URI it is, and where.
#[derive(Debug, Clone, Copy, Default)]
pub struct RegistrationRules<'a> {
    /// The kind of client.
    pub application_type: ApplicationType,
    /// Origins of the authorization server itself, as URLs; a path behind them doesn't matter.
    pub own_origins: &'a [&'a str],
    /// Lets web clients use `http` on a loopback address too: for development, and nowhere else.
    pub loopback_for_web: bool,
}

/// Names of response parameters, which a registered query could otherwise forge.
const RESERVED: [&str; 10] = [
    "code",
    "state",
    "error",
    "error_description",
    "error_uri",
    "iss",
    "id_token",
    "access_token",
    "response",
    "session_state",
];

const FORBIDDEN_SCHEMES: [&str; 6] = ["javascript", "data", "vbscript", "file", "blob", "about"];

pub(super) fn check(uri: &str, rules: &RegistrationRules<'_>) -> Result<(), Refusal> {
    if uri.len() > RedirectUri::MAX_BYTES {
        return Err(Refusal::TooLong);
    }
    check_characters(uri)?;
    let parts = Parts::of(uri).ok_or(Refusal::NotAbsolute)?;
    check_scheme(&parts, rules)?;
    check_authority(&parts, uri)?;
    check_path(parts.path)?;
    check_query(parts.query.unwrap_or_default())?;
    check_origin(uri, rules.own_origins)
}

/// Refuses every character that could end a header, start a fragment, or be read differently by a browser.
pub(super) fn check_characters(uri: &str) -> Result<(), Refusal> {
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => check_escape(rest.next(), rest.next())?,
            b'#' => return Err(Refusal::Fragment),
            b'*' => return Err(Refusal::Wildcard),
            b'\\' => return Err(Refusal::Backslash),
            0x00..=0x20 | 0x7F => return Err(Refusal::Control),
            0x80.. => return Err(Refusal::NotAscii),
            b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' => return Err(Refusal::Character),
            _ => {}
        }
    }
    Ok(())
}

fn check_escape(high: Option<u8>, low: Option<u8>) -> Result<(), Refusal> {
    let digits = high
        .and_then(form::hexadecimal)
        .zip(low.and_then(form::hexadecimal));
    let (high, low) = digits.ok_or(Refusal::Character)?;
    match high << 4 | low {
        b'\\' => Err(Refusal::Backslash),
        0x00..=0x1F | 0x7F => Err(Refusal::Control),
        _ => Ok(()),
    }
}

fn check_scheme(parts: &Parts<'_>, rules: &RegistrationRules<'_>) -> Result<(), Refusal> {
    let scheme = parts.scheme;
    if scheme.is_empty() || scheme.contains(['/', '?', '@']) {
        return Err(Refusal::NotAbsolute);
    }
    if FORBIDDEN_SCHEMES
        .iter()
        .any(|forbidden| scheme.eq_ignore_ascii_case(forbidden))
    {
        return Err(Refusal::ForbiddenScheme);
    }
    let mut characters = scheme.bytes();
    let starts_well = characters.next().is_some_and(|byte| byte.is_ascii_lowercase());
    let goes_on_well = characters
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    if !(starts_well && goes_on_well) {
        return Err(Refusal::SchemeSyntax);
    }
    match (scheme, rules.application_type) {
        ("https", _) => Ok(()),
        ("http", ApplicationType::Native) if parts.is_loopback() => Ok(()),
        ("http", ApplicationType::Web) if parts.is_loopback() && rules.loopback_for_web => Ok(()),
        ("http", _) => Err(Refusal::Insecure),
        (_, ApplicationType::Web) => Err(Refusal::CustomScheme),
        (custom, ApplicationType::Native) if is_reversed_domain(custom) => Ok(()),
        (_, ApplicationType::Native) => Err(Refusal::SchemeWithoutDot),
    }
}

fn is_reversed_domain(scheme: &str) -> bool {
    scheme.contains('.') && scheme.split('.').all(|label| !label.is_empty())
}

fn check_authority(parts: &Parts<'_>, uri: &str) -> Result<(), Refusal> {
    if parts.authority.is_some_and(|authority| authority.contains('@')) {
        return Err(Refusal::Userinfo);
    }
    if !matches!(parts.scheme, "http" | "https") {
        return check_custom_authority(parts, uri);
    }
    let (host, port) = parts.host_and_port().ok_or(Refusal::NotAbsolute)?;
    if host.starts_with('[') && !host.ends_with(']') {
        return Err(Refusal::Host);
    }
    if !port.is_none_or(is_port) {
        return Err(Refusal::Port);
    }
    check_host(host, uri)
}

/// An app's own scheme names no authority: `com.example.app:/path`. One that does is the app's business, as long
/// as a path can be told from it.
fn check_custom_authority(parts: &Parts<'_>, uri: &str) -> Result<(), Refusal> {
    match parts.authority {
        Some(authority) if authority.contains(['[', ']']) => Err(Refusal::Host),
        // What a browser can't read, it can't open.
        Some(_) => Url::parse(uri).map(|_| ()).map_err(|_| Refusal::Host),
        None if parts.path.starts_with('/') => Ok(()),
        None => Err(Refusal::NotAbsolute),
    }
}

/// The host as written must be the host as a browser reads it: that leaves no second spelling, neither of a name
/// (case, percent-encoding, final dot) nor of an address (`0x7f.1`, `2130706433`, `[::ffff:127.0.0.1]`).
fn check_host(written: &str, uri: &str) -> Result<(), Refusal> {
    let url = Url::parse(uri).map_err(|_| Refusal::Host)?;
    let read = url.host().ok_or(Refusal::Host)?;
    let same = url.host_str() == Some(written);
    match read {
        Host::Domain(name) if same && name.split('.').all(|label| !label.is_empty()) => Ok(()),
        Host::Domain(_) => Err(Refusal::Host),
        Host::Ipv4(address) if same && !address.is_unspecified() => Ok(()),
        Host::Ipv6(address) if same && (address.is_loopback() || address.to_ipv4().is_none()) => Ok(()),
        Host::Ipv4(_) | Host::Ipv6(_) => Err(Refusal::AddressForm),
    }
}

fn check_path(path: &str) -> Result<(), Refusal> {
    if path.contains(';') {
        return Err(Refusal::PathParameter);
    }
    if path.contains(['[', ']']) {
        return Err(Refusal::Character);
    }
    let plain = path
        .replace("%2e", ".")
        .replace("%2E", ".")
        .replace("%2f", "/")
        .replace("%2F", "/");
    if plain.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(Refusal::DotSegment);
    }
    Ok(())
}

fn check_query(query: &str) -> Result<(), Refusal> {
    if query.contains(['[', ']']) {
        return Err(Refusal::Character);
    }
    let reserved = |pair: &str| {
        let name = form::decode(pair.split('=').next().unwrap_or_default().as_bytes());
        RESERVED
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved.as_bytes()))
    };
    if query.split('&').any(reserved) {
        return Err(Refusal::ReservedQueryName);
    }
    Ok(())
}

fn check_origin(uri: &str, own_origins: &[&str]) -> Result<(), Refusal> {
    let Ok(url) = Url::parse(uri) else { return Ok(()) };
    let origin = url.origin();
    let own = |own: &&str| Url::parse(own).is_ok_and(|own| own.origin() == origin);
    if origin.is_tuple() && own_origins.iter().any(own) {
        Err(Refusal::OwnOrigin)
    } else {
        Ok(())
    }
}
