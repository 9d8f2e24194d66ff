mod ip_rule;
mod privilege;

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Sealed;
use crate::base::id::{AccountId, AppKeyId};
use crate::base::{Digest, OneTimeKind, Timestamp};

pub use ip_rule::IpRule;
pub use privilege::{Category, Permission, Privilege};

/// An API key: a program of an account's that calls the gateway (section 8 of the platform contract).
#[derive(Clone, Debug)]
pub struct AppKey {
    /// Whose it is.
    pub account_id: AccountId,
    /// What requests call it (`oauth_consumer_key`).
    pub app_key: AppKeyId,
    /// A disabled key gets nothing. No key is ever deleted.
    pub enabled: bool,
    /// What it is, and what it may do.
    pub settings: AppKeySettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was last used, to the minute or so; never, where none.
    pub last_used_at: Option<Timestamp>,
}

impl AppKey {
    /// Whether it may be used at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.enabled && self.settings.expires_at.is_none_or(|end| now < end)
    }
}

/// The most keys that an account may have (section 8.1).
pub const MOST: i64 = 100;

/// The scope that a client must be registered with to let bots log in, in the place of an API key (section 7.1).
pub const BOT_LOGIN: &str = "bots.login";

/// What an API key is, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppKeySettings {
    /// The application that uses it.
    pub application_name: String,
    /// Who wrote that.
    pub developer_name: String,
    /// What it is for.
    pub description: String,
    /// What it may do.
    pub privileges: Vec<Permission>,
    /// Where it may be used from; anywhere where none is named.
    pub ip: Vec<IpRule>,
    /// Whether signatures must cover bodies (`oauth_body_hash`, SEC-121).
    pub require_body_hash: bool,
    /// Whether HMAC-SHA1 is taken beside HMAC-SHA256, as the platform's clients sign (SEC-119).
    pub hmac_sha1: bool,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

impl Default for AppKeySettings {
    fn default() -> Self {
        Self {
            application_name: String::new(),
            developer_name: String::new(),
            description: String::new(),
            privileges: Vec::new(),
            ip: Vec::new(),
            require_body_hash: false,
            hmac_sha1: true,
            expires_at: None,
        }
    }
}

impl AppKeySettings {
    /// Whether it may do that.
    pub fn allows(&self, wanted: Permission) -> bool {
        self.privileges.iter().any(|given| given.covers(wanted))
    }

    /// Whether it may be used from there.
    pub fn allows_from(&self, ip: IpAddr) -> bool {
        self.ip.is_empty() || self.ip.iter().any(|rule| rule.contains(ip))
    }
}

/// The kind of value that an API key's access token is.
#[derive(Debug)]
pub enum AppKeyToken {}
impl OneTimeKind for AppKeyToken {
    const NAME: &'static str = "app_key_token";
}

/// The kind of value that a signed request is, by its key, token, timestamp and nonce (RFC 5849 §3.3).
#[derive(Debug)]
pub enum SignedOnce {}
impl OneTimeKind for SignedOnce {
    const NAME: &'static str = "oauth1_nonce";
}

/// What an API key proves itself with, as it rests.
#[derive(Clone)]
pub struct AppKeyPair {
    /// What the access token's digest must equal.
    pub token: Digest<AppKeyToken>,
    /// The two secrets.
    pub secrets: Sealed,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; a pair without an end is the newest.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for AppKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppKeyPair")
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
