//! The table of checks of an authorization request: a row each, in the order of the specification, with the endpoints that
//! take it. Each is a pure function in a file of its own; what it finds goes into the draft.

mod acr;
mod claims;
mod details;
mod dpop;
mod hints;
mod nonce;
mod offline_access;
mod pkce;
mod prompt;
mod pushed;
mod repeated;
mod request_object;
mod resource;
mod response_mode;
mod response_type;
mod scope;

use std::sync::Arc;

use oauth::{
    AuthorizationDetails, ClaimsRequest, CodeChallenge, Error, MaxAge, Nonce, Parameters, Prompts,
    ResponseMode, ResponseType, Scope, ValidRedirectUri,
};

use super::asked::Endpoint;
use super::object::Received;
use super::request::Identified;
use crate::context::Context;
use crate::model::Client;
use crate::model::interaction::{AuthorizationRequest, HintedSubject};

/// A request while it is checked.
struct Draft<'a> {
    context: &'a Context,
    client: &'a Client,
    parameters: &'a Parameters,
    /// They stood in a request object that the client signed.
    is_signed: bool,
    redirect_uri: &'a ValidRedirectUri,
    response_type: ResponseType,
    response_mode: ResponseMode,
    scope: Scope,
    nonce: Option<Nonce>,
    code_challenge: Option<CodeChallenge>,
    dpop_jkt: Option<String>,
    prompt: Prompts,
    max_age: Option<MaxAge>,
    acr_values: Vec<String>,
    claims: Option<ClaimsRequest>,
    authorization_details: Option<AuthorizationDetails>,
    hinted: Option<HintedSubject>,
    ui_locales: Vec<String>,
    resource: Vec<String>,
}

pub(in crate::provider) use acr::values as acr_values;
pub(in crate::provider) use prompt::is_served;

type Check = fn(&mut Draft<'_>) -> Result<(), Error>;

/// Whichever endpoint takes the request.
const EVERYWHERE: &[Endpoint] = &[
    Endpoint::Authorize,
    Endpoint::Par,
    Endpoint::Embedded,
    Endpoint::Identity,
];
/// Where something is issued for it, at once or later.
const ISSUING: &[Endpoint] = &[Endpoint::Authorize, Endpoint::Par, Endpoint::Embedded];
/// Where a browser brings it alone.
const BY_BROWSER: &[Endpoint] = &[Endpoint::Authorize, Endpoint::Embedded, Endpoint::Identity];

/// What an authorization request must pass, in this order, and at which endpoints.
const CHECKS: &[(&str, Check, &[Endpoint])] = &[
    ("response_type", response_type::check, EVERYWHERE),
    ("response_mode", response_mode::check, EVERYWHERE),
    ("repeated", repeated::check, EVERYWHERE),
    ("pushed", pushed::check, BY_BROWSER),
    ("request_object", request_object::check, EVERYWHERE),
    ("scope", scope::check, EVERYWHERE),
    ("nonce", nonce::check, ISSUING),
    ("pkce", pkce::check, ISSUING),
    ("dpop", dpop::check, EVERYWHERE),
    ("prompt", prompt::check, EVERYWHERE),
    ("acr", acr::check, EVERYWHERE),
    ("offline_access", offline_access::check, EVERYWHERE),
    ("resource", resource::check, EVERYWHERE),
    ("claims", claims::check, EVERYWHERE),
    ("details", details::check, EVERYWHERE),
    ("hints", hints::check, EVERYWHERE),
];

/// Runs the table. What passes it may be issued for. From the row that settles it on, an answer travels in the mode that
/// was asked for, an error too.
pub(super) fn validate(
    context: &Context,
    endpoint: Endpoint,
    identified: &mut Identified,
    received: &Received<'_>,
) -> Result<AuthorizationRequest, Error> {
    let client = Arc::clone(&identified.client);
    let parameters = &*received.parameters;
    let redirect_uri = identified.redirect_uri.clone();
    let mut draft = Draft {
        context,
        client: &client,
        parameters,
        is_signed: received.is_signed,
        redirect_uri: &redirect_uri,
        response_type: ResponseType::Code,
        response_mode: identified.mode,
        scope: Scope::default(),
        nonce: None,
        code_challenge: None,
        dpop_jkt: None,
        prompt: Prompts::default(),
        max_age: None,
        acr_values: Vec::new(),
        claims: None,
        authorization_details: None,
        hinted: None,
        ui_locales: Vec::new(),
        resource: Vec::new(),
    };
    for (name, check, endpoints) in CHECKS {
        if !endpoints.contains(&endpoint) {
            continue;
        }
        let checked = check(&mut draft);
        identified.mode = draft.response_mode;
        checked.inspect_err(|_| tracing::debug!(check = name, "authorization request refused"))?;
    }
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri: identified.redirect_uri.clone(),
        redirect_uri_left_out: parameters.get("redirect_uri").is_none(),
        response_type: draft.response_type,
        response_mode: draft.response_mode,
        scope: draft.scope,
        state: identified.state.clone(),
        nonce: draft.nonce,
        code_challenge: draft.code_challenge,
        dpop_jkt: draft.dpop_jkt,
        prompt: draft.prompt,
        max_age: draft.max_age,
        login_hint: parameters
            .get("login_hint")
            .filter(|hint| hint.len() <= 256)
            .map(str::to_owned),
        authorization_details: draft.authorization_details,
        hinted: draft.hinted,
        ui_locales: draft.ui_locales,
        acr_values: draft.acr_values,
        claims: draft.claims,
        resource: draft.resource,
    })
}
