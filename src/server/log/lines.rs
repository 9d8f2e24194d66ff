//! A writer that never waits: lines go through a bounded queue to a thread, and are counted where it is full.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::plain::{self, Form};

/// Lines that may wait.
const QUEUE: usize = 8192;
/// How long lines are gathered before they are written: the thread that writes would otherwise be woken for each, which
/// costs the threads that serve more than the line itself.
const GATHER: Duration = Duration::from_millis(5);
/// What is written at once.
const BATCH: usize = 64 << 10;

enum Entry {
    Line(Vec<u8>),
    /// Tell when everything before has been written.
    Flush(SyncSender<()>),
}

/// Takes lines.
#[derive(Clone)]
pub(super) struct Lines {
    queue: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
    form: Form,
}

/// Writes what waits, when dropped.
pub struct Flush(SyncSender<Entry>);

impl Lines {
    /// Lines that end in `sink`.
    pub(super) fn to(sink: impl Write + Send + 'static, form: Form) -> io::Result<(Self, Flush)> {
        let (queue, waiting) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(sink, &waiting, &counted, form))?;
        Ok((
            Self {
                queue: queue.clone(),
                lost,
                form,
            },
            Flush(queue),
        ))
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
        let line = plain::line(event, self.form);
        if self.queue.try_send(Entry::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let (tell, told) = sync_channel(1);
        // A sink that takes nothing must not keep the process from ending.
        if self.0.try_send(Entry::Flush(tell)).is_ok() {
            let _ = told.recv_timeout(Duration::from_secs(1));
        }
    }
}

fn write(mut sink: impl Write, waiting: &Receiver<Entry>, lost: &AtomicU64, form: Form) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let mut told = Vec::new();
        let mut take = |entry, batch: &mut Vec<u8>| match entry {
            Entry::Line(line) => batch.extend_from_slice(&line),
            Entry::Flush(tell) => told.push(tell),
        };
        let Ok(first) = waiting.recv() else {
            return;
        };
        take(first, &mut batch);
        std::thread::sleep(GATHER);
        while batch.len() < BATCH
            && let Ok(entry) = waiting.try_recv()
        {
            take(entry, &mut batch);
        }
        let missing = lost.swap(0, Ordering::Relaxed);
        if missing > 0 {
            super::super::metrics::lines_lost(missing);
            let line = if form == Form::Json {
                format!("{{\"level\":\"WARN\",\"message\":\"log lines were lost\",\"lost\":{missing}}}\n")
            } else {
                format!("WARN {missing} log lines were lost\n")
            };
            batch.extend_from_slice(line.as_bytes());
        }
        let _ = sink.write_all(&batch);
        let _ = sink.flush();
        batch.clear();
        for tell in told {
            let _ = tell.try_send(());
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
