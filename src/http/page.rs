//! Answering with a page: what all pages share, and the headers that keep them safe (SEC-076).

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use pages::{Brand, Colour, ErrorKind, Frame, Locale, Logo};

use crate::context::Context;

/// An error that a person meets: its kind is all they see, the detail goes to the log.
#[derive(Debug)]
pub struct PageError {
    /// What kind.
    pub kind: ErrorKind,
    /// For the log alone.
    pub detail: String,
}

impl PageError {
    /// An error without more to say.
    pub const fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            detail: String::new(),
        }
    }

    /// With something for the log.
    pub fn with_detail(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    /// The store or the keys are away: try again.
    pub fn busy(detail: impl Into<String>) -> Self {
        Self::with_detail(ErrorKind::Busy, detail)
    }
}

impl From<crate::store::Error> for PageError {
    fn from(error: crate::store::Error) -> Self {
        let kind = match &error {
            crate::store::Error::Unavailable(_) => ErrorKind::Busy,
            _ => ErrorKind::Internal,
        };
        Self::with_detail(kind, error.to_string())
    }
}

/// What a page may do beyond showing itself.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    /// Origins (or schemes, as `app:`) that its forms may lead to beside our own, redirects after the form included.
    pub form_action: Vec<String>,
    /// Whether its scripts may call our own origin.
    pub connect: bool,
}

/// Makes the pages of one answer: brand, language and nonce are settled.
pub struct Pages<'c> {
    brand: Brand,
    locale: Locale,
    nonce: String,
    request_id: &'c str,
}

impl<'c> Pages<'c> {
    /// For a request to an account. `ui_locales` are the languages that the request asked for, best first.
    pub fn new<T: AsRef<str>>(context: &'c Context, headers: &HeaderMap, ui_locales: &[T]) -> Self {
        let settings = &context.tenant.account.settings;
        let brand = Brand::new(
            settings.display_name.as_str(),
            settings.logo.as_deref().and_then(Logo::parse),
            settings
                .colour
                .as_deref()
                .and_then(|colour| colour.parse::<Colour>().ok()),
        );
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
            brand,
            locale: Locale::negotiate(ui_locales, accept, default),
            nonce: URL_SAFE_NO_PAD.encode(context.services.entropy.bytes::<16>()),
            request_id: &context.request_id,
        }
    }

    /// Where no account is known.
    pub fn bare(request_id: &'c str) -> Self {
        // Without a nonce of its own the page shows our default colour and runs no script.
        Self {
            brand: Brand::new("Signet", None, None),
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
        let mut form_action = "'self'".to_owned();
        for allowed in &permissions.form_action {
            form_action.push(' ');
            form_action.push_str(allowed);
        }
        let connect = if permissions.connect {
            "connect-src 'self'; "
        } else {
            ""
        };
        let policy = format!(
            "default-src 'none'; {connect}style-src 'self'{nonce}; script-src {scripts}; img-src 'self' data:; \
             form-action {form_action}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
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
        let PageError { kind, detail } = error;
        let name = kind.name();
        if kind.status() >= 500 {
            tracing::error!(request_id = self.request_id, error = name, detail, "page error");
        } else {
            tracing::info!(request_id = self.request_id, error = name, detail, "page error");
        }
        metrics::counter!("signet_page_errors_total", "kind" => name).increment(1);
        let view = pages::Error {
            frame: self.frame(),
            kind: *kind,
            request_id: self.request_id,
            onward: None,
        };
        let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = self.respond(status, view.render(self.locale), &Permissions::default());
        if matches!(kind, ErrorKind::Busy | ErrorKind::RateLimited) {
            response
                .headers_mut()
                .insert(http::header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
