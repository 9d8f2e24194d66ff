use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::answer::{Accept, Answer};
use crate::error::{Detail, Error};

pub(crate) type Outcome = Result<Answer, Error>;

/// What makes two GETs equal.
pub(crate) type Key = (Accept, String);

/// How many failures are remembered; the least used are forgotten first.
const FAILURES: usize = 1024;

/// GETs under way, so that equal ones are made once, and failures, so that they are not made again at once (SEC-146).
#[derive(Debug)]
pub(crate) struct Flights {
    airborne: Mutex<HashMap<Key, watch::Receiver<Option<Outcome>>>>,
    failed: Cache<Key, (Outcome, Instant)>,
    /// For how long.
    remember: Duration,
}

impl Flights {
    pub(crate) fn new(remember_failure: Duration) -> Self {
        Self {
            airborne: Mutex::default(),
            failed: Cache::new(FAILURES),
            remember: remember_failure,
        }
    }

    /// The outcome of `call`, of an equal one under way, or of one that failed a moment ago.
    ///
    /// The call is a task of its own: whoever began it may go away without taking it from those who wait beside him.
    pub(crate) async fn outcome<F>(self: &Arc<Self>, key: Key, call: impl FnOnce() -> F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        if let Some(failure) = self.failure(&key) {
            return failure;
        }
        let mut landing = self.join(key, call);
        let outcome = landing
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|it| it.clone());
        outcome.unwrap_or_else(|| Err(Error::Answer(Detail::new("the call was abandoned"))))
    }

    fn failure(&self, key: &Key) -> Option<Outcome> {
        let (failure, at) = self.failed.get(key)?;
        (at.elapsed() < self.remember).then_some(failure)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "for how long something is remembered is measured"
    )]
    fn note_failure(&self, key: &Key, failure: Outcome) {
        self.failed.insert(key.clone(), (failure, Instant::now()));
    }

    fn join<F>(self: &Arc<Self>, key: Key, call: impl FnOnce() -> F) -> watch::Receiver<Option<Outcome>>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut airborne = self.airborne.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = airborne.get(&key) {
            return flight.clone();
        }
        let (sender, receiver) = watch::channel(None);
        airborne.insert(key.clone(), receiver.clone());
        let flight = Flight {
            flights: Arc::clone(self),
            key,
        };
        let call = call();
        tokio::spawn(async move {
            let outcome = call.await;
            if !outcome.as_ref().is_ok_and(|answer| answer.status.is_success()) {
                flight.flights.note_failure(&flight.key, outcome.clone());
            }
            // Off the table before the news is out: who comes now either finds the failure or makes a new call.
            drop(flight);
            sender.send_replace(Some(outcome));
        });
        receiver
    }
}

/// Takes a call off the table when it is over, even if its task is dropped on the way.
struct Flight {
    flights: Arc<Flights>,
    key: Key,
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut airborne = self
            .flights
            .airborne
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        airborne.remove(&self.key);
    }
}
