use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period};

/// Lifetimes of a consumer's sign-on session (SEC-070). They may be made shorter, never longer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// How long a session may lie unused: `1m` to `30d`.
    pub idle: Period,
    /// How long a session lasts at most: `1m` to `30d`.
    pub absolute: Period,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle: Period::hours(8),
            absolute: Period::days(30),
        }
    }
}

impl Sessions {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        let (shortest, longest) = (Period::minutes(1), Period::days(30));
        complaints.within("sessions.idle", self.idle, shortest, longest);
        complaints.within("sessions.absolute", self.absolute, shortest, longest);
        complaints.unless(
            self.idle <= self.absolute,
            "sessions.idle",
            format!("at most sessions.absolute, which is {}", self.absolute),
        );
    }
}
