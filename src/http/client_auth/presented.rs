//! What a request shows, before it is compared with anything.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use oauth::{BasicCredentials, BasicCredentialsError, ClientAssertion, Error, Parameters};
use zeroize::Zeroizing;

use super::failed;

/// One method's credentials.
pub(super) enum Presented {
    /// The secret in the `Authorization` header.
    Basic(BasicCredentials),
    /// The secret in the body.
    Post {
        client_id: String,
        client_secret: Zeroizing<String>,
    },
    /// A JWT about the client.
    Assertion {
        client_id: String,
        assertion: ClientAssertion,
    },
    /// A name alone: of a public client, or of one that is known by its connection.
    Nothing { client_id: String },
}

impl Presented {
    /// Exactly one of them (SEC-057).
    pub(super) fn of(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, Error> {
        let mut authorizations = headers.get_all(AUTHORIZATION).iter();
        let header = authorizations.next();
        if authorizations.next().is_some() {
            return Err(failed("more than one Authorization header"));
        }
        let secret = parameters.get("client_secret");
        let assertion = ClientAssertion::of(parameters).map_err(|error| failed(error.to_string()))?;
        match (header, secret, assertion) {
            (Some(header), None, None) => basic(header, parameters),
            (None, Some(secret), None) => Ok(Self::Post {
                client_id: named(parameters)?,
                client_secret: secret.to_owned().into(),
            }),
            (None, None, Some(assertion)) => about(assertion, parameters),
            (None, None, None) => Ok(Self::Nothing {
                client_id: named(parameters)?,
            }),
            _ => Err(failed("more than one authentication method")),
        }
    }

    /// Who it says that the client is.
    pub(super) fn client_id(&self) -> &str {
        match self {
            Self::Basic(basic) => basic.decoded().unwrap_or(basic.raw()).client_id(),
            Self::Post { client_id, .. }
            | Self::Assertion { client_id, .. }
            | Self::Nothing { client_id } => client_id,
        }
    }
}

fn named(parameters: &Parameters) -> Result<String, Error> {
    let named = parameters.get("client_id").map(str::to_owned);
    named.ok_or_else(|| failed("no client_id"))
}

fn basic(header: &HeaderValue, parameters: &Parameters) -> Result<Presented, Error> {
    let header = header.to_str().map_err(|_| failed("Authorization is not text"))?;
    let basic = BasicCredentials::parse(header).map_err(|error| match error {
        BasicCredentialsError::OtherScheme => failed("Authorization has another scheme than Basic"),
        BasicCredentialsError::Base64 | BasicCredentialsError::Malformed => {
            failed("malformed Basic credentials")
        }
    })?;
    let is_its_id = |id: &str| {
        id == basic.raw().client_id() || basic.decoded().is_some_and(|decoded| id == decoded.client_id())
    };
    if parameters.get("client_id").is_some_and(|id| !is_its_id(id)) {
        return Err(failed("client_id differs between header and body"));
    }
    Ok(Presented::Basic(basic))
}

/// The client is the assertion's subject; a `client_id` beside it must be the same (RFC 7521 §4.2).
fn about(assertion: ClientAssertion, parameters: &Parameters) -> Result<Presented, Error> {
    let client_id = jose::verify::unverified_claim(assertion.expose(), "sub")
        .ok_or_else(|| failed("the assertion is no JWT with a subject"))?;
    if parameters.get("client_id").is_some_and(|id| id != client_id) {
        return Err(failed("client_id differs from the assertion's subject"));
    }
    Ok(Presented::Assertion { client_id, assertion })
}
