//! Rows of people who never come: what a table holds that has been in use for years.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};

/// Rows that one statement makes.
const CHUNK: u64 = 500_000;
/// A refresh family for so many consumers.
pub(crate) const CONSUMERS_PER_FAMILY: u64 = 10;

/// How a table's rows follow from one of its own: which, and the columns that differ, as SQL over `new`.
struct Copy {
    table: &'static str,
    template: &'static str,
    differ: &'static [(&'static str, &'static str)],
    /// Of each so many consumers, one has such a row.
    one_in: u64,
}

/// What there is of a consumer, and of what a client may do for one.
const COPIES: [Copy; 6] = [
    Copy {
        table: "consumers",
        template: "username IS NOT NULL",
        differ: &[("sub", "new.sub"), ("username", "new.name")],
        one_in: 1,
    },
    Copy {
        table: "consumer_identifiers",
        template: "TRUE",
        differ: &[
            ("identifier", "new.name"),
            ("sub", "new.sub"),
            ("skeleton", "NULL"),
        ],
        one_in: 1,
    },
    Copy {
        table: "consumer_credentials",
        template: "TRUE",
        differ: &[("sub", "new.sub")],
        one_in: 1,
    },
    Copy {
        table: "grants",
        template: "revoked_at IS NULL",
        differ: &[("grant_id", "new.family"), ("sub", "new.sub")],
        one_in: CONSUMERS_PER_FAMILY,
    },
    Copy {
        table: "tokens",
        template: "kind = 'refresh' AND parent IS NULL",
        differ: TOKEN,
        one_in: CONSUMERS_PER_FAMILY,
    },
    Copy {
        table: "tokens",
        template: "kind = 'access' AND sub IS NOT NULL",
        differ: TOKEN,
        one_in: CONSUMERS_PER_FAMILY,
    },
];

const TOKEN: &[(&str, &str)] = &[
    ("digest", "randomblob(32)"),
    ("code_digest", "NULL"),
    ("family", "new.family"),
    ("grant_id", "new.family"),
    ("sub", "new.sub"),
];

/// Adds consumers until there are so many, and a refresh family for each tenth of those that it adds. The server that
/// owns the database must not run.
pub(crate) async fn grow(database: &Path, consumers: u64) -> Result<()> {
    // Nothing is lost that matters, should the machine fail here: the whole folder is thrown away at the end.
    let options = SqliteConnectOptions::new()
        .filename(database)
        .foreign_keys(false)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-1500000");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut present = count(&mut connection, "SELECT COUNT(*) FROM consumers").await?;
    while present < consumers {
        let more = CHUNK.min(consumers - present);
        add(&mut connection, more).await?;
        present += more;
    }
    // As a server that has run for long has it.
    sqlx::raw_sql("ANALYZE; PRAGMA journal_mode = WAL;")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    // What the disk still has to write of these would slow down what is measured next.
    std::fs::File::open(database)?.sync_all()?;
    Ok(())
}

/// Refresh tokens that are kept.
pub(crate) async fn families(database: &Path) -> Result<u64> {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    count(
        &mut connection,
        "SELECT COUNT(DISTINCT family) FROM tokens WHERE kind = 'refresh'",
    )
    .await
}

async fn add(connection: &mut SqliteConnection, more: u64) -> Result<()> {
    let mut script = format!(
        "BEGIN;
         CREATE TEMP TABLE new AS
             WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < {more})
             SELECT number, lower(hex(randomblob(16))) AS sub, lower(hex(randomblob(16))) AS family,
                 lower(hex(randomblob(8))) || '@example.test' AS name FROM counted;\n"
    );
    for copy in &COPIES {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(copy.table)
            .fetch_all(&mut *connection)
            .await?;
        let values = columns.iter().map(|column| {
            let differs = copy.differ.iter().find(|(name, _)| name == column);
            differs.map_or_else(|| format!("old.{column}"), |(_, value)| (*value).to_owned())
        });
        let _ = write!(
            script,
            "INSERT INTO {table} ({into}) SELECT {values} FROM new, (SELECT * FROM {table} WHERE {template} LIMIT 1) AS old
                 WHERE new.number % {one_in} = 0;\n",
            table = copy.table,
            into = columns.join(", "),
            values = values.collect::<Vec<_>>().join(", "),
            template = copy.template,
            one_in = copy.one_in,
        );
    }
    script.push_str("DROP TABLE temp.new; COMMIT;");
    sqlx::raw_sql(sqlx::AssertSqlSafe(script))
        .execute(&mut *connection)
        .await
        .context("the rows don't fit the tables")?;
    Ok(())
}

async fn count(connection: &mut SqliteConnection, statement: &'static str) -> Result<u64> {
    let rows: i64 = sqlx::query_scalar(statement).fetch_one(&mut *connection).await?;
    Ok(rows.try_into()?)
}
