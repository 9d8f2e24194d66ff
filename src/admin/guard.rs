//! Who is there, asked before any handler is (SEC-127).

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::visit::Visit;
use super::{cookies, login};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::context::{Services, Tenant};
use crate::directory::By;
use crate::http::{Caller, PageError, Problem, Purpose, RateLimits};
use crate::model;
use crate::model::administrator::{AdminSession, Credential};
use crate::store;

/// How long ago somebody may have signed in who changes keys.
const FRESH: Duration = Duration::from_mins(5);

/// An administrator who is signed in: of the whole server, or of one account. Every handler behind the guard takes one.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Who.
    pub who: Arc<model::Administrator>,
    /// What they are known by here.
    pub session: Credential,
    /// When they signed in.
    auth_time: Timestamp,
    caller: Caller,
}

impl Administrator {
    /// Whether they signed in lately enough for what needs that: keys, above all (SEC-130).
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.auth_time) <= FRESH
    }

    /// As the record of changes names them.
    pub fn by(&self) -> By {
        By::administrator(&self.who, &self.caller.request_id, self.caller.ip)
    }

    /// An account of theirs; another's is not there (SEC-128, SEC-137).
    pub async fn account(
        &self,
        services: &Services,
        account: &AccountId,
    ) -> Result<Option<Arc<Tenant>>, store::Error> {
        if !self.who.may_manage(account) {
            tracing::warn!(
                target: "audit", event = "authz.cross_account", request_id = %self.caller.request_id,
                administrator = %self.who.administrator_id, %account, ip = %self.caller.ip,
                "an account that is not theirs"
            );
            return Ok(None);
        }
        let found = services.accounts.find(account).await;
        found.map_err(|error| store::Error::Unavailable(error.to_string()))
    }
}

/// The layer before pages: who has no living session is sent to sign in.
pub(super) async fn session(
    State(services): State<Arc<Services>>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    let found = match signed_in(&services, &visit.headers).await {
        Ok(found) => found,
        Err(error) => return PageError::from(error).into_response(),
    };
    let Some((session, who)) = found else {
        let on_the_way = (*request.method() == Method::GET).then(|| request.uri().path_and_query());
        return login::send_there(on_the_way.flatten()).unwrap_or_else(PageError::into_response);
    };
    request.extensions_mut().insert(Administrator {
        who: Arc::new(who),
        session: session.credential,
        auth_time: session.auth_time,
        caller: visit.caller.clone(),
    });
    next.run(request).await
}

/// Who is signed in in a browser.
pub(super) async fn signed_in(
    services: &Services,
    headers: &HeaderMap,
) -> store::Result<Option<(AdminSession, model::Administrator)>> {
    let Some(cookie) = cookies::session(&services.settings).read(headers) else {
        return Ok(None);
    };
    services
        .admin_sessions
        .find(Credential::Console(Digest::of(cookie)))
        .await
}

/// The layer before the API: nothing but a living token of it is taken (SEC-131, RFC 6750 §3).
pub(super) async fn bearer(
    State(services): State<Arc<Services>>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    mut request: Request,
    next: Next,
) -> Response {
    let token = match token(request.headers()) {
        Ok(Some(token)) => token,
        Ok(None) => return unauthorized("Bearer realm=\"admin\"", "Sign in, or bring a token."),
        Err(()) => return invalid_token(),
    };
    let credential = Credential::Api(Digest::of(token));
    let found = match services.admin_sessions.find(credential).await {
        Ok(found) => found,
        Err(error) => return unavailable(&error).into_response(),
    };
    let Some((session, who)) = found else {
        tracing::warn!(
            target: "audit", event = "authz.denied", request_id = %caller.request_id, ip = %caller.ip,
            "no token of the admin API"
        );
        return match limits.check(Purpose::TokenFailure, &caller) {
            Ok(()) => invalid_token(),
            Err(wait) => Problem::from(wait).into_response(),
        };
    };
    request.extensions_mut().insert(Administrator {
        who: Arc::new(who),
        session: session.credential,
        auth_time: session.auth_time,
        caller,
    });
    next.run(request).await
}

/// The token of the one `Authorization` field; an error where it can't be one.
fn token(headers: &HeaderMap) -> Result<Option<&str>, ()> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let (Some(field), rest) = (fields.next(), fields.next()) else {
        return Ok(None);
    };
    let field = field.to_str().map_err(|_| ())?;
    let (scheme, token) = field.split_once(' ').ok_or(())?;
    let good = rest.is_none() && scheme.eq_ignore_ascii_case("bearer") && (1..=128).contains(&token.len());
    if good { Ok(Some(token)) } else { Err(()) }
}

fn invalid_token() -> Response {
    unauthorized(
        "Bearer realm=\"admin\", error=\"invalid_token\"",
        "The token is not one of the admin API, or has ended.",
    )
}

fn unauthorized(challenge: &'static str, detail: &'static str) -> Response {
    let mut response = Problem::new(StatusCode::UNAUTHORIZED)
        .detail(detail)
        .into_response();
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

/// What an error of the store means to a program.
pub(super) fn unavailable(error: &store::Error) -> Problem {
    match error {
        store::Error::Unavailable(_) => Problem::busy(error.to_string()),
        _ => Problem::internal(error.to_string()),
    }
}

impl<S: Sync> FromRequestParts<S> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::internal("a handler before the guard");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}
