use std::fmt;
use std::str::FromStr;

use smtp::Security;
use url::Url;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{InvalidValue, as_text, is_local};

const ALLOWED: &str = "\"smtps://USER:PASSWORD@HOST\", \"smtp://USER:PASSWORD@HOST\" (STARTTLS), or \"smtp://localhost:PORT?tls=none\" for a mail \
     server on this machine";

/// A mail server's URL. It may hold a password: shown without it, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct SmtpUrl(Zeroizing<String>);

/// What a URL says.
#[derive(Debug)]
pub struct SmtpParts {
    /// The host, an IPv6 address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the way is guarded.
    pub security: Security,
    /// Name and password, where there are any.
    pub credentials: Option<(String, Zeroizing<String>)>,
}

impl SmtpUrl {
    /// The whole URL, with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What it says; nothing where it isn't of the form, which none is that was read.
    pub fn parts(&self) -> Option<SmtpParts> {
        let url = Url::parse(&self.0).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let (security, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", None) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) if is_local(host) => (Security::Plain, 25),
            _ => return None,
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return None;
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return None,
            (name, Some(password)) => Some((decoded(name)?.to_string(), decoded(password)?)),
        };
        Some(SmtpParts {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port().unwrap_or(port),
            security,
            credentials,
        })
    }
}

/// A part of the authority without its percent-encoding (RFC 3986 §2.1), in which a plus sign is one.
fn decoded(part: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(part.len()));
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let digit = |digit: Option<u8>| char::from(digit?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        };
        bytes.push(byte);
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    (!text.chars().any(char::is_control)).then(|| Zeroizing::new(text.to_owned()))
}

impl FromStr for SmtpUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let url = Self(Zeroizing::new(text.trim().to_owned()));
        if url.parts().is_some() {
            Ok(url)
        } else {
            Err(InvalidValue(ALLOWED))
        }
    }
}

/// Without the password.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(mut url) = Url::parse(&self.0) else {
            return f.write_str("…");
        };
        if url.password().is_some() {
            let _ = url.set_password(Some("***"));
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

as_text!(SmtpUrl);
