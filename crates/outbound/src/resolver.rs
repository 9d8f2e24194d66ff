use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_public;

/// Resolves names with the machine's resolver, and refuses those that lead anywhere private. What it hands out is what is
/// dialled, so a name that answers differently the next time (DNS rebinding) gains nothing.
#[derive(Debug)]
pub(crate) struct PublicOnly;

/// A name leads to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("{name} resolves to {address}, which is not public")]
pub(crate) struct Closed {
    name: String,
    address: SocketAddr,
}

/// A name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("{name} does not resolve")]
pub(crate) struct Unresolved {
    name: String,
    source: Option<std::io::Error>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = look_up(name.as_str()).await?;
            // One closed address among open ones is no accident: whoever set it up hopes for a second try.
            if let Some(address) = addresses.iter().find(|a| !is_public(a.ip())) {
                return Err(Closed {
                    name: name.as_str().to_owned(),
                    address: *address,
                }
                .into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Resolves names for hosts that are exempt.
#[derive(Debug)]
pub(crate) struct Anywhere;

impl Resolve for Anywhere {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = look_up(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// At least one address. The port 0 stands for the URL's.
async fn look_up(name: &str) -> Result<Vec<SocketAddr>, Unresolved> {
    let unresolved = |source| Unresolved {
        name: name.to_owned(),
        source,
    };
    let addresses: Vec<_> = tokio::net::lookup_host((name, 0))
        .await
        .map_err(|e| unresolved(Some(e)))?
        .collect();
    if addresses.is_empty() {
        return Err(unresolved(None));
    }
    Ok(addresses)
}
