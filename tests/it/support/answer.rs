//! What came back.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use pages::{ErrorKind, Locale};
use serde_json::Value;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// An authorization response, however it travelled.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Where it went, without what was added.
    pub(crate) to: String,
    /// `query`, `fragment` or `form_post`.
    pub(crate) mode: &'static str,
    pub(crate) fields: Vec<(String, String)>,
}

impl Answer {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Status, headers and body, but for what is random in each answer of a page, and with `name` taken out.
    pub(crate) fn whole(&self, name: &str) -> (u16, Vec<String>, String) {
        let nonce = self.csp("script-src");
        let nonce = nonce
            .split('\'')
            .find_map(|it| it.strip_prefix("nonce-"))
            .unwrap();
        let id = self.header("x-request-id").unwrap();
        let plain = |text: &str| {
            text.replace(nonce, "NONCE")
                .replace(id, "ID")
                .replace(name, "NAME")
        };
        let headers = self.headers.iter();
        let mut headers: Vec<String> = headers
            .map(|(name, value)| format!("{name}: {}", plain(value.to_str().unwrap())))
            .collect();
        headers.sort();
        (self.status.as_u16(), headers, plain(&self.body))
    }

    /// A header that is there once at the most.
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap());
        assert!(values.next().is_none(), "more than one: {:?}", self.headers);
        value
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.header(header::LOCATION).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            Some("application/json"),
            "{self:?}"
        );
        serde_json::from_str(&self.body).unwrap()
    }

    /// The JSON error that this is, with its status.
    pub(crate) fn oauth_error(&self) -> (u16, String) {
        let json = self.json();
        assert!(!self.status.is_success(), "{self:?}");
        (self.status.as_u16(), json["error"].as_str().unwrap().to_owned())
    }

    /// The kind of error page that this is, in English.
    pub(crate) fn page_error(&self) -> ErrorKind {
        self.page_error_in(Locale::English)
    }

    pub(crate) fn page_error_in(&self, locale: Locale) -> ErrorKind {
        let body = unescape(&self.body);
        let shown = |kind: &ErrorKind| {
            body.contains(&format!("id=\"error-title\">{}<", kind.title(locale)))
                && body.contains(&format!(
                    "id=\"error-message\" class=\"lead\">{}<",
                    kind.message(locale)
                ))
        };
        let kind = ErrorKind::ALL
            .into_iter()
            .find(shown)
            .unwrap_or_else(|| panic!("no error page: {self:?}"));
        assert_eq!(self.status.as_u16(), kind.status());
        assert!(self.headers.get(header::LOCATION).is_none());
        kind
    }

    /// The authorization response that this is.
    pub(crate) fn sent(&self) -> Sent {
        if self.status == StatusCode::OK && self.body.contains("id=\"form-post\"") {
            return Sent {
                to: self.form_action("form-post"),
                mode: "form_post",
                fields: self.hidden_fields(),
            };
        }
        let location = self.location();
        assert!(
            !location.starts_with(&format!("{}/", super::app::ISSUER)),
            "not sent to the client: {location}"
        );
        let (to, mode, rest) = match (location.split_once('#'), location.rsplit_once('?')) {
            (Some((to, fragment)), _) => (to, "fragment", fragment),
            (None, Some((to, query))) => (to, "query", query),
            (None, None) => panic!("nothing was sent: {location}"),
        };
        Sent {
            to: to.to_owned(),
            mode,
            fields: form_urlencoded::parse(rest.as_bytes()).into_owned().collect(),
        }
    }

    /// The `error` that was sent to the client.
    pub(crate) fn sent_error(&self) -> String {
        self.sent()
            .get("error")
            .unwrap_or_else(|| panic!("no error: {self:?}"))
            .to_owned()
    }

    /// The page of ours that the browser is sent to: `login`, `consent`.
    pub(crate) fn page(&self) -> &str {
        let path = self.location().split('?').next().unwrap();
        path.rsplit('/').next().unwrap()
    }

    /// The interaction in the URL that the browser is sent to.
    pub(crate) fn interaction(&self) -> String {
        let (_, query) = self.location().split_once("interaction=").unwrap();
        query.to_owned()
    }

    /// Where a form of this page posts to.
    pub(crate) fn form_action(&self, id: &str) -> String {
        let (_, form) = self
            .body
            .split_once(&format!("<form id=\"{id}\""))
            .unwrap_or_else(|| panic!("no form {id}: {self:?}"));
        let (_, action) = form.split_once("action=\"").unwrap();
        unescape(action.split('"').next().unwrap())
    }

    /// Names and values of all hidden fields.
    pub(crate) fn hidden_fields(&self) -> Vec<(String, String)> {
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
            unescape(rest.split('"').next().unwrap())
        };
        self.body
            .split("<input type=\"hidden\"")
            .skip(1)
            .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
            .collect()
    }

    /// One hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let fields = self.hidden_fields();
        let found = fields.into_iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no field {name}: {self:?}")).1
    }

    /// A directive of the Content-Security-Policy.
    pub(crate) fn csp(&self, directive: &str) -> String {
        let policy = self.header(header::CONTENT_SECURITY_POLICY).unwrap();
        policy
            .split(';')
            .filter_map(|it| it.trim().split_once(' '))
            .find(|(name, _)| *name == directive)
            .unwrap_or_else(|| panic!("no {directive} in {policy}"))
            .1
            .to_owned()
    }
}

impl Sent {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} twice: {self:?}");
        value
    }

    pub(crate) fn code(&self) -> String {
        self.get("code")
            .unwrap_or_else(|| panic!("no code: {self:?}"))
            .to_owned()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// HTML's escapes, as askama writes them.
pub(crate) fn unescape(html: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ]
    .into_iter()
    .fold(html.to_owned(), |text, (escape, character)| {
        text.replace(escape, character)
    })
}
