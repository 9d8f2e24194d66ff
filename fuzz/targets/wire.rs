//! What HTTP/1 looks like before the parser sees it: however the bytes are cut into reads, the same of them is spoiled; and a
//! head that is let through has one meaning (SEC-158).
#![no_main]

use libfuzzer_sys::fuzz_target;

// The server's own file: it needs nothing of the rest.
#[expect(dead_code, reason = "connections ask for more than this does")]
#[rustfmt::skip]
#[path = "../../src/server/wire.rs"]
mod wire;

use wire::Wire;

fuzz_target!(|input: &[u8]| {
    let Some((cut, bytes)) = input.split_first() else {
        return;
    };
    let (whole, heads, last) = followed(bytes, bytes.len());
    let (pieces, in_pieces, last_of_pieces) = followed(bytes, usize::from(*cut).max(1));
    assert_eq!((&whole, heads, last), (&pieces, in_pieces, last_of_pieces));
    let Some(head) = first_head(bytes) else {
        return;
    };
    let untouched = whole.starts_with(head);
    let (mut lengths, mut encodings, mut bare) = (0, 0, 0);
    let mut lines = head
        .split_inclusive(|byte| *byte == b'\n')
        .skip_while(|line| *line == b"\r\n");
    // The request's own line is no field, whatever it looks like.
    bare += u32::from(lines.next().is_some_and(|line| !line.ends_with(b"\r\n")));
    for line in lines {
        let named = |name: &str| {
            let name = name.as_bytes();
            line.get(..name.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        lengths += u32::from(named("content-length:"));
        encodings += u32::from(named("transfer-encoding:"));
        bare += u32::from(!line.ends_with(b"\r\n"));
    }
    if untouched {
        assert!(bare == 0 && lengths <= 1 && encodings <= 1 && lengths + encodings <= 1);
    } else {
        assert!(bare + lengths + encodings > 0, "nothing is wrong with it");
    }
});

/// What becomes of the bytes when so many come at a time, how many heads ended, and where the conversation stands.
fn followed(bytes: &[u8], at_once: usize) -> (Vec<u8>, usize, wire::Position) {
    let (mut wire, mut bytes) = (Wire::new(), bytes.to_vec());
    let heads = bytes
        .chunks_mut(at_once.max(1))
        .map(|piece| wire.follow(piece))
        .sum();
    (bytes, heads, wire.position())
}

/// The first request's line and fields with the empty line at their end, and empty lines before them.
fn first_head(bytes: &[u8]) -> Option<&[u8]> {
    let (mut length, mut begun) = (0, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !begun && line.starts_with(b"PRI * HTTP/2.0") {
            return None;
        }
        length += line.len();
        match (line, begun) {
            (b"\r\n", true) => return bytes.get(..length),
            (b"\r\n", false) => {}
            _ => begun = true,
        }
    }
    None
}
