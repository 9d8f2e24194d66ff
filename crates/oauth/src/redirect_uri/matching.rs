//! Whether a request's redirect URI is one of the client's (SEC-064).

use super::{
    RedirectUri, ValidRedirectUri,
    parts::{Parts, is_port},
};
use crate::application_type::ApplicationType;

impl ValidRedirectUri {
    /// The presented URI, if the client has it: byte for byte (RFC 9700 §2.1), and, for native clients alone, with any port
    /// on a loopback address (RFC 8252 §7.3: "The authorization server MUST allow any port to be specified at the time
    /// of the request for loopback IP redirect URIs").
    pub fn find(
        registered: &[RedirectUri],
        application_type: ApplicationType,
        presented: &str,
    ) -> Option<Self> {
        let matches = |known: &RedirectUri| {
            known.as_str() == presented
                || match application_type {
                    ApplicationType::Web => false,
                    ApplicationType::Native => differ_in_loopback_port_alone(known.as_str(), presented),
                }
        };
        registered.iter().any(matches).then(|| Self(presented.to_owned()))
    }

    /// For a request that presents none: the client's URI, if it has just one (RFC 6749 §3.1.2.3).
    pub fn only(registered: &[RedirectUri]) -> Option<Self> {
        match registered {
            [uri] => Some(Self(uri.as_str().to_owned())),
            _ => None,
        }
    }
}

fn differ_in_loopback_port_alone(registered: &str, presented: &str) -> bool {
    match (
        without_loopback_port(registered),
        without_loopback_port(presented),
    ) {
        (Some(registered), Some(presented)) => registered == presented,
        _ => false,
    }
}

/// Address, path and query of `http://127.0.0.1` or `http://[::1]`. The name `localhost` isn't among them: it need not
/// lead to the loopback interface (RFC 8252 §8.3).
fn without_loopback_port(uri: &str) -> Option<(&str, &str, Option<&str>)> {
    let parts = Parts::of(uri).filter(|parts| parts.scheme == "http")?;
    match parts.host_and_port()? {
        (host @ ("127.0.0.1" | "[::1]"), port) if port.is_none_or(is_port) => {
            Some((host, parts.path, parts.query))
        }
        _ => None,
    }
}
