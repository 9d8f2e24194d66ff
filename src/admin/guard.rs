//! Who is there, asked before any handler is (SEC-127).

use std::ops::Deref;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use pages::ErrorKind;

use super::operator::{Operator, There};
use super::visit::Visit;
use super::{Needs, login};
use crate::base::Digest;
use crate::context::Services;
use crate::http::{Caller, PageError, Problem, Purpose, RateLimits};
use crate::model;
use crate::model::administrator::{AdminSession, Credential};
use crate::store;

/// An administrator who is signed in: of the whole server, or of one account. Every handler behind the guard takes one.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Who.
    pub who: Arc<model::Administrator>,
    /// What they are known by here.
    pub session: Credential,
    operator: Operator,
}

impl Administrator {
    fn of(session: &AdminSession, who: model::Administrator, caller: Caller) -> Self {
        let who = Arc::new(who);
        Self {
            operator: Operator::administrator(session, Arc::clone(&who), caller),
            session: session.credential,
            who,
        }
    }
}

impl AsRef<Operator> for Administrator {
    fn as_ref(&self) -> &Operator {
        &self.operator
    }
}

impl Deref for Administrator {
    type Target = Operator;

    fn deref(&self) -> &Operator {
        &self.operator
    }
}

/// The layer before a page: who has no living session is sent to sign in, and what somebody may not see isn't there.
pub(super) async fn page(
    needs: Needs,
    State(services): State<Arc<Services>>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    let found = match There::find(&services, &visit.headers, &visit.caller).await {
        Ok(found) => found,
        Err(error) => return error.into_response(),
    };
    let Some(there) = found else {
        let on_the_way = (*request.method() == Method::GET).then(|| request.uri().path_and_query());
        return login::send_there(on_the_way.flatten()).unwrap_or_else(PageError::into_response);
    };
    let (operator, administrator) = match there {
        There::Administrator(session, who) => {
            let administrator = Administrator::of(&session, who, visit.caller.clone());
            (administrator.operator.clone(), Some(administrator))
        }
        There::User(user) => (Operator::user(user.0, user.1, visit.caller.clone()), None),
    };
    if !operator.may(needs) {
        operator.denied(needs);
        return PageError::new(ErrorKind::NotFound).into_response();
    }
    let extensions = request.extensions_mut();
    extensions.insert(operator);
    if let Some(administrator) = administrator {
        extensions.insert(administrator);
    }
    next.run(request).await
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
    let Ok((session, who)) = found else {
        tracing::warn!(
            target: "audit", event = "authz.denied", request_id = %caller.request_id, ip = %caller.ip,
            "no token of the admin API"
        );
        return match limits.check(Purpose::TokenFailure, &caller) {
            Ok(()) => invalid_token(),
            Err(wait) => Problem::from(wait).into_response(),
        };
    };
    let administrator = Administrator::of(&session, who, caller);
    request.extensions_mut().insert(administrator.operator.clone());
    request.extensions_mut().insert(administrator);
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
