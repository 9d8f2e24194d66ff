use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Addresses from which an API key may be used: one, a network, or those from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum IpRule {
    /// `192.0.2.7`, or `2001:db8::/48`.
    Network(IpNet),
    /// `192.0.2.10-192.0.2.19`: both ends belong to it.
    Range(IpAddr, IpAddr),
}

impl IpRule {
    /// What is allowed, for people.
    pub const ALLOWED: &'static str =
        "addresses (192.0.2.7), networks (2001:db8::/48) or ranges (192.0.2.10-192.0.2.19), at most 100";

    /// Whether the address belongs to it. IPv4 and IPv6 never meet, but that `::ffff:192.0.2.7` is `192.0.2.7`.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        match self {
            Self::Network(network) => network.contains(&ip),
            Self::Range(first, last) => first.is_ipv4() == ip.is_ipv4() && (*first..=*last).contains(&ip),
        }
    }
}

/// What is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address, a network or a range of addresses")]
pub struct InvalidIpRule;

impl FromStr for IpRule {
    type Err = InvalidIpRule;

    fn from_str(text: &str) -> Result<Self, InvalidIpRule> {
        let address = |text: &str| {
            text.trim()
                .parse::<IpAddr>()
                .map(|ip| ip.to_canonical())
                .map_err(|_| InvalidIpRule)
        };
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (address(first)?, address(last)?);
            return if first.is_ipv4() == last.is_ipv4() && first <= last {
                Ok(Self::Range(first, last))
            } else {
                Err(InvalidIpRule)
            };
        }
        match address(text) {
            Ok(ip) => Ok(Self::Network(IpNet::from(ip))),
            Err(_) => text
                .trim()
                .parse::<IpNet>()
                .map(|net| Self::Network(net.trunc()))
                .map_err(|_| InvalidIpRule),
        }
    }
}

impl fmt::Display for IpRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                write!(f, "{}", network.addr())
            }
            Self::Network(network) => write!(f, "{network}"),
            Self::Range(first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl TryFrom<String> for IpRule {
    type Error = InvalidIpRule;
    fn try_from(text: String) -> Result<Self, InvalidIpRule> {
        text.parse()
    }
}

impl From<IpRule> for String {
    fn from(rule: IpRule) -> Self {
        rule.to_string()
    }
}
