//! When a call to the platform is made again (section 10 of the platform contract), in one place.

use std::time::Duration;

use http::StatusCode;

/// What a call does, as far as doing it twice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads, or writes the same once more: GET, PUT, DELETE.
    Repeatable,
    /// A login, of which the platform takes one in five seconds.
    Login,
    /// It makes something, or uses a code up: never sent again unless it was turned away at the door.
    Once,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Without an answer.
    Nowhere,
    /// With this status. An answer that carries `internalErrorCode` is final: the platform says 500 of what the caller did
    /// wrong (section 5.5).
    Answered {
        /// The status.
        status: StatusCode,
        /// Whether nothing else will come of it.
        is_final: bool,
        /// What `Retry-After` asks for, which is a minimum.
        retry_after: Option<Duration>,
    },
}

/// How long to wait before the call is made again; none where it is not. `made` calls were made so far.
pub(super) fn pause(kind: Kind, ended: Ended, made: u32) -> Option<Duration> {
    let again = made <= 3;
    let steps = Duration::from_secs(5).saturating_mul(made.max(1));
    match ended {
        Ended::Nowhere => (again && kind == Kind::Repeatable).then_some(steps),
        Ended::Answered {
            status,
            is_final,
            retry_after,
        } => {
            let asked = retry_after.unwrap_or_default();
            if status == StatusCode::TOO_MANY_REQUESTS {
                let least = match kind {
                    Kind::Login => Duration::from_secs(5),
                    Kind::Repeatable | Kind::Once => Duration::from_secs(1),
                };
                return again.then(|| asked.max(least.saturating_mul(made.max(1))));
            }
            let repeats = status.is_server_error() && !is_final && kind == Kind::Repeatable;
            (again && repeats).then(|| asked.max(steps))
        }
    }
}
