use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What doesn't work at the moment although requests are served: told where readiness is asked for, so that it is seen
/// before it matters (SEC-176).
#[derive(Clone, Debug, Default)]
pub struct Degraded(Arc<Mutex<BTreeSet<&'static str>>>);

impl Degraded {
    /// Notes whether `what` works.
    pub fn note(&self, what: &'static str, works: bool) {
        let mut degraded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if works {
            degraded.remove(what);
        } else {
            degraded.insert(what);
        }
    }

    /// What doesn't work.
    pub fn list(&self) -> Vec<&'static str> {
        let degraded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        degraded.iter().copied().collect()
    }
}
