use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period, Size};

/// What a request, a connection and an address may use up (SEC-155, SEC-157, SEC-158, SEC-165).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The longest path and query of a request; beyond it, 414.
    pub request_line: Size,
    /// The most bytes of header fields; beyond it, 431.
    pub headers: Size,
    /// The most header fields; beyond it, 431.
    pub header_fields: usize,
    /// The longest body; beyond it, 413.
    pub body: Size,
    /// The longest body where people and clients show who they are (`/login`, `/token`).
    pub credentials_body: Size,
    /// The longest answer of an identity provider by SAML.
    pub saml_body: Size,
    /// The longest body of the admin API.
    pub admin_body: Size,
    /// The longest body of the Users API, which may hold many users at once.
    pub users_body: Size,
    /// Connections that are open at the same time; further ones are closed at once.
    pub connections: usize,
    /// The same, from one address (or IPv6 /64); trusted proxies are exempt.
    pub connections_per_address: usize,
    /// Streams of one HTTP/2 connection.
    pub streams: u32,
    /// A TLS handshake must be done within this.
    pub handshake: Period,
    /// A complete header block must be there within this, also on a connection that stays silent.
    pub header: Period,
    /// A complete body must be there within this.
    pub upload: Period,
    /// Bytes a second that a body must have brought on the average since its head, once a quarter of `upload` is over; beneath
    /// it, 408. 0 means that any pace will do.
    pub upload_rate: Size,
    /// An answer must be there within this, counted from the complete header block.
    pub request: Period,
    /// How long a connection may stay open between two requests.
    pub idle: Period,
    /// Consumers' sockets that are open at the same time, 0 to 100000; for one more, the handshake is refused with 503.
    pub sockets: usize,
    /// How long a consumer's socket may stay open without a message or a ping.
    pub socket_idle: Period,
    /// At a stop, how long requests under way may take to finish (SEC-174).
    pub stop: Period,
    /// Sign-ins that may be begun for one account within `login.interaction_ttl`, at once or spread, on each node; beyond it,
    /// 429. Each is a row in the database until it is finished or too old, and counts once for each kilobyte that it takes
    /// there: nearly all take one (SEC-173). 0 means without limit.
    pub interactions: u32,
    /// Clients that may register themselves at one account within an hour, at once or spread, on each node; beyond it, 429. 0
    /// means without limit.
    pub registrations: u32,
    /// Codes and tokens that consumers' windows may bring to the gateway for one account within a minute, at once or spread,
    /// on each node; beyond it, 429. 0 means without limit.
    pub consumer_tokens: u32,
    /// Tokens that don't count which one client may ask about at introspection within a minute, at once or spread, on each node;
    /// beyond it, 429. 0 means without limit.
    pub introspections: u32,
    /// Requests that one address (IPv6: one /64) may make a minute; beyond it, 429.
    pub per_minute: PerMinute,
}

/// Requests that one address (IPv6: one /64) may make a minute. 0 means without limit.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PerMinute {
    /// Tries to sign in.
    pub login: u32,
    /// Requests at the authorization endpoint; what is issued there is counted by the consumer as well.
    pub authorize: u32,
    /// Failed client authentications, and codes and tokens that aren't known.
    pub token_failures: u32,
    /// Registrations, of consumers and of clients.
    pub registration: u32,
    /// Links to a new password that are asked for, and uses of them.
    pub recovery: u32,
    /// Codes of devices that are typed; counted by the consumer as well.
    pub user_codes: u32,
    /// Codes and tokens that consumers' windows bring to the gateway.
    pub consumer_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_line: Size::kib(32),
            headers: Size::kib(64),
            header_fields: 100,
            body: Size::kib(64),
            credentials_body: Size::kib(32),
            saml_body: Size::kib(512),
            admin_body: Size::kib(1024),
            users_body: Size::kib(48 * 1024),
            connections: 10_000,
            connections_per_address: 256,
            streams: 100,
            handshake: Period::seconds(10),
            header: Period::seconds(10),
            upload: Period::seconds(20),
            upload_rate: Size::bytes(512),
            request: Period::seconds(30),
            idle: Period::seconds(60),
            sockets: 1000,
            socket_idle: Period::seconds(90),
            stop: Period::seconds(25),
            interactions: 20_000,
            registrations: 1000,
            consumer_tokens: 60_000,
            introspections: 6000,
            per_minute: PerMinute::default(),
        }
    }
}

impl Default for PerMinute {
    fn default() -> Self {
        Self {
            login: 60,
            authorize: 600,
            token_failures: 60,
            registration: 20,
            recovery: 20,
            user_codes: 10,
            consumer_tokens: 120,
        }
    }
}

impl Limits {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        let mib = 1 << 20;
        for (key, size, most) in [
            ("limits.request_line", self.request_line, 64 << 10),
            ("limits.headers", self.headers, 256 << 10),
            ("limits.body", self.body, mib),
            ("limits.credentials_body", self.credentials_body, mib),
            ("limits.saml_body", self.saml_body, mib),
            ("limits.admin_body", self.admin_body, 64 * mib),
            ("limits.users_body", self.users_body, 256 * mib),
        ] {
            complaints.unless(
                (1024..=most).contains(&size.get()),
                key,
                format!("from 1KiB to {}", Size::bytes(most)),
            );
        }
        complaints.unless(
            self.upload_rate.get() <= mib,
            "limits.upload_rate",
            format!("at most {}", Size::bytes(mib)),
        );
        complaints.unless(
            (20..=1000).contains(&self.header_fields),
            "limits.header_fields",
            "from 20 to 1000",
        );
        complaints.unless(self.connections >= 1, "limits.connections", "at least 1");
        complaints.unless(
            self.connections_per_address >= 1,
            "limits.connections_per_address",
            "at least 1",
        );
        complaints.unless(self.sockets <= 100_000, "limits.sockets", "from 0 to 100000");
        complaints.unless(
            (1..=1000).contains(&self.streams),
            "limits.streams",
            "from 1 to 1000",
        );
        for (key, period) in [
            ("limits.handshake", self.handshake),
            ("limits.header", self.header),
            ("limits.upload", self.upload),
            ("limits.request", self.request),
            ("limits.idle", self.idle),
            ("limits.socket_idle", self.socket_idle),
            ("limits.stop", self.stop),
        ] {
            complaints.within(key, period, Period::millis(100), Period::minutes(10));
        }
    }
}
