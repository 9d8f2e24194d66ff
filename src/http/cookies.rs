//! Cookies: the session's, the browser's own secret, and what the browser is known by.

use http::header::COOKIE;

use super::visit::Arrived;
use crate::context::Context;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The single sign-on session.
    Session,
    /// The secret of this browser, which is there before anybody logs in: it binds interactions and forms.
    Browser,
    /// By which consumers this browser is known ([`super::devices`]).
    Devices,
}

impl Cookie {
    /// Its name for an account. Over https it has the `__Host-` prefix (SEC-068); on a plain loopback address, which
    /// is for development alone, it can't: programs and some browsers refuse `Secure` cookies there.
    pub fn name(self, context: &Context) -> String {
        let prefix = if is_secure(context) { "__Host-" } else { "" };
        let what = match self {
            Self::Session => "session",
            Self::Browser => "browser",
            Self::Devices => "devices",
        };
        format!("{prefix}signet-{what}-{}", context.tenant.account.account_id)
    }

    /// Its value in a request. Two of that name count as none (SEC-068). Other cookies may hold any bytes.
    pub fn read(self, visit: &Arrived) -> Option<&str> {
        let name = self.name(&visit.context);
        let mut values = visit
            .headers
            .get_all(COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| {
                pair.trim_ascii()
                    .strip_prefix(name.as_bytes())?
                    .strip_prefix(b"=")
            });
        match (values.next(), values.next()) {
            (Some(value), None) if (1..=self.longest()).contains(&value.len()) => {
                std::str::from_utf8(value).ok()
            }
            _ => None,
        }
    }

    /// The most bytes of its value that are looked at.
    const fn longest(self) -> usize {
        match self {
            Self::Session | Self::Browser => 128,
            Self::Devices => 1024,
        }
    }

    /// A `Set-Cookie` that stores `value`: for `seconds`, or until the browser is closed.
    pub fn set(self, context: &Context, value: &str, seconds: Option<u64>) -> String {
        let secure = if is_secure(context) { "; Secure" } else { "" };
        let age = seconds
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.name(context)
        )
    }

    /// A `Set-Cookie` that removes it.
    pub fn clear(self, context: &Context) -> String {
        self.set(context, "", Some(0))
    }
}

fn is_secure(context: &Context) -> bool {
    context.issuer().starts_with("https://")
}
