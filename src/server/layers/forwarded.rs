//! What a trusted proxy says of a request (SEC-079).
//!
//! Only `X-Forwarded-For` is read. A proxy that writes one of the two headers and passes the other on would let a
//! client choose its address, if both were believed.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;

use crate::config::Server;

/// The client's address: the right-most one that is no proxy of ours; the proxy's own where it says nothing. `None`
/// where it can't be read.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, server: &Server) -> Option<IpAddr> {
    let mut client = peer;
    for line in headers.get_all("x-forwarded-for").iter().rev() {
        for hop in line.to_str().ok()?.rsplit(',') {
            client = address(hop.trim())?;
            if !server.trusts(client) {
                return Some(client);
            }
        }
    }
    Some(client)
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .map(|ip| ip.to_canonical())
}

/// The id that a proxy gave the request, if it looks like one.
pub(super) fn request_id(headers: &HeaderMap) -> Option<Arc<str>> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ((8..=64).contains(&id.len()) && id.bytes().all(word)).then(|| id.into())
}
