//! What comes to the token endpoint, before and after its client is known.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use oauth::{BasicCredentials, Error, GrantType, Parameters};

use crate::base::id::ClientId;
use crate::context::Context;
use crate::http::client_auth::AuthenticatedClient;
use crate::http::input::{FORM, JSON, media_type};
use crate::http::leniency;
use crate::http::oauth_error::OAuthError;
use crate::model::token::Confirmation;

/// What a request looked like before its client was known, at each endpoint that authenticates clients as this one does.
pub(in crate::provider) struct Received {
    pub(in crate::provider) parameters: Parameters,
    is_json: bool,
}

/// A request of a known client, as every grant takes it.
pub(super) struct Request<'a> {
    pub(super) context: &'a Context,
    pub(super) client: &'a AuthenticatedClient,
    pub(super) parameters: &'a Parameters,
    /// What the client has proved to have: tokens that are given are bound to it.
    pub(super) cnf: Option<Confirmation>,
}

impl Received {
    /// A form in the body, each parameter once, and nothing in the query (SEC-039). JSON is read too: whether the client
    /// may send it is known once the client is.
    pub(in crate::provider) async fn read(
        context: &Context,
        headers: &HeaderMap,
        query: Option<&str>,
        body: &[u8],
    ) -> Result<Self, OAuthError> {
        if query.is_some_and(|query| !query.is_empty()) {
            return Err(Error::invalid_request("Parameters must not be in the query.").into());
        }
        let media_type = media_type(headers);
        let is_json = media_type == JSON;
        let parsed = match media_type.as_str() {
            JSON => Parameters::from_json_object(body),
            FORM => Parameters::parse(body),
            _ => return Err(must_be_a_form().into()),
        };
        let parameters = match parsed {
            Ok(parameters) => parameters,
            Err(error) => return Err(unreadable(context, headers, error.into()).await),
        };
        if parameters.repeated().next().is_some() {
            return Err(Error::invalid_request("A parameter came more than once.").into());
        }
        Ok(Self { parameters, is_json })
    }

    /// Refuses JSON: only the token endpoint knows the platform's old ways.
    pub(in crate::provider) fn must_be_a_form(&self) -> Result<(), Error> {
        if self.is_json {
            Err(must_be_a_form())
        } else {
            Ok(())
        }
    }

    /// What is presented, if the client may present it so.
    pub(super) fn grant_type(&self, client: &AuthenticatedClient) -> Result<GrantType, Error> {
        if self.is_json {
            if !client.settings.leniency.json_token_request {
                return Err(must_be_a_form());
            }
            leniency::used("json_token_request", client);
        }
        let grant_type: GrantType = self
            .parameters
            .get("grant_type")
            .ok_or_else(|| Error::invalid_request("grant_type is missing."))?
            .parse()
            .map_err(Error::from)?;
        if !super::SERVED.contains(&grant_type) {
            return Err(oauth::UnknownGrantType.into());
        }
        if !client.settings.grant_types.contains(&grant_type) {
            return Err(Error::unauthorized_client(
                "The client may not use this grant type.",
            ));
        }
        Ok(grant_type)
    }
}

const fn must_be_a_form() -> Error {
    Error::invalid_request("The request must be a form.")
}

/// The platform's name for a document that nobody can read, as far as the header says whose it is. Nothing is granted on
/// the strength of that.
async fn unreadable(context: &Context, headers: &HeaderMap, error: Error) -> OAuthError {
    let named = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| BasicCredentials::parse(header).ok())
        .and_then(|basic| ClientId::parse(basic.raw().client_id()).ok());
    let error = OAuthError::token(error);
    let Some(id) = named else { return error };
    let account = &context.tenant.account.account_id;
    match context.services.clients.find(account, &id).await {
        Ok(Some(client)) if client.settings.leniency.legacy_error_names => {
            leniency::used("legacy_error_names", &client);
            error.under_name(Some("json_parse_error"))
        }
        _ => error,
    }
}
