//! What tokens are bound to: a key that the holder proves to have, or the certificate of their connection (RFC 9449 §5,
//! RFC 8705 §3, SEC-052).

use http::HeaderMap;
use oauth::{Error, ErrorCode};

use super::dpop::{self, For};
use super::oauth_error::OAuthError;
use crate::context::Context;
use crate::model::Client;
use crate::model::token::Confirmation;

/// What the tokens of a request to `endpoint` are to be bound to, as the client shows and its registration demands.
pub async fn of_request(
    context: &Context,
    headers: &HeaderMap,
    client: &Client,
    endpoint: &str,
) -> Result<Option<Confirmation>, OAuthError> {
    let settings = &client.settings;
    let made_for = For {
        method: "POST",
        endpoint,
        access_token: None,
        fapi: client.is_fapi2(),
    };
    if let Some(thumbprint) = dpop::proved(context, headers, made_for).await? {
        return Ok(Some(Confirmation::Key(thumbprint)));
    }
    if settings.dpop_bound_access_tokens {
        let missing = Error::new(ErrorCode::InvalidDpopProof, "A DPoP proof is missing.");
        return Err(missing.into());
    }
    if !settings.tls_client_certificate_bound_access_tokens {
        return Ok(None);
    }
    match &context.certificate {
        Some(peer) => Ok(Some(Confirmation::Certificate(
            peer.certificate.thumbprint().to_owned(),
        ))),
        None => Err(Error::invalid_request("The connection has no client certificate.").into()),
    }
}

/// Whether a holder may show a token here: bound ones need their key or certificate, under the scheme that goes with it.
/// `client` is whom the token was given to, and `shown` tells how it was shown.
pub async fn check_holder(
    context: &Context,
    headers: &HeaderMap,
    client: &Client,
    bound_to: Option<&Confirmation>,
    shown: Shown<'_>,
) -> Result<(), OAuthError> {
    let refuse = |detail: &str| {
        let error = Error::invalid_token().with_detail(detail);
        if shown.scheme_is_dpop {
            OAuthError::dpop_resource(context.issuer(), error)
        } else {
            OAuthError::resource(context.issuer(), error)
        }
    };
    match bound_to {
        None if shown.scheme_is_dpop => Err(refuse("a token that is bound to no key, shown as one that is")),
        None => Ok(()),
        Some(Confirmation::Certificate(thumbprint)) => {
            let has = context
                .certificate
                .as_ref()
                .is_some_and(|peer| peer.certificate.thumbprint() == thumbprint);
            if has && !shown.scheme_is_dpop {
                Ok(())
            } else {
                Err(refuse("the connection doesn't have the token's certificate"))
            }
        }
        Some(Confirmation::Key(_)) if !shown.scheme_is_dpop => {
            Err(refuse("a token that is bound to a key, shown without it"))
        }
        Some(Confirmation::Key(thumbprint)) => {
            let made_for = For {
                method: shown.method,
                endpoint: shown.endpoint,
                access_token: Some(shown.token),
                fapi: client.is_fapi2(),
            };
            let proved = dpop::proved(context, headers, made_for)
                .await
                .map_err(|error| error.at_dpop_resource(context.issuer()))?;
            match proved {
                Some(proved) if proved == *thumbprint => Ok(()),
                Some(_) => Err(refuse("the proof is of another key")),
                None => Err(refuse("there is no proof")),
            }
        }
    }
}

/// How an access token was shown at a protected resource.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The endpoint's name below the issuer.
    pub endpoint: &'a str,
    /// The token.
    pub token: &'a str,
    /// Whether the scheme was `DPoP`.
    pub scheme_is_dpop: bool,
}
