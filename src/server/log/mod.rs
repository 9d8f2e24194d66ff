//! The log: one line an event, in UTC, on stderr (SEC-162). JSON for programs; for people on a terminal, text.

mod json;
mod lines;
mod plain;

use std::fmt::{self, Debug};
use std::io::IsTerminal as _;
use std::str::FromStr as _;

use tracing::field::Field;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use json::Json;
pub use lines::Flush;
use lines::Lines;
use plain::Form;

use crate::config::{Format, Log};

/// Begins to log as the settings say. What waits is written when the returned value is dropped; where a log has been
/// begun before (in tests), that one goes on.
pub fn begin(settings: &Log) -> Option<Flush> {
    let terminal = std::io::stderr().is_terminal();
    let form = match settings.format {
        Format::Json => Form::Json,
        Format::Auto if !terminal => Form::Json,
        Format::Pretty | Format::Auto if terminal => Form::Coloured,
        Format::Pretty | Format::Auto => Form::Text,
    };
    let filter = Targets::from_str(settings.level.as_str()).unwrap_or_default();
    let (lines, flush) = Lines::to(std::io::stderr(), form).ok()?;
    tracing_subscriber::registry()
        .with(events(lines, form).with_filter(filter))
        .try_init()
        .ok()?;
    std::panic::set_hook(Box::new(|panic| {
        // Its message may hold anything; where it happened is what one looks for.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(event = "internal.panic", place, "a panic");
    }));
    Some(flush)
}

/// What makes lines of events.
fn events<S>(lines: Lines, form: Form) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    let events = tracing_subscriber::fmt::layer().with_writer(lines);
    match form {
        Form::Json => events.fmt_fields(Json).event_format(Json).boxed(),
        Form::Text | Form::Coloured => events
            .compact()
            .with_ansi(form == Form::Coloured)
            .fmt_fields(debug_fn(field).delimited(" "))
            .boxed(),
    }
}

/// A field in a line of text: what others wrote colours nothing, and hides nothing. (The library sees to that in messages
/// alone.)
fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    let value = plain::spelt(&format!("{value:?}"));
    match field.name() {
        "message" => writer.write_str(&value),
        // Where a line of another library comes from.
        name if name.starts_with("log.") => Ok(()),
        name if writer.has_ansi_escapes() => {
            write!(writer, "\u{1b}[3m{name}\u{1b}[0m\u{1b}[2m=\u{1b}[0m{value}")
        }
        name => write!(writer, "{name}={value}"),
    }
}
