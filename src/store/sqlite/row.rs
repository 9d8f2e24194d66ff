//! A row, whose columns are found by name.

use std::cell::Cell;

use rusqlite::types::FromSql;

use super::super::Result;

/// A row that is read from left to right: what reads one asks for its columns mostly in the order of the statement, so each
/// is looked for where the one before it ended. SQLite itself compares a name with all columns before it, which was a tenth of what
/// it costs to look a token up.
pub(in crate::store) struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
    next: Cell<usize>,
}

impl<'r> Row<'r> {
    pub(super) const fn new(row: &'r rusqlite::Row<'r>) -> Self {
        Self {
            row,
            next: Cell::new(0),
        }
    }

    /// The value of a column, by name.
    pub(in crate::store) fn get<T: FromSql>(&self, column: &str) -> Result<T> {
        let statement: &rusqlite::Statement<'_> = self.row.as_ref();
        let (columns, next) = (statement.column_count(), self.next.get());
        let mut places = (next..columns).chain(0..next.min(columns));
        let Some(place) = places.find(|place| statement.column_name(*place).is_ok_and(|name| name == column))
        else {
            return Err(rusqlite::Error::InvalidColumnName(column.to_owned()).into());
        };
        self.next.set(place + 1);
        Ok(self.row.get(place)?)
    }

    /// The value of the first column.
    pub(in crate::store) fn only<T: FromSql>(&self) -> Result<T> {
        Ok(self.row.get(0)?)
    }
}
