//! The published keys' life, from left to right.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::Timestamp;
use crate::directory::key::Overview;
use crate::model::signing_key::KeyState;

/// How far back and ahead the picture reaches at most.
const REACH: Duration = Duration::from_hours(24 * 120);
const WIDTH: u128 = 1000;

/// A key's line.
#[derive(Debug)]
pub(super) struct Life {
    /// The state, where it begins, and how wide it is, in thousandths of the width.
    pub(super) spans: Vec<(&'static str, u16, u16)>,
    /// The same in words.
    pub(super) words: String,
}

/// The picture's scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// The left edge.
    pub(super) from: Timestamp,
    /// The right one.
    pub(super) until: Timestamp,
    now: Timestamp,
}

impl Scale {
    /// One that holds all of the keys' past and plans, as far as it can be shown.
    pub(super) fn of(keys: &[&Overview], now: Timestamp) -> Self {
        let made = keys.iter().map(|it| it.key.created_at).min().unwrap_or(now);
        let planned = keys.iter().filter_map(|it| it.next.map(|(_, at)| at)).max();
        let from = made.max(now - REACH).min(now - Duration::from_mins(1));
        let least = now + now.since(from) / 4;
        let until = planned.map_or(least, |at| at.max(least).min(now + REACH));
        // A little air before the first and after the last.
        let air = until.since(from) / 50;
        Self {
            from: from - air,
            until: until + air,
            now,
        }
    }

    /// Where an instant is, in thousandths of the width.
    pub(super) fn at(&self, instant: Timestamp) -> u16 {
        let (past, all) = (
            instant.since(self.from).as_millis(),
            self.until.since(self.from).as_millis(),
        );
        let place = (past * WIDTH).checked_div(all).unwrap_or(0).min(WIDTH);
        u16::try_from(place).unwrap_or(0)
    }

    /// Where now is.
    pub(super) fn now(&self) -> u16 {
        self.at(self.now)
    }

    /// A key's line.
    pub(super) fn life(&self, it: &Overview) -> Life {
        let key = &it.key;
        let end = self.until;
        let next = it.next.map_or(end, |(_, at)| at.max(self.now));
        let signs = key.activated_at.unwrap_or(next);
        let stops = match key.state {
            KeyState::Pending => signs,
            KeyState::Active => next,
            KeyState::Retiring | KeyState::Retired => key.stopped_at.unwrap_or(self.now),
        };
        let goes = if key.state == KeyState::Retiring {
            next
        } else {
            stops
        };
        let spans = [
            ("pending", key.created_at, signs),
            ("active", signs, stops),
            ("retiring", stops, goes),
        ];
        Life {
            spans: spans
                .into_iter()
                .filter(|(_, begins, ends)| begins < ends)
                .map(|(state, begins, ends)| {
                    let begins = self.at(begins);
                    (state, begins, self.at(ends).saturating_sub(begins).max(3))
                })
                .collect(),
            words: words(it),
        }
    }
}

fn words(it: &Overview) -> String {
    let mut words = format!("{} key, {}, made {}", it.key.alg, it.key.state, it.key.created_at);
    for (what, at) in [
        ("signs since", it.key.activated_at),
        ("stopped", it.key.stopped_at),
    ] {
        if let Some(at) = at {
            let _ = write!(words, ", {what} {at}");
        }
    }
    if let Some((state, at)) = it.next {
        let _ = write!(words, ", {state} from {at} on");
    }
    words
}
