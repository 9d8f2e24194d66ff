use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::{Detail, Elsewhere, Error};

/// What kind of content a caller can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accept {
    /// `application/json`, or another type whose name says that it is JSON (`application/jwk-set+json`; RFC 6839 §3.1).
    Json,
    /// `application/jwt`, or another type that says so (`application/oauth-authz-req+jwt`, RFC 9101 §10.2).
    Jwt,
    /// `text/plain`.
    Text,
    /// Whatever comes: nobody reads it.
    Anything,
}

impl Accept {
    /// The `Accept` header.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Jwt => "application/jwt, application/oauth-authz-req+jwt",
            Self::Text => "text/plain",
            Self::Anything => "*/*",
        }
    }

    /// Whether a `Content-Type` is of this kind.
    fn takes(self, content_type: &str) -> bool {
        let essence = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let application = essence.strip_prefix("application/").unwrap_or_default();
        match self {
            Self::Json => application == "json" || application.ends_with("+json"),
            Self::Jwt => application == "jwt" || application.ends_with("+jwt"),
            Self::Text => essence == "text/plain",
            Self::Anything => true,
        }
    }
}

/// The answer to a call: of any status but a redirect. A successful one has the content that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The `Content-Type`, as it was sent.
    pub content_type: Option<String>,
    /// The `Date`, as it was sent: what time it was there.
    pub date: Option<String>,
    /// The body, whole.
    pub body: Bytes,
}

impl Answer {
    /// Reads the body as JSON, whatever the status: an error of OAuth's is JSON too.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // The parser's message says where, and quotes values that may be secret; where is enough.
        serde_json::from_slice(&self.body).map_err(|e| {
            Error::Json(Detail::new(format!(
                "{:?} error at line {}, column {} of {} bytes",
                e.classify(),
                e.line(),
                e.column(),
                self.body.len()
            )))
        })
    }

    /// Takes what the other side sends, as far as the limits allow.
    pub(crate) async fn read(
        mut response: reqwest::Response,
        accept: Accept,
        max_body: usize,
    ) -> Result<Self, Error> {
        let status = response.status();
        if status.is_redirection() {
            return Err(Error::Redirect(Elsewhere {
                status: status.as_u16(),
                location: text_of(response.headers(), &header::LOCATION),
            }));
        }
        let content_type = text_of(response.headers(), &header::CONTENT_TYPE);
        let date = text_of(response.headers(), &header::DATE);
        let taken = match accept {
            Accept::Anything => true,
            accept => content_type.as_deref().is_some_and(|it| accept.takes(it)),
        };
        if status.is_success() && !taken {
            return Err(Error::ContentType(Detail::new(format!("{content_type:?}"))));
        }
        // No coding was offered, and a body that unpacks itself would slip the limit.
        if let Some(coding) = text_of(response.headers(), &header::CONTENT_ENCODING)
            && !coding.eq_ignore_ascii_case("identity")
        {
            return Err(Error::ContentType(Detail::new(format!(
                "content coding {coding}"
            ))));
        }
        let too_large = || Error::TooLarge(Detail::new(format!("more than {max_body} bytes")));
        if response
            .content_length()
            .is_some_and(|length| length > max_body as u64)
        {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| Error::Answer(Detail::of(e)))? {
            if body.len() + chunk.len() > max_body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self {
            status,
            content_type,
            date,
            body: body.freeze(),
        })
    }
}

fn text_of(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
