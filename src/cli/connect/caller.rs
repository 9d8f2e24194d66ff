//! A small client of the platform's services.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::retry::{Ended, Kind, until_final};
use crate::base::Timestamp;

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A pause of which is told.
const TOLD: Duration = Duration::from_secs(10);

/// Calls the platform.
pub(super) struct Caller {
    pub(super) http: reqwest::Client,
}

/// An answer of the platform's.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    /// The cookies that it sets, as they are sent back.
    pub(super) cookies: String,
}

/// An answer that is no success, as it is told: its status and the platform's own code alone.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
pub(super) struct Refusal {
    told: String,
    /// Whether nothing was done, and nothing will come of it.
    pub(super) is_definite: bool,
}

/// A call.
pub(super) struct Call<'a> {
    pub(super) kind: Kind,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) bearer: Option<&'a str>,
    pub(super) body: Option<&'a Value>,
}

impl Caller {
    /// `ca` is a file with authorities that this machine doesn't know.
    pub(super) fn new(ca: Option<&Path>) -> anyhow::Result<Self> {
        let pem = ca
            .map(|file| std::fs::read(file).with_context(|| file.display().to_string()))
            .transpose()?;
        let tls = outbound::tls_config(pem.as_deref())?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("signet/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http })
    }

    /// Makes a call, and makes it again where that is of use and does no harm.
    pub(super) async fn call(&self, call: &Call<'_>) -> anyhow::Result<Answer> {
        let wait = async |ended: Ended, pause: Duration| {
            if pause >= TOLD {
                let why = match ended {
                    Ended::Answered { status, .. } => format!("answers {}", status.as_u16()),
                    Ended::Nowhere => "doesn't answer".to_owned(),
                };
                let host = call.url.host_str().unwrap_or_default();
                // Whoever waits so long wants to know why; where nobody reads it, that is no failure.
                let told = console::Term::stderr()
                    .write_line(&format!("{host} {why}: asked again in {} s", pause.as_secs()));
                drop(told);
            }
            tokio::time::sleep(pause).await;
        };
        until_final(call.kind, async || self.once(call).await, wait).await
    }

    /// The same; an answer that is no success is a [`Refusal`].
    pub(super) async fn succeed(&self, call: &Call<'_>) -> anyhow::Result<Answer> {
        let answer = self.call(call).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let told = told(&answer.body)
            .map(|told| format!(", {told}"))
            .unwrap_or_default();
        let status = answer.status;
        // Nothing that is sent from here changes that.
        let told = if status == StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS {
            format!("{told}. The platform blocks this account or user: ask its support")
        } else {
            told
        };
        Err(Refusal {
            told: format!("{} {}: {}{told}", call.method, call.url, status.as_u16()),
            is_definite: is_final(&answer.body)
                || (status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT),
        }
        .into())
    }

    /// The same; the answer's body.
    pub(super) async fn expect(&self, call: &Call<'_>) -> anyhow::Result<Value> {
        Ok(self.succeed(call).await?.body)
    }

    async fn once(&self, call: &Call<'_>) -> (Ended, anyhow::Result<Answer>) {
        let mut request = self.http.request(call.method.clone(), call.url.clone());
        if let Some(bearer) = call.bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = call.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                let error = anyhow::Error::new(error.without_url());
                return (Ended::Nowhere, Err(error.context(call.url.to_string())));
            }
        };
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let cookies = cookies(response.headers());
        let text = response.text().await.unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let ended = Ended::Answered {
            status,
            is_final: is_final(&body),
            retry_after,
        };
        let answer = Answer {
            status,
            body,
            cookies,
        };
        (ended, Ok(answer))
    }
}

/// What `Retry-After` asks for: seconds, or a time, which the answer's own `Date` is held against (RFC 9110 §10.2.3).
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (Timestamp::parse_http(asked)?, Timestamp::parse_http(text(DATE)?)?);
    Some(then.since(now))
}

/// The cookies that an answer sets, as one line that sends them back.
fn cookies(headers: &HeaderMap) -> String {
    let pairs: Vec<&str> = headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .map(str::trim)
        .collect();
    pairs.join("; ")
}

/// Whether an answer is the platform's last word (section 5.5 of the platform contract).
fn is_final(body: &Value) -> bool {
    body.get("internalErrorCode").is_some()
}

/// What the platform says of a refusal.
fn told(body: &Value) -> Option<String> {
    if let Some(code) = body.get("internalErrorCode").and_then(Value::as_str) {
        return Some(format!("internalErrorCode {code}"));
    }
    let error = body.get("error")?;
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    let code = error
        .get("internalCode")
        .map(Value::to_string)
        .unwrap_or_default();
    Some(format!("{message} (internalCode {code})"))
}
