//! What a program sends to the platform's services.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::error::{Error, InternalCode};
use crate::context::Services;
use crate::http::input::{JSON, media_type};

/// A JSON object with the members of `T`; others are passed over, as clients of many versions call. It may be left out
/// where `T` needs nothing.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Services>> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, services: &Arc<Services>) -> Result<Self, Error> {
        let is_json = media_type(request.headers()) == JSON;
        let bytes = Bytes::from_request(request, services)
            .await
            .map_err(|error| Error::malformed("The body can't be read.").because(error.to_string()))?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        if !bytes.is_empty() && !is_json {
            return Err(Error::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                InternalCode::Malformed,
                "The body must be JSON.",
            ));
        }
        // What serde says may repeat what was sent: a token, a code.
        serde_json::from_slice(text).map(Self).map_err(|error| {
            let place = format!("{:?} at column {}", error.classify(), error.column());
            Error::malformed("The body isn't JSON of the documented form.").because(place)
        })
    }
}
