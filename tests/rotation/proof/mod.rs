//! Twenty rotations while consumers log in and nodes are killed.

mod verifier;
pub(crate) mod visitor;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use signet::base::id::AccountId;
use signet::base::{Clock, Entropy, Stopwatch};
use signet::model::signing_key::KeyState;
use signet::store::{self, Connect, Db};

use crate::house::{House, Node, ended};
use crate::support::db::FreshDb;
use verifier::Verifier;
use visitor::{Got, Visitor};

const ROTATIONS: usize = 20;
/// Longer than it takes on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(400);
/// Keys live for seconds.
const QUICK: [(&str, &str); 3] = [
    ("SIGNET_KEYS__ROTATION__EVERY", "3s"),
    ("SIGNET_KEYS__ROTATION__PUBLISH_AHEAD", "2s"),
    ("SIGNET_TOKENS__ID_TOKEN_TTL", "5m"),
];

/// What is going on.
struct Trial {
    house: House,
    nodes: Vec<Node>,
    db: Db,
    visitor: Visitor,
    /// Three machines of one verifier, with one address and one name between them, each with its own copy.
    verifiers: Vec<Verifier>,
    over: AtomicBool,
    verified: AtomicU64,
    kills: AtomicU64,
}

async fn trial(url: &str, nodes: usize) {
    let seed = u64::from(std::process::id()) ^ u64::try_from(Clock::default().now().millis()).unwrap();
    println!("seed {seed}");
    let house = House::new(url, nodes, &QUICK);
    let password = house.furnish();
    let host = house.host();
    let connect = Connect {
        url: house.database(url),
        connections: 2,
    };
    let trial = Arc::new(Trial {
        nodes: (0..nodes).map(|index| house.start(index)).collect(),
        db: Db::connect(&connect).await.unwrap(),
        visitor: Visitor::new(&host),
        verifiers: (0..3)
            .map(|first| Verifier::new(&house.addresses, &host, first))
            .collect(),
        over: AtomicBool::new(false),
        verified: AtomicU64::new(0),
        kills: AtomicU64::new(0),
        house,
    });
    trial.visitor.sign_in(trial.house.addresses[0], &password).await;

    let mut tasks = tokio::task::JoinSet::new();
    for node in 0..nodes {
        tasks.spawn(Arc::clone(&trial).log_in(node));
    }
    tasks.spawn(Arc::clone(&trial).kill(Entropy::seeded(seed)));
    tasks.spawn(Arc::clone(&trial).rotate_by_hand(Entropy::seeded(seed + 1)));
    tasks.spawn(Arc::clone(&trial).watch());
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }

    let (verified, kills) = (
        trial.verified.load(Ordering::Relaxed),
        trial.kills.load(Ordering::Relaxed),
    );
    println!("{verified} tokens verified by each, {kills} kills");
    assert!(verified > 100 && kills > 2, "{verified} tokens, {kills} kills");
    for verifier in &trial.verifiers {
        assert!(verifier.fetched().await > ROTATIONS);
    }
    trial.db.close().await;
}

/// A random time between two, in milliseconds.
fn pause(random: &Entropy, from: u64, to: u64) -> Duration {
    Duration::from_millis(from + u64::from(u16::from_be_bytes(random.bytes())) % (to - from))
}

/// Ends the trial however a part of it ends.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Trial {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    /// Logs in again and again at one node; codes are redeemed at any.
    async fn log_in(self: Arc<Self>, node: usize) {
        let _over = Over(&self.over);
        let addresses = &self.house.addresses;
        let mut earlier: Option<String> = None;
        for turn in 0.. {
            if !self.goes_on() {
                return;
            }
            let redeems = (turn % 2 == 1).then(|| addresses[(node + turn / 2) % addresses.len()]);
            match self.visitor.id_token(addresses[node], redeems).await {
                Got::IdToken(token) => {
                    let told = |token: &str, why: String| {
                        format!(
                            "node {node}, {}: {why}",
                            token.split('.').next().unwrap_or_default()
                        )
                    };
                    let now = Clock::default().now().seconds();
                    for verifier in &self.verifiers {
                        verifier
                            .verify(&token, now)
                            .await
                            .unwrap_or_else(|why| panic!("{}", told(&token, why)));
                    }
                    self.verified.fetch_add(1, Ordering::Relaxed);
                    // It lives for minutes: its key is there as long, whatever has happened since.
                    if let Some(earlier) = &earlier {
                        let again = self.verifiers[0].verify(earlier, now).await;
                        again.unwrap_or_else(|why| panic!("again: {}", told(earlier, why)));
                    }
                    if turn % 50 < 2 {
                        earlier = Some(token);
                    }
                }
                Got::Busy => tokio::time::sleep(Duration::from_millis(50)).await,
                Got::Nobody => tokio::time::sleep(Duration::from_millis(20)).await,
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Kills one node after the other, at any instant.
    async fn kill(self: Arc<Self>, random: Entropy) {
        let _over = Over(&self.over);
        while self.goes_on() {
            tokio::time::sleep(pause(&random, 500, 5_000)).await;
            let node = usize::from(random.bytes::<1>()[0]) % self.nodes.len();
            let it = Arc::clone(&self);
            let again = tokio::task::spawn_blocking(move || {
                it.nodes[node].kill();
                it.house.start_again(&it.nodes[node]);
            });
            again.await.unwrap();
            self.kills.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Two commands at once, without force: each rotates, or waits.
    async fn rotate_by_hand(self: Arc<Self>, random: Entropy) {
        let _over = Over(&self.over);
        while self.goes_on() {
            tokio::time::sleep(pause(&random, 500, 6_000)).await;
            let it = Arc::clone(&self);
            let said = tokio::task::spawn_blocking(move || {
                let begun = [0, 1].map(|_| it.house.begin(&["key", "rotate"]));
                begun.map(ended)
            });
            for (status, said) in said.await.unwrap() {
                // One that found no gap between other writers for five seconds is to be tried again.
                let is_busy = status == Some(1) && said.contains("the database is unavailable");
                assert!(is_busy || matches!(status, Some(0 | 3)), "{said}");
            }
        }
    }

    /// Looks at the database all the time, and lets the doctor look after each rotation.
    async fn watch(self: Arc<Self>) {
        let _over = Over(&self.over);
        let account: AccountId = "default".parse().unwrap();
        let (mut seen, began) = (BTreeSet::new(), Stopwatch::start());
        while seen.len() <= ROTATIONS && self.goes_on() {
            assert!(
                began.elapsed() < PATIENCE,
                "{} rotations: {}",
                seen.len(),
                self.house.log()
            );
            let keys = store::signing_keys::list(&self.db, &account).await.unwrap();
            let of = |state: KeyState| keys.iter().filter(move |key| key.state == state);
            let active: Vec<_> = of(KeyState::Active).collect();
            assert!(
                active.len() == 1 && of(KeyState::Pending).count() <= 1,
                "{keys:?}"
            );
            if seen.insert(active[0].kid.clone()) {
                let it = Arc::clone(&self);
                let looked = tokio::task::spawn_blocking(move || it.house.run(&["doctor", "--integrity"]));
                let output = looked.await.unwrap();
                assert!(
                    output.status.success(),
                    "{}",
                    String::from_utf8_lossy(&output.stdout)
                );
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        println!("{} rotations in {:?}", seen.len() - 1, began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_013_no_login_fails_through_twenty_rotations_of_two_nodes_that_are_killed() {
    let fresh = FreshDb::postgres_unmigrated().await;
    trial(&fresh.connect.url, 2).await;
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_013_no_login_fails_through_twenty_rotations_of_one_node_that_is_killed() {
    trial("sqlite://data/signet.db", 1).await;
}
