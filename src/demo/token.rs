//! Tokens taken apart for people, whether or not they may be believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token with what can be read of it.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) title: String,
    pub(super) compact: String,
    /// The header of its encryption; empty where it is only signed.
    pub(super) encryption: String,
    /// The header of the signed token; empty where it is encrypted, and nobody has opened it.
    pub(super) header: String,
    pub(super) payload: String,
}

impl Token {
    /// What can be read of it without a key.
    pub(super) fn read(title: &str, compact: &str) -> Self {
        let mut parts = compact.split('.').map(readable);
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let encrypted = parts.count() == 3;
        let (encryption, header, payload) = if encrypted {
            (first, String::new(), String::new())
        } else {
            (String::new(), first, second)
        };
        Self {
            title: title.to_owned(),
            compact: compact.to_owned(),
            encryption,
            header,
            payload,
        }
    }

    /// The same, if it looks like one at all.
    pub(super) fn of(title: &str, text: &str) -> Option<Self> {
        (text.starts_with("eyJ") && text.matches('.').count() >= 2).then(|| Self::read(title, text))
    }

    /// The same with what was inside, once it is opened.
    pub(super) fn opened(self, header: &Map<String, Value>, claims: &Map<String, Value>) -> Self {
        if self.encryption.is_empty() {
            return self;
        }
        let indented = |members: &Map<String, Value>| format!("{:#}", Value::Object(members.clone()));
        Self {
            header: indented(header),
            payload: indented(claims),
            ..self
        }
    }

    /// The claims, as far as they can be read.
    pub(super) fn claims(&self) -> Value {
        serde_json::from_str(&self.payload).unwrap_or_default()
    }
}

/// A part of a token as indented JSON; as it is where it isn't JSON.
fn readable(part: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => format!("{value:#}"),
        Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}
