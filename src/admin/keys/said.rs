//! What the page says of what was asked for.

use jose::Algorithm;

use super::show::minute;
use crate::base::id::ClientId;
use crate::directory::key::{Needed, Readiness};

/// What was done, or why it was not.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) good: bool,
    pub(super) text: String,
    pub(super) lines: Vec<String>,
    pub(super) force: Option<Algorithm>,
}

impl Said {
    /// What was done, by the word that the address carries.
    pub(super) fn done(word: &str) -> Option<Self> {
        let text = match word {
            "published" => "A new key is published. It signs once it is rotated in.",
            "waits" => "A key of that algorithm waits already; none was made.",
            "rotated" => "The new key signs. The former one stays published for the tokens that it signed.",
            "retired" => "The key is retired: unpublished, its private half destroyed.",
            "burnt" => "The key is burnt. What it signed counts no more on any node within five seconds.",
            "cutover" => "The platform's client signs with its new key.",
            _ => return None,
        };
        Some(Self {
            good: true,
            text: text.to_owned(),
            ..Self::default()
        })
    }

    /// Somebody has not seen the key.
    pub(super) fn waiting(algorithm: Algorithm, readiness: &Readiness) -> Self {
        let mut lines: Vec<String> = readiness.lacking.iter().map(ToString::to_string).collect();
        if let (true, Some(until)) = (lines.is_empty(), readiness.unknown_copies_until) {
            lines.push(format!(
                "whoever holds a copy of the key set from before it; such copies last until {}",
                minute(until)
            ));
        }
        Self {
            text: format!(
                "The key is published and waits, since it has not been seen by all. It rotates once they have, and in any \
                 case from {} on. Still missing:",
                minute(readiness.waits_until)
            ),
            lines,
            force: Some(algorithm),
            ..Self::default()
        }
    }

    /// Something needs the key.
    pub(super) fn needed(needed: &Needed) -> Self {
        let (text, lines) = match needed {
            Needed::Signs => ("The key signs. Rotate first.".to_owned(), Vec::new()),
            Needed::Tokens(living) => (
                format!(
                    "The key is needed: {} live tokens of {} consumers at {} clients were signed with it{}.",
                    living.tokens,
                    living.subjects,
                    living.clients,
                    living
                        .until
                        .map_or_else(String::new, |until| format!(", the last until {}", minute(until))),
                ),
                Vec::new(),
            ),
            Needed::Clients(clients) => (
                "The key is needed: these platforms have it pasted. Cut them over first:".to_owned(),
                clients.iter().map(ClientId::to_string).collect(),
            ),
            Needed::Until(until) => (
                format!(
                    "The key stopped signing a moment ago; try again at {}.",
                    minute(*until)
                ),
                Vec::new(),
            ),
        };
        Self {
            text,
            lines,
            ..Self::default()
        }
    }
}
