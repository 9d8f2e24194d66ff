//! When a call to the platform is made again (section 10 of the platform contract), in one place.

use std::time::Duration;

use http::StatusCode;

/// How often a call is made again in the quick loop.
const QUICKLY: u32 = 3;
/// How often in the slow one, after that.
const SLOWLY: u32 = 3;

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

/// Makes a call, and makes it again where that is of use and does no harm; what came of it the last time. `wait` waits, and may
/// tell why.
pub(super) async fn until_final<T>(
    kind: Kind,
    call: impl AsyncFn() -> (Ended, T),
    wait: impl AsyncFn(Ended, Duration),
) -> T {
    let mut made = 1;
    loop {
        let (ended, outcome) = call().await;
        match pause(kind, ended, made) {
            Some(pause) => wait(ended, pause).await,
            None => return outcome,
        }
        made += 1;
    }
}

/// How long to wait before the call is made again; none where it is not. `made` calls were made so far.
pub(super) fn pause(kind: Kind, ended: Ended, made: u32) -> Option<Duration> {
    let quickly = made <= QUICKLY;
    let steps = Duration::from_secs(5).saturating_mul(made.max(1));
    match ended {
        // More often an address that isn't one than an outage: nobody waits a quarter of an hour for that.
        Ended::Nowhere => (quickly && kind == Kind::Repeatable).then_some(steps),
        Ended::Answered { is_final: true, .. } => None,
        Ended::Answered {
            status, retry_after, ..
        } => {
            let asked = retry_after.unwrap_or_default();
            if status == StatusCode::TOO_MANY_REQUESTS {
                let least = match kind {
                    Kind::Login => Duration::from_secs(5),
                    Kind::Repeatable | Kind::Once => Duration::from_secs(1),
                };
                return quickly.then(|| asked.max(least.saturating_mul(made.max(1))));
            }
            let repeats = status.is_server_error() && kind == Kind::Repeatable;
            let steps = if quickly { Some(steps) } else { slowly(made) };
            steps.filter(|_| repeats).map(|steps| asked.max(steps))
        }
    }
}

/// 2, 4 and 8 minutes, once the quick loop is through.
fn slowly(made: u32) -> Option<Duration> {
    let failed = made.checked_sub(QUICKLY).filter(|failed| *failed <= SLOWLY)?;
    Some(Duration::from_mins(1 << failed))
}
