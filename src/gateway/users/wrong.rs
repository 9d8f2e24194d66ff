//! What is wrong with a member that was sent, by its name: whoever sends thousands of users must find it.

use crate::gateway::Error;

/// A member that a document lacks, shouldn't have, or has as something else than it is.
#[derive(Debug)]
pub(in crate::gateway) struct Wrong {
    member: String,
    allowed: String,
}

impl Wrong {
    /// It isn't there, and must be.
    pub(super) fn missing(member: &str) -> Self {
        Self::told(member, "is missing".to_owned())
    }

    /// It must be something else.
    pub(super) fn other(member: &str, kind: &str) -> Self {
        Self::told(member, format!("must be {kind}"))
    }

    /// There is no such member.
    pub(super) fn unknown(member: &str) -> Self {
        const LONGEST: usize = 80;
        let name: String = member.chars().take(LONGEST).collect();
        Self::told(&name, "is no member of a user".to_owned())
    }

    fn told(member: &str, allowed: String) -> Self {
        Self {
            member: member.to_owned(),
            allowed,
        }
    }

    /// Of the document that stands there in a list, where it stands in one.
    pub(super) fn at(self, place: Option<usize>) -> Error {
        let Self { member, allowed } = self;
        let place = place.map(|place| format!("[{place}].")).unwrap_or_default();
        Error::malformed("").telling(format!("{place}{member} {allowed}."))
    }
}
