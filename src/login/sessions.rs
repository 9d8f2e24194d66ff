use std::sync::Arc;
use std::time::Duration;

use crate::base::id::{AccountId, ClientId, SessionId, Subject};
use crate::base::{Bounds, Cache, Clock, Digest, Entropy, OneTime, Timestamp};
use crate::config;
use crate::model::session::{Amr, NoSession, SessionCookie};
use crate::model::{Client, Session};
use crate::store::{self, Db, Tx};

/// The most sessions of an account's consumers that a browser has beside each other (SEC-143).
pub const SESSIONS_IN_A_BROWSER: usize = 5;
/// A session's idle end is moved at most this often: a write for every request would cost more than it tells.
const TOUCH: Duration = Duration::from_mins(1);
/// How long a session that was read may be used: less than the five seconds in which an end must show (SEC-072).
const FRESH: Duration = Duration::from_secs(4);
/// How long it is remembered that a session has been noted to be at a client.
const NOTED: Duration = Duration::from_hours(1);

/// Consumers' single sign-on sessions. Kept in the database, so that a restart ends none (SEC-071).
#[derive(Debug)]
pub struct Sessions {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    idle: Duration,
    absolute: Duration,
    alive: Cache<(AccountId, Digest<SessionCookie>), Session>,
    /// Which sessions have been noted to be at which clients.
    noted: Cache<(AccountId, SessionId, ClientId), ()>,
}

impl Sessions {
    /// With the lifetimes that the operator chose.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, settings: &config::Sessions) -> Self {
        Self {
            db,
            clock,
            entropy,
            idle: settings.idle.get(),
            absolute: settings.absolute.get(),
            alive: Cache::new(Bounds::entries(50_000).for_at_most(FRESH)),
            noted: Cache::new(Bounds::entries(10_000).for_at_most(NOTED)),
        }
    }

    /// The living session of a cookie, or why there is none; its idle end moves on.
    pub async fn find(
        &self,
        account: &AccountId,
        cookie: &str,
    ) -> store::Result<Result<Arc<Session>, NoSession>> {
        let session = match self.peek(account, cookie).await? {
            Ok(session) => session,
            Err(none) => return Ok(Err(none)),
        };
        let kept = self.keep(&session).await?;
        Ok(if kept { Ok(session) } else { Err(NoSession::Ended) })
    }

    /// Moves the idle end of a living session, where that is due; `false` where it was ended meanwhile.
    pub async fn keep(&self, session: &Session) -> store::Result<bool> {
        let now = self.clock.now();
        if now.since(session.last_seen_at) < TOUCH.min(self.idle / 2) {
            return Ok(true);
        }
        self.touch(session, now).await
    }

    /// The same, and nothing moves.
    pub async fn peek(
        &self,
        account: &AccountId,
        cookie: &str,
    ) -> store::Result<Result<Arc<Session>, NoSession>> {
        let key = (account.clone(), Digest::of(cookie));
        let session = match self.alive.get(&key) {
            Some(session) => session,
            None => match store::sessions::find(&self.db, account, key.1).await? {
                Some(session) => self.alive.insert(key, session),
                None => return Ok(Err(NoSession::Unknown)),
            },
        };
        Ok(if session.is_alive(self.clock.now()) {
            Ok(session)
        } else if session.ended_at.is_some() {
            Err(NoSession::Ended)
        } else {
            Err(NoSession::Expired)
        })
    }

    /// Moves the idle end of a session, unless it was ended meanwhile.
    async fn touch(&self, session: &Session, now: Timestamp) -> store::Result<bool> {
        let moved = Arc::new(Session {
            last_seen_at: now,
            idle_expires_at: (now + self.idle).min(session.expires_at),
            ..session.clone()
        });
        let key = (moved.account_id.clone(), moved.digest);
        if store::sessions::touch(&self.db, &moved, now, moved.idle_expires_at).await? == 0 {
            self.alive.remove(&key);
            return Ok(false);
        }
        self.alive.insert(key, moved);
        Ok(true)
    }

    /// A session for a consumer who has just proved who they are, and its cookie. Where `former` is the same
    /// consumer's, it goes on under a new cookie; nothing is taken over of another consumer's (SEC-030, SEC-069). To be
    /// stored by [`Sessions::store`].
    pub fn begin(
        &self,
        account: &AccountId,
        sub: &Subject,
        amr: Vec<Amr>,
        former: Option<&Session>,
    ) -> (OneTime<SessionCookie>, Session) {
        let now = self.clock.now();
        let cookie = OneTime::fresh(&self.entropy);
        let sid = match former {
            Some(former) if former.sub == *sub => former.sid.clone(),
            _ => SessionId::fresh(&self.clock, &self.entropy),
        };
        let session = Session {
            digest: cookie.digest(),
            account_id: account.clone(),
            sid,
            sub: sub.clone(),
            amr,
            acr: None,
            auth_time: now,
            last_seen_at: now,
            idle_expires_at: now + self.idle,
            expires_at: now + self.absolute,
            ended_at: None,
        };
        (cookie, session)
    }

    /// The same session under a new cookie, since its browser goes on as another consumer (SEC-069). To be stored by
    /// [`store::sessions::reissue`], so that one that was ended or replaced meanwhile stays so.
    pub fn reissue(&self, session: &Session) -> (OneTime<SessionCookie>, Session) {
        let cookie = OneTime::fresh(&self.entropy);
        let reissued = Session {
            digest: cookie.digest(),
            ..session.clone()
        };
        (cookie, reissued)
    }

    /// Stores what [`Sessions::begin`] made; `false` where the session that was to go on has ended meanwhile.
    pub async fn store(tx: &mut Tx<'_>, session: &Session, former: Option<&Session>) -> store::Result<bool> {
        if former.is_some_and(|former| former.sid == session.sid) {
            return Ok(store::sessions::renew(tx, &session.account_id, session).await? == 1);
        }
        store::sessions::insert(tx, session).await?;
        Ok(true)
    }

    /// Ends a session, with the access tokens that were given in it. Returns the clients that are to be told.
    pub async fn end(&self, session: &Session) -> store::Result<Vec<ClientId>> {
        let (account, sid, now) = (session.account_id.clone(), session.sid.clone(), self.clock.now());
        let ended = self
            .db
            .transaction(move |tx| {
                Box::pin(async move { store::sessions::end(tx, &account, &sid, now).await })
            })
            .await?;
        self.remove(session);
        Ok(ended.clients)
    }

    /// Notes that a session logs in at a client that is to be told of its end. Before anything is issued to it, so that
    /// none is forgotten; where it was noted before, this costs nothing.
    pub async fn note_client(
        &self,
        account: &AccountId,
        sid: &SessionId,
        client: &Client,
    ) -> store::Result<()> {
        if !client.settings.is_told_of_logouts() {
            return Ok(());
        }
        let key = (account.clone(), sid.clone(), client.client_id.clone());
        if self.noted.get(&key).is_some() {
            return Ok(());
        }
        let ends = self.clock.now() + self.absolute;
        store::session_clients::insert(&self.db, account, sid, &client.client_id, ends).await?;
        self.noted.insert(key, ());
        Ok(())
    }

    /// Forgets what is remembered of one cookie, after a change.
    pub fn remove(&self, session: &Session) {
        self.alive.remove(&(session.account_id.clone(), session.digest));
    }

    /// Forgets what is remembered of all.
    pub fn forget(&self) {
        self.alive.clear();
    }
}
