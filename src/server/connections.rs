//! How many connections are open, overall and from one address (SEC-157).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use crate::config::{Limits, Network};
use crate::http::caller;

/// Counts open connections.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    most_per_network: usize,
    exempt: Vec<Network>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_network: HashMap<IpNet, usize>,
}

/// A place among the open connections, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    network: Option<IpNet>,
}

impl Connections {
    pub(super) fn new(limits: &Limits, trusted: &[Network]) -> Self {
        Self {
            most: limits.connections,
            most_per_network: limits.connections_per_address,
            exempt: trusted.to_vec(),
            open: Mutex::default(),
        }
    }

    /// A place for a connection from `peer`, if there is one left.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let exempt = self.exempt.iter().any(|network| network.contains(peer));
        let network = (!exempt).then(|| caller::network(peer));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.most {
            return None;
        }
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= self.most_per_network {
                return None;
            }
            *count += 1;
        }
        open.all += 1;
        Some(Place {
            connections: Arc::clone(self),
            network,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(network) = self.network
            && let Some(count) = open.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}
