use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period};

/// Lifetimes of what is issued. An account's or a client's own settings win over these.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tokens {
    /// How long an authorization code may be redeemed (SEC-043): `1s` to `10m`.
    pub code_ttl: Period,
    /// The same for a messaging platform's client, whose servers redeem later: `1s` to `10m`.
    pub platform_code_ttl: Period,
    /// How long a pushed authorization request may be used (SEC-027): `5s` to `90s`.
    pub pushed_request_ttl: Period,
    /// How long an id_token is valid: `5m` to `1d`. The platform asks for a new one when it expires.
    pub id_token_ttl: Period,
    /// How long an access token is valid: `1m` to `1d`.
    pub access_token_ttl: Period,
    /// How long a refresh token may lie unused (SEC-047): `1h` to `1y`.
    pub refresh_token_ttl: Period,
    /// How long a chain of refresh tokens may go on, however often it is used (SEC-047): `1h` to `2y`.
    pub refresh_token_max: Period,
    /// For how long a refresh token that was just exchanged may be used again, since an answer may be lost (SEC-045): `0s`
    /// to `60s`.
    pub refresh_grace: Period,
    /// How long a device's code waits for its consumer: `1m` to `1h`.
    pub device_code_ttl: Period,
    /// How long a backchannel request waits for its consumer, where it doesn't say: `30s` to `1h`.
    pub backchannel_ttl: Period,
    /// How long devices and backchannel clients wait between two questions: `1s` to `1m`.
    pub poll_interval: Period,
    /// Whether proofs of possession (DPoP) must hold a nonce of the server's.
    pub dpop_nonce: bool,
    /// How long a ticket to sign in with may be used, from the moment that a program has it: `5s` to `5m`.
    pub sign_in_ticket_ttl: Period,
    /// How far `iat` is set back, for verifiers whose clock is behind: `0s` to `60s`.
    pub backdate: Period,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            code_ttl: Period::seconds(60),
            platform_code_ttl: Period::seconds(120),
            pushed_request_ttl: Period::seconds(90),
            id_token_ttl: Period::hours(1),
            access_token_ttl: Period::hours(1),
            refresh_token_ttl: Period::days(14),
            refresh_token_max: Period::days(90),
            refresh_grace: Period::seconds(30),
            device_code_ttl: Period::minutes(10),
            backchannel_ttl: Period::minutes(5),
            poll_interval: Period::seconds(5),
            dpop_nonce: false,
            sign_in_ticket_ttl: Period::seconds(60),
            backdate: Period::seconds(5),
        }
    }
}

impl Tokens {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        let (second, minute, hour, day) = (
            Period::seconds(1),
            Period::minutes(1),
            Period::hours(1),
            Period::days(1),
        );
        for (key, period, from, to) in [
            ("tokens.code_ttl", self.code_ttl, second, Period::minutes(10)),
            (
                "tokens.platform_code_ttl",
                self.platform_code_ttl,
                second,
                Period::minutes(10),
            ),
            (
                "tokens.pushed_request_ttl",
                self.pushed_request_ttl,
                Period::seconds(5),
                Period::seconds(90),
            ),
            ("tokens.id_token_ttl", self.id_token_ttl, Period::minutes(5), day),
            ("tokens.access_token_ttl", self.access_token_ttl, minute, day),
            (
                "tokens.refresh_token_ttl",
                self.refresh_token_ttl,
                hour,
                Period::days(365),
            ),
            (
                "tokens.refresh_token_max",
                self.refresh_token_max,
                hour,
                Period::days(730),
            ),
            ("tokens.refresh_grace", self.refresh_grace, Period::ZERO, minute),
            ("tokens.device_code_ttl", self.device_code_ttl, minute, hour),
            (
                "tokens.backchannel_ttl",
                self.backchannel_ttl,
                Period::seconds(30),
                hour,
            ),
            ("tokens.poll_interval", self.poll_interval, second, minute),
            (
                "tokens.sign_in_ticket_ttl",
                self.sign_in_ticket_ttl,
                Period::seconds(5),
                Period::minutes(5),
            ),
            ("tokens.backdate", self.backdate, Period::ZERO, minute),
        ] {
            complaints.within(key, period, from, to);
        }
        complaints.unless(
            self.refresh_token_ttl <= self.refresh_token_max,
            "tokens.refresh_token_ttl",
            format!(
                "at most tokens.refresh_token_max, which is {}",
                self.refresh_token_max
            ),
        );
    }
}
