//! Somebody who verifies tokens by the published keys, and keeps them exactly as long as `Cache-Control` says.

use std::net::SocketAddr;
use std::time::Duration;

use http::header;
use jose::{JwkSet, KeySet, Policy};
use signet::base::Stopwatch;
use tokio::sync::Mutex;

use crate::house::client;

pub(crate) struct Verifier {
    client: reqwest::Client,
    nodes: Vec<SocketAddr>,
    host: String,
    issuer: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    copy: Option<Copy>,
    /// How often it has fetched: the next node's turn.
    fetched: usize,
}

struct Copy {
    keys: KeySet,
    /// When it was asked for: a copy's age counts from there (RFC 9111 §4.2.3).
    asked: Stopwatch,
    max_age: Duration,
}

impl Verifier {
    pub(crate) fn new(nodes: &[SocketAddr], host: &str, first: usize) -> Self {
        Self {
            client: client("fleet"),
            nodes: nodes.to_vec(),
            host: host.to_owned(),
            issuer: format!("http://{host}"),
            state: Mutex::new(State {
                copy: None,
                fetched: first,
            }),
        }
    }

    /// Verifies a token. One whose key is not in the copy fails: nothing is fetched because of it.
    pub(crate) async fn verify(&self, token: &str, now: i64) -> Result<(), String> {
        let mut state = self.state.lock().await;
        let fresh = state
            .copy
            .as_ref()
            .is_some_and(|copy| copy.asked.elapsed() < copy.max_age);
        if !fresh {
            state.copy = Some(self.fetch(&mut state.fetched).await);
        }
        let copy = state.copy.as_ref().unwrap();
        let policy = Policy::id_token(&self.issuer, "shop", now);
        jose::verify(token, |kid| copy.keys.find(kid), &policy)
            .map(|_| ())
            .map_err(|error| {
                let kids: Vec<&str> = copy.keys.keys().iter().map(jose::PublicKey::kid).collect();
                format!(
                    "{error}: a copy of {:?} ago, for {:?}, with {kids:?}",
                    copy.asked.elapsed(),
                    copy.max_age
                )
            })
    }

    pub(crate) async fn fetched(&self) -> usize {
        self.state.lock().await.fetched
    }

    /// From one node after the other; one that is not there is left out.
    async fn fetch(&self, fetched: &mut usize) -> Copy {
        loop {
            let node = self.nodes[*fetched % self.nodes.len()];
            *fetched += 1;
            let asked = Stopwatch::start();
            let request = self
                .client
                .get(format!("http://{node}/jwks"))
                .header(header::HOST, &self.host);
            let Ok(response) = request.send().await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let control = response.headers().get(header::CACHE_CONTROL).cloned();
            let (true, Ok(body)) = (response.status().is_success(), response.bytes().await) else {
                continue;
            };
            let control = control.unwrap();
            let max_age = control
                .to_str()
                .unwrap()
                .strip_prefix("public, max-age=")
                .unwrap();
            return Copy {
                keys: KeySet::from_jwk_set(&JwkSet::parse(&body).unwrap(), None),
                asked,
                max_age: Duration::from_secs(max_age.parse().unwrap()),
            };
        }
    }
}
