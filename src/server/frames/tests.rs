use super::*;

fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags, 0, 0, 0, 1][..], payload].concat()
}

/// The frames that are seen, whole and byte by byte; both must be the same.
fn seen(skip: usize, bytes: &[u8]) -> Vec<(u8, u32, u32)> {
    let gather = |size: usize| {
        let (mut frames, mut all) = (Frames::after(skip), Vec::new());
        for part in bytes.chunks(size) {
            frames.follow(part, |frame| all.push((frame.kind, frame.length, frame.error)));
        }
        all
    };
    let whole = gather(bytes.len());
    assert_eq!(gather(1), whole);
    assert_eq!(gather(7), whole);
    whole
}

#[test]
fn frames_are_followed_one_after_the_other() {
    let bytes = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, &[0; 6]),
        frame(1, 5, &[7; 300]),
        frame(0, 0, b""),
        frame(6, 0, &[1; 8]),
    ]
    .concat();
    assert_eq!(
        seen(PREFACE, &bytes),
        [(4, 6, 0), (1, 300, 0), (0, 0, 0), (6, 8, 0)]
    );
}

#[test]
fn the_end_of_a_connection_says_why() {
    let calm = [&[0, 0, 0, 9, 0, 0, 0, 11][..], b"too_many_resets"].concat();
    let bytes = [
        frame(7, 0, &calm),
        frame(6, 0, &[0; 8]),
        frame(7, 0, &[0; 8]),
        frame(7, 0, b""),
    ]
    .concat();
    assert_eq!(seen(0, &bytes), [(7, 23, 11), (6, 8, 0), (7, 8, 0), (7, 0, 0)]);
    let ended = |error| {
        Frame {
            kind: 7,
            flags: 0,
            length: 8,
            error,
        }
        .blame()
    };
    assert_eq!(
        (ended(11), ended(1), ended(0)),
        (Some("enhance_your_calm"), Some("protocol_error"), None)
    );
}

#[test]
fn sec_158_what_asks_for_nothing_is_a_flood_and_requests_are_none() {
    let of = |kind, length| Frame {
        kind,
        flags: 0,
        length,
        error: 0,
    };
    for idle in [
        of(6, 8),
        of(4, 6),
        of(2, 5),
        of(3, 4),
        of(9, 10),
        of(0, 0),
        of(200, 1),
    ] {
        let mut count = Count::default();
        assert!((0..MOST).all(|_| !count.floods(idle)), "{idle:?}");
        assert!(count.floods(idle), "{idle:?}");
    }
    // Room for answers, where there are none.
    let mut count = Count::default();
    let room = of(8, 4);
    assert!((0..MOST).all(|_| !count.floods(room)));
    assert!(count.floods(room));
    let mut count = Count::default();
    let work = [of(1, 30), of(0, 100), Frame { flags: 1, ..of(0, 0) }];
    assert!((0..10_000).all(|turn| !count.floods(work[turn % work.len()])));
    // One request alone, whose answer is long: room for its stream and for the connection, every 4 KiB.
    let mut count = Count::default();
    assert!(!count.floods(of(1, 30)));
    for _ in 0..10_000 {
        count.answer(of(0, 16_384));
        assert!((0..8).all(|_| !count.floods(room)));
    }
    // Answers in many small parts, each of which is read at once.
    let mut count = Count::default();
    for _ in 0..10_000 {
        count.answer(of(0, 10));
        assert!((0..2).all(|_| !count.floods(room)));
    }
    // What was answered is no licence for more.
    assert!((0..=MOST).any(|_| count.floods(room)));
    // Every request taken back.
    let mut count = Count::default();
    let both = [of(1, 30), of(3, 4)];
    assert!((0..10_000).any(|turn| count.floods(both[turn % 2])));
}
