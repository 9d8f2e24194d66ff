use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period};

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
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            session_idle: Period::minutes(10),
            session_max: Period::hours(8),
            max_sessions: 20,
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
    }
}
