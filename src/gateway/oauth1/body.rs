use ::oauth1::{Problem, SignedRequest, is_body_hash};
use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt as _;

use super::Refused;
use crate::gateway::Error;
use crate::http::input::{FORM, media_type};

/// A request's body: a form belongs to what is signed, and a hash may cover anything else. The server has it whole, and
/// within bounds, before a door sees it.
pub(super) struct Whole {
    bytes: Bytes,
    is_form: bool,
}

impl Whole {
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Refused> {
        let unread =
            |error: axum::Error| Error::malformed("The body can't be read.").because(error.to_string());
        let bytes = body.collect().await.map_err(unread)?;
        Ok(Self {
            bytes: bytes.to_bytes(),
            is_form: media_type(headers) == FORM,
        })
    }

    /// What of it is signed with the parameters (RFC 5849 §3.4.1.3.1).
    pub(super) fn form(&self) -> Option<&[u8]> {
        self.is_form.then_some(&self.bytes)
    }

    /// The hash, where there is one, must be this body's; a key can demand one of every body that no parameters cover
    /// (SEC-121).
    pub(super) fn check_hash(&self, signed: &SignedRequest, demanded: bool) -> Result<(), Refused> {
        match signed.body_hash() {
            Some(hash) if is_body_hash(hash, signed.method(), &self.bytes) => Ok(()),
            Some(_) => Err(Refused::new(
                Problem::SignatureInvalid,
                "the oauth_body_hash is not the body's",
            )),
            None if demanded && !self.is_form && !self.bytes.is_empty() => Err(Refused::new(
                Problem::ParameterAbsent,
                "the key demands oauth_body_hash",
            )),
            None => Ok(()),
        }
    }

    /// For whoever reads it next.
    pub(super) fn again(self) -> Body {
        Body::from(self.bytes)
    }
}
