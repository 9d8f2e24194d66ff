//! What a program sends.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use crate::context::Services;
use crate::http::input::{JSON, media_type};
use crate::http::{Problem, json};

/// A member that isn't there, or is: null where it takes something away.
#[derive(Default, Deserialize)]
#[serde(from = "Option<T>")]
pub(super) enum Said<T> {
    /// It isn't there.
    #[default]
    Nothing,
    /// It is.
    Is(Option<T>),
}

impl<T> From<Option<T>> for Said<T> {
    fn from(is: Option<T>) -> Self {
        Self::Is(is)
    }
}

/// A JSON object with the members of `T` and no others (SEC-128). Where `T` needs nothing, it may be left out.
pub(in crate::admin) struct Body<T>(pub(in crate::admin) T);

impl<T: DeserializeOwned> FromRequest<Arc<Services>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Arc<Services>) -> Result<Self, Problem> {
        let is_json = media_type(request.headers()) == JSON;
        let bytes = Bytes::from_request(request, services)
            .await
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST).because(error.to_string()))?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        if !bytes.is_empty() && !is_json {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The body must be JSON."));
        }
        // A list of the members' values would be taken for the members otherwise.
        let read = json::read(text).and_then(|value| match value {
            Value::Object(_) => serde_json::from_value(value),
            _ => Err(serde_json::Error::custom("no object")),
        });
        read.map(Self).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST)
                .kind("malformed-body")
                .detail("The body has a member that is unknown, missing or not valid.")
                .because(error.to_string())
        })
    }
}
