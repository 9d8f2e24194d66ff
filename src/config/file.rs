//! The first layer above the defaults: a TOML file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::node::{Node, Origin, Value};
use super::{Error, Problem};

/// Reads `path`. A missing file is `None`.
pub(super) fn read(path: &Path) -> Result<Option<Node>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&Zeroizing::new(text), path).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Read(path.to_path_buf(), error)),
    }
}

/// Parses a file's text; `path` is for the messages.
pub(super) fn parse(text: &str, path: &Path) -> Result<Node, Error> {
    let place = Place {
        path: Arc::new(path.to_path_buf()),
        text,
    };
    // The parser's own message would quote the line, and with it perhaps a password.
    let table = DeTable::parse(text).map_err(|error| {
        Error::Invalid(vec![Problem {
            key: String::new(),
            origin: place.origin(error.span().map_or(0, |span| span.start)),
            found: None,
            allowed: format!("TOML: {}", error.message()),
            hint: None,
        }])
    })?;
    let span = table.span();
    Ok(place.table(table.into_inner(), span.start))
}

struct Place<'t> {
    path: Arc<PathBuf>,
    text: &'t str,
}

impl Place<'_> {
    fn origin(&self, at: usize) -> Origin {
        let before = self.text.get(..at).unwrap_or_default();
        Origin::File(Arc::clone(&self.path), before.matches('\n').count() + 1)
    }

    fn table(&self, table: DeTable<'_>, at: usize) -> Node {
        let entries = table.into_iter().map(|(key, value)| {
            let start = key.span().start;
            let mut node = self.node(value);
            // A line's key stands for its value; a list's items keep their own lines.
            node.origin = self.origin(start);
            (key.into_inner().into_owned(), node)
        });
        Node {
            origin: self.origin(at),
            value: Value::Table(entries.collect()),
        }
    }

    fn node(&self, value: Spanned<DeValue<'_>>) -> Node {
        let at = value.span().start;
        let value = match value.into_inner() {
            DeValue::Table(table) => return self.table(table, at),
            DeValue::Array(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::String(text) => Value::Text(text.into_owned().into()),
            DeValue::Boolean(truth) => Value::Bool(truth),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Value::Text(number.to_string().into()), Value::Integer),
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .map_or_else(|_| Value::Text(number.to_string().into()), Value::Float),
            DeValue::Datetime(time) => Value::Text(time.to_string().into()),
        };
        Node {
            origin: self.origin(at),
            value,
        }
    }
}
