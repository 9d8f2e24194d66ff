//! Moving what stands in the write-ahead log to its place in the file, beside the writer.
//!
//! SQLite does so within the commit that made the log long, and every writer waits for the thousands of pages that are written and flushed
//! then: for them it is the slowest of a hundred requests. Here another thread moves them, while the writer goes on. What is
//! added meanwhile is little, and left to the writer: only where nothing is left does the log begin anew.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::super::{Error, Result};

/// The pages of 4 KiB in the log from which on they are moved: the more, the more often is one that was written again and again moved once.
const MANY: i32 = 4000;

thread_local! {
    /// How many pages stood in the log after this thread's latest commit.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// What the writer knows of it.
pub(super) struct Checkpoints {
    ask: SyncSender<()>,
    moved: Arc<AtomicBool>,
    under_way: bool,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Sees to the log of `writer`, which is this thread's, from now on.
    pub(super) fn of(writer: &Connection, path: &Path) -> Result<Self> {
        // In the place of SQLite's own, which would move them in the commit.
        writer.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
        let connection = super::open(path)?;
        let (ask, asked) = sync_channel(1);
        let moved = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&moved);
        let thread = std::thread::Builder::new()
            .name("sqlite-log".to_owned())
            .spawn(move || run(&connection, &asked, &tell))
            .map_err(|error| Error::Unavailable(format!("the thread of the log: {error}")))?;
        Ok(Self {
            ask,
            moved,
            under_way: false,
            thread,
        })
    }

    /// After each commit.
    pub(super) fn committed(&mut self, writer: &Connection) {
        if self.under_way {
            if self.moved.swap(false, Ordering::SeqCst) {
                self.under_way = false;
                move_pages(writer);
            }
        } else if PAGES.get() >= MANY {
            self.under_way = self.ask.try_send(()).is_ok();
            if !self.under_way {
                move_pages(writer);
            }
        }
    }

    /// After the last.
    pub(super) fn close(self) {
        drop(self.ask);
        let _ = self.thread.join();
    }
}

fn run(connection: &Connection, asked: &Receiver<()>, moved: &AtomicBool) {
    while asked.recv().is_ok() {
        // Twice: the second time those that were added during the first.
        move_pages(connection);
        move_pages(connection);
        moved.store(true, Ordering::SeqCst);
    }
}

/// As many as nobody reads where they are. What fails (a full disk) is tried again after a later commit, and loses nothing: the log
/// keeps them.
fn move_pages(connection: &Connection) {
    let _ = connection
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|mut statement| statement.query_row([], |_| Ok(())));
}
