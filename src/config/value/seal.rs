use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::{InvalidValue, as_text};

const ALLOWED: &str = "a file's path, or \"env:NAME\" for an environment variable";

/// Where the sealing key is: a file, or an environment variable. Never the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealSource {
    /// A file that its owner alone may read.
    File(PathBuf),
    /// An environment variable, read with [`SealSource::from_environment`].
    Environment(String),
}

impl SealSource {
    /// The variable's value, where the source is a variable that is set.
    pub fn from_environment(&self) -> Option<secrecy::SecretString> {
        match self {
            Self::File(_) => None,
            Self::Environment(name) => crate::config::environment::variable(name),
        }
    }
}

impl FromStr for SealSource {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let word = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match text.strip_prefix("env:") {
            Some(name) if word(name) => Ok(Self::Environment(name.to_owned())),
            None if !text.is_empty() => Ok(Self::File(PathBuf::from(text))),
            _ => Err(InvalidValue(ALLOWED)),
        }
    }
}

impl fmt::Display for SealSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Environment(name) => write!(f, "env:{name}"),
        }
    }
}

as_text!(SealSource);
