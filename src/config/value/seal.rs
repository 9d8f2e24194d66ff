use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};

use super::InvalidValue;

const ALLOWED: &str = "a file's path, \"env:NAME\" for an environment variable, \"command:PROGRAM ARGUMENT …\" or a table with \
                       `command` for a program that prints the key";
const COMMAND: &str = "a program that prints the key on standard output, and its arguments: a list, or one text that is cut at spaces";

/// Where the sealing key is: a file, an environment variable, or a program that knows. Never the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealSource {
    /// A file that its owner alone may read.
    File(PathBuf),
    /// An environment variable, read with [`SealSource::variable`].
    Environment(String),
    /// A program and its arguments, run without a shell; it prints the key.
    Command(Vec<String>),
}

impl SealSource {
    /// The value of an environment variable that holds a key, where it is set.
    pub fn variable(name: &str) -> Option<secrecy::SecretString> {
        crate::config::environment::variable(name)
    }

    /// The command that a text means: its parts stand between spaces.
    fn command(text: &str) -> Result<Self, InvalidValue> {
        Self::program(text.split_whitespace().map(str::to_owned).collect())
    }

    fn program(parts: Vec<String>) -> Result<Self, InvalidValue> {
        match parts.first() {
            Some(program) if !program.is_empty() => Ok(Self::Command(parts)),
            _ => Err(InvalidValue(COMMAND)),
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
        match (text.split_once(':'), text) {
            (Some(("env", name)), _) if word(name) => Ok(Self::Environment(name.to_owned())),
            (Some(("env", _)), _) | (_, "") => Err(InvalidValue(ALLOWED)),
            (Some(("command", command)), _) => Self::command(command),
            _ => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

impl fmt::Display for SealSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Command(parts) => write!(f, "command:{}", parts.join(" ")),
        }
    }
}

impl serde::Serialize for SealSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Command(parts) => serializer.collect_map([("command", parts)]),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> serde::Deserialize<'de> for SealSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Source;
        impl<'de> Visitor<'de> for Source {
            type Value = SealSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ALLOWED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SealSource, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<SealSource, A::Error> {
                let mut command = None;
                while let Some(key) = table.next_key::<String>()? {
                    if key != "command" {
                        return Err(A::Error::unknown_field(&key, &["command"]));
                    }
                    command = Some(table.next_value::<Command>()?);
                }
                command
                    .map(|Command(source)| source)
                    .ok_or_else(|| A::Error::custom(ALLOWED))
            }
        }
        deserializer.deserialize_any(Source)
    }
}

/// What `command` may hold in a table.
struct Command(SealSource);

impl<'de> serde::Deserialize<'de> for Command {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Command;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(COMMAND)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Command, E> {
                SealSource::command(text).map(Command).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Command, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = items.next_element()? {
                    parts.push(part);
                }
                SealSource::program(parts).map(Command).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_any(Parts)
    }
}

impl schemars::JsonSchema for SealSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SealSource".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["string", "object"],
            "description": ALLOWED,
            "properties": {
                "command": {
                    "type": ["string", "array"],
                    "items": {"type": "string"},
                    "description": format!("The sealing key from elsewhere: {COMMAND}. It has ten seconds."),
                },
            },
            "required": ["command"],
            "additionalProperties": false,
        })
    }
}
