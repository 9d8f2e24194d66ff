//! SAML 2.0: a request by the browser's address, an answer posted by the browser from the identity provider's page (SEC-110 to
//! SEC-117). The crate `saml` decides what an answer proves.

use std::time::Duration;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use pages::ErrorKind;
use saml::{AuthnRequest, Expected, Identity};

use super::assertion::use_up;
use super::callback::Back;
use super::{Fault, derived};
use crate::base::Timestamp;
use crate::context::Context;
use crate::directory::sso::callback;
use crate::gateway::OfAccount;
use crate::http::PageError;
use crate::http::input::{FORM, media_type};
use crate::model::sso::{SsoConnection, SsoKind};
use crate::store::used_proofs::Taken;

/// Where the browser is sent.
pub(super) fn begin(context: &Context, connection: &SsoConnection, state: &str) -> String {
    let request = AuthnRequest {
        id: &request_id(context, state),
        issued_at: context.now.seconds(),
        issuer: connection.name.as_str(),
        destination: connection.configuration.sso_url.as_deref().unwrap_or_default(),
        assertion_consumer_service: &acs(context, connection),
    };
    request.url(state)
}

/// The browser posts the answer.
pub(super) async fn come_back(
    account: &OfAccount,
    headers: &HeaderMap,
    connection: Option<&str>,
    body: &Bytes,
) -> Result<Response, PageError> {
    if media_type(headers) != FORM {
        return Err(PageError::new(ErrorKind::UnsupportedMediaType));
    }
    let Form { response, state } = Form::read(body)?;
    let back = Back::take(account, headers, SsoKind::Saml, &state, connection).await?;
    let request = request_id(account, &state);
    let proved = login_name(account, &back.connection, &response, Some(&request)).await;
    back.answer(account, proved).await
}

/// What an identity provider's page posts. It may hold nothing twice (SEC-114).
struct Form {
    response: String,
    state: String,
}

impl Form {
    fn read(body: &[u8]) -> Result<Self, PageError> {
        let (mut response, mut state) = (None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "SAMLResponse" => &mut response,
                "RelayState" => &mut state,
                // A request, or a signature of another binding: neither has any business here.
                "SAMLRequest" | "SigAlg" | "Signature" | "SAMLart" => {
                    return Err(PageError::with_detail(
                        ErrorKind::InvalidRequest,
                        "not the form of an answer",
                    ));
                }
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err(PageError::new(ErrorKind::RepeatedParameter));
            }
        }
        match (response, state) {
            (Some(response), Some(state)) => Ok(Self { response, state }),
            _ => Err(PageError::with_detail(
                ErrorKind::InvalidRequest,
                "SAMLResponse and RelayState are needed",
            )),
        }
    }
}

/// The login name that the identity provider vouches for, once: in answer to that request, or to none.
pub(super) async fn login_name(
    context: &Context,
    connection: &SsoConnection,
    response: &str,
    in_response_to: Option<&str>,
) -> Result<String, Fault> {
    let identity = verify(context, connection, response, in_response_to);
    let identity = identity.map_err(|refusal| Fault::refused(refusal.to_string()))?;
    let name = identity.text(&connection.configuration.claim);
    let name = name
        .map_err(|refusal| Fault::refused(refusal.to_string()))?
        .to_owned();
    let taken = Taken {
        from: Timestamp::from_seconds(identity.begins),
        until: Timestamp::from_seconds(identity.expires) + Duration::from_secs(1),
    };
    use_up(context, connection, &identity.assertion_id, taken).await?;
    Ok(name)
}

fn verify(
    context: &Context,
    connection: &SsoConnection,
    response: &str,
    in_response_to: Option<&str>,
) -> Result<Identity, saml::Refusal> {
    let configuration = &connection.configuration;
    let certificates = configuration.certificates.iter();
    let certificates: Vec<Vec<u8>> = certificates.filter_map(|it| STANDARD.decode(it).ok()).collect();
    let expected = Expected {
        issuer: configuration.entity_id.as_deref().unwrap_or_default(),
        certificates: &certificates,
        audience: connection.name.as_str(),
        assertion_consumer_service: &acs(context, connection),
        in_response_to,
        now: context.now.seconds(),
    };
    expected.verify(&saml::decode(response)?)
}

/// An XML name that belongs to a state, and tells nothing of it.
fn request_id(context: &Context, state: &str) -> String {
    format!("_{}", derived(context, "request", state))
}

fn acs(context: &Context, connection: &SsoConnection) -> String {
    let public_url = &context.services.settings.server.public_url;
    callback(public_url, &connection.account_id, connection.name.as_str())
}
