//! An event as a JSON object on one line, written field by field: each request has one, and the library's own form reads what it
//! has written of the span anew for each.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Members `timestamp` (UTC, RFC 3339), `level`, those of the event, `target`, and `span` with those of the innermost one.
pub(super) struct Json;

impl<S> FormatEvent<S, Self> for Json
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Self>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", about.level())?;
        let mut fields = Fields::after_others(&mut writer);
        event.record(&mut fields);
        let target = fields.end()?;
        writer.write_str(",\"target\":")?;
        string(&mut writer, target.as_deref().unwrap_or(about.target()))?;
        if let Some(span) = context.lookup_current() {
            writer.write_str(",\"span\":{")?;
            if let Some(fields) = span.extensions().get::<FormattedFields<Self>>()
                && !fields.is_empty()
            {
                writer.write_str(fields)?;
                writer.write_char(',')?;
            }
            writer.write_str("\"name\":")?;
            string(&mut writer, span.name())?;
            writer.write_char('}')?;
        }
        writer.write_str("}\n")
    }
}

/// A span's members, without the braces around them.
impl FormatFields<'_> for Json {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'_>, recorded: R) -> fmt::Result {
        let mut fields = Fields::first(&mut writer);
        recorded.record(&mut fields);
        fields.end().map(|_| ())
    }

    fn add_fields(
        &self,
        current: &mut FormattedFields<Self>,
        recorded: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        let is_first = current.is_empty();
        let mut writer = current.as_writer();
        let mut fields = Fields {
            is_first,
            ..Fields::first(&mut writer)
        };
        recorded.record(&mut fields);
        fields.end().map(|_| ())
    }
}

/// Writes members, as they come.
struct Fields<'w, 's> {
    writer: &'w mut Writer<'s>,
    is_first: bool,
    /// Where a line of another library comes from, which it tells as a field.
    target: Option<String>,
    done: fmt::Result,
}

impl<'w, 's> Fields<'w, 's> {
    fn first(writer: &'w mut Writer<'s>) -> Self {
        Self {
            writer,
            is_first: true,
            target: None,
            done: Ok(()),
        }
    }

    fn after_others(writer: &'w mut Writer<'s>) -> Self {
        Self {
            is_first: false,
            ..Self::first(writer)
        }
    }

    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'s>) -> fmt::Result) {
        if self.done.is_ok() && !field.name().starts_with("log.") {
            self.done = self.named(field.name(), value);
        }
    }

    fn named(&mut self, name: &str, value: impl FnOnce(&mut Writer<'s>) -> fmt::Result) -> fmt::Result {
        if !std::mem::take(&mut self.is_first) {
            self.writer.write_char(',')?;
        }
        // `r#type` is a field's way to be named after a word of the language.
        string(self.writer, name.strip_prefix("r#").unwrap_or(name))?;
        self.writer.write_char(':')?;
        value(self.writer)
    }

    fn end(self) -> Result<Option<String>, fmt::Error> {
        self.done.map(|()| self.target)
    }
}

impl Visit for Fields<'_, '_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |writer| {
            writer.write_char('"')?;
            write!(Escaped(writer), "{value:?}")?;
            writer.write_char('"')
        });
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "log.target" {
            self.target = Some(value.to_owned());
        }
        self.member(field, |writer| string(writer, value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, |writer| {
            if value.is_finite() {
                write!(writer, "{value}")
            } else {
                writer.write_str("null")
            }
        });
    }
}

fn string(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    writer.write_char('"')?;
    Escaped(writer).write_str(text)?;
    writer.write_char('"')
}

/// The inside of a JSON string (RFC 8259 §7).
struct Escaped<'w, 's>(&'w mut Writer<'s>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|it: char| it < ' ' || it == '"' || it == '\\') {
            let (plain, other) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut characters = other.chars();
            match characters.next() {
                Some(quoted @ ('"' | '\\')) => write!(self.0, "\\{quoted}")?,
                Some(control) => write!(self.0, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            rest = characters.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests;
