//! Cookies: the session's, the browser's own secret, and what the browser is known by.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::COOKIE;

use super::visit::Arrived;
use crate::context::Context;

/// A cookie of ours as browsers keep it.
#[derive(Clone, Debug)]
pub struct Kept {
    name: String,
    same_site: SameSite,
    secure: bool,
    /// Whether scripts of our pages see it.
    readable: bool,
    /// The most bytes of its value that are looked at.
    longest: usize,
}

/// The length of a tag.
const TAG: usize = 8;

/// Whether a cookie goes along when another site sends the browser here (RFC 6265bis §5.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// When it is sent to a page.
    Lax,
    /// Never.
    Strict,
    /// Always, also when it loads a page of ours into a frame.
    None,
}

impl Kept {
    /// Over https its name has the `__Host-` prefix (SEC-068); on a plain loopback address, which is for development
    /// alone, it can't: programs and some browsers refuse `Secure` cookies there.
    pub fn new(name: &str, same_site: SameSite, is_https: bool) -> Self {
        let prefix = if is_https { "__Host-" } else { "" };
        Self {
            name: format!("{prefix}{name}"),
            same_site,
            secure: is_https,
            readable: false,
            longest: 128,
        }
    }

    /// The same, seen by scripts of our pages: it guards nothing.
    #[must_use]
    pub fn readable(self) -> Self {
        Self {
            readable: true,
            ..self
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same with longer values.
    #[must_use]
    pub fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// One of several cookies of a kind, by the tag that tells it from the others.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Self {
        Self {
            name: format!("{}.{tag}", self.name),
            ..self.clone()
        }
    }

    /// Its value in a request. Two of that name count as none (SEC-068). Other cookies may hold any bytes.
    pub fn read<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let mut values = self
            .after_name(headers)
            .filter_map(|rest| rest.strip_prefix(b"="));
        match (values.next(), values.next()) {
            (Some(value), None) => self.text(value),
            _ => None,
        }
    }

    /// Tags and values of all cookies of this kind, in the order of the tags. Two of one name count as none here too.
    pub fn read_tagged<'h>(
        &self,
        headers: &'h HeaderMap,
    ) -> impl Iterator<Item = (&'h str, &'h str)> + use<'h> {
        let mut found: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for rest in self.after_name(headers) {
            if let Some(rest) = rest.strip_prefix(b".")
                && let Some((tag, value)) = rest.split_at_checked(TAG)
                && let Some(value) = value.strip_prefix(b"=")
                && let Ok(tag) = std::str::from_utf8(tag)
                && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
            {
                let value = self.text(value);
                let _ = found
                    .entry(tag)
                    .and_modify(|twice| *twice = None)
                    .or_insert(value);
            }
        }
        found.into_iter().filter_map(|(tag, value)| Some((tag, value?)))
    }

    /// What stands after its name, wherever a request has it.
    fn after_name<'h>(&self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h [u8]> + use<'h, '_> {
        headers
            .get_all(COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(self.name.as_bytes()))
    }

    fn text<'h>(&self, value: &'h [u8]) -> Option<&'h str> {
        let fits = (1..=self.longest).contains(&value.len());
        std::str::from_utf8(value).ok().filter(|_| fits)
    }

    /// A `Set-Cookie` that stores `value`: for `seconds`, or until the browser is closed.
    pub fn set(&self, value: &str, seconds: Option<u64>) -> String {
        let same_site = match self.same_site {
            SameSite::Lax => "Lax",
            SameSite::Strict => "Strict",
            SameSite::None => "None",
        };
        let hidden = if self.readable { "" } else { "; HttpOnly" };
        let secure = if self.secure { "; Secure" } else { "" };
        let age = seconds
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        format!(
            "{}={value}; Path=/{hidden}; SameSite={same_site}{secure}{age}",
            self.name
        )
    }

    /// A `Set-Cookie` that removes it.
    pub fn clear(&self) -> String {
        self.set("", Some(0))
    }
}

/// Which cookie of an account's consumers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The single sign-on sessions, a cookie for each ([`super::browser_sessions`]).
    Session,
    /// The secret of this browser, which is there before anybody logs in: it binds interactions and forms.
    Browser,
    /// By which consumers this browser is known ([`super::devices`]).
    Devices,
    /// What changes when the session does ([`super::browser_state`]).
    State,
}

impl Cookie {
    /// As browsers keep it for an account.
    pub fn of(self, context: &Context) -> Kept {
        let (what, longest) = match self {
            Self::Session => ("session", 128),
            Self::Browser => ("browser", 128),
            Self::Devices => ("devices", 1024),
            Self::State => ("state", 512),
        };
        let name = format!("signet-{what}-{}", context.tenant.account.account_id);
        let is_https = context.issuer().starts_with("https://");
        if self == Self::State {
            // Browsers refuse `None` to what isn't `Secure`.
            let same_site = if is_https { SameSite::None } else { SameSite::Lax };
            return Kept::new(&name, same_site, is_https).readable().up_to(longest);
        }
        Kept::new(&name, SameSite::Lax, is_https).up_to(longest)
    }

    /// Its value in a request.
    pub fn read(self, visit: &Arrived) -> Option<&str> {
        self.of(&visit.context).read(&visit.headers)
    }

    /// A `Set-Cookie` that stores `value`: for `seconds`, or until the browser is closed.
    pub fn set(self, context: &Context, value: &str, seconds: Option<u64>) -> String {
        self.of(context).set(value, seconds)
    }

    /// A `Set-Cookie` that removes it.
    pub fn clear(self, context: &Context) -> String {
        self.of(context).clear()
    }
}
