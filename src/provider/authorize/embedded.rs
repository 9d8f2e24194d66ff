//! What a page of the brand's gets without leaving itself: a code or an id_token of whoever is signed in in its browser, or
//! who that is (SEC-038). The request is an authorization request with `prompt=none`, checked by the same table; only its
//! answer doesn't travel by redirect. It is for the script of [`crate::consumer`]'s `/sdk/signet.js`.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL,
    CONTENT_TYPE, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::{AuthorizationResponse, Error, ErrorCode, Parameters};
use serde_json::{Map, Value};

use super::asked::{Asked, Endpoint};
use super::request::{self, Refused};
use super::{Stop, issue, response};
use crate::http::input::{Form, JSON, Query};
use crate::http::{PageError, Problem, Purpose, Visit, cors};
use crate::issue::interaction::{self, Ready};
use crate::issue::subject;
use crate::model::Client;
use crate::model::interaction::Progress;
use crate::model::pushed_request::RequestUri;

/// The header that no form and no image can send: whoever sends it, a browser has asked us first whether they may.
const ANTI_FORGERY: &str = "x-signet-embed";

/// `POST /authorize/embedded?client_id=…`, the request's other parameters in the form. The answer is JSON with the members
/// of an authorization response and `sub`; errors have those of RFC 6749 §4.1.2.1.
pub(in crate::provider) async fn post(
    visit: Visit,
    query: Result<Query, PageError>,
    form: Result<Form, PageError>,
) -> Response {
    answer(&visit, Endpoint::Embedded, query, form).await
}

/// `POST /authorize/embedded/identity?client_id=…`: `iss` and `sub` of who is signed in, as a token of this client's would
/// name them. Nothing is issued.
pub(in crate::provider) async fn identify(
    visit: Visit,
    query: Result<Query, PageError>,
    form: Result<Form, PageError>,
) -> Response {
    answer(&visit, Endpoint::Identity, query, form).await
}

/// `OPTIONS` of both. The client stands in the query, so that the question is already answered to its own pages alone.
pub(in crate::provider) async fn preflight(visit: Visit, query: Result<Query, PageError>) -> Response {
    let admitted = match query {
        Ok(Query(query)) => admit(&visit, &query).await,
        Err(error) => Err(Rejected::Badly(error)),
    };
    let origin = match admitted {
        Ok(origin) => origin,
        Err(rejected) => return rejected.tell(&visit),
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    cors::allow_embedding(&origin, headers);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(ANTI_FORGERY),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    for_this_page_alone(headers);
    response
}

/// Why a request isn't even looked at. Whoever sent it can't read the answer.
enum Rejected {
    /// It doesn't come from a page of its client's; the reason is for the log.
    Origin(&'static str),
    /// It can't be read, or we can't look.
    Badly(PageError),
}

impl From<PageError> for Rejected {
    fn from(error: PageError) -> Self {
        Self::Badly(error)
    }
}

impl Rejected {
    fn tell(self, visit: &Visit) -> Response {
        let context = &visit.context;
        let problem = match self {
            Self::Origin(reason) => {
                tracing::warn!(
                    target: "audit", event = "embed.origin_rejected", request_id = %context.request_id,
                    account = %context.tenant.account.account_id, ip = %context.ip, reason,
                    "a page that nothing is handed to"
                );
                Problem::new(StatusCode::FORBIDDEN).detail("Nothing is handed to this page.")
            }
            Self::Badly(error) => {
                let status = StatusCode::from_u16(error.kind.status());
                Problem::new(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)).because(error.detail)
            }
        };
        let mut response = problem.into_response();
        for_this_page_alone(response.headers_mut());
        response
    }
}

/// The origin, where it is one of those that the client lists.
async fn admit(visit: &Visit, query: &Parameters) -> Result<HeaderValue, Rejected> {
    let client = match request::client(&visit.context, query).await {
        Ok(client) => client,
        Err(error) if error.kind.status() < 500 => return Err(Rejected::Origin("no such client")),
        Err(error) => return Err(error.into()),
    };
    cors::embedding(&visit.headers, &client)
        .cloned()
        .ok_or(Rejected::Origin("an origin that the client doesn't list"))
}

async fn answer(
    visit: &Visit,
    endpoint: Endpoint,
    query: Result<Query, PageError>,
    form: Result<Form, PageError>,
) -> Response {
    let received = async {
        let Query(query) = query?;
        let origin = admit(visit, &query).await?;
        if visit.headers.get(ANTI_FORGERY).is_none_or(|value| value != "1") {
            return Err(Rejected::Origin("without the header of its script"));
        }
        let Form(form) = form?;
        let parameters = Parameters::merge(query, form).map_err(PageError::from)?;
        Ok((origin, parameters))
    };
    let (origin, parameters) = match received.await {
        Ok(received) => received,
        Err(rejected) => return rejected.tell(visit),
    };
    let mut response = match hand_over(visit, endpoint, &parameters).await {
        Ok(members) => json(StatusCode::OK, &members),
        Err(stop) => refuse(visit, stop),
    };
    let headers = response.headers_mut();
    cors::allow_embedding(&origin, headers);
    for_this_page_alone(headers);
    response
}

/// As with `prompt=none`: nothing is shown, and the session stays as it is (SEC-029).
async fn hand_over(
    visit: &Visit,
    endpoint: Endpoint,
    parameters: &Parameters,
) -> Result<Map<String, Value>, Stop> {
    let context = &visit.context;
    if parameters
        .get("request_uri")
        .is_some_and(|uri| !uri.starts_with(RequestUri::PREFIX))
    {
        // It makes us call the client's server.
        visit.count(Purpose::Authorize)?;
    }
    let silent;
    let parameters = if parameters.get("prompt").is_some() {
        parameters
    } else {
        silent = parameters
            .clone()
            .with("prompt", "none")
            .map_err(PageError::from)?;
        &silent
    };
    let asked = Asked::read(context, endpoint, parameters).await?;
    let (identified, request) = (&asked.identified, &asked.request);
    let client = &identified.client;
    if request.response_type.has_token() || request.response_mode.is_jwt() {
        let error = Error::invalid_request("A page is handed a code or an id_token, as they are.");
        return Err(Stop::client(identified, error));
    }
    let everybody = visit.everybody().await?;
    let required = interaction::required(context, client, request, &everybody, &Progress::default()).await?;
    let ready = required.map_err(|needed| Stop::client(identified, needed.reason.error()))?;
    let answer = match endpoint {
        Endpoint::Identity => AuthorizationResponse::success(context.issuer(), request.state.clone()),
        Endpoint::Embedded | Endpoint::Authorize | Endpoint::Par => {
            let answer = issue(visit, identified, request, &ready).await?;
            asked.use_up(visit).await?;
            answer
        }
    };
    let mut members = members(&answer);
    members.insert("sub".to_owned(), Value::from(shown(visit, client, &ready)));
    Ok(members)
}

fn shown(visit: &Visit, client: &Client, ready: &Ready) -> String {
    subject::shown(&visit.context, client, &ready.session.sub).to_string()
}

fn refuse(visit: &Visit, stop: Stop) -> Response {
    let (error, answer) = match stop {
        Stop::Client(refused) => {
            response::note_refused(&visit.context, &refused);
            let Refused { to, error } = *refused;
            let answer = AuthorizationResponse::error(visit.context.issuer(), to.state, &error);
            (error, answer)
        }
        stop @ Stop::Page(_) => {
            let error = stop.into_error();
            let answer = AuthorizationResponse::error(visit.context.issuer(), None, &error);
            (error, answer)
        }
    };
    let status = status(error.code);
    let mut response = json(status, &members(&answer));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    let detail = crate::http::PrivateDetail(error.to_string().into());
    response.extensions_mut().insert(detail);
    response
}

/// 403 where somebody must do something first, which can't be done here.
const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::LoginRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::AccountSelectionRequired => StatusCode::FORBIDDEN,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn members(answer: &AuthorizationResponse) -> Map<String, Value> {
    answer
        .fields()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

fn json(status: StatusCode, members: &Map<String, Value>) -> Response {
    let body = serde_json::to_string(members).unwrap_or_default();
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn for_this_page_alone(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
