use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::InvalidValue;

const ALLOWED: &str =
    "ADDRESS:PORT such as \"0.0.0.0:8080\", \"[::]:8080\" or \"localhost:8080\", or a list of them";

/// Addresses to listen on: one, or several as a list or separated by commas. `localhost:PORT` is both loopback
/// addresses. Port 0 lets the system choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen(Vec<SocketAddr>);

impl Default for Listen {
    fn default() -> Self {
        Self::localhost(8080)
    }
}

impl Listen {
    /// Both loopback addresses. With port 0 it is IPv4's alone, since two would get two ports.
    pub fn localhost(port: u16) -> Self {
        let mut addresses = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
        if port != 0 {
            addresses.push(SocketAddr::from((Ipv6Addr::LOCALHOST, port)));
        }
        Self(addresses)
    }

    /// The addresses, in the order in which they were written.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.0
    }

    /// Whether only this machine can reach all of them.
    pub fn is_loopback(&self) -> bool {
        self.0.iter().all(|address| address.ip().is_loopback())
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self(vec![address])
    }
}

impl FromStr for Listen {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let mut all = Vec::new();
        for part in text.split(',').map(str::trim) {
            if let Ok(address) = part.parse::<SocketAddr>() {
                all.push(address);
            } else {
                let port = part.strip_prefix("localhost:").and_then(|port| port.parse().ok());
                all.extend(Self::localhost(port.ok_or(InvalidValue(ALLOWED))?).0);
            }
        }
        Ok(Self(all))
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, address) in self.0.iter().enumerate() {
            write!(f, "{}{address}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Serialize for Listen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = Listen;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ALLOWED)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Listen, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Listen, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element::<Cow<'de, str>>()? {
                    all.extend(item.parse::<Listen>().map_err(A::Error::custom)?.0);
                }
                Ok(Listen(all))
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

impl JsonSchema for Listen {
    fn schema_name() -> Cow<'static, str> {
        "Listen".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "array"], "items": {"type": "string"}, "description": ALLOWED})
    }
}
