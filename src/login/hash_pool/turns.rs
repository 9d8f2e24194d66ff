use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::Busy;
use crate::base::id::Realm;

/// A bounded number of permits, and a bounded queue before them in which accounts take turns: one account's storm makes
/// nobody else wait longer than its own next one does (SEC-144).
#[derive(Debug)]
pub(super) struct Turns {
    state: Mutex<State>,
    /// How many may wait.
    queue: usize,
}

#[derive(Debug)]
struct State {
    /// Permits that nobody holds. While there are some, nobody waits.
    free: usize,
    waiting: usize,
    /// Those who wait, by account, longest first. No line is empty.
    lines: HashMap<Realm, VecDeque<Waiter>>,
    /// Each account that has a line, the next one first.
    order: VecDeque<Realm>,
    number: u64,
}

/// Dropped, it tells whoever waits that the place was given to somebody else.
#[derive(Debug)]
struct Waiter {
    number: u64,
    sender: oneshot::Sender<Permit>,
}

/// The right to run. Dropped, it goes to whoever is next.
#[derive(Debug)]
pub(super) struct Permit(Arc<Turns>);

/// A place in a line, until it is dropped.
struct Place {
    turns: Arc<Turns>,
    of: Realm,
    number: u64,
    receiver: oneshot::Receiver<Permit>,
}

impl Turns {
    pub(super) fn new(permits: usize, queue: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                free: permits,
                waiting: 0,
                lines: HashMap::new(),
                order: VecDeque::new(),
                number: 0,
            }),
            queue,
        })
    }

    /// A permit for somebody of `of`, at once or after as long as `wait`.
    pub(super) async fn acquire(self: &Arc<Self>, of: &Realm, wait: Duration) -> Result<Permit, Busy> {
        let mut place = {
            let mut state = self.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Permit(Arc::clone(self)));
            }
            if state.waiting >= self.queue {
                state.make_room(of)?;
            }
            self.join(&mut state, of)
        };
        match tokio::time::timeout(wait, &mut place.receiver).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }

    fn join(self: &Arc<Self>, state: &mut State, of: &Realm) -> Place {
        let (sender, receiver) = oneshot::channel();
        state.number += 1;
        state.waiting += 1;
        let number = state.number;
        let line = state.lines.entry(of.clone()).or_default();
        if line.is_empty() {
            state.order.push_back(of.clone());
        }
        line.push_back(Waiter { number, sender });
        Place {
            turns: Arc::clone(self),
            of: of.clone(),
            number,
            receiver,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Permits that nobody holds, and how many wait for one.
    pub(super) fn free_and_waiting(&self) -> (usize, usize) {
        let state = self.state();
        (state.free, state.waiting)
    }
}

impl State {
    /// Sends the last one of the longest line away, if it is longer than that of `of` would be.
    fn make_room(&mut self, of: &Realm) -> Result<(), Busy> {
        let own = self.lines.get(of).map_or(0, VecDeque::len);
        let longest = self.lines.iter().max_by_key(|(_, line)| line.len());
        let longest = longest.filter(|(_, line)| line.len() > own + 1);
        let longest = longest.map(|(realm, _)| realm.clone()).ok_or(Busy)?;
        // Longer than one: it goes on without its last.
        if let Some(line) = self.lines.get_mut(&longest) {
            drop(line.pop_back());
            self.waiting -= 1;
        }
        Ok(())
    }

    /// Whoever is next, who then waits no more.
    fn next(&mut self) -> Option<Waiter> {
        let of = self.order.pop_front()?;
        let line = self.lines.get_mut(&of)?;
        let waiter = line.pop_front()?;
        self.waiting -= 1;
        if line.is_empty() {
            self.lines.remove(&of);
        } else {
            self.order.push_back(of);
        }
        Some(waiter)
    }

    /// Takes somebody out of a line who doesn't want to wait any more.
    fn leave(&mut self, of: &Realm, number: u64) {
        let Some(line) = self.lines.get_mut(of) else {
            return;
        };
        // Numbers ascend: each line is sorted by them.
        if let Ok(at) = line.binary_search_by_key(&number, |waiter| waiter.number) {
            line.remove(at);
            self.waiting -= 1;
            if line.is_empty() {
                self.lines.remove(of);
                self.order.retain(|other| other != of);
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.state();
            let next = state.next();
            if next.is_none() {
                state.free += 1;
            }
            next
        };
        if let Some(waiter) = next {
            // Whoever went away at this moment passes it on, by dropping it.
            drop(waiter.sender.send(Self(Arc::clone(&self.0))));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.turns.state().leave(&self.of, self.number);
    }
}
