use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::signed_window::SignedWindow;
use crate::store::{self, Db};

/// What this node has signed for programs since it was last written down.
#[derive(Debug)]
pub struct SignedWindows {
    db: Db,
    begun: Mutex<HashMap<SignedWindow, i64>>,
}

impl SignedWindows {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            begun: Mutex::default(),
        }
    }

    /// Counts a token that is about to go out. Before the first of a window does, the window is on the record: whatever
    /// becomes of this node, nobody retires the key too early.
    pub async fn note(&self, window: SignedWindow) -> store::Result<()> {
        if let Some(tokens) = self.begun().get_mut(&window) {
            *tokens += 1;
            return Ok(());
        }
        store::signed_windows::begin(&self.db, &window).await?;
        *self.begun().entry(window).or_default() += 1;
        Ok(())
    }

    /// Writes down how many there were since the last time. What can't be written is counted the next time.
    pub async fn write(&self) -> store::Result<()> {
        let counted = std::mem::take(&mut *self.begun());
        let mut outcome = Ok(());
        for (window, tokens) in counted {
            let written = store::signed_windows::count(&self.db, &window, tokens).await;
            if let Err(error) = written {
                *self.begun().entry(window).or_default() += tokens;
                outcome = Err(error);
            }
        }
        outcome
    }

    fn begun(&self) -> MutexGuard<'_, HashMap<SignedWindow, i64>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
