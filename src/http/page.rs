//! Answering with a page: what all pages share, and the headers that keep them safe (SEC-076).

use std::borrow::Cow;

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::ValidRedirectUri;
use pages::{Brand, Frame, Link, Locale};

use super::redirect::{destination, scheme};
use super::{PageError, figures};
use crate::base::Entropy;
use crate::context::Context;
use crate::model::Client;

/// What a page may do beyond showing itself.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    /// Where its forms may lead beside our own origin, as a source of `form-action`. Browsers hold the redirects that
    /// follow a form to it too.
    pub leads_to: Option<String>,
    /// Whether its scripts may call our own origin.
    pub connect: bool,
    /// Whose pages it may load into frames: origins, as sources of `frame-src`.
    pub frames: Vec<String>,
}

impl Permissions {
    /// For a page whose forms end at a client's redirect URI. A messaging platform sends its window on from there, to
    /// hosts of its own that nobody lists (docs/decisions/0008).
    pub fn leading_to(client: &Client, redirect_uri: &ValidRedirectUri) -> Self {
        Self {
            leads_to: Some(if client.platform {
                scheme(redirect_uri)
            } else {
                destination(redirect_uri)
            }),
            ..Self::default()
        }
    }
}

/// Makes the pages of one answer: brand, language and nonce are settled.
pub struct Pages<'c> {
    brand: Cow<'c, Brand>,
    locale: Locale,
    nonce: String,
    request_id: &'c str,
}

impl<'c> Pages<'c> {
    /// For a request to an account. `ui_locales` are the languages that the request asked for, best first.
    pub fn new(context: &'c Context, headers: &HeaderMap, ui_locales: &[String]) -> Self {
        let settings = &context.tenant.account.settings;
        let default = settings
            .locale
            .as_deref()
            .and_then(Locale::from_tag)
            .unwrap_or(Locale::English);
        let accept = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self {
            brand: Cow::Borrowed(&context.tenant.brand),
            locale: Locale::negotiate(ui_locales, accept, default),
            nonce: URL_SAFE_NO_PAD.encode(context.services.entropy.bytes::<16>()),
            request_id: &context.request_id,
        }
    }

    /// For pages of the server itself, which are no account's.
    pub fn of_server(entropy: &Entropy, request_id: &'c str) -> Self {
        Self {
            nonce: URL_SAFE_NO_PAD.encode(entropy.bytes::<16>()),
            ..Self::bare(request_id)
        }
    }

    /// Where no account is known.
    pub fn bare(request_id: &'c str) -> Self {
        // Without a nonce of its own the page shows our default colour and runs no script.
        Self {
            brand: Cow::Owned(Brand::new("Signet", None, None)),
            locale: Locale::English,
            nonce: String::new(),
            request_id,
        }
    }

    /// What every page has.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            brand: &self.brand,
            nonce: &self.nonce,
        }
    }

    /// The language.
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Answers with a page that needs nothing but ourselves.
    pub fn show(&self, html: String) -> Response {
        self.respond(StatusCode::OK, html, &Permissions::default())
    }

    /// Answers with a page.
    pub fn respond(&self, status: StatusCode, html: String, permissions: &Permissions) -> Response {
        let nonce = if self.nonce.is_empty() {
            String::new()
        } else {
            format!(" 'nonce-{}'", self.nonce)
        };
        let scripts = if nonce.is_empty() {
            "'none'"
        } else {
            nonce.trim_start()
        };
        let onward = match &permissions.leads_to {
            Some(source) => format!(" {source}"),
            None => String::new(),
        };
        let connect = if permissions.connect {
            "connect-src 'self'; "
        } else {
            ""
        };
        let frames = if permissions.frames.is_empty() {
            String::new()
        } else {
            format!("frame-src {}; ", permissions.frames.join(" "))
        };
        let policy = format!(
            "default-src 'none'; {connect}{frames}style-src 'self'{nonce}; script-src {scripts}; img-src 'self' data:; \
             form-action 'self'{onward}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
        );
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// Answers with the error page, and tells the log.
    pub fn error(&self, error: &PageError) -> Response {
        self.error_with(error, None)
    }

    /// The same with a way on, and the name of who is there.
    pub fn error_with(&self, error: &PageError, onward: Option<(&Link, &str)>) -> Response {
        let PageError {
            kind,
            detail,
            retry_after,
        } = error;
        let name = kind.name();
        if kind.status() >= 500 {
            tracing::error!(request_id = self.request_id, error = name, detail, "page error");
        } else {
            tracing::info!(request_id = self.request_id, error = name, detail, "page error");
        }
        figures::page_error(name);
        let view = pages::Error {
            frame: self.frame(),
            kind: *kind,
            request_id: self.request_id,
            onward,
        };
        let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = self.respond(status, view.render(self.locale), &Permissions::default());
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }
}
