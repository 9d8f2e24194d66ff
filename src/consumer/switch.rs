//! New ids for the sessions of a browser that goes on as another consumer (SEC-069).

use std::sync::Arc;

use axum::response::Response;

use crate::base::OneTime;
use crate::base::id::Subject;
use crate::http::Visit;
use crate::http::browser_sessions::BrowserSessions;
use crate::login::Sessions;
use crate::model::Session;
use crate::model::session::SessionCookie;
use crate::store::{self, Tx};

/// A session that is to have a new id.
#[derive(Clone)]
pub(super) struct Reissue {
    former: Arc<Session>,
    cookie: Arc<OneTime<SessionCookie>>,
    session: Session,
}

impl Reissue {
    pub(super) fn of(sessions: &Sessions, former: &Arc<Session>) -> Self {
        let (cookie, session) = sessions.reissue(former);
        Self {
            former: Arc::clone(former),
            cookie: Arc::new(cookie),
            session,
        }
    }

    /// The current one's, where another consumer's takes its place.
    pub(super) fn of_left(sessions: &Sessions, here: &BrowserSessions, sub: &Subject) -> Option<Self> {
        here.left_for(sub).map(|left| Self::of(sessions, left))
    }

    pub(super) fn is_of(&self, session: &Session) -> bool {
        self.former.sid == session.sid
    }

    /// Stores it; `false` where its id was replaced in another tab meanwhile: then that one counts.
    pub(super) async fn write(&self, tx: &mut Tx<'_>) -> store::Result<bool> {
        let Self { former, session, .. } = self;
        let reissued =
            store::sessions::reissue(tx, &former.account_id, former.digest, session.digest).await?;
        Ok(reissued == 1)
    }

    /// Gives the browser what was stored: as its current session, or as one beside that.
    pub(super) fn send(
        &self,
        visit: &Visit,
        here: &BrowserSessions,
        response: &mut Response,
        is_current: bool,
    ) {
        visit.context.services.sessions.remove(&self.former);
        let issued = (&*self.cookie, &self.session);
        if is_current {
            here.carry(visit, response, issued, None);
        } else {
            here.carry_beside(visit, response, issued);
        }
    }
}
