use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period, PublicUrl, Size};

/// Signing in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// Wrong passwords for one consumer before the next try must wait (SEC-087): 1 to 20.
    pub attempts: u32,
    /// Wrong passwords from one address (IPv6: one /64) within ten minutes before further tries from it must wait, a
    /// minute at most: `10` to `100000`, or 0 for no such limit. A right password counts for nothing.
    pub source_attempts: u32,
    /// The first such wait; it doubles with each further failure: `1s` to `1h`.
    pub delay: Period,
    /// The longest such wait, so that nobody can shut a consumer out for good (SEC-088): `login.delay` to `1h`.
    pub delay_max: Period,
    /// Password hashes that are computed at the same time; 0 means half of the processor's cores, at least one
    /// (SEC-166).
    pub hash_pool: usize,
    /// Sign-ins that wait for a free place in that pool before further ones are turned away with 503.
    pub hash_queue: usize,
    /// How long a sign-in waits for such a place: `100ms` to `10s`.
    pub hash_wait: Period,
    /// The fewest characters of a new password (SEC-082): 8 to 128.
    pub password_min_length: usize,
    /// The longest password that is hashed (SEC-082): 128 to 512 bytes.
    pub password_max_bytes: Size,
    /// What new passwords are checked against.
    pub passwords: Passwords,
    /// Whether administrators need a second factor for what changes whom others believe (SEC-130): keys, connectors, API keys,
    /// users' roles, clients, single sign-on. Whoever has none is led to set one up. `false` only where `server.public_url` is
    /// this machine's alone, for trying things out.
    pub admin_factor: bool,
    /// How long a begun sign-in may be finished, counted from the client's request: `5m` to `1d`.
    pub interaction_ttl: Period,
    /// How long the link works with which a consumer chooses a new password (SEC-091): `5m` to `30m`.
    pub recovery_ttl: Period,
}

/// What new passwords are checked against (SEC-083), beside those that are guessed first and what is known of a consumer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Passwords {
    /// A file of breached passwords, sorted: SHA-1 digests as "Have I Been Pwned" orders them by hash, or the passwords
    /// themselves (`LC_ALL=C sort -u`). It is searched where it lies, whatever its size.
    pub breached: Option<PathBuf>,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            attempts: 5,
            source_attempts: 100,
            delay: Period::seconds(5),
            delay_max: Period::minutes(15),
            hash_pool: 0,
            hash_queue: 64,
            hash_wait: Period::seconds(2),
            password_min_length: 8,
            password_max_bytes: Size::bytes(512),
            passwords: Passwords::default(),
            admin_factor: true,
            interaction_ttl: Period::minutes(30),
            recovery_ttl: Period::minutes(30),
        }
    }
}

impl Login {
    pub(super) fn check(&self, public_url: &PublicUrl, complaints: &mut Complaints) {
        complaints.unless(
            self.admin_factor || public_url.is_loopback(),
            "login.admin_factor",
            "true, unless server.public_url is on localhost",
        );
        let hour = Period::hours(1);
        complaints.unless(
            (1..=20).contains(&self.attempts),
            "login.attempts",
            "from 1 to 20",
        );
        complaints.unless(
            self.source_attempts == 0 || (10..=100_000).contains(&self.source_attempts),
            "login.source_attempts",
            "from 10 to 100000, or 0 for no limit",
        );
        complaints.within("login.delay", self.delay, Period::seconds(1), hour);
        complaints.within("login.delay_max", self.delay_max, self.delay, hour);
        complaints.unless(
            self.hash_pool <= 256,
            "login.hash_pool",
            "from 0 (half of the cores) to 256",
        );
        complaints.unless(self.hash_queue <= 10_000, "login.hash_queue", "from 0 to 10000");
        complaints.within(
            "login.hash_wait",
            self.hash_wait,
            Period::millis(100),
            Period::seconds(10),
        );
        complaints.unless(
            (8..=128).contains(&self.password_min_length),
            "login.password_min_length",
            "from 8 to 128",
        );
        complaints.unless(
            (128..=512).contains(&self.password_max_bytes.get()),
            "login.password_max_bytes",
            "from 128 to 512 bytes",
        );
        complaints.within(
            "login.interaction_ttl",
            self.interaction_ttl,
            Period::minutes(5),
            Period::days(1),
        );
        complaints.within(
            "login.recovery_ttl",
            self.recovery_ttl,
            Period::minutes(5),
            Period::minutes(30),
        );
    }
}
