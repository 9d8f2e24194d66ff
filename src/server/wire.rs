//! What HTTP/1 looks like on the wire, checked before the parser sees it (SEC-158).
//!
//! The parser forgives what two parsers in a row must never read differently: `Content-Length` beside
//! `Transfer-Encoding`, a repeated length, a line that ends without CR. Here each of them is turned into a byte that no
//! parser forgives, so that the answer is 400 and the connection ends. What follows it is made an end of the head: the parser
//! looks at nothing before it sees one.

/// The longest beginning of a line that matters: a name, and a length.
const KEPT: usize = 96;

/// Where in the conversation the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// Before a request.
    Between,
    /// Within a request's line and fields.
    Head,
    /// Within its body.
    Body,
    /// Where there is nothing to be read any more: HTTP/2, or a request that was found wrong.
    Opaque,
    /// In another protocol, to which the server has switched: a WebSocket, whose handler holds its own deadlines.
    Upgraded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Between,
    Fields,
    Sized(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    /// After what was spoiled, so many bytes before [`State::Opaque`].
    Spoiling(u8),
    Opaque,
    Http2,
    Upgraded,
}

/// Follows one connection's incoming bytes.
#[derive(Debug)]
pub(super) struct Wire {
    state: State,
    /// The beginning of the present line, its length with CR, and whether its last byte was CR.
    line: Vec<u8>,
    length: usize,
    carriage_return: bool,
    /// Lengths and encodings of the present head.
    lengths: u8,
    size: Option<u64>,
    chunked: bool,
    wrong: bool,
    websocket: bool,
    /// Whether the latest request asks for a WebSocket and wasn't answered yet.
    asks: bool,
    /// Whether a request has come before.
    spoken: bool,
}

impl Wire {
    pub(super) fn new() -> Self {
        Self {
            state: State::Between,
            line: Vec::with_capacity(KEPT),
            length: 0,
            carriage_return: false,
            lengths: 0,
            size: None,
            chunked: false,
            wrong: false,
            websocket: false,
            asks: false,
            spoken: false,
        }
    }

    pub(super) fn position(&self) -> Position {
        match self.state {
            State::Between if self.length == 0 => Position::Between,
            State::Between | State::Fields => Position::Head,
            State::Sized(_) | State::ChunkSize | State::Chunk(_) | State::ChunkEnd | State::Trailers => {
                Position::Body
            }
            State::Spoiling(_) | State::Opaque | State::Http2 => Position::Opaque,
            State::Upgraded => Position::Upgraded,
        }
    }

    /// Notes the beginning of what is sent. Nothing is checked any more once a request for a WebSocket is answered by 101: its
    /// frames are no lines. No other answer ends the checks, whatever its body begins with.
    pub(super) fn answered(&mut self, beginning: &[u8]) {
        if std::mem::take(&mut self.asks) && beginning.starts_with(b"HTTP/1.1 101 ") {
            self.state = State::Upgraded;
        }
    }

    /// Whether no request has come yet.
    pub(super) const fn is_silent(&self) -> bool {
        !self.spoken
    }

    /// Whether the connection speaks HTTP/2.
    pub(super) fn is_http_2(&self) -> bool {
        self.state == State::Http2
    }

    /// Follows `bytes`, spoils what is wrong in them, and tells how many heads ended in them.
    pub(super) fn follow(&mut self, bytes: &mut [u8]) -> usize {
        let (mut heads, mut at) = (0, 0);
        while let Some(byte) = bytes.get_mut(at) {
            match &mut self.state {
                State::Opaque | State::Http2 | State::Upgraded => break,
                State::Spoiling(left) => {
                    *byte = b'\n';
                    *left -= 1;
                    if *left == 0 {
                        self.state = State::Opaque;
                    }
                    at += 1;
                    continue;
                }
                State::Sized(left) | State::Chunk(left) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    *left -= taken as u64;
                    at += taken;
                    match self.state {
                        State::Sized(0) => self.between(),
                        State::Chunk(0) => self.state = State::ChunkEnd,
                        _ => {}
                    }
                    continue;
                }
                _ => {}
            }
            let rest = bytes.get_mut(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest);
            self.part_of_line(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
            let Some(end) = end else { break };
            at += end + 1;
            self.length += 1;
            let fine = self.carriage_return && self.end_of_line(&mut heads);
            self.line.clear();
            self.length = 0;
            self.carriage_return = false;
            if !fine && let Some(byte) = rest.get_mut(end) {
                *byte = 0;
                self.state = State::Spoiling(2);
            }
        }
        heads
    }

    fn part_of_line(&mut self, part: &[u8]) {
        self.length += part.len();
        if let Some(last) = part.last() {
            self.carriage_return = *last == b'\r';
        }
        let room = KEPT.saturating_sub(self.line.len()).min(part.len());
        self.line.extend_from_slice(part.get(..room).unwrap_or_default());
    }

    /// What a line that ended with CR LF means; `false` if the request is wrong.
    fn end_of_line(&mut self, heads: &mut usize) -> bool {
        let empty = self.length == 2;
        match self.state {
            // An empty line before a request is nothing (RFC 9112 §2.2).
            State::Between if empty => true,
            State::Between if !self.spoken && self.line.starts_with(b"PRI * HTTP/2.0") => {
                self.state = State::Http2;
                self.spoken = true;
                true
            }
            State::Between => {
                self.state = State::Fields;
                true
            }
            State::Fields if empty => {
                *heads += 1;
                self.spoken = true;
                self.end_of_head();
                true
            }
            State::Fields => {
                self.field();
                !self.is_ambiguous()
            }
            State::ChunkSize => self.chunk_size(),
            State::ChunkEnd => {
                self.state = State::ChunkSize;
                empty
            }
            State::Trailers => {
                if empty {
                    self.between();
                }
                true
            }
            State::Sized(_)
            | State::Chunk(_)
            | State::Spoiling(_)
            | State::Opaque
            | State::Http2
            | State::Upgraded => true,
        }
    }

    fn field(&mut self) {
        let Some(colon) = self.line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = self.line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths = self.lengths.saturating_add(1);
            self.size = std::str::from_utf8(value)
                .ok()
                .filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse().ok());
            self.wrong |= self.size.is_none() || self.length > KEPT;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            // Any other coding, or a second one, would have to be undone: nobody sends it to such a server in earnest.
            self.wrong |= self.chunked || !value.eq_ignore_ascii_case(b"chunked");
            self.chunked = true;
        } else if name.eq_ignore_ascii_case(b"upgrade") {
            self.websocket = value.eq_ignore_ascii_case(b"websocket");
        }
    }

    /// Whether two parsers could see different ends of the body.
    const fn is_ambiguous(&self) -> bool {
        self.wrong || self.lengths > 1 || (self.chunked && self.lengths > 0)
    }

    fn end_of_head(&mut self) {
        self.asks = self.websocket && !self.chunked && self.size.is_none_or(|size| size == 0);
        match self.size {
            _ if self.chunked => self.state = State::ChunkSize,
            Some(size) if size > 0 => self.state = State::Sized(size),
            _ => self.between(),
        }
    }

    fn chunk_size(&mut self) -> bool {
        let digits = self
            .line
            .split(|byte| matches!(byte, b';' | b'\r'))
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let size = std::str::from_utf8(digits)
            .ok()
            .and_then(|text| u64::from_str_radix(text, 16).ok());
        match size {
            Some(0) => self.state = State::Trailers,
            Some(size) => self.state = State::Chunk(size),
            None => return false,
        }
        true
    }

    fn between(&mut self) {
        self.state = State::Between;
        self.lengths = 0;
        self.size = None;
        self.chunked = false;
        self.wrong = false;
        self.websocket = false;
    }
}

#[cfg(test)]
mod tests;
