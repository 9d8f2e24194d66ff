//! Users' single sign-on at their company's identity provider (section 7.5 of the platform contract).
//!
//! A browser begins at a connection's own URL, goes to the identity provider, and comes back with a state that serves once
//! in the browser that it was given to. What the user is answered with then is what a login by password is answered with;
//! or the browser goes on to an application, with a ticket that the application logs in with.

mod assertion;
mod begin;
mod callback;
mod oidc;
#[cfg(feature = "saml")]
mod saml;
mod ticket;

use std::borrow::Cow;
use std::time::Duration;

pub(super) use assertion::log_in as by_assertion;
pub(in crate::gateway) use begin::get as begin;
pub(in crate::gateway) use callback::come_back;
pub(super) use ticket::log_in as by_ticket;

use crate::base::id::SsoName;
use crate::base::{Digest, hex};
use crate::context::Context;
use crate::http::cookies::{Kept, SameSite};
use crate::model::sso::{SsoConnection, SsoKind, SsoState};
use crate::store;

/// How long a browser may take to come back (SEC-102).
const LASTS: Duration = Duration::from_mins(10);
/// How long an application may take to log in with a ticket.
const TICKET_LASTS: Duration = Duration::from_mins(1);

/// Why nobody is let in by what came from an identity provider: for the log and the record alone.
#[derive(Debug)]
enum Fault {
    /// It isn't good.
    Refused(Cow<'static, str>),
    /// The identity provider can't be asked (SEC-109).
    Upstream(String),
}

impl Fault {
    fn refused(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(reason.into())
    }
}

/// The connection of that name, where it is in use: one that is disabled accepts nothing, and begins nothing (SEC-105,
/// SEC-117).
async fn enabled(context: &Context, name: &str) -> store::Result<Option<SsoConnection>> {
    let Ok(name) = SsoName::parse(name) else {
        return Ok(None);
    };
    let account = &context.tenant.account.account_id;
    let found = store::sso_connections::find(context.db(), account, &name).await?;
    Ok(found.filter(|connection| connection.enabled))
}

/// What is derived of a state: nobody who sees the state can know it, and nothing is stored.
fn derived(context: &Context, what: &str, state: &str) -> String {
    let account = context.tenant.account.account_id.as_str();
    context.services.forms.token(&binding(what, account, state))
}

fn binding<'a>(what: &'a str, account: &'a str, state: &'a str) -> [&'a [u8]; 4] {
    [b"sso", what.as_bytes(), account.as_bytes(), state.as_bytes()]
}

/// The cookie that binds a state to the browser it was given to; each has its own, so that two tabs don't disturb each
/// other. An identity provider's page posts SAML's answer from another site: `Lax` wouldn't come along (SEC-117).
struct Bond<'a> {
    context: &'a Context,
    state: &'a str,
    cookie: Kept,
}

impl<'a> Bond<'a> {
    fn of(context: &'a Context, kind: SsoKind, state: &'a str) -> Self {
        let is_https = context.services.settings.server.public_url.is_https();
        let same_site = match kind {
            // Browsers refuse `None` to what isn't `Secure`.
            SsoKind::Saml if is_https => SameSite::None,
            SsoKind::Saml | SsoKind::Oidc => SameSite::Lax,
        };
        let digest = hex(Digest::<SsoState>::of(state).as_bytes());
        let name = format!("signet-sso-{}", digest.get(..16).unwrap_or_default());
        Self {
            context,
            state,
            cookie: Kept::new(&name, same_site, is_https),
        }
    }

    /// A `Set-Cookie` that ties it.
    fn tie(&self) -> String {
        self.cookie.set(
            &derived(self.context, "browser", self.state),
            Some(LASTS.as_secs()),
        )
    }

    /// A `Set-Cookie` that undoes it.
    fn untie(&self) -> String {
        self.cookie.clear()
    }

    /// Whether it is the browser that was tied; none where it has no such cookie at all.
    fn holds(&self, headers: &http::HeaderMap) -> Option<bool> {
        let account = self.context.tenant.account.account_id.as_str();
        let value = self.cookie.read(headers)?;
        Some(
            self.context
                .services
                .forms
                .verify(&binding("browser", account, self.state), value),
        )
    }
}
