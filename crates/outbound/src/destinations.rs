use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A limit of calls at a time for each host and port. Only destinations that are being called take memory.
#[derive(Debug)]
pub(crate) struct Destinations {
    each: usize,
    busy: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// One of a destination's slots, free again when this is dropped.
pub(crate) struct Slot {
    // Before the semaphore, which it belongs to.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Destinations {
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each,
            busy: Mutex::default(),
        }
    }

    /// Waits for a slot. The caller bounds the wait.
    pub(crate) async fn slot(&self, destination: String) -> Slot {
        let slots = self.slots(destination);
        // The permit keeps the semaphore alive. It is never closed, so there always is one.
        Slot {
            _permit: slots.acquire_owned().await.ok(),
        }
    }

    fn slots(&self, destination: String) -> Arc<Semaphore> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = busy.get(&destination).and_then(Weak::upgrade) {
            return slots;
        }
        busy.retain(|_, slots| slots.strong_count() > 0);
        let slots = Arc::new(Semaphore::new(self.each));
        busy.insert(destination, Arc::downgrade(&slots));
        slots
    }
}
