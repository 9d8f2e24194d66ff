//! Ids of sessions that have stopped working, and are shown all the same (SEC-069): by somebody who has kept one, or by a
//! browser or program that was left behind.

use std::net::IpAddr;

use crate::base::id::AccountId;
use crate::context::Services;
use crate::model::session::NoSession;

/// Who showed it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The request.
    pub request_id: &'a str,
    /// Where it came from.
    pub ip: IpAddr,
    /// Whose session it would be; none for the server's own administrators.
    pub account: Option<&'a AccountId>,
}

/// Tells of it in the log, unless the session has ended as every session does.
pub fn tell(services: &Services, none: NoSession, shown: Shown<'_>) {
    let Some(reason) = none.stale() else { return };
    let account = shown.account.map(tracing::field::display);
    services.stale_ids.tell(services.clock.now(), |lost| {
        tracing::warn!(
            target: "audit", event = "session.stale_id", request_id = shown.request_id, account, ip = %shown.ip,
            outcome = "refused", reason, lost, "an id of no session"
        );
    });
}
