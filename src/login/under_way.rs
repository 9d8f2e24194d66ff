use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Guesses that are being checked on this node, by what they count against. Of logins that come at the same moment, each
/// counts as a guess until its password is known to be right; one that finds too many waits for those, and looks again.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashMap<String, Entry>>>);

#[derive(Debug)]
struct Entry {
    guesses: usize,
    /// Moves whenever one ends that was let through.
    ended: watch::Sender<()>,
}

/// A guess that is being checked, until it is dropped.
#[derive(Debug)]
pub(super) struct Guessing {
    under_way: UnderWay,
    of: String,
    admitted: bool,
}

impl Guessing {
    /// It is let through: whoever waits for it looks again when it ends.
    pub(super) fn admitted(self) -> Self {
        let mut guessing = self;
        guessing.admitted = true;
        guessing
    }
}

impl UnderWay {
    /// What tells when one of the others ends, or that none is left; `None` where there are none.
    pub(super) fn others(&self, of: &str) -> Option<watch::Receiver<()>> {
        self.entries().get(of).map(|entry| entry.ended.subscribe())
    }

    /// Counts one.
    pub(super) fn begin(&self, of: &str) -> Guessing {
        let mut entries = self.entries();
        let entry = entries.entry(of.to_owned()).or_insert_with(|| Entry {
            guesses: 0,
            ended: watch::Sender::new(()),
        });
        entry.guesses += 1;
        Guessing {
            under_way: self.clone(),
            of: of.to_owned(),
            admitted: false,
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guessing {
    fn drop(&mut self) {
        let mut entries = self.under_way.entries();
        if let Some(entry) = entries.get_mut(&self.of) {
            entry.guesses -= 1;
            if self.admitted {
                entry.ended.send_replace(());
            }
            if entry.guesses == 0 {
                entries.remove(&self.of);
            }
        }
    }
}
