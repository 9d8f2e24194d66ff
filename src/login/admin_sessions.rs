use std::time::Duration;

use crate::base::{Clock, Entropy, OneTime, Timestamp};
use crate::config;
use crate::model::administrator::{AdminCookie, AdminSession, AdminToken, Administrator, Credential};
use crate::model::session::NoSession;
use crate::store::{self, Db};

/// A session's idle end is moved at most this often.
const TOUCH: Duration = Duration::from_mins(1);

/// Administrators' sessions of the console, and their tokens of the admin API. They are read anew for each request, so
/// that an end shows at once on every node (SEC-072).
#[derive(Debug)]
pub struct AdminSessions {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    idle: Duration,
    absolute: Duration,
}

impl AdminSessions {
    /// With the lifetimes that the operator chose.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, settings: &config::Sessions) -> Self {
        Self {
            db,
            clock,
            entropy,
            idle: settings.console_idle.get(),
            absolute: settings.console_absolute.get(),
        }
    }

    /// The living session of a credential, with its administrator, or why there is none; its idle end moves on.
    pub async fn find(
        &self,
        credential: Credential,
    ) -> store::Result<Result<(AdminSession, Administrator), NoSession>> {
        let now = self.clock.now();
        let Some((session, administrator)) = store::admin_sessions::find(&self.db, credential).await? else {
            return Ok(Err(NoSession::Unknown));
        };
        if !session.is_alive(now) {
            return Ok(Err(NoSession::Expired));
        }
        let moves = matches!(credential, Credential::Console(_))
            && now.since(session.last_seen_at) >= TOUCH.min(self.idle / 2);
        if moves {
            let end = (now + self.idle).min(session.expires_at);
            if store::admin_sessions::touch(&self.db, credential, now, end).await? == 0 {
                return Ok(Err(NoSession::Ended));
            }
        }
        Ok(Ok((session, administrator)))
    }

    /// A session of the console for an administrator who has just proved who they are, and its cookie. To be stored by
    /// the caller.
    pub fn console(&self, administrator: &Administrator) -> (OneTime<AdminCookie>, AdminSession) {
        let (now, cookie) = (self.clock.now(), OneTime::fresh(&self.entropy));
        let credential = Credential::Console(cookie.digest());
        let session = session(
            administrator,
            credential,
            now,
            [now + self.idle, now + self.absolute],
        );
        (cookie, session)
    }

    /// The same for a program: a token that ends after `ttl`, used or not.
    pub fn token(&self, administrator: &Administrator, ttl: Duration) -> (OneTime<AdminToken>, AdminSession) {
        let (now, token) = (self.clock.now(), OneTime::fresh(&self.entropy));
        let credential = Credential::Api(token.digest());
        let session = session(administrator, credential, now, [now + ttl; 2]);
        (token, session)
    }
}

fn session(
    administrator: &Administrator,
    credential: Credential,
    now: Timestamp,
    [idle_expires_at, expires_at]: [Timestamp; 2],
) -> AdminSession {
    AdminSession {
        credential,
        administrator_id: administrator.administrator_id.clone(),
        auth_time: now,
        second_factor: false,
        last_seen_at: now,
        idle_expires_at,
        expires_at,
    }
}
