use std::fmt;
use std::str::FromStr;

use http::{HeaderName, HeaderValue, Method, Request, header};
use outbound::{Client, Error};
use serde_json::json;
use url::Url;
use url::form_urlencoded::Serializer;

/// How a token travels to a verifier.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// `Authorization: Bearer TOKEN`
    Bearer,
    /// A header of its own.
    Header(HeaderName),
    /// A cookie.
    Cookie(String),
    /// A field of a form.
    Form(String),
    /// A member of a JSON object.
    Json(String),
    /// A parameter of the URL.
    Query(String),
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (way, name) = text.split_once(':').unwrap_or((text, ""));
        match (way, name.to_owned()) {
            ("bearer", name) if name.is_empty() => Ok(Self::Bearer),
            ("header", name) => name
                .parse()
                .map(Self::Header)
                .map_err(|_| format!("{name:?} is no header's name")),
            ("cookie", name) if !name.is_empty() => Ok(Self::Cookie(name)),
            ("form", name) if !name.is_empty() => Ok(Self::Form(name)),
            ("json", name) if !name.is_empty() => Ok(Self::Json(name)),
            ("query", name) if !name.is_empty() => Ok(Self::Query(name)),
            _ => Err("bearer, header:NAME, cookie:NAME, form:NAME, json:NAME or query:NAME".to_owned()),
        }
    }
}

/// What a verifier made of a token.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// It answered.
    Status(u16),
    /// It sent whoever asked elsewhere, to sign in most likely.
    Redirected,
    /// It gave no answer that could be read.
    Nothing(String),
}

impl Seen {
    pub(super) fn is_accepted(&self) -> bool {
        matches!(self, Self::Status(200..=299))
    }

    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Status(400..=599) | Self::Redirected)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status @ 200..=299) => write!(f, "accepted ({status})"),
            Self::Status(status @ 500..=599) => write!(f, "refused ({status}: better 401)"),
            Self::Status(status) => write!(f, "refused ({status})"),
            Self::Redirected => f.write_str("refused (redirected)"),
            Self::Nothing(why) => f.write_str(why),
        }
    }
}

impl Way {
    pub(super) async fn send(&self, http: &Client, method: &Method, url: &Url, token: &str) -> Seen {
        let request = match self.request(method, url, token) {
            Ok(request) => request,
            Err(error) => return Seen::Nothing(error.to_string()),
        };
        match http.send_as_is(request).await {
            Ok(status) => Seen::Status(status.as_u16()),
            Err(Error::Redirect(_)) => Seen::Redirected,
            Err(error) => Seen::Nothing(error.to_string()),
        }
    }

    fn request(&self, method: &Method, url: &Url, token: &str) -> Result<Request<String>, http::Error> {
        let mut url = url.clone();
        if let Self::Query(name) = self {
            url.query_pairs_mut().append_pair(name, token);
        }
        let request = Request::builder().method(method).uri(url.as_str());
        let sensitive = |text: String| {
            let mut value = HeaderValue::from_str(&text)?;
            value.set_sensitive(true);
            Ok::<_, http::Error>(value)
        };
        let (request, body) = match self {
            Self::Bearer => {
                let value = sensitive(format!("Bearer {token}"))?;
                (request.header(header::AUTHORIZATION, value), String::new())
            }
            Self::Header(name) => (request.header(name, sensitive(token.to_owned())?), String::new()),
            Self::Cookie(name) => {
                let value = sensitive(format!("{name}={token}"))?;
                (request.header(header::COOKIE, value), String::new())
            }
            Self::Form(name) => {
                let form = Serializer::new(String::new()).append_pair(name, token).finish();
                let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                (request, form)
            }
            Self::Json(name) => {
                let request = request.header(header::CONTENT_TYPE, "application/json");
                (request, json!({name: token}).to_string())
            }
            Self::Query(_) => (request, String::new()),
        };
        request.body(body)
    }
}
