use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// A sink that waits for leave before each write, and passes on what it got.
struct Gate {
    leave: Receiver<()>,
    written: Sender<String>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.leave.recv();
        let _ = self.written.send(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn sec_162_a_blocked_sink_blocks_nobody_and_lost_lines_are_counted() {
    let (open, leave) = channel();
    let (written, out) = channel();
    let (lines, _flush) = Lines::to(Gate { leave, written }, Form::Json).unwrap();
    let line = [b'x'; 200];
    for _ in 0..2 * ROOM / line.len() + 1000 {
        (&lines).write_all(&line).unwrap();
    }
    drop(open);
    let mut all = String::new();
    while !all.contains("log lines were lost") {
        all += &out.recv_timeout(Duration::from_secs(5)).unwrap();
    }
}

#[test]
fn what_waits_is_written_at_the_end() {
    let (written, out) = channel();
    let (open, leave) = channel();
    drop(open);
    let (lines, flush) = Lines::to(Gate { leave, written }, Form::Json).unwrap();
    (&lines).write_all(b"last words\n").unwrap();
    drop(flush);
    assert_eq!(out.try_iter().collect::<String>(), "last words\n");
}
