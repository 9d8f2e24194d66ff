use clap::Args;

use crate::cli::directory::{Flags, Set};
use crate::directory::Assignment;

/// What an API key is to be.
#[derive(Debug, Args)]
pub(crate) struct Wishes {
    /// The application that uses it.
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// Who wrote that.
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What it may do, such as "Agent Interactions > User Login", "Administration > Users" or "Users (Read)"; may be
    /// given several times.
    #[arg(long, value_name = "NAME")]
    privilege: Vec<String>,
    /// Where it may be used from: an address, a network or a range; may be given several times. Anywhere without it.
    #[arg(long, value_name = "ADDRESSES")]
    ip: Vec<String>,
    /// When it stops working, such as 2030-01-31; empty for never.
    #[arg(long, value_name = "INSTANT")]
    expires: Option<String>,
    /// Whether signatures must cover bodies, by oauth_body_hash.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_body_hash: Option<bool>,
    /// Whether HMAC-SHA1 is taken beside HMAC-SHA256; it is, unless said otherwise.
    #[arg(long, value_name = "BOOL")]
    hmac_sha1: Option<bool>,
    #[command(flatten)]
    set: Set,
}

impl Wishes {
    /// The keys that the flags stand for.
    pub(super) fn assignments(self) -> Vec<Assignment> {
        let mut flags = Flags::default();
        flags.text("application_name", self.application);
        flags.text("developer_name", self.developer);
        flags.text("description", self.description);
        flags.list("privileges", self.privilege);
        flags.list("ip", self.ip);
        flags.text("expires_at", self.expires);
        flags.text("require_body_hash", self.require_body_hash);
        flags.text("hmac_sha1", self.hmac_sha1);
        self.set.after(flags.0)
    }
}
