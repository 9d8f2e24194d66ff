//! The log: one line an event, in UTC, on stderr (SEC-162). JSON for programs; for people on a terminal, text.

mod lines;

use std::io::IsTerminal as _;
use std::str::FromStr as _;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

pub use lines::Flush;
use lines::Lines;

use crate::config::{Format, Log};

/// Begins to log as the settings say. What waits is written when the returned value is dropped; where a log has been
/// begun before (in tests), that one goes on.
pub fn begin(settings: &Log) -> Option<Flush> {
    let terminal = std::io::stderr().is_terminal();
    let json = match settings.format {
        Format::Json => true,
        Format::Pretty => false,
        Format::Auto => !terminal,
    };
    let filter = Targets::from_str(settings.level.as_str()).unwrap_or_default();
    let (lines, flush) = Lines::to(std::io::stderr(), json).ok()?;
    let events = tracing_subscriber::fmt::layer().with_writer(lines);
    let events = if json {
        events
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed()
    } else {
        events.compact().with_ansi(terminal).boxed()
    };
    tracing_subscriber::registry()
        .with(events.with_filter(filter))
        .try_init()
        .ok()?;
    std::panic::set_hook(Box::new(|panic| {
        // Its message may hold anything; where it happened is what one looks for.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(event = "internal.panic", place, "a panic");
    }));
    Some(flush)
}
