//! Two accounts side by side, `own` and `foreign`, and a row of every table for the first one, or the like for both.

pub(crate) mod own;

use std::fmt::Write as _;

use serde_json::json;
use signet::model::interaction::Progress;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::db::FreshDb;

/// What each account has.
const ROWS: &str = include_str!("rows.sql");
/// From here on stand the rows that nothing removes, so that only `own` ever has them.
const RECORD: &str = "-- The record is only added to.\n";

/// A connection of its own, beside the store's.
enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The rows of both accounts.
pub(crate) struct Rows {
    raw: Raw,
    /// One statement that reads all rows of `own`, each as a line.
    reading: String,
    tables: Vec<String>,
}

impl Rows {
    pub(crate) async fn of(fresh: &FreshDb) -> Self {
        let mut raw = if fresh.connect.url.starts_with("sqlite") {
            Raw::Sqlite(SqliteConnection::connect(&fresh.connect.url).await.unwrap())
        } else {
            Raw::Postgres(PgConnection::connect(&fresh.connect.url).await.unwrap())
        };
        let tables = match &raw {
            Raw::Sqlite(_) => {
                "SELECT t.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c
                 WHERE t.type = 'table' AND c.name = 'account_id' AND t.name <> 'accounts' ORDER BY t.name"
            }
            Raw::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'account_id' AND table_name <> 'accounts'
                 ORDER BY table_name"
            }
        };
        let tables = raw.read(tables).await;
        let mut reading = Vec::new();
        for table in &tables {
            let row = match &raw {
                Raw::Sqlite(_) => {
                    let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
                    raw.read(&columns).await.join(" || '|' || ")
                }
                Raw::Postgres(_) => format!("CAST({table} AS TEXT)"),
            };
            reading.push(format!(
                "SELECT '{table}: ' || {row} AS line FROM {table} WHERE account_id = 'own'"
            ));
        }
        Self {
            raw,
            reading: format!("{} ORDER BY line", reading.join(" UNION ALL ")),
            tables,
        }
    }

    /// Gives these accounts their rows, and no other account any.
    pub(crate) async fn begin(&mut self, accounts: &[&str]) {
        let mut tables: Vec<&str> = ROWS
            .split("INSERT INTO ")
            .skip(1)
            .filter_map(|rest| rest.split(' ').next())
            // The record is only added to, and its chain goes on.
            .filter(|table| !table.starts_with("audit"))
            .collect();
        tables.reverse();
        let mut text = String::from("BEGIN;");
        for table in tables {
            write!(
                text,
                "DELETE FROM {table} WHERE account_id IN ('own', 'foreign');"
            )
            .unwrap();
        }
        for account in accounts {
            text += &self.rows_of(account);
        }
        text += "COMMIT;";
        self.raw.run(text).await;
    }

    fn rows_of(&self, account: &str) -> String {
        let request = json!({
            "client_id": "shop", "redirect_uri": "https://shop.test/callback", "response_type": "code",
            "response_mode": "query", "scope": "openid", "state": null, "nonce": null, "code_challenge": null,
            "prompt": "", "max_age": null, "login_hint": null, "claims": null
        });
        let (rows, record) = ROWS.split_once(RECORD).unwrap();
        let record = if account == "own" { record } else { "" };
        let rows = [rows, record]
            .concat()
            .lines()
            .filter(|line| !line.starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n")
            .replace("{a}", account)
            .replace("{request}", &request.to_string())
            .replace(
                "{progress}",
                &serde_json::to_string(&Progress::default()).unwrap(),
            );
        let mut parts = rows.split("{bytes ");
        let mut text = parts.next().unwrap().to_owned();
        for part in parts {
            let (number, rest) = part.split_once('}').unwrap();
            let number: u8 = number.parse().unwrap();
            let byte = if account == "own" { number } else { number + 100 };
            let digits = format!("{byte:02x}").repeat(32);
            match self.raw {
                Raw::Sqlite(_) => write!(text, "X'{digits}'{rest}"),
                Raw::Postgres(_) => write!(text, "CAST('\\x{digits}' AS BYTEA){rest}"),
            }
            .unwrap();
        }
        text
    }

    pub(crate) async fn of_own(&mut self) -> Vec<String> {
        self.raw.read(&self.reading).await
    }

    /// A table that is new has rows here, too.
    pub(crate) async fn has_every_table(&mut self) {
        let rows = self.of_own().await;
        let empty: Vec<&String> = self
            .tables
            .iter()
            .filter(|table| !rows.iter().any(|row| row.starts_with(&format!("{table}: "))))
            .collect();
        assert!(empty.is_empty(), "rows.sql has no rows of {empty:?}");
        assert!(self.tables.len() >= 40, "{}", self.tables.len());
    }

    pub(crate) async fn close(self) {
        match self.raw {
            Raw::Sqlite(connection) => connection.close().await.unwrap(),
            Raw::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

impl Raw {
    async fn run(&mut self, text: String) {
        let text = sqlx::raw_sql(AssertSqlSafe(text));
        match self {
            Self::Sqlite(connection) => text.execute(connection).await.map(|_| ()).unwrap(),
            Self::Postgres(connection) => text.execute(connection).await.map(|_| ()).unwrap(),
        }
    }

    async fn read(&mut self, text: &str) -> Vec<String> {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(text).fetch_all(connection).await.unwrap(),
            Self::Postgres(connection) => sqlx::query_scalar(text).fetch_all(connection).await.unwrap(),
        }
    }
}
