//! A writer that never waits: lines gather in a bounded place, which a thread empties, and are counted where it is full.

use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::plain::{self, Form};

/// Bytes that may wait.
const ROOM: usize = 2 << 20;
/// How long lines are gathered before they are written: the thread that writes would otherwise be woken for each, which
/// costs the threads that serve more than the line itself.
const GATHER: Duration = Duration::from_millis(5);
/// What is kept of the room when nothing waits.
const KEPT: usize = 256 << 10;

/// What waits to be written.
#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// How many found no room.
    lost: u64,
    /// Who is to be told when everything before has been written.
    told: Vec<SyncSender<()>>,
    /// Nothing more comes.
    is_over: bool,
}

impl Waiting {
    fn is_nothing(&self) -> bool {
        self.lines.is_empty() && self.lost == 0 && self.told.is_empty() && !self.is_over
    }
}

struct Shared(Mutex<Waiting>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that writes, and what is left to it. It ends with the last of those who give it lines.
struct Pen {
    shared: Arc<Shared>,
    thread: Thread,
}

impl Pen {
    /// Adds to what waits; only the first who does wakes the thread.
    fn leave(&self, add: impl FnOnce(&mut Waiting)) {
        let was_nothing = {
            let mut waiting = self.shared.lock();
            let was_nothing = waiting.is_nothing();
            add(&mut waiting);
            was_nothing
        };
        if was_nothing {
            self.thread.unpark();
        }
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        self.leave(|waiting| waiting.is_over = true);
    }
}

/// Takes lines.
#[derive(Clone)]
pub(super) struct Lines {
    pen: Arc<Pen>,
    form: Form,
}

/// Writes what waits, when dropped.
pub struct Flush(Arc<Pen>);

impl Lines {
    /// Lines that end in `sink`.
    pub(super) fn to(sink: impl Write + Send + 'static, form: Form) -> io::Result<(Self, Flush)> {
        let shared = Arc::new(Shared(Mutex::default()));
        let left = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(sink, &left, form))?
            .thread()
            .clone();
        let pen = Arc::new(Pen { shared, thread });
        let flush = Flush(Arc::clone(&pen));
        Ok((Self { pen, form }, flush))
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

/// Each call is one event: the formatter writes it as a whole.
impl Write for &Lines {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.pen.leave(|waiting| {
            if waiting.lines.len() + event.len() > ROOM {
                waiting.lost += 1;
            } else {
                plain::line(event, self.form, &mut waiting.lines);
            }
        });
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let (tell, told) = sync_channel(1);
        self.0.leave(|waiting| waiting.told.push(tell));
        // A sink that takes nothing must not keep the process from ending.
        let _ = told.recv_timeout(Duration::from_secs(1));
    }
}

fn write(mut sink: impl Write, shared: &Shared, form: Form) {
    let mut now = Waiting::default();
    while !now.is_over {
        while shared.lock().is_nothing() {
            std::thread::park();
        }
        std::thread::sleep(GATHER);
        // The room changes hands: nobody waits while it is written.
        now.lines.clear();
        now.lines.shrink_to(KEPT);
        now = std::mem::replace(
            &mut *shared.lock(),
            Waiting {
                lines: now.lines,
                ..Waiting::default()
            },
        );
        if now.lost > 0 {
            super::super::metrics::lines_lost(now.lost);
            let missing = now.lost;
            let line = if form == Form::Json {
                format!("{{\"level\":\"WARN\",\"message\":\"log lines were lost\",\"lost\":{missing}}}\n")
            } else {
                format!("WARN {missing} log lines were lost\n")
            };
            now.lines.extend_from_slice(line.as_bytes());
        }
        let _ = sink.write_all(&now.lines);
        let _ = sink.flush();
        for tell in now.told.drain(..) {
            let _ = tell.try_send(());
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
