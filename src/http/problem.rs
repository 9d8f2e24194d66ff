//! Errors of endpoints that have no form of their own: problem details (RFC 9457).

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::RetryAfter;

/// What the log should say of an answer, and its reader must not: an extension of responses. `server` writes it with
/// the request's id.
#[derive(Clone, Debug)]
pub struct PrivateDetail(pub Cow<'static, str>);

/// An error: a status, a fixed public sentence, and a private detail for the log.
///
/// `server` adds the request's id as `request_id`. A 5xx shows nothing else than that and its title (SEC-160).
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: Option<Cow<'static, str>>,
    private: Option<Cow<'static, str>>,
    retry_after: Option<u64>,
    members: Map<String, Value>,
}

impl Problem {
    /// An error with the status' own title, and nothing more.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            kind: None,
            detail: None,
            private: None,
            retry_after: None,
            members: Map::new(),
        }
    }

    /// Nothing is here.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// Our fault; `private` is for the log.
    pub fn internal(private: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR).because(private)
    }

    /// Something that we need is away for the moment; nothing was consumed.
    pub fn busy(private: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE)
            .because(private)
            .retry_after(2)
    }

    /// Its type, by which programs know it (RFC 9457 §3.1.1): a name that never changes, behind `urn:signet:problem:`. Without
    /// one, the status says all.
    #[must_use]
    pub const fn kind(mut self, name: &'static str) -> Self {
        self.kind = Some(name);
        self
    }

    /// A sentence that says what is wrong; the same for everybody who does it wrong.
    #[must_use]
    pub fn detail(mut self, public: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(public.into());
        self
    }

    /// What the log should say.
    #[must_use]
    pub fn because(mut self, private: impl Into<Cow<'static, str>>) -> Self {
        self.private = Some(private.into());
        self
    }

    /// When to try again, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A further member of the document (RFC 9457 §3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The document, for a request with this id.
    pub fn document(&self, request_id: Option<&str>) -> Value {
        let mut document = Map::new();
        let kind = match self.kind {
            Some(name) if !self.status.is_server_error() => format!("urn:signet:problem:{name}"),
            _ => "about:blank".to_owned(),
        };
        document.insert("type".to_owned(), kind.into());
        document.insert(
            "title".to_owned(),
            Value::from(self.status.canonical_reason().unwrap_or("Error")),
        );
        document.insert("status".to_owned(), Value::from(self.status.as_u16()));
        if !self.status.is_server_error() {
            if let Some(detail) = &self.detail {
                document.insert("detail".to_owned(), Value::from(detail.as_ref()));
            }
            document.extend(self.members.clone());
        }
        if let Some(id) = request_id {
            document.insert("request_id".to_owned(), Value::from(id));
        }
        Value::Object(document)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.document(None).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(private) = self.private.clone() {
            response.extensions_mut().insert(PrivateDetail(private));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<RetryAfter> for Problem {
    fn from(wait: RetryAfter) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS)
            .detail("Too many requests. Try again later.")
            .retry_after(wait.seconds())
    }
}
