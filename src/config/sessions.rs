use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Period};

/// Lifetimes of sessions (SEC-070), of consumers and of administrators. They may be made shorter, never longer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// How long a session may lie unused: `1m` to `30d`.
    pub idle: Period,
    /// How long a session lasts at most: `1m` to `30d`.
    pub absolute: Period,
    /// How long an administrator's session of the console may lie unused: `1m` to `15m`.
    pub console_idle: Period,
    /// How long it lasts at most: `1m` to `12h`.
    pub console_absolute: Period,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle: Period::hours(8),
            absolute: Period::days(30),
            console_idle: Period::minutes(15),
            console_absolute: Period::hours(12),
        }
    }
}

impl Sessions {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        let (shortest, longest) = (Period::minutes(1), Period::days(30));
        complaints.within("sessions.idle", self.idle, shortest, longest);
        complaints.within("sessions.absolute", self.absolute, shortest, longest);
        let (idle, absolute) = (Period::minutes(15), Period::hours(12));
        complaints.within("sessions.console_idle", self.console_idle, shortest, idle);
        complaints.within(
            "sessions.console_absolute",
            self.console_absolute,
            shortest,
            absolute,
        );
        complaints.unless(
            self.idle <= self.absolute,
            "sessions.idle",
            format!("at most sessions.absolute, which is {}", self.absolute),
        );
    }
}
