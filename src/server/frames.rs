//! HTTP/2 as it passes by, frame by frame (RFC 9113 §4.1): how many frames ask for nothing, and whether the library gave
//! the peer up.
//!
//! The library has limits of its own for streams that are reset, headers that never end and empty data; pings, settings and
//! priorities it answers or skips for ever.

use std::time::Duration;

/// What every connection begins with, before its first frame (§3.4).
pub(super) const PREFACE: usize = 24;
/// Frames that ask for nothing within [`PERIOD`], beside one for every second request.
const MOST: u32 = 1000;
/// Bytes of an answer for which a peer gives room once more: the quickest libraries do so every 4 KiB.
const ROOM: u32 = 2048;
/// Over how long frames are counted.
pub(super) const PERIOD: Duration = Duration::from_secs(10);

/// A frame's head, and of a frame that ends the connection why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    kind: u8,
    flags: u8,
    length: u32,
    error: u32,
}

impl Frame {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const GOAWAY: u8 = 7;
    const WINDOW_UPDATE: u8 = 8;

    /// Whether it brings neither a request nor a part of one. Room for more of an answer is counted against the answers.
    const fn is_idle(self) -> bool {
        const END_STREAM: u8 = 1;
        match self.kind {
            Self::DATA => self.length == 0 && self.flags & END_STREAM == 0,
            Self::HEADERS | Self::GOAWAY | Self::WINDOW_UPDATE => false,
            _ => true,
        }
    }

    /// Why the sender ends the connection, where that is the other one's fault (§7).
    pub(super) const fn blame(self) -> Option<&'static str> {
        match (self.kind, self.error) {
            (Self::GOAWAY, 1) => Some("protocol_error"),
            (Self::GOAWAY, 3) => Some("flow_control_error"),
            (Self::GOAWAY, 5) => Some("stream_closed"),
            (Self::GOAWAY, 6) => Some("frame_size_error"),
            (Self::GOAWAY, 9) => Some("compression_error"),
            (Self::GOAWAY, 11) => Some("enhance_your_calm"),
            _ => None,
        }
    }
}

/// Follows one direction of a connection.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes to pass over: of the preface, or of a frame's payload.
    skip: usize,
    /// The beginning of the present frame: nine bytes, and eight more of one that ends the connection.
    head: [u8; 17],
    filled: usize,
}

impl Frames {
    /// Beginning after so many bytes.
    pub(super) const fn after(skip: usize) -> Self {
        Self {
            skip,
            head: [0; 17],
            filled: 0,
        }
    }

    /// Follows `bytes`, and calls `each` with every frame whose beginning they complete.
    pub(super) fn follow(&mut self, mut bytes: &[u8], mut each: impl FnMut(Frame)) {
        while let Some((first, rest)) = bytes.split_first() {
            if self.skip > 0 {
                let passed = self.skip.min(bytes.len());
                self.skip -= passed;
                bytes = bytes.get(passed..).unwrap_or_default();
                continue;
            }
            if let Some(place) = self.head.get_mut(self.filled) {
                *place = *first;
            }
            self.filled += 1;
            bytes = rest;
            if self.filled >= 9
                && let Some(frame) = self.complete()
            {
                self.skip = frame.length as usize + 9 - self.filled;
                self.filled = 0;
                each(frame);
            }
        }
    }

    /// The frame, if enough of it is there.
    fn complete(&self) -> Option<Frame> {
        let [a, b, c, kind, flags, _, _, _, _, _, _, _, _, error @ ..] = self.head;
        let mut frame = Frame {
            kind,
            flags,
            length: u32::from_be_bytes([0, a, b, c]),
            error: 0,
        };
        if kind == Frame::GOAWAY && frame.length >= 8 {
            if self.filled < self.head.len() {
                return None;
            }
            frame.error = u32::from_be_bytes(error);
        }
        Some(frame)
    }
}

/// Counts what a peer sends within a period, and what it is sent.
#[derive(Debug, Default)]
pub(super) struct Count {
    idle: u32,
    requests: u32,
    /// How often room was given for more of an answer (§6.9).
    room: u32,
    /// How often what was answered asks for it: twice for a frame, for its stream and for the connection, and more for a
    /// long one.
    answered: u32,
}

impl Count {
    /// One frame more; whether that is a flood. Resets are such frames too: whoever takes every request back sends as many of
    /// them as requests.
    pub(super) const fn floods(&mut self, frame: Frame) -> bool {
        if frame.is_idle() {
            self.idle = self.idle.saturating_add(1);
        } else if frame.kind == Frame::HEADERS {
            self.requests = self.requests.saturating_add(1);
        } else if frame.kind == Frame::WINDOW_UPDATE {
            self.room = self.room.saturating_add(1);
        }
        let idle = self.idle.saturating_add(self.room.saturating_sub(self.answered));
        idle > MOST.saturating_add(self.requests / 2)
    }

    /// One frame more that the peer is sent.
    pub(super) const fn answer(&mut self, frame: Frame) {
        if frame.kind == Frame::DATA && frame.length > 0 {
            self.answered = self.answered.saturating_add(2 + frame.length / ROOM);
        }
    }
}

#[cfg(test)]
mod tests;
