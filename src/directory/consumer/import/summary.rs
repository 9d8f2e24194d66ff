use std::collections::BTreeMap;

use serde::Serialize;

/// How an import ended: each row of the file counts in `read` and in one of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows in the file.
    pub read: u64,
    /// Consumers that are new.
    pub created: u64,
    /// Consumers who were there and have been changed.
    pub updated: u64,
    /// Consumers who were there just as the row has them.
    pub unchanged: u64,
    /// Consumers who were there, differ, and were left alone.
    pub skipped: u64,
    /// Rows that were not imported.
    pub refused: u64,
    /// Remarks on rows that were.
    pub warnings: u64,
    /// Members of other products' exports that say nothing to us, with the number of rows that had each.
    pub ignored: BTreeMap<String, u64>,
    /// Whether the counts tell what was written; not so after a dry run, or where one refusal undid all.
    pub written: bool,
}

/// The most names of ignored members that are kept.
const NAMES: usize = 100;

impl Summary {
    pub(super) fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.refused += other.refused;
        self.warnings += other.warnings;
        for (name, rows) in &other.ignored {
            self.ignore(name, *rows);
        }
    }

    pub(super) fn ignore(&mut self, name: &str, rows: u64) {
        if let Some(known) = self.ignored.get_mut(name) {
            *known += rows;
        } else if self.ignored.len() < NAMES {
            self.ignored.insert(name.chars().take(80).collect(), rows);
        }
    }
}
