//! A request that passed the checks, and how it came: from the browser itself, or pushed by its client before.

use oauth::{Error, Parameters};
use pages::ErrorKind;

use super::request::{self, Identified};
use super::{Stop, checks, object};
use crate::base::{Digest, OneTime};
use crate::context::Context;
use crate::http::{PageError, Visit};
use crate::model::interaction::AuthorizationRequest;
use crate::model::pushed_request::RequestUri;
use crate::store;

/// The endpoints that take authorization requests. The table of checks has a column for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// `/authorize`, where a browser brings the request.
    Authorize,
    /// `/par`, where its client does (RFC 9126 §2).
    Par,
    /// `/authorize/embedded`, where a page of the brand's does in its consumer's browser (SEC-038).
    Embedded,
    /// `/authorize/embedded/identity`, where that page asks who is there, and nothing is issued.
    Identity,
}

/// A request that may be issued for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) identified: Identified,
    pub(super) request: AuthorizationRequest,
    /// What it was pushed under.
    pushed: Option<Digest<RequestUri>>,
}

impl Asked {
    /// What is asked for in a browser.
    pub(super) async fn read(
        context: &Context,
        endpoint: Endpoint,
        parameters: &Parameters,
    ) -> Result<Self, Stop> {
        if let Some(uri) = parameters.get("request_uri")
            && let Some(handle) = uri.strip_prefix(RequestUri::PREFIX)
        {
            return Self::pushed(context, parameters, handle).await;
        }
        let (identified, request) = check(context, endpoint, parameters).await?;
        Ok(Self {
            identified,
            request,
            pushed: None,
        })
    }

    /// What this client pushed before. All other parameters are ignored (SEC-027).
    async fn pushed(context: &Context, parameters: &Parameters, handle: &str) -> Result<Self, Stop> {
        let client = request::client(context, parameters).await?;
        let digest = OneTime::<RequestUri>::presented(handle).digest();
        let (db, account) = (context.db(), &context.tenant.account.account_id);
        let found = store::pushed_requests::find(db, account, &client.client_id, digest, context.now).await?;
        let pushed = found.ok_or_else(unknown)?;
        Ok(Self {
            identified: Identified::stored(&client, &pushed.request)?,
            request: pushed.request,
            pushed: Some(digest),
        })
    }

    /// A pushed request is used up once it is answered, and not before: what fails until then can be tried again.
    pub(super) async fn use_up(&self, visit: &Visit) -> Result<(), Stop> {
        let Some(digest) = self.pushed else {
            return Ok(());
        };
        let context = &visit.context;
        let account = context.tenant.account.account_id.clone();
        let taken = context
            .db()
            .transaction(move |tx| {
                Box::pin(async move { store::pushed_requests::take(tx, &account, digest).await })
            })
            .await?;
        if taken { Ok(()) } else { Err(unknown().into()) }
    }

    /// The request, to be kept for its consumer; where it was pushed, it is used up in the same transaction.
    pub(super) fn keep(self) -> (AuthorizationRequest, Option<Digest<RequestUri>>) {
        (self.request, self.pushed)
    }
}

/// A `request_uri` that was never handed out, or not to this client, or is too old, or was used before.
pub(super) fn unknown() -> PageError {
    PageError::with_detail(ErrorKind::RequestUri, "unknown, used or expired")
}

/// Checks what was received, in its request object where it has one.
pub(super) async fn check(
    context: &Context,
    endpoint: Endpoint,
    parameters: &Parameters,
) -> Result<(Identified, AuthorizationRequest), Stop> {
    let received = object::open(context, parameters).await?;
    let mut identified = request::identify(context, &received.parameters).await?;
    let checked = checks::validate(context, endpoint, &mut identified, &received);
    match checked {
        Ok(request) => Ok((identified, request)),
        Err(error) => Err(Stop::client(&identified, error)),
    }
}

/// A request that its client brings itself, to be kept until a browser comes with its name.
pub(in crate::provider) async fn pushable(
    context: &Context,
    parameters: &Parameters,
) -> Result<AuthorizationRequest, Error> {
    match check(context, Endpoint::Par, parameters).await {
        Ok((_, request)) => Ok(request),
        Err(stop) => Err(stop.into_error()),
    }
}

impl Stop {
    /// For an endpoint that answers in JSON, to a client that it has authenticated.
    pub(super) fn into_error(self) -> Error {
        let page = match self {
            Self::Client(refused) => return refused.error,
            Self::Page(page) => page,
        };
        let public = match page.kind {
            ErrorKind::RedirectUri => Error::invalid_request("The redirect URI is not registered."),
            ErrorKind::RepeatedParameter => Error::invalid_request("A parameter came more than once."),
            ErrorKind::RequestObject => Error::new(
                oauth::ErrorCode::InvalidRequestObject,
                "The request object is not valid.",
            ),
            ErrorKind::RequestUri => Error::new(
                oauth::ErrorCode::InvalidRequestUri,
                "The request_uri is not valid.",
            ),
            ErrorKind::UnknownClient | ErrorKind::ClientUnavailable => Error::invalid_client(),
            ErrorKind::Busy | ErrorKind::RateLimited => Error::temporarily_unavailable(),
            ErrorKind::Internal => Error::server_error(),
            _ => Error::invalid_request("The request is not valid."),
        };
        public.with_detail(page.detail)
    }
}
