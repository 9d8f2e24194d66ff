//! Settings: what an operator may choose, each with its default.
//!
//! Four layers, the later winning: the defaults written in the types below, `signet.toml` (or `--config FILE`),
//! environment variables `SIGNET_SECTION__KEY`, and flags. A key that nobody knows, a value of the wrong shape, or
//! two that can't stand together stop the start, with the key's name, where it was set, what was found and what is
//! allowed (SEC-175). Secrets come from files or the environment, never from flags (SEC-164), and are never shown.
//!
//! A setting is a documented field of a section's struct: schema, check and manual follow from it.

mod database;
mod environment;
mod error;
mod file;
mod gateway;
mod keys;
mod limits;
mod load;
mod log;
mod login;
mod mail;
mod metrics;
mod node;
mod outbound;
mod read;
mod schema;
mod server;
mod sessions;
mod show;
mod tokens;
mod value;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use database::Database;
pub use error::{Error, Problem};
pub use gateway::{Gateway, TimeDiff};
pub use keys::{Keys, Rotation, SealSources};
pub use limits::{Limits, PerMinute};
pub use load::{Loaded, Sources, load};
pub use log::{Format, Log};
pub use login::{Login, Passwords};
pub use mail::Mail;
pub use metrics::Metrics;
pub use node::Origin;
pub use outbound::Outbound;
pub use schema::{Key, keys, schema};
pub use server::{Admin, Mtls, Server, Tls};
pub use sessions::Sessions;
pub use tokens::Tokens;
pub(crate) use value::is_local;
pub use value::{
    AllowedHost, DatabaseUrl, InvalidValue, Levels, Listen, MailAddress, Network, Period, PublicUrl,
    SealSource, Size, SmtpUrl, TimeZone,
};

/// All settings. `Settings::default()` serves one account on `http://localhost:8080` with `sqlite://data/signet.db`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the server listens, and how it is reached.
    pub server: Server,
    /// Where everything is kept.
    pub database: Database,
    /// The sealing key, and the rotation of signing keys.
    pub keys: Keys,
    /// Lifetimes of what is issued.
    pub tokens: Tokens,
    /// Lifetimes of a consumer's sign-on session.
    pub sessions: Sessions,
    /// Signing in.
    pub login: Login,
    /// What a request, a connection and an address may use up.
    pub limits: Limits,
    /// Calls that the server makes.
    pub outbound: Outbound,
    /// Mail to consumers and users.
    pub mail: Mail,
    /// What is logged, and how.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// The gateway's side.
    pub gateway: Gateway,
}

impl Settings {
    /// Reads the layers and checks them.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        load(sources).map(|loaded| loaded.settings)
    }

    /// What can't be, or can't stand together: keys, and what is allowed for each.
    pub(crate) fn complaints(&self) -> Complaints {
        let mut complaints = Complaints::default();
        self.server.check(&mut complaints);
        self.database.check(&mut complaints);
        self.keys.check(&self.server.public_url, &mut complaints);
        self.tokens.check(&mut complaints);
        self.sessions.check(&mut complaints);
        self.login.check(&self.server.public_url, &mut complaints);
        self.limits.check(&mut complaints);
        self.outbound.check(&mut complaints);
        self.mail.check(&mut complaints);
        self.metrics.check(&self.server, &mut complaints);
        self.gateway.check(&mut complaints);
        // A token must find its key as long as it lives, and an hour more (SEC-013).
        let longest = self
            .tokens
            .id_token_ttl
            .max(self.tokens.access_token_ttl)
            .min(Period::days(1));
        complaints.unless(
            self.keys.rotation.keep_after.get() >= longest.get() + Period::hours(1).get(),
            "keys.rotation.keep_after",
            format!("at least an hour more than the longest token lifetime, which is {longest}"),
        );
        complaints
    }
}

/// Gathers what the sections find wrong with themselves.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<(&'static str, String)>);

impl Complaints {
    /// Notes that `key` breaks a rule, unless `kept`.
    fn unless(&mut self, kept: bool, key: &'static str, allowed: impl Into<String>) {
        if !kept {
            self.0.push((key, allowed.into()));
        }
    }

    /// Notes a period outside `from..=to`.
    fn within(&mut self, key: &'static str, period: Period, from: Period, to: Period) {
        self.unless((from..=to).contains(&period), key, format!("from {from} to {to}"));
    }
}
