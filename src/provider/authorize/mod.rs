//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): received, identified, validated, and then
//! answered or handed to the consumer's pages.

mod checks;
mod interaction;
mod request;
mod response;

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use oauth::{Parameters, Prompt};
use pages::ErrorKind;

use self::interaction::Reason;
use self::request::{Identified, Refused};
use crate::base::{Digest, OneTime};
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::page::{PageError, Pages};
use crate::http::redirect::see_other;
use crate::model::interaction::{
    AuthorizationRequest, BrowserCookie, Interaction, InteractionHandle, Progress,
};
use crate::model::{Client, Session};
use crate::store;

/// What stops a request: a page for the person, or an answer to the client.
enum Stop {
    Page(PageError),
    Client(Box<Refused>),
}

impl From<PageError> for Stop {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}
impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Page(error.into())
    }
}
impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Client(Box::new(refused))
    }
}

/// `GET /authorize`
pub(super) async fn get(context: Context, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default());
    finish(&context, &headers, begin(&context, &headers, parameters).await)
}

/// `POST /authorize`: parameters in the form, or in the query, and none in both (SEC-020).
pub(super) async fn post(
    context: Context,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let is_form = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        let error = PageError::new(ErrorKind::UnsupportedMediaType);
        return finish(&context, &headers, Err(error.into()));
    }
    let parameters = Parameters::parse(query.unwrap_or_default())
        .and_then(|query| Parameters::merge(query, Parameters::parse(&body)?));
    finish(&context, &headers, begin(&context, &headers, parameters).await)
}

/// `GET /authorize/resume`: the consumer comes back from a page of ours.
pub(super) async fn resume(context: Context, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default()).unwrap_or_default();
    finish(&context, &headers, go_on(&context, &headers, &parameters).await)
}

fn finish(context: &Context, headers: &HeaderMap, outcome: Result<Response, Stop>) -> Response {
    match outcome {
        Ok(response) => response,
        Err(Stop::Page(error)) => Pages::new::<&str>(context, headers, &[]).error(&error),
        Err(Stop::Client(refused)) => response::refuse(context, headers, &refused),
    }
}

async fn begin(
    context: &Context,
    headers: &HeaderMap,
    parameters: Result<Parameters, oauth::ParametersError>,
) -> Result<Response, Stop> {
    let parameters =
        parameters.map_err(|error| PageError::with_detail(ErrorKind::InvalidRequest, error.to_string()))?;
    let mut identified = request::identify(context, &parameters).await?;
    let request = checks::validate(context, &mut identified, &parameters)?;
    identified.mode = request.response_mode;
    let client = Arc::clone(&identified.client);
    let session = session(context, headers).await?;
    match interaction::required(context, &client, &request, session, &Progress::default()).await? {
        Ok(ready) => Ok(response::issue(context, headers, &client, &request, &ready).await),
        Err(reason) if request.prompt.contains(Prompt::None) => Err(identified.refuse(reason.error()).into()),
        Err(reason) => hand_over(context, headers, request, reason).await,
    }
}

async fn session(context: &Context, headers: &HeaderMap) -> store::Result<Option<Arc<Session>>> {
    match Cookie::Session.read(context, headers) {
        Some(cookie) => {
            context
                .services
                .sessions
                .find(&context.tenant.account.account_id, cookie)
                .await
        }
        None => Ok(None),
    }
}

/// Keeps the request for this browser alone (SEC-031), and shows the page of the first thing to do.
async fn hand_over(
    context: &Context,
    headers: &HeaderMap,
    request: AuthorizationRequest,
    reason: Reason,
) -> Result<Response, Stop> {
    let services = &context.services;
    let known = Cookie::Browser.read(context, headers);
    let (browser, new): (OneTime<BrowserCookie>, bool) = match known {
        Some(value) => (OneTime::presented(value), false),
        None => (OneTime::fresh(&services.entropy), true),
    };
    let handle = OneTime::<InteractionHandle>::fresh(&services.entropy);
    let interaction = Interaction {
        digest: handle.digest(),
        account_id: context.tenant.account.account_id.clone(),
        browser: browser.digest(),
        request,
        progress: Progress::default(),
        created_at: context.now,
        expires_at: context.now + services.settings.login.interaction_ttl.get(),
    };
    store::interactions::insert(context.db(), &interaction).await?;
    let mut response = to_page(context, reason, &handle)?;
    if new && let Ok(cookie) = HeaderValue::from_str(&Cookie::Browser.set(context, browser.expose(), None)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn to_page(context: &Context, reason: Reason, handle: &OneTime<InteractionHandle>) -> Result<Response, Stop> {
    let page = match reason {
        Reason::Login | Reason::FreshLogin => "login",
        Reason::Consent => "consent",
    };
    let location = format!("{}/{page}?interaction={}", context.issuer(), handle.expose());
    see_other(&location).ok_or_else(|| PageError::new(ErrorKind::Internal).into())
}

/// Answers an interaction that has come to its end, or shows what is still to be done (SEC-032).
async fn go_on(context: &Context, headers: &HeaderMap, parameters: &Parameters) -> Result<Response, Stop> {
    let account = &context.tenant.account.account_id;
    let presented = parameters
        .get("interaction")
        .ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))?;
    let handle = OneTime::<InteractionHandle>::presented(presented);
    let browser = Cookie::Browser
        .read(context, headers)
        .ok_or_else(|| PageError::new(ErrorKind::NoCookie))?;
    let browser = Digest::<BrowserCookie>::of(browser);
    let found =
        store::interactions::find(context.db(), account, handle.digest(), browser, context.now).await?;
    let Some(Interaction {
        request, progress, ..
    }) = found
    else {
        return Err(foreign_or_expired(context, handle.digest()).await?.into());
    };
    let client = context
        .services
        .clients
        .find(account, &request.client_id)
        .await?
        .filter(|client| client.enabled);
    let client = client.ok_or_else(|| PageError::new(ErrorKind::ClientUnavailable))?;
    if progress.denied {
        let taken = store::interactions::take(context.db(), account, handle.digest(), browser).await?;
        return Err(if taken {
            refused_by_consumer(&client, request)
        } else {
            over()
        });
    }
    match interaction::required(
        context,
        &client,
        &request,
        session(context, headers).await?,
        &progress,
    )
    .await?
    {
        Err(reason) => to_page(context, reason, &handle),
        Ok(ready) => {
            if !store::interactions::take(context.db(), account, handle.digest(), browser).await? {
                return Err(over());
            }
            Ok(response::issue(context, headers, &client, &request, &ready).await)
        }
    }
}

fn over() -> Stop {
    PageError::new(ErrorKind::ExpiredInteraction).into()
}

fn refused_by_consumer(client: &Arc<Client>, request: AuthorizationRequest) -> Stop {
    let identified = Identified {
        client: Arc::clone(client),
        redirect_uri: request.redirect_uri,
        state: request.state,
        mode: request.response_mode,
    };
    identified
        .refuse(oauth::Error::access_denied("The user said no."))
        .into()
}

async fn foreign_or_expired(
    context: &Context,
    handle: Digest<InteractionHandle>,
) -> store::Result<PageError> {
    let account = &context.tenant.account.account_id;
    if store::interactions::exists(context.db(), account, handle).await? {
        tracing::warn!(
            target: "audit", event = "interaction.foreign_browser", request_id = %context.request_id, %account,
            ip = %context.ip, "an interaction was presented by another browser"
        );
        return Ok(PageError::new(ErrorKind::OtherBrowser));
    }
    Ok(PageError::new(ErrorKind::ExpiredInteraction))
}
