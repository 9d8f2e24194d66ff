use super::Check;
use crate::context::{Services, WrongTime};

/// This machine's clock against the database's (SEC-172, F-17).
pub(super) async fn check(services: &Services) -> Check {
    if services.db.kind() == "sqlite" {
        return Check::unchecked("clock", "SQLite has no clock of its own; keep NTP running");
    }
    let mut check = Check::new("clock");
    match services.clock_skew.check().await {
        Ok(()) => {}
        Err(WrongTime::Skewed(skew)) => check.wrong(
            "clock",
            format!(
                "this machine's clock is {} s away from the database's: it serves nobody",
                skew.as_secs()
            ),
            "let NTP set both clocks",
        ),
        Err(WrongTime::Store(error)) => {
            return Check::unchecked("clock", format!("the database can't be asked: {error}"));
        }
    }
    check
}
