//! Values that settings are made of. Each knows its text form, and says what it allows when it gets something else.

mod allowed_host;
mod database_url;
mod levels;
mod listen;
mod mail_address;
mod network;
mod period;
mod public_url;
mod seal;
mod size;
mod smtp_url;
mod time_zone;

pub use allowed_host::AllowedHost;
pub use database_url::DatabaseUrl;
pub(crate) use database_url::is_local;
pub use levels::Levels;
pub use listen::Listen;
pub use mail_address::MailAddress;
pub use network::Network;
pub use period::Period;
pub use public_url::PublicUrl;
pub use seal::SealSource;
pub use size::Size;
pub use smtp_url::SmtpUrl;
pub use time_zone::TimeZone;

/// A text that isn't a value of the kind; it says what is allowed, and nothing of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidValue(pub(super) &'static str);

/// A value that is written as text: (de)serialised by it, and described by the `ALLOWED` beside it.
macro_rules! as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(ALLOWED)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "description": ALLOWED})
            }
        }
    };
}

/// An amount that is written as text with a unit, or as a plain number; described by the `ALLOWED` beside it.
macro_rules! as_amount {
    ($name:ident, $from:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Amount;
                impl serde::de::Visitor<'_> for Amount {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(ALLOWED)
                    }
                    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<$name, E> {
                        Ok($name::$from(number))
                    }
                    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<$name, E> {
                        u64::try_from(number).map($name::$from).map_err(|_| E::custom(ALLOWED))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_any(Amount)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": ["string", "integer"], "minimum": 0, "description": ALLOWED})
            }
        }
    };
}

use {as_amount, as_text};
