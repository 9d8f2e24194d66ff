//! The sessions of a browser. Several consumers may be signed in in it beside each other (SEC-143), each with a cookie of
//! their own: what happens in one tab overwrites nobody else's.
//!
//! A session's cookie is called `signet-session-ACCOUNT.TAG` and holds `SECRET.ORDER`, or `SECRET.ORDER.k` where it is kept
//! after the browser is closed. The tag tells the browser's cookies apart. Whoever was chosen last has the greatest order.
//! Both guard nothing: the secret alone says whose the session is.

use std::sync::Arc;

use axum::response::Response;
use sha2::{Digest as _, Sha256};

use super::cookies::Cookie;
use super::visit::{Arrived, add_cookie};
use crate::base::id::{SessionId, Subject};
use crate::base::{OneTime, hex};
use crate::login::SESSIONS_IN_A_BROWSER as MOST;
use crate::model::Session;
use crate::model::session::{NoSession, SessionCookie};
use crate::store;

/// The most cookies that are looked up: those that were chosen last.
const LOOKED_UP: usize = 2 * MOST;
/// For so many seconds the cookie of an id that nobody knows is left alone: it may have been replaced in another tab just
/// now, under the same name.
const REPLACED: i64 = 60;
const DAY: i64 = 24 * 60 * 60;

/// The living sessions of a browser.
#[derive(Clone, Debug, Default)]
pub struct BrowserSessions {
    alive: Vec<Here>,
    /// Those that live and are one too many: left over where tabs signed in at the same moment.
    surplus: Vec<Here>,
    spent: Vec<String>,
    latest: i64,
}

/// A session, and the cookie that it came by.
#[derive(Clone, Debug)]
struct Here {
    session: Arc<Session>,
    carrier: Carrier,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Carrier {
    tag: String,
    order: i64,
    lasting: bool,
}

impl BrowserSessions {
    /// Those that live of the sessions that a request brings the ids of. None of them moves (SEC-029).
    pub async fn of(visit: &Arrived) -> store::Result<Self> {
        let kept = Cookie::Session.of(&visit.context);
        let mut cookies: Vec<(Carrier, &str)> = kept
            .read_tagged(&visit.headers)
            .filter_map(|(tag, value)| Carrier::read(tag, value, visit.context.now.seconds()))
            .collect();
        cookies.sort_by(|(one, _), (other, _)| {
            other.order.cmp(&one.order).then_with(|| one.tag.cmp(&other.tag))
        });
        let mut found = Self {
            latest: cookies.first().map_or(0, |(carrier, _)| carrier.order),
            ..Self::default()
        };
        let account = &visit.context.tenant.account.account_id;
        for (carrier, secret) in cookies.into_iter().take(LOOKED_UP) {
            match visit.context.services.sessions.peek(account, secret).await? {
                Ok(session) => found.add(Here { session, carrier }),
                Err(none) => {
                    visit.tell(none);
                    let age = visit.context.now.seconds() - carrier.order;
                    if none != NoSession::Unknown || age > REPLACED {
                        found.spent.push(carrier.tag);
                    }
                }
            }
        }
        Ok(found)
    }

    /// One for each consumer, and no more than a browser may have.
    fn add(&mut self, here: Here) {
        if self.alive.len() < MOST && self.of_subject(&here.session.sub).is_none() {
            self.alive.push(here);
        } else {
            self.surplus.push(here);
        }
    }

    /// The one that acts where none is named: whoever was chosen last.
    pub fn current(&self) -> Option<&Arc<Session>> {
        self.iter().next()
    }

    /// All, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.alive.iter().map(|here| &here.session)
    }

    /// Whether nobody is signed in.
    pub fn is_empty(&self) -> bool {
        self.alive.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.alive.len()
    }

    /// That consumer's.
    pub fn of_subject(&self, sub: &Subject) -> Option<&Arc<Session>> {
        self.iter().find(|session| session.sub == *sub)
    }

    /// The one that tokens call so.
    pub fn of_sid(&self, sid: &str) -> Option<&Arc<Session>> {
        self.iter().find(|session| session.sid.as_str() == sid)
    }

    /// Whether the browser keeps that session after it is closed.
    pub fn is_lasting(&self, sid: &SessionId) -> bool {
        self.carrier_of(sid).is_some_and(|carrier| carrier.lasting)
    }

    /// Those that must end so that this consumer's can begin or go on: the ones that were chosen longest ago.
    pub fn in_the_way_of(&self, sub: &Subject) -> Vec<Arc<Session>> {
        let room = if self.of_subject(sub).is_some() {
            MOST
        } else {
            MOST - 1
        };
        let ends = self.alive.iter().skip(room).chain(&self.surplus);
        ends.map(|here| Arc::clone(&here.session)).collect()
    }

    /// The current one, where another consumer's takes its place and it goes on beside that.
    pub fn left_for(&self, sub: &Subject) -> Option<&Arc<Session>> {
        let is_ending = |session: &Session| self.in_the_way_of(sub).iter().any(|it| it.sid == session.sid);
        self.current()
            .filter(|current| current.sub != *sub && !is_ending(current))
    }

    /// Has the browser keep a session's new id, and takes it for the current one from now on. `lasting` says whether it is
    /// kept after the browser is closed; where nothing is said, as it was.
    pub fn carry(
        &self,
        visit: &Arrived,
        response: &mut Response,
        issued: (&OneTime<SessionCookie>, &Session),
        lasting: Option<bool>,
    ) {
        let former = self.carrier_of(&issued.1.sid);
        let carrier = Carrier {
            tag: former.map_or_else(|| tag(&issued.1.sid), |former| former.tag.clone()),
            order: visit.context.now.seconds().max(self.latest.saturating_add(1)),
            lasting: lasting.unwrap_or_else(|| former.is_some_and(|former| former.lasting)),
        };
        carrier.send(visit, response, issued);
    }

    /// The same, and nothing else is new about it.
    pub fn carry_beside(
        &self,
        visit: &Arrived,
        response: &mut Response,
        issued: (&OneTime<SessionCookie>, &Session),
    ) {
        if let Some(carrier) = self.carrier_of(&issued.1.sid) {
            carrier.send(visit, response, issued);
        }
    }

    /// Has the browser forget the cookies of these sessions, and those that carry none any more.
    pub fn clear<'s>(
        &self,
        visit: &Arrived,
        response: &mut Response,
        ended: impl IntoIterator<Item = &'s SessionId>,
    ) {
        let kept = Cookie::Session.of(&visit.context);
        let ended = ended
            .into_iter()
            .filter_map(|sid| Some(&self.carrier_of(sid)?.tag));
        for tag in self.spent.iter().chain(ended) {
            add_cookie(response, &kept.tagged(tag).clear());
        }
    }

    fn carrier_of(&self, sid: &SessionId) -> Option<&Carrier> {
        let mut all = self.alive.iter().chain(&self.surplus);
        let here = all.find(|here| here.session.sid == *sid)?;
        Some(&here.carrier)
    }
}

impl Carrier {
    fn read<'v>(tag: &str, value: &'v str, now: i64) -> Option<(Self, &'v str)> {
        let mut parts = value.split('.');
        let secret = parts.next()?;
        let order = parts.next().and_then(|order| order.parse().ok());
        // None is of tomorrow, unless somebody made it up.
        let order = order.filter(|order| (0..now + DAY).contains(order)).unwrap_or(0);
        let carrier = Self {
            tag: tag.to_owned(),
            order,
            lasting: parts.next() == Some("k"),
        };
        Some((carrier, secret))
    }

    fn send(
        &self,
        visit: &Arrived,
        response: &mut Response,
        (cookie, session): (&OneTime<SessionCookie>, &Session),
    ) {
        let mark = if self.lasting { ".k" } else { "" };
        let value = format!("{}.{}{mark}", cookie.expose(), self.order);
        let seconds = self
            .lasting
            .then(|| session.expires_at.since(visit.context.now).as_secs());
        let kept = Cookie::Session.of(&visit.context).tagged(&self.tag);
        add_cookie(response, &kept.set(&value, seconds));
    }
}

/// Tells nothing of the session but that it is another one.
fn tag(sid: &SessionId) -> String {
    let digest = Sha256::digest(format!("session cookie\0{sid}"));
    hex(digest.first_chunk::<4>().map_or(&[], |start| start.as_slice()))
}
