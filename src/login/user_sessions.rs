use std::time::Duration;

use crate::base::id::AccountId;
use crate::base::{Clock, Digest, Entropy, OneTime};
use crate::config;
use crate::model::session::NoSession;
use crate::model::user::{Bearer, LoginCookie, LoginCsrf, LoginSession};
use crate::model::{AccountSettings, User};
use crate::store::login_sessions::Found;
use crate::store::{self, Db};

/// The idle end of a session of the console is moved at most this often.
const TOUCH: Duration = Duration::from_mins(1);

/// What a user is given at login, once: nothing of it is stored but digests.
#[derive(Debug)]
pub struct LoginValues {
    /// The value of the cookie.
    pub cookie: OneTime<LoginCookie>,
    /// The token for APIs.
    pub bearer: OneTime<Bearer>,
    /// What must be shown beside the cookie.
    pub csrf: OneTime<LoginCsrf>,
}

/// Users' sessions. They are read anew for each request, so that an end shows at once on every node (SEC-072).
#[derive(Debug)]
pub struct UserSessions {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    idle: Duration,
    absolute: Duration,
    /// The same of a session at the console.
    console: [Duration; 2],
    most: u32,
}

impl UserSessions {
    /// With the lifetimes that the operator chose.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, settings: &config::Settings) -> Self {
        let (gateway, sessions) = (&settings.gateway, &settings.sessions);
        let (idle, absolute) = (gateway.session_idle.get(), gateway.session_max.get());
        Self {
            db,
            clock,
            entropy,
            idle,
            absolute,
            console: [
                idle.min(sessions.console_idle.get()),
                absolute.min(sessions.console_absolute.get()),
            ],
            most: gateway.max_sessions,
        }
    }

    /// How long a session lasts at most.
    pub const fn lasts(&self) -> Duration {
        self.absolute
    }

    /// How many sessions a user of such an account may have at the same time.
    pub fn most(&self, account: &AccountSettings) -> u32 {
        account.user_sessions_max.unwrap_or(self.most)
    }

    /// The living session of a cookie, with its user, or why there is none.
    pub async fn find(&self, account: &AccountId, cookie: &str) -> store::Result<Result<Found, NoSession>> {
        let found = store::login_sessions::find(&self.db, account, Digest::of(cookie)).await?;
        Ok(self.alive(found))
    }

    /// The living session of a bearer, likewise. Using it doesn't lengthen the session: refreshing does.
    pub async fn find_by_bearer(
        &self,
        account: &AccountId,
        bearer: &str,
    ) -> store::Result<Result<Found, NoSession>> {
        let found = store::login_sessions::find_by_bearer(&self.db, account, Digest::of(bearer)).await?;
        Ok(self.alive(found))
    }

    /// The living session of a cookie at the console, likewise; its idle end moves on.
    pub async fn find_at_console(
        &self,
        account: &AccountId,
        cookie: &str,
    ) -> store::Result<Result<Found, NoSession>> {
        let found = match self.find(account, cookie).await? {
            Ok(found) if found.session.second_factor => found,
            Ok(_) => return Ok(Err(NoSession::Unknown)),
            Err(none) => return Ok(Err(none)),
        };
        let (session, now) = (&found.session, self.clock.now());
        let [idle, _] = self.console;
        let end = (now + idle).min(session.expires_at);
        if end.since(session.idle_expires_at) >= TOUCH.min(idle / 2)
            && store::login_sessions::touch(&self.db, account, session.digest, now, end).await? == 0
        {
            return Ok(Err(NoSession::Ended));
        }
        Ok(Ok(found))
    }

    fn alive(&self, found: Option<Found>) -> Result<Found, NoSession> {
        let found = found.ok_or(NoSession::Unknown)?;
        if found.session.is_alive(self.clock.now()) {
            Ok(found)
        } else {
            Err(NoSession::Expired)
        }
    }

    /// Moves a session's idle end; false where it has ended meanwhile.
    pub async fn refresh(&self, session: &LoginSession) -> store::Result<bool> {
        let now = self.clock.now();
        let end = (now + self.idle).min(session.expires_at);
        let met = store::login_sessions::touch(&self.db, &session.account_id, session.digest, now, end);
        Ok(met.await? == 1)
    }

    /// A session for a user who has just proved who they are, and what they are given. To be stored by the caller.
    /// `factor_shown` says whether they have shown a second factor, too.
    pub fn session(
        &self,
        user: &User,
        app_key: Option<String>,
        factor_shown: bool,
    ) -> (LoginValues, LoginSession) {
        let (values, session) = self.lasting([self.idle, self.absolute], user, app_key);
        let session = LoginSession {
            factor_shown,
            ..session
        };
        (values, session)
    }

    /// The same at the console, for a user who has shown a second factor, too.
    pub fn console(&self, user: &User) -> (LoginValues, LoginSession) {
        let (values, session) = self.lasting(self.console, user, None);
        let session = LoginSession {
            second_factor: true,
            ..session
        };
        (values, session)
    }

    fn lasting(
        &self,
        [idle, absolute]: [Duration; 2],
        user: &User,
        app_key: Option<String>,
    ) -> (LoginValues, LoginSession) {
        let now = self.clock.now();
        let values = LoginValues {
            cookie: OneTime::fresh(&self.entropy),
            bearer: OneTime::fresh_hex(&self.entropy),
            csrf: OneTime::fresh_hex(&self.entropy),
        };
        let session = LoginSession {
            digest: values.cookie.digest(),
            bearer: values.bearer.digest(),
            csrf: values.csrf.digest(),
            account_id: user.account_id.clone(),
            user_id: user.user_id,
            app_key,
            second_factor: false,
            factor_shown: false,
            created_at: now,
            idle_expires_at: (now + idle).min(now + absolute),
            expires_at: now + absolute,
        };
        (values, session)
    }
}
