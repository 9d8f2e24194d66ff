use std::net::IpAddr;

use url::{Host, Url};

use crate::address::is_public;
use crate::error::{Detail, Error};
use crate::options::Exemption;

/// Ports of https services; a port scan needs others.
const PORTS: &[u16] = &[443, 8443];

/// What can be said of a URL before anything is looked up.
#[derive(Debug)]
pub(crate) struct Guard {
    exempt: Vec<Exemption>,
}

/// How a URL may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// To public addresses only: those that its name resolves to are still to be checked.
    Guarded,
    /// To any address.
    Exempt,
}

impl Guard {
    pub(crate) fn new(exempt: Vec<Exemption>) -> Self {
        Self { exempt }
    }

    /// Scheme, credentials, port, and the host where it is written as an address: those never meet the resolver.
    pub(crate) fn admit(&self, url: &Url) -> Result<Passage, Error> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(Error::Url(Detail::new(format!("scheme {other}")))),
        };
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Error::Url(Detail::new("no host")));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url(Detail::new(format!("credentials for {host}"))));
        }
        if url.fragment().is_some() {
            return Err(Error::Url(Detail::new(format!("a fragment for {host}"))));
        }
        if self.is_exempt(&host, port) {
            return Ok(Passage::Exempt);
        }
        let detail = || Detail::new(format!("{host}:{port}"));
        let address = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        if address.is_some_and(|address| !is_public(address)) {
            return Err(Error::Address(detail()));
        }
        if !secure {
            return Err(Error::Insecure(detail()));
        }
        if !PORTS.contains(&port) {
            return Err(Error::Port(detail()));
        }
        Ok(Passage::Guarded)
    }

    fn is_exempt(&self, host: &Host<&str>, port: u16) -> bool {
        let host = host.to_string();
        self.exempt
            .iter()
            .any(|exempt| exempt.host == host && exempt.port.is_none_or(|only| only == port))
    }
}
