//! What went over the wire, as people are shown it: secrets, codes and tokens are cut short, and tokens taken apart beside it.
//!
//! The platform's own calls are recorded by its HTTP client, what the browser sent by the shop's page; the house knows
//! nothing of it, and its log has none of it (SEC-161).

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, UPGRADE};
use outbound::Record;
use pages::demo::Seen;
use serde_json::Value;
use url::Url;

use super::token::Token;

/// Members and fields that prove something, or give a right.
const PROOFS: [&str; 10] = [
    "code",
    "authCode",
    "code_verifier",
    "client_secret",
    "id_token",
    "access_token",
    "refresh_token",
    "anonymous_token",
    "token",
    "jwt",
];
/// The longest text that is shown whole.
const LONGEST: usize = 120;
/// How much is taken of what a page tells.
const MOST_TEXT: usize = 4000;
const MOST_SEEN: usize = 24;

/// Who calls.
const PLATFORM: &str = "The platform";
/// Where a messaging window is connected.
const SOCKET: &str = "The messaging socket";

/// Something that was asked and answered.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) line: String,
    pub(super) request: String,
    pub(super) status: String,
    pub(super) answer: String,
    pub(super) tokens: Vec<Token>,
}

impl Exchange {
    /// A call of the platform's.
    pub(super) fn made(record: &Record) -> Self {
        let mut tokens = Vec::new();
        let mut request: Vec<String> = [AUTHORIZATION, CONTENT_TYPE, ACCEPT]
            .into_iter()
            .filter_map(|name| {
                let value = record.headers.get(&name)?.to_str().ok()?;
                Some(match value.split_once(' ') {
                    Some((scheme, proof)) if name == AUTHORIZATION => {
                        format!("{name}: {scheme} {}", cut(proof))
                    }
                    _ => format!("{name}: {value}"),
                })
            })
            .collect();
        let body = readable(&record.body, &mut tokens);
        if !body.is_empty() {
            request.push(format!("\n{body}"));
        }
        let (status, answer) = match &record.outcome {
            Ok(answer) => (
                answer.status.as_str().to_owned(),
                readable(&answer.body, &mut tokens),
            ),
            Err(error) => ("no answer".to_owned(), error.to_string()),
        };
        let path = record.url.path();
        let to = if path.starts_with("/api/account/") {
            "The identity service"
        } else {
            "The brand’s login"
        };
        Self {
            from: PLATFORM.to_owned(),
            to: to.to_owned(),
            line: match record.url.query() {
                Some(query) => format!("{} {path}?{query}", record.method),
                None => format!("{} {path}", record.method),
            },
            request: request.join("\n"),
            status,
            answer,
            tokens,
        }
    }

    /// The handshake of a socket, by which nothing is shown yet.
    pub(super) fn opened(at: &Url, status: &str) -> Self {
        Self {
            from: PLATFORM.to_owned(),
            to: SOCKET.to_owned(),
            line: format!("GET {}?{}", at.path(), at.query().unwrap_or_default()),
            request: format!("{UPGRADE}: websocket"),
            status: status.to_owned(),
            answer: String::new(),
            tokens: Vec::new(),
        }
    }

    /// What was said and answered over a socket.
    pub(super) fn said(request: &Value, answer: &Value) -> Self {
        let mut tokens = Vec::new();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Self {
            from: PLATFORM.to_owned(),
            to: SOCKET.to_owned(),
            line: text(request.get("type").unwrap_or(&Value::Null)),
            request: readable(request.to_string().as_bytes(), &mut tokens),
            status: text(answer.get("code").unwrap_or(&Value::Null)),
            answer: readable(answer.to_string().as_bytes(), &mut tokens),
            tokens,
        }
    }

    /// What the page says that it saw. Whoever writes such a page may say anything: it is text, and not much of it.
    pub(super) fn seen(journal: Vec<Seen>) -> impl Iterator<Item = Self> {
        let some = |text: String| text.chars().take(MOST_TEXT).collect();
        journal.into_iter().take(MOST_SEEN).map(move |seen| Self {
            from: some(seen.from),
            to: some(seen.to),
            line: some(seen.line),
            request: some(seen.body),
            status: some(seen.status),
            answer: some(seen.answer),
            tokens: Vec::new(),
        })
    }
}

/// A body in JSON, indented; a form, a line for each field.
fn readable(body: &[u8], tokens: &mut Vec<Token>) -> String {
    if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
        shorten(&mut value, tokens);
        return format!("{value:#}");
    }
    form_urlencoded::parse(body)
        .map(|(name, value)| format!("{name}={}", shown(&name, &value, tokens)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn shorten(value: &mut Value, tokens: &mut Vec<Token>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) => *text = shown(name, text, tokens),
                    member => shorten(member, tokens),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, tokens)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn shown(name: &str, text: &str, tokens: &mut Vec<Token>) -> String {
    if PROOFS.contains(&name) {
        tokens.extend(Token::of(name, text));
        return cut(text);
    }
    if text.chars().count() > LONGEST {
        let beginning: String = text.chars().take(LONGEST).collect();
        return format!("{beginning}…");
    }
    text.to_owned()
}

/// Enough to know it again, and nothing to use.
fn cut(proof: &str) -> String {
    let beginning: String = proof.chars().take(4).collect();
    format!("{beginning}…")
}
