use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, as_text};

const ALLOWED: &str = "off, error, warn, info, debug or trace; or for a part: \"info,signet::store=debug\"";

/// How much is logged: a level for everything, and levels for parts of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(String);

impl Levels {
    /// The text, as `tracing` reads filters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl FromStr for Levels {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let level = |level: &str| matches!(level, "off" | "error" | "warn" | "info" | "debug" | "trace");
        let part = |part: &str| match part.split_once('=') {
            Some((target, of)) => {
                level(of)
                    && !target.is_empty()
                    && target
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_'))
            }
            None => level(part),
        };
        text.split(',')
            .all(|text| part(text.trim()))
            .then(|| Self(text.split(',').map(str::trim).collect::<Vec<_>>().join(",")))
            .ok_or(InvalidValue(ALLOWED))
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

as_text!(Levels);
