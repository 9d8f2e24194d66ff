//! HTTP/2 as it passes by: however the bytes are cut into reads, the same frames are seen.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The server's own file: it needs nothing of the rest.
#[expect(dead_code, reason = "connections ask for more than this does")]
#[rustfmt::skip]
#[path = "../../src/server/frames.rs"]
mod frames;

use frames::{Count, Frame, Frames};

fuzz_target!(|input: &[u8]| {
    let [cut, skip, bytes @ ..] = input else {
        return;
    };
    let whole = followed(bytes, bytes.len(), *skip);
    assert_eq!(whole, followed(bytes, usize::from(*cut), *skip));
    assert!(whole.len() <= bytes.len() / 9, "a frame has a head of nine bytes");
    let mut count = Count::default();
    for frame in whole {
        let _ = (count.floods(frame), frame.blame());
        count.answer(frame);
    }
});

/// The frames that are seen when so many bytes come at a time.
fn followed(bytes: &[u8], at_once: usize, skip: u8) -> Vec<Frame> {
    let (mut frames, mut seen) = (Frames::after(skip.into()), Vec::new());
    for piece in bytes.chunks(at_once.max(1)) {
        frames.follow(piece, |frame| seen.push(frame));
    }
    seen
}
