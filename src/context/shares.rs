//! One account's storm leaves the others their pace (SEC-144): while several accounts are asked, each has a bounded number of
//! requests under way, and what is beyond it waits in a line of its own.
//!
//! So nobody of another account waits behind it for a core, for the writer or for a connection. An account that is asked alone has
//! all of the server, and pays two loads of an atomic for it.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::base::id::AccountId;
use crate::base::{Stopwatch, Timestamp};

/// How long accounts share after two of them were asked in turn.
const LATELY: Duration = Duration::from_mins(1);
/// How long a request counts as under way while others of its account wait: what takes longer waits for something else than a
/// core, and gives its place away. So requests that wait for each other go on.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long a request waits at most: whoever is refused is so in time (`BUSY`).
const LONGEST: Duration = Duration::from_secs(2);
/// How many of an account wait at most.
const QUEUE: usize = 512;

/// What accounts share.
#[derive(Debug)]
pub struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Whom the last request was for, as a digest; 0 before the first.
    last: AtomicU64,
    /// Until when accounts share, in milliseconds.
    until: AtomicI64,
    /// How many of an account may be under way.
    at_once: usize,
    /// The number of the next request that takes a turn: none has another's, also when its line was gone meanwhile.
    next: AtomicU64,
    lines: Mutex<HashMap<AccountId, Line>>,
}

/// An account's requests. None that is empty is kept.
#[derive(Debug, Default)]
struct Line {
    under_way: VecDeque<(u64, Stopwatch)>,
    /// Those who wait, longest first.
    waiting: VecDeque<(u64, oneshot::Sender<Turn>)>,
}

/// A request that is under way. Dropped, it makes room for the next one of its account.
#[derive(Debug)]
pub struct Turn {
    shares: Arc<Inner>,
    account: AccountId,
    number: u64,
}

/// Too many requests of the account wait, or wait for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests of the account at once")]
pub struct Full;

/// A place in a line, until it is dropped.
struct Place {
    shares: Arc<Inner>,
    account: AccountId,
    number: u64,
    receiver: oneshot::Receiver<Turn>,
}

impl Default for Shares {
    /// Two for each core: while one waits for the disk, another computes.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::of(2 * cores)
    }
}

impl Shares {
    fn of(at_once: usize) -> Self {
        Self(Arc::new(Inner {
            last: AtomicU64::new(0),
            until: AtomicI64::new(i64::MIN),
            at_once,
            next: AtomicU64::new(0),
            lines: Mutex::default(),
        }))
    }

    /// The turn of a request of that account, at once or after its account's others; none while nobody else is asked.
    pub async fn enter(
        &self,
        account: &AccountId,
        now: Timestamp,
    ) -> std::result::Result<Option<Arc<Turn>>, Full> {
        if !self.0.is_shared(account, now) {
            return Ok(None);
        }
        let turn = match self.0.join(account)? {
            Joined::Turn(turn) => turn,
            Joined::Place(place, ahead) => place.wait(ahead).await?,
        };
        // Many requests never wait for anything: without this, each of a storm's would be done as soon as a core looks at it, and
        // nobody's turn would come before all of them.
        tokio::task::yield_now().await;
        Ok(Some(Arc::new(turn)))
    }
}

enum Joined {
    Turn(Turn),
    /// With how many who are ahead.
    Place(Place, usize),
}

impl Inner {
    /// Whether somebody of another account was here lately.
    fn is_shared(&self, account: &AccountId, now: Timestamp) -> bool {
        let mut hasher = DefaultHasher::new();
        account.as_str().hash(&mut hasher);
        let own = hasher.finish().max(1);
        if self.last.load(Ordering::Relaxed) != own {
            let former = self.last.swap(own, Ordering::Relaxed);
            if former != 0 && former != own {
                self.until.store((now + LATELY).millis(), Ordering::Relaxed);
            }
        }
        now.millis() < self.until.load(Ordering::Relaxed)
    }

    fn join(self: &Arc<Self>, account: &AccountId) -> std::result::Result<Joined, Full> {
        let mut lines = self.lines();
        // Under the lock: in a line, numbers ascend.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let line = lines.entry(account.clone()).or_default();
        if line.under_way.len() < self.at_once && line.waiting.is_empty() {
            line.under_way.push_back((number, Stopwatch::start()));
            return Ok(Joined::Turn(self.turn(account, number)));
        }
        let ahead = line.waiting.len();
        if ahead >= QUEUE {
            return Err(Full);
        }
        let (sender, receiver) = oneshot::channel();
        line.waiting.push_back((number, sender));
        let place = Place {
            shares: Arc::clone(self),
            account: account.clone(),
            number,
            receiver,
        };
        Ok(Joined::Place(place, ahead))
    }

    fn turn(self: &Arc<Self>, account: &AccountId, number: u64) -> Turn {
        Turn {
            shares: Arc::clone(self),
            account: account.clone(),
            number,
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<AccountId, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets those in for whom there is room, after `change` has made some.
    fn advance(self: &Arc<Self>, account: &AccountId, change: impl FnOnce(&mut Line)) {
        let mut next = Vec::new();
        {
            let mut lines = self.lines();
            let Some(line) = lines.get_mut(account) else {
                return;
            };
            change(line);
            while line.under_way.len() < self.at_once
                && let Some((number, sender)) = line.waiting.pop_front()
            {
                line.under_way.push_back((number, Stopwatch::start()));
                next.push((number, sender));
            }
            if line.under_way.is_empty() && line.waiting.is_empty() {
                lines.remove(account);
            }
        }
        for (number, sender) in next {
            // Whoever went away at this moment passes it on, by dropping it.
            drop(sender.send(self.turn(account, number)));
        }
    }
}

impl Line {
    /// Takes their places from those who have had them for too long.
    fn relieve(&mut self) {
        while self
            .under_way
            .front()
            .is_some_and(|(_, since)| since.elapsed() >= PATIENCE)
        {
            self.under_way.pop_front();
        }
    }
}

impl Place {
    async fn wait(mut self, mut ahead: usize) -> std::result::Result<Turn, Full> {
        let since = Stopwatch::start();
        loop {
            // Nobody is let in by waiting alone before those ahead are.
            let rounds = u32::try_from(ahead / self.shares.at_once + 1).unwrap_or(u32::MAX);
            let left = LONGEST.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(Full);
            }
            let step = PATIENCE.saturating_mul(rounds).min(left);
            match tokio::time::timeout(step, &mut self.receiver).await {
                Ok(Ok(turn)) => return Ok(turn),
                Ok(Err(_)) => return Err(Full),
                Err(_) => {}
            }
            let (shares, account, number) = (Arc::clone(&self.shares), self.account.clone(), self.number);
            shares.advance(&account, |line| {
                line.relieve();
                ahead = line.waiting.partition_point(|(other, _)| *other < number);
            });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let number = self.number;
        self.shares.advance(&self.account, |line| {
            line.under_way.retain(|(other, _)| *other != number);
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let number = self.number;
        self.shares.advance(&self.account, |line| {
            if let Ok(at) = line.waiting.binary_search_by_key(&number, |(other, _)| *other) {
                line.waiting.remove(at);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    async fn shared(at_once: usize) -> Shares {
        let shares = Shares::of(at_once);
        for id in ["quiet", "noisy"] {
            drop(shares.enter(&account(id), NOW).await.unwrap());
        }
        shares
    }

    /// Whether a request waits, of which nothing else is known.
    async fn waits(asked: impl Future<Output = Result<Option<Arc<Turn>>, Full>>) -> bool {
        tokio::time::timeout(Duration::from_millis(5), asked)
            .await
            .is_err()
    }

    #[tokio::test]
    async fn an_account_that_is_asked_alone_has_all_of_the_server() {
        let shares = Shares::of(1);
        let (alone, later) = (account("alone"), NOW + LATELY + LATELY);
        for _ in 0..100 {
            assert!(shares.enter(&alone, NOW).await.unwrap().is_none());
        }
        assert!(shares.enter(&account("other"), NOW).await.unwrap().is_some());
        assert!(shares.enter(&alone, NOW).await.unwrap().is_some());
        // A minute after the other one's last.
        assert!(shares.enter(&alone, later).await.unwrap().is_none());
        assert!(shares.0.lines().is_empty());
    }

    #[tokio::test]
    async fn sec_144_one_accounts_storm_waits_for_itself_alone() {
        let shares = shared(2).await;
        let (noisy, quiet) = (account("noisy"), account("quiet"));
        let first = shares.enter(&noisy, NOW).await.unwrap();
        let _second = shares.enter(&noisy, NOW).await.unwrap();
        assert!(waits(shares.enter(&noisy, NOW)).await);
        let _others = shares.enter(&quiet, NOW).await.unwrap().unwrap();
        // Whoever is answered makes room.
        let third = async { shares.enter(&noisy, NOW).await.unwrap() };
        let (third, ()) = tokio::join!(third, async { drop(first) });
        assert!(third.is_some() && waits(shares.enter(&noisy, NOW)).await);
    }

    #[tokio::test]
    async fn sec_144_one_that_waits_for_something_else_gives_its_place_away() {
        let shares = shared(1).await;
        let noisy = account("noisy");
        let slow = shares.enter(&noisy, NOW).await.unwrap();
        let (next, after) = tokio::join!(shares.enter(&noisy, NOW), shares.enter(&noisy, NOW));
        assert!(next.unwrap().is_some() && after.unwrap().is_some());
        drop(slow);
        assert!(shares.0.lines().is_empty());
    }

    #[tokio::test]
    async fn sec_144_beyond_a_bound_the_noisy_account_alone_is_refused() {
        let shares = shared(1).await;
        let (noisy, quiet) = (account("noisy"), account("quiet"));
        let turn = shares.enter(&noisy, NOW).await.unwrap();
        let places: Vec<Joined> = (0..QUEUE).map(|_| shares.0.join(&noisy).unwrap()).collect();
        assert_eq!(shares.enter(&noisy, NOW).await.unwrap_err(), Full);
        assert!(shares.enter(&quiet, NOW).await.unwrap().is_some());
        // Whoever goes away leaves nothing behind.
        drop((places, turn));
        assert!(shares.0.lines().is_empty());
        assert!(shares.enter(&noisy, NOW).await.unwrap().is_some());
    }
}
