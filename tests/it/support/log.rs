//! What is logged, kept for the test to look at.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

/// Everything that this thread logs, at every level, as JSON lines.
pub(crate) struct Log {
    kept: Kept,
    _on: DefaultGuard,
    _second: Dispatch,
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Listens from now on. For tests that run on one thread, so that all of it is heard.
    pub(crate) fn listen() -> Self {
        let kept = Kept::default();
        let layer = tracing_subscriber::fmt::layer().json().with_writer(kept.clone());
        Self {
            _on: tracing::subscriber::set_default(tracing_subscriber::registry().with(layer)),
            // While there is one subscriber alone, a line that another test's thread reaches first counts as wanted by
            // nobody.
            _second: Dispatch::new(tracing_subscriber::registry()),
            kept,
        }
    }

    /// Hears the thread that writes to an SQLite, too, for as long as that lives.
    pub(crate) async fn hear_writer(&self, db: &signet::store::Db) {
        let kept = self.kept.clone();
        db.transaction(move |_| {
            Box::pin(async move {
                let layer = tracing_subscriber::fmt::layer().json().with_writer(kept);
                let subscriber = tracing_subscriber::registry().with(layer);
                std::mem::forget(tracing::subscriber::set_default(subscriber));
                Ok(())
            })
        })
        .await
        .unwrap();
    }

    /// What was logged so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.kept.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines for the audit, so far.
    pub(crate) fn audit(&self) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().map(str::to_owned);
        lines
            .filter(|line| line.contains("\"target\":\"audit\""))
            .collect()
    }
}
