//! One statement several times, with one errand to the database's thread.
//!
//! The driver runs SQLite on a thread of its own, and to go there and back costs more than to insert a row. So the same
//! statement with the values of several callers is sent as one text, in which the second copy's `$1` is `$13` where one
//! copy has twelve values.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::StreamExt as _;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Either, Executor as _, SqliteConnection};

use super::super::{Query, Result};

/// The most copies in one text. Powers of two alone are made, so that few texts are prepared.
const MOST: usize = 16;

/// The texts that were needed so far, by statement and number of copies.
#[derive(Default)]
pub(super) struct Together(HashMap<(&'static str, usize), Arc<str>>);

impl Together {
    /// Runs them all, and tells of each in its place how many rows it touched. One that fails takes no other with it.
    pub(super) async fn execute(
        &mut self,
        connection: &mut SqliteConnection,
        queries: Vec<Query>,
    ) -> Vec<Result<u64>> {
        let mut done = Vec::with_capacity(queries.len());
        let mut rest = queries.into_iter().peekable();
        let mut same: Vec<Query> = Vec::new();
        while let Some(query) = rest.next() {
            let text = query.text();
            same.push(query);
            if rest.peek().is_none_or(|next| next.text() != text) {
                self.run(connection, text, std::mem::take(&mut same), &mut done)
                    .await;
            }
        }
        done
    }

    async fn run(
        &mut self,
        connection: &mut SqliteConnection,
        text: &'static str,
        mut same: Vec<Query>,
        done: &mut Vec<Result<u64>>,
    ) {
        while !same.is_empty() {
            let copies = MOST.min(1 << same.len().ilog2());
            let chunk: Vec<Query> = same.drain(..copies).collect();
            if copies == 1 {
                for query in chunk {
                    done.push(alone(connection, query).await);
                }
            } else {
                self.chunk(connection, text, chunk, done).await;
            }
        }
    }

    async fn chunk(
        &mut self,
        connection: &mut SqliteConnection,
        text: &'static str,
        chunk: Vec<Query>,
        done: &mut Vec<Result<u64>>,
    ) {
        let (copies, values) = (chunk.len(), chunk.first().map_or(0, Query::len));
        let whole = self
            .0
            .entry((text, copies))
            .or_insert_with(|| repeated(text, copies, values).into());
        let whole = Arc::clone(whole);
        let arguments = chunk
            .iter()
            .cloned()
            .try_fold(SqliteArguments::default(), |mut arguments, query| {
                query.add_to(&mut arguments).map(|()| arguments)
            });
        let expected = done.len() + copies;
        match arguments {
            Ok(arguments) => {
                let mut results = connection.fetch_many(sqlx::query_with(AssertSqlSafe(whole), arguments));
                while let Some(result) = results.next().await {
                    match result {
                        Ok(Either::Left(result)) => done.push(Ok(result.rows_affected())),
                        Ok(Either::Right(_)) => {}
                        Err(error) => {
                            done.push(Err(error.into()));
                            break;
                        }
                    }
                }
            }
            Err(error) => done.push(Err(error)),
        }
        // What stands behind one that failed was not run: each goes alone.
        let left = expected.saturating_sub(done.len());
        for query in chunk.into_iter().skip(copies - left) {
            done.push(alone(connection, query).await);
        }
    }
}

async fn alone(connection: &mut SqliteConnection, query: Query) -> Result<u64> {
    Ok(query.for_sqlite()?.execute(connection).await?.rows_affected())
}

/// `text` so many times, each copy with numbers of its own.
fn repeated(text: &str, copies: usize, values: usize) -> String {
    let mut whole = String::with_capacity((text.len() + 16) * copies);
    for copy in 0..copies {
        let mut parts = text.split('$');
        whole.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = part.split_at(digits);
            let number: usize = number.parse().unwrap_or(0);
            let _ = write!(whole, "${}{rest}", number + copy * values);
        }
        whole.push(';');
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn each_copy_has_numbers_of_its_own() {
        assert_eq!(repeated("a $1 b $2 c $1", 2, 2), "a $1 b $2 c $1;a $3 b $4 c $3;");
    }
}
