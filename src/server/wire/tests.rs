use super::*;

/// What the parser gets, whole and byte by byte; both must be the same.
fn parsed(text: &str) -> (Vec<u8>, usize, Position) {
    let mut whole = text.as_bytes().to_vec();
    let mut wire = Wire::new();
    let heads = wire.follow(&mut whole);

    let mut single = text.as_bytes().to_vec();
    let mut other = Wire::new();
    let one_by_one: usize = single.chunks_mut(1).map(|byte| other.follow(byte)).sum();
    assert_eq!(
        (&single, one_by_one, other.position()),
        (&whole, heads, wire.position()),
        "{text:?}"
    );
    (whole, heads, wire.position())
}

fn passes(text: &str, heads: usize, position: Position) {
    assert_eq!(
        parsed(text),
        (text.as_bytes().to_vec(), heads, position),
        "{text:?}"
    );
}

fn spoiled(text: &str) {
    let (bytes, _, position) = parsed(text);
    assert!(bytes.contains(&0), "{text:?}");
    assert_eq!(position, Position::Opaque);
}

#[test]
fn requests_are_followed_one_after_the_other() {
    passes("", 0, Position::Between);
    passes("GET", 0, Position::Head);
    passes("GET / HTTP/1.1\r\nHost: a\r\n", 0, Position::Head);
    passes("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, Position::Between);
    passes(
        "\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n",
        2,
        Position::Between,
    );
    passes(
        "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab\n",
        1,
        Position::Body,
    );
    passes(
        "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab\n\n\nGET",
        1,
        Position::Head,
    );
    passes(
        "POST / HTTP/1.1\r\ncontent-length:0\r\n\r\n",
        1,
        Position::Between,
    );
}

#[test]
fn chunks_are_followed() {
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    passes(&format!("{head}3;ext=1\r\n\n\n\n\r\n"), 1, Position::Body);
    passes(
        &format!("{head}3\r\nabc\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        2,
        Position::Between,
    );
    spoiled(&format!("{head}x\r\nabc"));
    spoiled(&format!("{head}3\r\nabcd\r\n"));
    spoiled(&format!("{head}3\nabc\r\n"));
}

#[test]
fn sec_158_two_lengths_or_a_length_beside_chunks_are_spoiled() {
    spoiled("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
    spoiled("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-length: 3\r\n\r\n");
    spoiled("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
    spoiled("POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc");
    spoiled("POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc");
    spoiled("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    spoiled("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
}

/// The parser waits for the end of a head before it reads any of it: a peer that sends no more gets its answer all the same.
#[test]
fn sec_158_what_is_spoiled_has_an_end() {
    for text in [
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
    ] {
        let (bytes, _, _) = parsed(text);
        assert!(
            bytes.windows(3).any(|three| three == b"\0\n\n"),
            "{text:?}: {bytes:?}"
        );
    }
}

#[test]
fn sec_158_a_line_without_cr_is_spoiled() {
    spoiled("GET / HTTP/1.1\n\n");
    spoiled("GET / HTTP/1.1\r\nHost: a\n\r\n");
    spoiled("GET / HTTP/1.1\r\nHost: a\r\n\n");
}

#[test]
fn http_2_is_left_alone() {
    passes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\n\n\n", 0, Position::Opaque);
}

/// A request for a WebSocket, what is sent after it, and what then passes of bytes that are no HTTP.
fn after_an_answer(request: &str, answer: &[u8]) -> (Vec<u8>, Position) {
    let mut wire = Wire::new();
    wire.follow(&mut request.as_bytes().to_vec());
    wire.answered(answer);
    let mut frames = b"\x81\x82\n\n\n\na\nb\n".to_vec();
    wire.follow(&mut frames);
    (frames, wire.position())
}

#[test]
fn frames_pass_once_a_request_for_a_websocket_is_granted() {
    let asked = "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
    let granted = b"HTTP/1.1 101 Switching Protocols\r\n";
    let (frames, position) = after_an_answer(asked, granted);
    assert_eq!(
        (frames.as_slice(), position),
        (&b"\x81\x82\n\n\n\na\nb\n"[..], Position::Upgraded)
    );
    for (request, answer) in [
        (asked, &b"HTTP/1.1 400 Bad Request\r\n"[..]),
        ("GET / HTTP/1.1\r\n\r\n", granted),
        ("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", granted),
        (
            "POST / HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\na",
            granted,
        ),
        // An earlier request's wish isn't the next one's.
        (&format!("{asked}GET / HTTP/1.1\r\n\r\n"), granted),
    ] {
        let (frames, position) = after_an_answer(request, answer);
        assert!(frames.contains(&0), "{request}");
        assert_eq!(position, Position::Opaque, "{request}");
    }
}

#[test]
fn an_answer_that_looks_like_a_grant_ends_no_checks_behind_another() {
    let mut wire = Wire::new();
    wire.follow(&mut b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec());
    wire.answered(b"HTTP/1.1 200 OK\r\n\r\n");
    // The body of that answer.
    wire.answered(b"HTTP/1.1 101 Switching Protocols");
    assert_eq!(wire.position(), Position::Between);
}
