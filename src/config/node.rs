use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of a file.
    File(Arc<PathBuf>, usize),
    /// An environment variable.
    Environment(String),
    /// A flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, 0) => write!(f, "{}", path.display()),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A piece of configuration as it was written, before it has types.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) origin: Origin,
    pub(super) value: Value,
}

/// Texts may be secrets, and which they are is known later: they are wiped from memory when dropped (SEC-164).
#[derive(Clone)]
pub(super) enum Value {
    Table(BTreeMap<String, Node>),
    List(Vec<Node>),
    Text(Zeroizing<String>),
    Integer(i64),
    Float(f64),
    Bool(bool),
    /// Text from the environment or a flag: it takes the shape that is asked for; a list's parts stand between
    /// commas.
    Bare(Zeroizing<String>),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => fmt::Debug::fmt(table, f),
            Self::List(items) => fmt::Debug::fmt(items, f),
            Self::Text(_) | Self::Bare(_) => f.write_str("\"…\""),
            Self::Integer(number) => fmt::Debug::fmt(number, f),
            Self::Float(number) => fmt::Debug::fmt(number, f),
            Self::Bool(truth) => fmt::Debug::fmt(truth, f),
        }
    }
}

impl Node {
    /// A table with nothing in it.
    pub(super) fn empty() -> Self {
        Self {
            origin: Origin::Default,
            value: Value::Table(BTreeMap::new()),
        }
    }

    /// Lays `over` upon this: tables are joined, anything else is replaced.
    pub(super) fn overlay(&mut self, over: Self) {
        match (&mut self.value, over.value) {
            (Value::Table(below), Value::Table(above)) => {
                for (key, node) in above {
                    match below.get_mut(&key) {
                        Some(under) => under.overlay(node),
                        None => {
                            below.insert(key, node);
                        }
                    }
                }
            }
            (_, value) => {
                *self = Self {
                    origin: over.origin,
                    value,
                }
            }
        }
    }

    /// Sets the value at a dotted key, with the tables that lead there.
    pub(super) fn set(&mut self, key: &str, node: Self) {
        let over = key.rsplit('.').fold(node, |inner, part| Self {
            origin: inner.origin.clone(),
            value: Value::Table(BTreeMap::from([(part.to_owned(), inner)])),
        });
        self.overlay(over);
    }

    /// What is written where a value at a dotted key would push it aside: a value where the key needs a table, or a
    /// table where it needs a value.
    pub(super) fn contradicted(&self, key: &str) -> Option<&Self> {
        let mut node = self;
        for part in key.split('.') {
            match &node.value {
                Value::Table(table) => node = table.get(part)?,
                _ => return Some(node),
            }
        }
        matches!(node.value, Value::Table(_)).then_some(node)
    }

    /// The piece at a dotted key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        key.split('.').try_fold(self, |node, part| match &node.value {
            Value::Table(table) => table.get(part),
            Value::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// What was written, for people, cut to a length that fits a line.
    pub(super) fn found(&self) -> String {
        let quoted = |text: &str| match text.char_indices().nth(80) {
            Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
            None => format!("{text:?}"),
        };
        match &self.value {
            Value::Table(_) => "a table".to_owned(),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Text(text) | Value::Bare(text) => quoted(text),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
        }
    }
}
