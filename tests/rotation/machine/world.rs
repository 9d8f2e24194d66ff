//! The world in memory: a database whose statements are those of the store, nodes with their copies of the keys,
//! verifiers with theirs, and a clock that may jump while time passes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jose::Algorithm;
use signet::base::Timestamp;
use signet::base::id::{AccountId, ClientId, KeyId};
use signet::context::FRESH;
use signet::directory::key::Readiness;
use signet::keys::Plan;
use signet::keys::rotation::{Step, due, next_activation};
use signet::model::jwks_reader::JwksReader;
use signet::model::signing_key::{KeyState, SigningKey};

pub(super) const NODES: usize = 3;
pub(super) const VERIFIERS: usize = 4;
/// How long a request that began with an old ring may take to sign.
const ECHO: Duration = Duration::from_secs(5);

pub(super) struct World {
    pub(super) plan: Plan,
    token_ttl: Duration,
    /// Time as it passes, in milliseconds; verifiers and memories go by it.
    real: i64,
    /// How far the clock is off it.
    offset: i64,
    rows: Vec<SigningKey>,
    tokens: Vec<(KeyId, Timestamp)>,
    readers: BTreeMap<usize, JwksReader>,
    nodes: [Node; NODES],
    verifiers: [Verifier; VERIFIERS],
    /// Keys that were made to sign before anybody had seen them.
    forced: BTreeSet<KeyId>,
    made: u32,
    /// The algorithms of the keys that began to sign without force, one after the other.
    pub(super) rotations: Vec<Algorithm>,
}

/// A process: what it remembers, and what it is about to write.
#[derive(Default)]
struct Node {
    ring: Option<Ring>,
    todo: VecDeque<Write>,
    /// Whom it has written down as a reader of which keys, when and until when.
    written: BTreeMap<usize, (Vec<KeyId>, Timestamp, Timestamp)>,
    /// A key in a transaction that has begun.
    publishing: Option<(i64, SigningKey)>,
}

/// What a node has decided to write, and will, after others have written.
enum Write {
    Publish(Algorithm),
    Activate { kid: KeyId, forced: bool },
    Retire(KeyId),
}

#[derive(Clone)]
struct Ring {
    read: i64,
    kids: Vec<KeyId>,
    active: Vec<(Algorithm, KeyId)>,
    next: Option<Timestamp>,
}

#[derive(Default)]
struct Verifier {
    copy: Option<(Vec<KeyId>, i64)>,
    /// A request that a node has begun to answer.
    asking: Option<(i64, Timestamp, usize, Ring)>,
}

/// The first two share an address and a name, and the last is registered as a verifier.
fn name(verifier: usize) -> usize {
    verifier.max(1)
}

fn registered() -> ClientId {
    ClientId::parse("platform").unwrap()
}

fn account() -> AccountId {
    AccountId::parse("brand").unwrap()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap()
}

impl World {
    /// With an active key of each algorithm, which everybody has known for long.
    pub(super) fn new(plan: Plan, token_ttl: Duration, algorithms: &[Algorithm]) -> Self {
        let mut world = Self {
            plan,
            token_ttl,
            real: 1_800_000_000_000,
            offset: 0,
            rows: Vec::new(),
            tokens: Vec::new(),
            readers: BTreeMap::new(),
            nodes: Default::default(),
            verifiers: Default::default(),
            forced: BTreeSet::new(),
            made: 0,
            rotations: Vec::new(),
        };
        for algorithm in algorithms {
            let mut key = world.key(*algorithm);
            key.state = KeyState::Active;
            key.activated_at = Some(key.created_at);
            world.rows.push(key);
        }
        world
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.real + self.offset)
    }

    pub(super) fn pass(&mut self, duration: Duration) {
        self.real += millis(duration);
    }

    pub(super) fn jump(&mut self, by: i64) {
        self.offset += by;
    }

    pub(super) fn set_clock(&mut self, offset: i64) {
        self.offset = offset;
    }

    fn key(&mut self, alg: Algorithm) -> SigningKey {
        self.made += 1;
        SigningKey {
            account_id: account(),
            kid: KeyId::parse(&format!("key-{}", self.made)).unwrap(),
            alg,
            state: KeyState::Pending,
            public_jwk: String::new(),
            private_key: None,
            created_at: self.now(),
            activate_at: None,
            activated_at: None,
            retire_at: None,
            retired_at: None,
            stopped_at: None,
            burnt_at: None,
        }
    }

    fn row(&mut self, kid: &KeyId) -> Option<&mut SigningKey> {
        self.rows.iter_mut().find(|key| key.kid == *kid)
    }

    fn published(&self) -> Vec<SigningKey> {
        let kept = self.rows.iter().filter(|key| key.state != KeyState::Retired);
        kept.cloned().collect()
    }

    fn find(&self, alg: Algorithm, state: KeyState) -> Option<&SigningKey> {
        self.rows.iter().find(|key| key.alg == alg && key.state == state)
    }

    // What a node does.

    /// Asks what is due.
    pub(super) fn look(&mut self, node: usize) {
        let steps = due(&self.published(), &self.plan, self.now());
        self.nodes[node].todo = steps
            .into_iter()
            .map(|step| match step {
                Step::Publish { alg, .. } => Write::Publish(alg),
                Step::Activate { kid } => Write::Activate { kid, forced: false },
                Step::Retire { kid } => Write::Retire(kid),
            })
            .collect();
    }

    /// Writes the next of what it decided to write, or ends a transaction that it has begun.
    pub(super) fn write(&mut self, node: usize) -> bool {
        if self.commit(node) {
            return true;
        }
        match self.nodes[node].todo.pop_front() {
            Some(Write::Publish(alg)) => self.begin_to_publish(node, alg),
            Some(Write::Activate { kid, forced }) => self.activate(node, &kid, forced),
            Some(Write::Retire(kid)) => {
                let alive_after = self.now() - self.plan.margin();
                self.retire(node, &kid, alive_after);
            }
            None => return false,
        }
        true
    }

    /// A turn of its job, to the end.
    pub(super) fn turn(&mut self, node: usize) {
        while self.write(node) {}
        self.look(node);
        while self.write(node) {}
    }

    /// `key generate`
    pub(super) fn generate(&mut self, node: usize, alg: Algorithm) {
        if self.find(alg, KeyState::Pending).is_none() {
            self.begin_to_publish(node, alg);
        }
    }

    /// `key rotate`: what it decides by what it reads now is written later.
    pub(super) fn rotate(&mut self, node: usize, alg: Algorithm, force: bool) {
        let Some(pending) = self.find(alg, KeyState::Pending) else {
            self.begin_to_publish(node, alg);
            return;
        };
        let readers: Vec<JwksReader> = self.readers.values().cloned().collect();
        let readiness = Readiness::of(
            pending,
            &self.plan,
            &BTreeSet::from([registered()]),
            &readers,
            self.now(),
        );
        if force || readiness.is_ready(self.now()) {
            let kid = pending.kid.clone();
            self.nodes[node]
                .todo
                .push_back(Write::Activate { kid, forced: force });
        }
    }

    /// `key retire` of a key that has stopped.
    pub(super) fn retire_by_hand(&mut self, node: usize, which: usize) {
        let stopped = self
            .rows
            .iter()
            .filter(|key| matches!(key.state, KeyState::Pending | KeyState::Retiring));
        let kids: Vec<KeyId> = stopped.map(|key| key.kid.clone()).collect();
        if let Some(kid) = kids.get(which % kids.len().max(1)) {
            self.retire(node, kid, self.now());
        }
    }

    /// `key burn`: where the key signs, a new one does at once.
    pub(super) fn burn(&mut self, which: usize) {
        let kids: Vec<(KeyId, Algorithm, KeyState)> = self
            .published()
            .into_iter()
            .map(|key| (key.kid, key.alg, key.state))
            .collect();
        let (kid, alg, state) = kids[which % kids.len()].clone();
        let now = self.now();
        let key = self.row(&kid).unwrap();
        key.state = KeyState::Retired;
        key.burnt_at = Some(now);
        key.retired_at = Some(now);
        self.tokens.retain(|(signed_by, _)| *signed_by != kid);
        if state == KeyState::Active {
            let mut key = self.key(alg);
            key.state = KeyState::Active;
            key.activated_at = Some(now);
            self.forced.insert(key.kid.clone());
            self.rows.push(key);
        }
        for node in &mut self.nodes {
            node.ring = None;
        }
    }

    // The store's statements.

    /// `created_at` is taken; the commit comes later.
    fn begin_to_publish(&mut self, node: usize, alg: Algorithm) {
        if self.nodes[node].publishing.is_none() {
            let mut key = self.key(alg);
            let active = self.find(alg, KeyState::Active);
            key.activate_at = self.plan.activation(active, key.created_at);
            self.nodes[node].publishing = Some((self.real, key));
        }
    }

    /// Undone where it took too long, or another was first: `signing_keys_one_pending`.
    fn commit(&mut self, node: usize) -> bool {
        let Some((began, key)) = self.nodes[node].publishing.take() else {
            return false;
        };
        let in_time = self.real - began <= millis(self.plan.slack());
        if in_time && self.find(key.alg, KeyState::Pending).is_none() {
            self.rows.push(key);
            self.nodes[node].ring = None;
        }
        true
    }

    fn activate(&mut self, node: usize, kid: &KeyId, forced: bool) {
        let now = self.now();
        let retire_at = now + self.plan.keep_after;
        let Some(alg) = self
            .row(kid)
            .filter(|key| key.state == KeyState::Pending)
            .map(|key| key.alg)
        else {
            return;
        };
        for key in &mut self.rows {
            if key.alg == alg && key.state == KeyState::Active {
                key.state = KeyState::Retiring;
                key.stopped_at = Some(now);
                key.retire_at = Some(retire_at);
            }
        }
        let key = self.row(kid).unwrap();
        key.state = KeyState::Active;
        key.activated_at = Some(now);
        if forced {
            self.forced.insert(kid.clone());
        } else {
            self.rotations.push(alg);
        }
        self.nodes[node].ring = None;
    }

    fn retire(&mut self, node: usize, kid: &KeyId, alive_after: Timestamp) {
        let now = self.now();
        let needed = self
            .tokens
            .iter()
            .any(|(signed_by, end)| signed_by == kid && *end > alive_after);
        let key = self.row(kid).unwrap();
        let quiet = match key.state {
            KeyState::Pending => true,
            KeyState::Retiring => key.stopped_at.is_none_or(|stopped| stopped <= now - ECHO),
            KeyState::Active | KeyState::Retired => false,
        };
        if quiet && !needed {
            key.state = KeyState::Retired;
            key.retired_at = Some(now);
            self.nodes[node].ring = None;
        }
    }

    // What nodes answer, and what verifiers make of it.

    /// What the node remembers, read anew where it is too old.
    fn ring(&mut self, node: usize) -> Ring {
        let lasts = millis(self.plan.ring_lasts());
        if let Some(ring) = self.nodes[node]
            .ring
            .as_ref()
            .filter(|ring| self.real - ring.read < lasts)
        {
            return ring.clone();
        }
        let keys = self.published();
        let ring = Ring {
            read: self.real,
            kids: keys.iter().map(|key| key.kid.clone()).collect(),
            active: keys
                .iter()
                .filter(|key| key.state == KeyState::Active)
                .map(|key| (key.alg, key.kid.clone()))
                .collect(),
            next: next_activation(&keys, &self.plan),
        };
        self.nodes[node].ring = Some(ring.clone());
        ring
    }

    /// A verifier asks for the set; the answer comes with [`World::answer`].
    pub(super) fn ask(&mut self, verifier: usize, node: usize) {
        let (ring, now) = (self.ring(node), self.now());
        self.verifiers[verifier].asking = Some((self.real, now, node, ring));
    }

    /// It is written down as a reader, and has its copy.
    pub(super) fn answer(&mut self, verifier: usize) {
        let Some((began, now, node, ring)) = self.verifiers[verifier].asking.take() else {
            return;
        };
        let mut lasts = self.plan.copy_lasts(ring.next, now);
        self.note(verifier, node, &ring.kids, now, lasts);
        if self.real - began > millis(self.plan.slack()) {
            lasts = Duration::ZERO;
        }
        self.verifiers[verifier].copy = Some((ring.kids, self.real + millis(lasts)));
    }

    /// As `context::JwksReaders` does.
    fn note(&mut self, verifier: usize, node: usize, kids: &[KeyId], now: Timestamp, lasts: Duration) {
        let quiet = FRESH.min(lasts);
        let written = self.nodes[node].written.get(&name(verifier));
        if written
            .is_some_and(|(known, at, until)| known == kids && now < *at + quiet && now + lasts <= *until)
        {
            return;
        }
        let until = now + lasts + quiet + self.plan.slack();
        self.upsert(verifier, kids, now, until);
        let written = (kids.to_vec(), now, until);
        self.nodes[node].written.insert(name(verifier), written);
    }

    fn upsert(&mut self, verifier: usize, kids: &[KeyId], now: Timestamp, copy_until: Timestamp) {
        let row = JwksReader {
            account_id: account(),
            reader: name(verifier).to_string(),
            client_id: (verifier == VERIFIERS - 1).then(registered),
            address: String::new(),
            user_agent: String::new(),
            kids: kids.to_vec(),
            seen_at: now,
            copy_until,
            stale_until: None,
            expires_at: now,
        };
        let Some(known) = self.readers.get_mut(&name(verifier)) else {
            self.readers.insert(name(verifier), row);
            return;
        };
        let same = known.kids == row.kids;
        if !same && known.stale_until.is_none_or(|stale| stale <= known.copy_until) {
            known.stale_until = Some(known.copy_until);
        }
        known.copy_until = if same {
            known.copy_until.max(copy_until)
        } else {
            copy_until
        };
        known.kids = row.kids;
    }

    /// A node signs a token, and every verifier that has a copy it may use, or can get one, must verify it.
    pub(super) fn sign(&mut self, node: usize, alg: Algorithm) -> Result<(), String> {
        let ring = self.ring(node);
        let Some((_, kid)) = ring.active.iter().find(|(active, _)| *active == alg).cloned() else {
            return Ok(());
        };
        let end = self.now() + self.token_ttl;
        if self.row(&kid).is_some_and(|key| key.state != KeyState::Retired) {
            self.tokens.push((kid.clone(), end));
        }
        for verifier in 0..VERIFIERS {
            let fresh = |world: &Self| {
                let copy = world.verifiers[verifier].copy.as_ref();
                copy.is_some_and(|(_, until)| world.real < *until)
            };
            if !fresh(self) {
                self.ask(verifier, (node + verifier) % NODES);
                self.answer(verifier);
            }
            let (kids, _) = self.verifiers[verifier].copy.as_ref().unwrap();
            if !kids.contains(&kid) && !self.forced.contains(&kid) {
                return Err(format!(
                    "verifier {verifier} lacks {kid}, which signs on node {node}"
                ));
            }
        }
        Ok(())
    }

    // What must hold.

    /// How it stands with each key.
    pub(super) fn states(&self) -> Vec<(KeyId, KeyState, bool)> {
        let state = |key: &SigningKey| (key.kid.clone(), key.state, key.burnt_at.is_some());
        self.rows.iter().map(state).collect()
    }

    /// What holds at every moment, whatever has happened.
    pub(super) fn check(&self, former: &[(KeyId, KeyState, bool)]) -> Result<(), String> {
        for alg in [Algorithm::RS256, Algorithm::ES256] {
            let count = |state| {
                let of = |key: &&SigningKey| key.alg == alg && key.state == state;
                self.rows.iter().filter(of).count()
            };
            let had_one = self
                .rows
                .iter()
                .any(|key| key.alg == alg && key.activated_at.is_some());
            if count(KeyState::Active) != usize::from(had_one) || count(KeyState::Pending) > 1 {
                return Err(format!("{alg}: {:?}", self.states()));
            }
        }
        for ((kid, before, _), (_, after, burnt)) in former.iter().zip(self.states()) {
            use KeyState::{Active, Pending, Retired, Retiring};
            let forward = *before == after
                || matches!(
                    (before, after),
                    (Pending, Active | Retired) | (Active, Retiring) | (Retiring, Retired)
                )
                // Two steps of one turn.
                || matches!((before, after), (Pending, Retiring))
                || burnt;
            if !forward {
                return Err(format!("{kid} went from {before} to {after}"));
            }
        }
        for (kid, end) in &self.tokens {
            let key = self.rows.iter().find(|key| key.kid == *kid).unwrap();
            let retired = key.retired_at.filter(|_| key.state == KeyState::Retired);
            if retired.is_some_and(|at| *end > at) {
                return Err(format!("{kid} was unpublished before a token's end"));
            }
        }
        Ok(())
    }

    /// Whether a node that looks now finds nothing to do.
    pub(super) fn is_quiet(&self) -> bool {
        due(&self.published(), &self.plan, self.now()).is_empty()
    }
}
