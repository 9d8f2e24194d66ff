//! Proofs of possession, at the token endpoint and wherever an access token is shown (RFC 9449, SEC-051, SEC-052).

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use jose::verify::Proof;
use jose::{Algorithm, Typ};
use oauth::{DpopExpectations, DpopStatement, Error, ErrorCode};

use super::client_auth::FAPI_ALGORITHMS;
use super::oauth_error::OAuthError;
use crate::base::{Digest, Timestamp};
use crate::context::Context;
use crate::model::used_proof::DpopId;
use crate::store;
use crate::store::used_proofs::Taken;

/// The header that a proof stands in.
pub const DPOP: &str = "dpop";

/// What a proof is made for.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The endpoint's name below the issuer, such as `token`.
    pub endpoint: &'a str,
    /// The access token that it stands beside.
    pub access_token: Option<&'a str>,
    /// Whether it must keep to the algorithms of the FAPI profile.
    pub fapi: bool,
}

/// The thumbprint of the key that the request proves to hold; none where it has no proof. A proof is used up: a second
/// request with it is refused, on whichever node.
pub async fn proved(
    context: &Context,
    headers: &HeaderMap,
    made_for: For<'_>,
) -> Result<Option<String>, OAuthError> {
    let mut proofs = headers.get_all(DPOP).iter();
    let Some(header) = proofs.next() else {
        return Ok(None);
    };
    if proofs.next().is_some() {
        return Err(refused("more than one DPoP header").into());
    }
    let token = header.to_str().map_err(|_| refused("the proof is not text"))?;
    let algorithms: &[Algorithm] = if made_for.fapi {
        &FAPI_ALGORITHMS
    } else {
        &Algorithm::ALL
    };
    let proof = Proof::verify(token, Typ::DpopJwt, algorithms).map_err(|error| refused(error.to_string()))?;
    let urls = context.urls_of(made_for.endpoint);
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let expected = DpopExpectations {
        method: made_for.method,
        urls: &urls,
        access_token: made_for.access_token,
        now: context.now.seconds(),
    };
    let statement = expected
        .check(&proof.claims)
        .map_err(|error| refused(error.to_string()))?;
    check_nonce(context, &statement)?;
    use_up(context, &proof.thumbprint, &statement).await?;
    Ok(Some(proof.thumbprint))
}

/// What is wrong with a proof.
fn refused(detail: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidDpopProof, "The DPoP proof is not valid.").with_detail(detail)
}

/// Where the operator wants nonces, one of ours must be in it; the answer brings one along (RFC 9449 §8).
fn check_nonce(context: &Context, statement: &DpopStatement<'_>) -> Result<(), OAuthError> {
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let is_ours = |nonce| services.nonces.verify(account, context.now, nonce);
    // A nonce that nobody asked for is somebody else's business.
    if !services.settings.tokens.dpop_nonce || statement.nonce.is_some_and(is_ours) {
        return Ok(());
    }
    Err(OAuthError::from(Error::new(
        ErrorCode::UseDpopNonce,
        "The DPoP proof needs the nonce that stands in this answer.",
    ))
    .with_dpop_nonce(services.nonces.nonce(account, context.now)))
}

async fn use_up(
    context: &Context,
    thumbprint: &str,
    statement: &DpopStatement<'_>,
) -> Result<(), OAuthError> {
    let account = &context.tenant.account.account_id;
    let proof = Digest::<DpopId>::of(&format!("{account}\0{thumbprint}\0{}", statement.id));
    let lasts = DpopExpectations::OLDEST.unsigned_abs() + 1;
    let issued_at = Timestamp::from_seconds(statement.issued_at);
    let taken = Taken {
        from: issued_at - Duration::from_secs(DpopExpectations::AHEAD.unsigned_abs()),
        until: issued_at + Duration::from_secs(lasts),
    };
    if store::used_proofs::take(context.db(), account, proof, taken).await? {
        Ok(())
    } else {
        Err(refused("the proof was used before").into())
    }
}

/// Where nonces are wanted, an answer brings the next one along before the present one is too old.
pub fn offer_nonce(context: &Context, answer: &mut HeaderMap) {
    if !context.services.settings.tokens.dpop_nonce {
        return;
    }
    let account = &context.tenant.account.account_id;
    let nonce = context.services.nonces.nonce(account, context.now);
    if let Ok(nonce) = HeaderValue::from_str(&nonce) {
        answer.insert("dpop-nonce", nonce);
    }
}
