//! A browser's visit to a page of ours: what came with the request, the browser's own secret, and the one place where
//! what went wrong becomes a page in the visitor's language.

use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use oauth::Parameters;
use pages::ErrorKind;
use tokio::sync::OnceCell;

use super::browser_sessions::BrowserSessions;
use super::cookies::Cookie;
use super::extract::NoContext;
use super::page::Pages;
use super::redirect::see_other;
use super::stale_id::{self, Shown};
use super::{Caller, PageError, Purpose, RateLimits, RetryAfter, caller};
use crate::base::id::Subject;
use crate::base::{Digest, OneTime};
use crate::context::{Context, Services};
use crate::model::interaction::BrowserCookie;
use crate::model::session::NoSession;
use crate::model::{ConsumerStatus, Session, SignedIn};
use crate::store;

/// A request of a browser. Handlers below [`receive`] take one, and answer `Result<Response, PageError>`.
#[derive(Clone)]
pub struct Visit(Arc<Arrived>);

/// What came.
pub struct Arrived {
    /// For which account, when, from whom.
    pub context: Context,
    /// What the browser said.
    pub headers: HeaderMap,
    limits: Arc<RateLimits>,
    /// The browser's secret, where it had none and needed one.
    given: OnceLock<OneTime<BrowserCookie>>,
    /// What its session cookies are worth.
    sessions: OnceCell<BrowserSessions>,
    /// Whether it was told that the session's id counts for nothing.
    told: OnceLock<()>,
}

impl Deref for Visit {
    type Target = Arrived;

    fn deref(&self) -> &Arrived {
        &self.0
    }
}

impl Arrived {
    /// Makes pages in the language of `Accept-Language`.
    pub fn pages(&self) -> Pages<'_> {
        self.pages_in(&[])
    }

    /// Makes pages in one of the languages that a request asked for, best first.
    pub fn pages_in(&self, ui_locales: &[String]) -> Pages<'_> {
        Pages::new(&self.context, &self.headers, ui_locales)
    }

    /// The living sessions of this browser as it came, whoever's they are. Nothing moves: a request that the consumer didn't make keeps
    /// no session alive (SEC-029).
    pub async fn sessions(&self) -> store::Result<&BrowserSessions> {
        self.sessions.get_or_try_init(|| BrowserSessions::of(self)).await
    }

    /// Whoever is signed in in this browser, and may be; whoever was chosen last comes first. Nothing moves.
    pub async fn everybody(&self) -> store::Result<Vec<SignedIn>> {
        let mut everybody = Vec::new();
        for session in self.sessions().await?.iter() {
            everybody.extend(self.known(session).await?);
        }
        Ok(everybody)
    }

    /// The session with its consumer, where they may still log in.
    async fn known(&self, session: &Arc<Session>) -> store::Result<Option<SignedIn>> {
        let consumers = &self.context.services.consumers;
        let consumer = consumers.find(self.account(), &session.sub).await?;
        Ok(consumer
            .filter(|consumer| consumer.status == ConsumerStatus::Active)
            .map(|consumer| SignedIn {
                session: Arc::clone(session),
                consumer,
            }))
    }

    /// Who acts on a page that nobody else is named for: whoever was chosen last. The idle end of their session moves on.
    pub async fn signed_in(&self) -> store::Result<Option<SignedIn>> {
        for known in self.everybody().await? {
            if self.keep(&known.session).await? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// Moves the idle end of a session that its consumer uses; `false` where it was ended meanwhile.
    pub async fn keep(&self, session: &Session) -> store::Result<bool> {
        self.context.services.sessions.keep(session).await
    }

    /// An id that has stopped working is shown: by somebody who has kept it, or by a browser that was left behind (SEC-069).
    pub(super) fn tell(&self, none: NoSession) {
        if none.stale().is_none() || self.told.set(()).is_err() {
            return;
        }
        let context = &self.context;
        let shown = Shown {
            request_id: &context.request_id,
            ip: context.ip,
            account: Some(self.account()),
        };
        stale_id::tell(&context.services, none, shown);
    }

    /// Counts one more of these by the visitor's address; an error once it is one too many.
    pub fn count(&self, purpose: Purpose) -> Result<(), RetryAfter> {
        self.limits.check_key(purpose, &caller::network(self.context.ip))
    }

    /// Counts one more of these by the account that is asked; an error once it is one too many.
    pub fn count_account(&self, purpose: Purpose) -> Result<(), RetryAfter> {
        self.limits.check_key(purpose, self.account())
    }

    /// Counts something that takes so many bytes to keep, as one for each kilobyte that was begun.
    pub fn count_account_bytes(&self, purpose: Purpose, bytes: usize) -> Result<(), RetryAfter> {
        let kilobytes = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
        let weight = NonZeroU32::MIN.saturating_add(kilobytes);
        self.limits.check_weight(purpose, self.account(), weight)
    }

    /// Counts one more of these by who makes them; an error once it is one too many.
    pub fn count_consumer(&self, purpose: Purpose, sub: &Subject) -> Result<(), RetryAfter> {
        self.limits.check_key(purpose, &(self.account(), sub))
    }

    /// What binds interactions and forms to this browser. Where it has nothing yet, it is given a secret with the answer.
    pub fn browser(&self) -> Digest<BrowserCookie> {
        self.known_browser().unwrap_or_else(|| {
            self.given
                .get_or_init(|| OneTime::fresh(&self.context.services.entropy))
                .digest()
        })
    }

    /// The same, if the browser had brought it along.
    pub fn known_browser(&self) -> Option<Digest<BrowserCookie>> {
        Cookie::Browser.read(self).map(Digest::of)
    }

    /// With a form from another site browsers keep `SameSite=Lax` cookies back: nobody would seem to be signed in. They
    /// send them when they come by `GET`: to this page of ours, with the same parameters. Not for requests that would
    /// become too long.
    pub fn once_more_by_get(&self, page: &str, parameters: &Parameters) -> Option<String> {
        if !self.is_cross_site() {
            return None;
        }
        let path = format!("{page}?");
        let length = path.len();
        let query = form_urlencoded::Serializer::for_suffix(path, length)
            .extend_pairs(parameters.iter())
            .finish();
        let longest = self.context.services.settings.limits.request_line.as_usize() / 2;
        (query.len() <= longest).then_some(query)
    }

    /// Whether the browser says that another site sent it.
    fn is_cross_site(&self) -> bool {
        self.headers
            .get("sec-fetch-site")
            .is_some_and(|site| site == "cross-site")
    }

    /// Sends the browser to a page of ours, by its name below the issuer.
    pub fn send_to(&self, page: &str) -> Result<Response, PageError> {
        see_other(&format!("{}/{page}", self.context.issuer()))
    }

    /// The path of a page of ours. Forms lead to our own origin by path alone, whatever it is called.
    pub fn path(&self, page: &str) -> String {
        let issuer = self.context.issuer();
        let path = issuer
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|start| rest.split_at(start).1));
        format!("{}/{page}", path.unwrap_or_default())
    }

    fn account(&self) -> &crate::base::id::AccountId {
        &self.context.tenant.account.account_id
    }

    fn finish(&self, mut response: Response) -> Response {
        if let Some(error) = response.extensions_mut().remove::<PageError>() {
            let marked = std::mem::replace(&mut response, self.pages().error(&error));
            for (name, value) in marked.headers() {
                response
                    .headers_mut()
                    .entry(name)
                    .or_insert_with(|| value.clone());
            }
        }
        if let Some(secret) = self.given.get() {
            add_cookie(
                &mut response,
                &Cookie::Browser.set(&self.context, secret.expose(), None),
            );
        }
        response
    }
}

/// Adds a `Set-Cookie`.
pub fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The layer around pages: the visit on the way in, the error page on the way out.
pub async fn receive(
    State(services): State<Arc<Services>>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let context = match Context::from_request_parts(&mut parts, &services).await {
        Ok(context) => context,
        Err(refused) => return Pages::bare(&caller.request_id).error(&refused.into()),
    };
    let visit = Visit(Arc::new(Arrived {
        context,
        headers: parts.headers.clone(),
        limits,
        given: OnceLock::new(),
        sessions: OnceCell::new(),
        told: OnceLock::new(),
    }));
    parts.extensions.insert(visit.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    visit.finish(response)
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let missing = || PageError::with_detail(ErrorKind::Internal, "a page outside the layer of pages");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

impl From<NoContext> for PageError {
    fn from(refused: NoContext) -> Self {
        match refused {
            NoContext::Unknown => Self::new(ErrorKind::NotFound),
            NoContext::Suspended(_) => Self::new(ErrorKind::AccountUnavailable),
            NoContext::Unavailable(detail) => Self::busy(detail),
        }
    }
}
