//! One statement, run on the thread that asks.

use rusqlite::{CachedStatement, Connection, Rows};

use super::super::query::{FromRow, Query, Value};
use super::super::{Error, Result};
use super::Row;

/// Runs a write and tells how many rows it touched.
pub(in crate::store) fn execute(connection: &mut Connection, query: &Query) -> Result<u64> {
    let mut statement = prepare(connection, query)?;
    Ok(statement.raw_execute()? as u64)
}

/// Runs it for at most one row.
pub(in crate::store) fn fetch<T: FromRow>(connection: &mut Connection, query: &Query) -> Result<Option<T>> {
    let mut statement = prepare(connection, query)?;
    next(&mut statement.raw_query())
}

/// Runs it for all rows.
pub(in crate::store) fn fetch_all<T: FromRow>(connection: &mut Connection, query: &Query) -> Result<Vec<T>> {
    let mut statement = prepare(connection, query)?;
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = next(&mut rows)? {
        all.push(row);
    }
    Ok(all)
}

fn next<T: FromRow>(rows: &mut Rows<'_>) -> Result<Option<T>> {
    match rows.next()? {
        Some(row) => T::from_row(&Row::new(row).into()).map(Some),
        None => Ok(None),
    }
}

/// The statement with its values in their places: to SQLite, `$3` is a name like any other.
fn prepare<'c>(connection: &'c mut Connection, query: &Query) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(query.text())?;
    for place in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(place)
            .and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = number.and_then(|number| query.values().get(number.checked_sub(1)?));
        match value {
            Some(Value::Text(it)) => statement.raw_bind_parameter(place, it),
            Some(Value::BigInt(it)) => statement.raw_bind_parameter(place, it),
            Some(Value::Bool(it)) => statement.raw_bind_parameter(place, it),
            Some(Value::Bytes(it)) => statement.raw_bind_parameter(place, it),
            Some(Value::Sealed(it)) => {
                statement.raw_bind_parameter(place, it.as_ref().map(crate::model::Sealed::as_bytes))
            }
            None => return Err(Error::Fault("a statement lacks a value".to_owned())),
        }?;
    }
    Ok(statement)
}
