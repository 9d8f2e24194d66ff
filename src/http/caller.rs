//! Who calls.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use ipnet::IpNet;

/// The other end of a request. An extension of every request that came through `server`.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client's address: the socket's peer, or what a trusted proxy says of it (SEC-079). IPv4 in IPv6's clothes
    /// is undressed.
    pub ip: IpAddr,
    /// The request's id, for the log and for people who report an error.
    pub request_id: Arc<str>,
}

impl Caller {
    /// What limits are counted by: the address, or the /64 that an IPv6 customer has to themselves (SEC-165).
    pub fn network(&self) -> IpNet {
        network(self.ip)
    }
}

/// The network that limits count an address by.
pub fn network(ip: IpAddr) -> IpNet {
    let bits = if ip.is_ipv4() { 32 } else { 64 };
    IpNet::new(ip, bits).map_or_else(|_| IpNet::from(ip), |network| network.trunc())
}

/// Always there: a request that came some other way (a test that calls a handler) is nobody's.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            request_id: "-".into(),
        }))
    }
}
