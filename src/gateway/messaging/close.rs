//! Why a socket ends, and what its peer is told.

use axum::extract::ws::{CloseFrame, Utf8Bytes};

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// 4401: a token is missing, or that of a consumer who has logged in has ended. They bring a new token of the brand's.
    Unauthenticated(&'static str),
    /// 4407: nothing else is a token that lets anybody in (section 1.11, F-09). They extend an anonymous identity, and
    /// exchange what they have.
    Unidentified(&'static str),
    /// The server stops.
    Stopping,
    /// Nothing came for too long.
    Silent,
    /// A message isn't text.
    Binary,
    /// A message is longer than any may be.
    TooLong,
    /// A message isn't a request.
    Malformed,
    /// Too many messages.
    TooMany,
    /// The account was suspended, or deleted.
    Suspended,
    /// Something here doesn't work at the moment.
    Failed,
    /// The peer has closed it, or is gone.
    Gone,
}

impl Ending {
    /// The code that it is closed with (RFC 6455 §7.4), and in figures.
    pub(super) const fn code(self) -> (u16, &'static str) {
        match self {
            Self::Gone => (1000, "1000"),
            Self::Stopping | Self::Silent => (1001, "1001"),
            Self::Binary => (1003, "1003"),
            Self::Malformed | Self::TooMany | Self::Suspended => (1008, "1008"),
            Self::TooLong => (1009, "1009"),
            Self::Failed => (1011, "1011"),
            Self::Unauthenticated(_) => (4401, "4401"),
            Self::Unidentified(_) => (4407, "4407"),
        }
    }

    /// What the peer is told: the same to everybody.
    const fn reason(self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "The token is missing or expired.",
            Self::Unidentified(_) => "The identity must be extended.",
            Self::Stopping => "The server stops.",
            Self::Silent => "Nothing came for too long.",
            Self::Binary => "Messages are text.",
            Self::TooLong => "The message is too long.",
            Self::Malformed => "The message isn't a request.",
            Self::TooMany => "Too many messages.",
            Self::Suspended => "The account is suspended.",
            Self::Failed => "Try again in a moment.",
            Self::Gone => "",
        }
    }

    /// What the log says of a token that wasn't taken.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Unauthenticated(why) | Self::Unidentified(why) => Some(why),
            _ => None,
        }
    }

    /// The frame that says so, where there is anybody to read it.
    pub(super) fn frame(self) -> Option<CloseFrame> {
        (self != Self::Gone).then(|| CloseFrame {
            code: self.code().0,
            reason: Utf8Bytes::from_static(self.reason()),
        })
    }
}
