use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period, TimeZone};

/// The gateway's side: what the messaging platform's services are like.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gateway {
    /// How long a user's session of the Login Service may lie without a refresh: `1m` to `1d`.
    pub session_idle: Period,
    /// How long such a session lasts at most, however often it is refreshed: `gateway.session_idle` to `1d`.
    pub session_max: Period,
    /// Sessions that a user may have at the same time, 1 to 1000: at one more, the oldest ends.
    pub max_sessions: u32,
    /// The time zone that logins name as the server's, `UTC` or another name of IANA's database. Times stay what they are.
    pub time_zone: TimeZone,
    /// What logins tell as `timeDiff`.
    pub time_diff: TimeDiff,
    /// The `iss` of the tokens that the platform gives to consumers.
    pub idp_issuer: String,
    /// Whether a brand's token must say for whom it is. Switched off, a token without `aud` is taken; one for somebody else
    /// never is.
    pub require_audience: bool,
    /// How long a token for a consumer who doesn't log in is valid: `1m` to `1h`.
    pub anonymous_ttl: Period,
    /// For how long, from its making, such a consumer's token can be exchanged for a new one: `1h` to `1y`.
    pub anonymous_refresh: Period,
}

/// What a login's `timeDiff` is. The platform's documents give its unit, and don't say between what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TimeDiff {
    /// Always nought.
    #[default]
    None,
    /// How far the account's time zone is ahead of the server's.
    Zones,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            session_idle: Period::minutes(10),
            session_max: Period::hours(8),
            max_sessions: 20,
            time_zone: TimeZone::UTC,
            time_diff: TimeDiff::None,
            idp_issuer: "https://idp.liveperson.net".to_owned(),
            require_audience: true,
            anonymous_ttl: Period::minutes(10),
            anonymous_refresh: Period::hours(730),
        }
    }
}

impl Gateway {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        let day = Period::days(1);
        complaints.within("gateway.session_idle", self.session_idle, Period::minutes(1), day);
        complaints.within("gateway.session_max", self.session_max, self.session_idle, day);
        complaints.unless(
            (1..=1000).contains(&self.max_sessions),
            "gateway.max_sessions",
            "from 1 to 1000",
        );
        let issuer = &self.idp_issuer;
        complaints.unless(
            (1..=255).contains(&issuer.len()) && issuer.bytes().all(|byte| byte.is_ascii_graphic()),
            "gateway.idp_issuer",
            "up to 255 characters without spaces",
        );
        complaints.within(
            "gateway.anonymous_ttl",
            self.anonymous_ttl,
            Period::minutes(1),
            Period::hours(1),
        );
        complaints.within(
            "gateway.anonymous_refresh",
            self.anonymous_refresh,
            Period::hours(1),
            Period::days(366),
        );
    }
}
