//! From what was received to what may be issued for: `Identified` says where an answer may go, and only
//! `AuthorizationRequest`, which the table of checks makes, can be issued for.

use std::sync::Arc;

use oauth::{Parameters, ResponseMode, ResponseType, State, ValidRedirectUri};
use pages::ErrorKind;

use crate::base::id::ClientId;
use crate::context::Context;
use crate::http::{PageError, leniency};
use crate::model::Client;
use crate::model::interaction::AuthorizationRequest;

/// Client and redirect URI are safe: from here on an error may be sent to the client (RFC 6749 §4.1.2.1).
#[derive(Clone, Debug)]
pub(super) struct Identified {
    pub(super) client: Arc<Client>,
    pub(super) redirect_uri: ValidRedirectUri,
    pub(super) state: Option<State>,
    /// How an error travels until the mode that was asked for is known to be allowed.
    pub(super) mode: ResponseMode,
}

/// An error that goes to the client.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) to: Identified,
    pub(super) error: oauth::Error,
}

/// Parameters that decide where an answer goes: a repeated one of them is never answered by redirect (SEC-020).
const DECISIVE: [&str; 4] = ["client_id", "redirect_uri", "response_type", "response_mode"];

/// Finds the client and the redirect URI, before anything else is looked at (SEC-019).
pub(super) async fn identify(context: &Context, parameters: &Parameters) -> Result<Identified, PageError> {
    if let Some(name) = DECISIVE.iter().find(|name| parameters.is_repeated(name)) {
        return Err(PageError::with_detail(ErrorKind::RepeatedParameter, *name));
    }
    let client = match parameters.get("client_id") {
        Some(_) => client(context, parameters).await?,
        None => enabled(platform_client(context, parameters).await?)?,
    };
    let redirect_uri = redirect_uri(context, &client, parameters)?;
    let state = parameters.get("state").map(str::parse).transpose();
    let state = state.map_err(|_| {
        audit(context, "authorize.oversize", "state too long");
        PageError::with_detail(ErrorKind::TooLarge, "state")
    })?;
    let mode = match parameters.get("response_type").map(str::parse::<ResponseType>) {
        Some(Ok(response_type)) => ResponseMode::default_for(response_type),
        _ => ResponseMode::Query,
    };
    Ok(Identified {
        client,
        redirect_uri,
        state,
        mode,
    })
}

/// The client that a request names. A request whose parameters stand elsewhere must name it (RFC 9101 §5, RFC 9126 §4).
pub(super) async fn client(context: &Context, parameters: &Parameters) -> Result<Arc<Client>, PageError> {
    if parameters.is_repeated("client_id") {
        return Err(PageError::with_detail(ErrorKind::RepeatedParameter, "client_id"));
    }
    match parameters.get("client_id") {
        Some(id) => enabled(named_client(context, id).await?),
        None => Err(PageError::with_detail(ErrorKind::UnknownClient, "no client_id")),
    }
}

fn enabled(client: Arc<Client>) -> Result<Arc<Client>, PageError> {
    if client.enabled {
        Ok(client)
    } else {
        let detail = client.client_id.as_str();
        Err(PageError::with_detail(ErrorKind::ClientUnavailable, detail))
    }
}

async fn named_client(context: &Context, id: &str) -> Result<Arc<Client>, PageError> {
    let account = &context.tenant.account.account_id;
    let found = match ClientId::parse(id) {
        Ok(id) => context.services.clients.find(account, &id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        audit(context, "authorize.bad_client", "unknown client");
        PageError::new(ErrorKind::UnknownClient)
    })
}

/// Tells the log of a request that was stopped before its client could be told.
fn audit(context: &Context, event: &'static str, message: &'static str) {
    tracing::warn!(
        target: "audit", event, request_id = %context.request_id, account = %context.tenant.account.account_id,
        ip = %context.ip, message
    );
}

/// The external window of a platform names no client: it means the account's one platform client of that flow
/// (section 1.3 of the platform contract).
async fn platform_client(context: &Context, parameters: &Parameters) -> Result<Arc<Client>, PageError> {
    let response_type = parameters
        .get("response_type")
        .and_then(|it| it.parse::<ResponseType>().ok());
    let clients = context
        .services
        .clients
        .platform(&context.tenant.account.account_id)
        .await?;
    let mut candidates = clients.iter().filter(|client| {
        client.settings.leniency.default_client
            && response_type.is_some_and(|wanted| {
                client.settings.response_types.contains(&wanted)
                    || (wanted == ResponseType::Token && client.settings.leniency.token_means_id_token)
            })
    });
    match (candidates.next(), candidates.next()) {
        (Some(client), None) => {
            leniency::used("default_client", client);
            Ok(Arc::new(client.clone()))
        }
        _ => Err(PageError::with_detail(ErrorKind::UnknownClient, "no client_id")),
    }
}

/// Byte for byte one of the client's. It may be left out only by a request that isn't OpenID Connect's, of a client
/// that has one (SEC-064).
fn redirect_uri(
    context: &Context,
    client: &Client,
    parameters: &Parameters,
) -> Result<ValidRedirectUri, PageError> {
    let registered = &client.settings.redirect_uris;
    let found = match parameters.get("redirect_uri") {
        Some(presented) => ValidRedirectUri::find(registered, client.settings.application_type, presented),
        None if parameters
            .get("scope")
            .is_some_and(|scope| scope.split(' ').any(|value| value == "openid")) =>
        {
            None
        }
        None => ValidRedirectUri::only(registered),
    };
    found.ok_or_else(|| {
        audit(context, "authorize.bad_redirect", "redirect URI not registered");
        let presented = parameters.get("redirect_uri").unwrap_or("none");
        // Whatever it carries in its query is nothing for a log (SEC-161).
        let shown: String = presented
            .split('?')
            .next()
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect();
        PageError::with_detail(
            ErrorKind::RedirectUri,
            format!("{} of {}", shown, client.client_id),
        )
    })
}

impl Identified {
    /// As it was when the request was checked, unless the redirect URI was taken from the client meanwhile.
    pub(super) fn stored(client: &Arc<Client>, request: &AuthorizationRequest) -> Result<Self, PageError> {
        let settings = &client.settings;
        let presented = request.redirect_uri.as_str();
        let redirect_uri =
            ValidRedirectUri::find(&settings.redirect_uris, settings.application_type, presented)
                .ok_or_else(|| PageError::with_detail(ErrorKind::RedirectUri, "no longer registered"))?;
        Ok(Self {
            client: Arc::clone(client),
            redirect_uri,
            state: request.state.clone(),
            mode: request.response_mode,
        })
    }

    /// An error for the client.
    pub(super) fn refuse(&self, error: impl Into<oauth::Error>) -> Refused {
        Refused {
            to: self.clone(),
            error: error.into(),
        }
    }
}
