//! When each key of an account takes its next step: a pure function of the keys, the plan and the time (SEC-013).
//!
//! ```text
//! pending ──(published long enough)──▶ active ──(the next one takes over)──▶ retiring ──(no token needs it)──▶ retired
//! ```
//!
//! Every node asks the same question of the same rows and writes its answer in one transaction that names the state it
//! saw: whoever comes second changes nothing, so no leader is needed (SEC-014).

use std::time::Duration;

use jose::Algorithm;

use crate::base::Timestamp;
use crate::base::id::KeyId;
use crate::config::Rotation;
use crate::model::AccountSettings;
use crate::model::signing_key::{KeyState, SigningKey};

/// The most that a verifier may keep the JWK set, whatever the plan.
const LONGEST_COPY: Duration = Duration::from_mins(5);
/// The most that a node may keep its own copy: less than the five seconds that are promised.
const LONGEST_RING: Duration = Duration::from_secs(4);
/// The most that writing something down may take.
const LONGEST_SLACK: Duration = Duration::from_secs(1);

/// An account's plan: its own settings, else the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How old an active key grows; none where keys are rotated by hand alone.
    pub every: Option<Duration>,
    /// How long a key is published before it signs.
    pub publish_ahead: Duration,
    /// How long a key stays published after it signed last.
    pub keep_after: Duration,
}

impl Plan {
    /// The plan of an account.
    pub fn of(account: &AccountSettings, server: &Rotation) -> Self {
        let own = |seconds: Option<u32>, else_: Duration| {
            seconds.map_or(else_, |seconds| Duration::from_secs(seconds.into()))
        };
        let every = own(account.rotation_every, server.every.get());
        Self {
            every: (!every.is_zero()).then_some(every),
            publish_ahead: own(account.rotation_publish_ahead, server.publish_ahead.get()),
            keep_after: own(account.rotation_keep_after, server.keep_after.get()),
        }
    }

    /// How long a node may keep its copy of the keys. With [`Plan::longest_copy`] it stays below `publish_ahead`: who
    /// reads an old copy of an old copy still sees a key before it signs.
    pub fn ring_lasts(&self) -> Duration {
        (self.publish_ahead / 4).min(LONGEST_RING)
    }

    /// The most that a verifier may keep the set.
    pub fn longest_copy(&self) -> Duration {
        (self.publish_ahead / 2).min(LONGEST_COPY)
    }

    /// How long a verifier may keep the set that it is given at `now`: never beyond `next`, when a key is to begin signing,
    /// and much shorter than a new key is published before that. Whole seconds, as the header counts them.
    pub fn copy_lasts(&self, next: Option<Timestamp>, now: Timestamp) -> Duration {
        let longest = self.longest_copy();
        let lasts = next.map_or(longest, |at| longest.min(at.since(now)));
        Duration::from_secs(lasts.as_secs())
    }

    /// How long the writing down of a key may take, and that of who is given the set: both, and the two above, stay within
    /// `publish_ahead`.
    pub fn slack(&self) -> Duration {
        (self.publish_ahead / 8).min(LONGEST_SLACK)
    }

    /// How long beyond the last token's end a key stays published: an hour, or less where the plan itself is quicker.
    pub fn margin(&self) -> Duration {
        self.keep_after.min(Duration::from_hours(1))
    }

    /// When a key that is published at `now` is to begin signing: in time for the age of the active one, but never
    /// before verifiers have had `publish_ahead` to see it. None where keys are rotated by hand alone; but the first key
    /// of an algorithm takes over from nobody.
    pub fn activation(&self, active: Option<&SigningKey>, now: Timestamp) -> Option<Timestamp> {
        let seen = now + self.publish_ahead;
        match active {
            Some(active) => Some((began(active) + self.every?).max(seen)),
            None => Some(seen),
        }
    }

    /// When a pending key is to begin signing by the plan as it is now, whatever it was when the key was published: an
    /// account that has gone over to rotation by hand rotates nothing by itself.
    pub fn begins(&self, pending: &SigningKey, keys: &[SigningKey]) -> Option<Timestamp> {
        let active = keys
            .iter()
            .find(|key| key.state == KeyState::Active && key.alg == pending.alg);
        self.activation(active, pending.created_at)
    }
}

/// A step of a key's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new key is published, to begin at that time.
    Publish {
        /// What it will sign with.
        alg: Algorithm,
        /// When.
        activate_at: Timestamp,
    },
    /// The pending key begins to sign, and the active one stops.
    Activate {
        /// The pending key.
        kid: KeyId,
    },
    /// The key is unpublished, unless a token or a client still needs it.
    Retire {
        /// The retiring key.
        kid: KeyId,
    },
}

/// The steps that are due at `now`, in the order in which they are to be taken: at most one rotation for an algorithm,
/// however far the clock has jumped (SEC-172).
pub fn due(keys: &[SigningKey], plan: &Plan, now: Timestamp) -> Vec<Step> {
    let of = |state: KeyState| keys.iter().filter(move |key| key.state == state);
    let activated = of(KeyState::Pending)
        .filter(|key| plan.begins(key, keys).is_some_and(|at| at <= now))
        .map(|key| Step::Activate { kid: key.kid.clone() });
    let published = of(KeyState::Active)
        .filter(|active| !of(KeyState::Pending).any(|pending| pending.alg == active.alg))
        .filter_map(|active| {
            let activate_at = plan.activation(Some(active), now)?;
            (began(active) + plan.every? <= now + plan.publish_ahead).then_some(Step::Publish {
                alg: active.alg,
                activate_at,
            })
        });
    let retired = of(KeyState::Retiring)
        .filter(|key| key.retire_at.is_some_and(|at| at <= now))
        .map(|key| Step::Retire { kid: key.kid.clone() });
    activated.chain(published).chain(retired).collect()
}

/// The next instant at which a verifier's copy may come to lack a key that signs. None while nothing is planned.
pub fn next_activation(keys: &[SigningKey], plan: &Plan) -> Option<Timestamp> {
    keys.iter()
        .filter(|key| key.state == KeyState::Pending)
        .filter_map(|key| plan.begins(key, keys))
        .min()
}

fn began(active: &SigningKey) -> Timestamp {
    active.activated_at.unwrap_or(active.created_at)
}
