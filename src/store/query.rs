//! The whole abstraction over the two drivers: a text, its values, and rows that read alike.

use sqlx::postgres::PgRow;
use sqlx::{Arguments as _, Postgres, Row as _};

use super::{Db, Error, Result, Tx, sqlite};
use crate::base::{Digest, Timestamp};
use crate::model::{Sealed, SealingKeyId};

/// A bound value. A missing one keeps its type, since PostgreSQL asks for it.
#[derive(Clone, Debug)]
pub enum Value {
    /// TEXT
    Text(Option<String>),
    /// BIGINT
    BigInt(Option<i64>),
    /// BOOLEAN
    Bool(bool),
    /// BYTEA
    Bytes(Option<Vec<u8>>),
    /// BYTEA that a sealing key guards: it is written in transactions alone, and only while the database knows the key
    /// (see [`super::sealing_checks::hold`]).
    Sealed(Option<Sealed>),
}

macro_rules! value_from {
    ($($from:ty => |$it:ident| $to:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $to
            }
        }
    )*};
}
value_from! {
    &str => |it| Self::Text(Some(it.to_owned())),
    &String => |it| Self::Text(Some(it.clone())),
    String => |it| Self::Text(Some(it)),
    Option<String> => |it| Self::Text(it),
    Option<&str> => |it| Self::Text(it.map(str::to_owned)),
    i64 => |it| Self::BigInt(Some(it)),
    Option<i64> => |it| Self::BigInt(it),
    Timestamp => |it| Self::BigInt(Some(it.millis())),
    Option<Timestamp> => |it| Self::BigInt(it.map(Timestamp::millis)),
    bool => |it| Self::Bool(it),
    Vec<u8> => |it| Self::Bytes(Some(it)),
    Option<Vec<u8>> => |it| Self::Bytes(it),
    &[u8] => |it| Self::Bytes(Some(it.to_vec())),
    Sealed => |it| Self::Sealed(Some(it)),
    Option<Sealed> => |it| Self::Sealed(it),
}
impl<K> From<Digest<K>> for Value {
    fn from(digest: Digest<K>) -> Self {
        Self::Bytes(Some(digest.as_bytes().to_vec()))
    }
}
impl<K> From<Option<Digest<K>>> for Value {
    fn from(digest: Option<Digest<K>>) -> Self {
        Self::Bytes(digest.map(|digest| digest.as_bytes().to_vec()))
    }
}

macro_rules! value_from_id {
    ($($id:ident),*) => {$(
        impl From<&crate::base::id::$id> for Value {
            fn from(id: &crate::base::id::$id) -> Self {
                Self::Text(Some(id.as_str().to_owned()))
            }
        }
        impl From<Option<&crate::base::id::$id>> for Value {
            fn from(id: Option<&crate::base::id::$id>) -> Self {
                Self::Text(id.map(|id| id.as_str().to_owned()))
            }
        }
    )*};
}
value_from_id!(
    AccountId,
    ClientId,
    Subject,
    KeyId,
    SessionId,
    GrantId,
    ConnectorId,
    SsoName,
    AdministratorId,
    AppKeyId,
    Realm
);

/// A statement with its values, ready to run on either database.
#[derive(Clone, Debug)]
pub struct Query {
    text: &'static str,
    values: Vec<Value>,
}

/// Begins a statement. The text is a literal, with `$1`, `$2` … for values.
pub fn sql(text: &'static str) -> Query {
    Query {
        text,
        values: Vec::new(),
    }
}

impl Query {
    /// Binds the next value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs a write and tells how many rows it touched.
    pub async fn execute(self, db: &Db) -> Result<u64> {
        self.holds_nothing_sealed()?;
        match db {
            Db::Sqlite(sqlite) => sqlite.writer.execute(self).await,
            Db::Postgres { pool, .. } => Ok(self.for_postgres()?.execute(pool).await?.rows_affected()),
        }
    }

    /// Runs a write that returns at most one row.
    pub async fn write_optional<T: FromRow + Send + 'static>(self, db: &Db) -> Result<Option<T>> {
        self.holds_nothing_sealed()?;
        match db {
            Db::Sqlite(sqlite) => sqlite.writer.fetch(self).await,
            Db::Postgres { .. } => self.fetch_optional(db).await,
        }
    }

    /// Reads at most one row, which an index finds: SQLite does so on the caller's thread.
    pub async fn fetch_optional<T: FromRow>(self, db: &Db) -> Result<Option<T>> {
        match db {
            Db::Sqlite(sqlite) => sqlite.readers.with(|connection| sqlite::fetch(connection, &self)),
            Db::Postgres { pool, .. } => {
                let row = self.for_postgres()?.fetch_optional(pool).await?;
                row.map(|row| T::from_row(&Row(Of::Postgres(&row)))).transpose()
            }
        }
    }

    /// Reads the one row that sums up many, however many there are: not on the caller's thread.
    pub async fn summarize<T: FromRow + Send + 'static>(self, db: &Db) -> Result<Option<T>> {
        Ok(self.fetch_all(db).await?.pop())
    }

    /// Reads all rows. The statement itself bounds their number.
    pub async fn fetch_all<T: FromRow + Send + 'static>(self, db: &Db) -> Result<Vec<T>> {
        match db {
            Db::Sqlite(db) => {
                let read = move |connection: &mut _| sqlite::fetch_all(connection, &self);
                db.readers.long(read).await
            }
            Db::Postgres { pool, .. } => {
                let rows = self.for_postgres()?.fetch_all(pool).await?;
                rows.iter()
                    .map(|row| T::from_row(&Row(Of::Postgres(row))))
                    .collect()
            }
        }
    }

    /// Runs a write inside a transaction.
    pub async fn execute_in(self, tx: &mut Tx<'_>) -> Result<u64> {
        for key in self.sealed_under() {
            super::sealing_checks::hold(tx, key).await?;
        }
        self.execute_unheld_in(tx).await
    }

    /// [`Query::execute_in`] for what the database may keep whatever becomes of its key.
    pub(super) async fn execute_unheld_in(self, tx: &mut Tx<'_>) -> Result<u64> {
        match tx {
            Tx::Sqlite(connection) => sqlite::execute(connection, &self),
            Tx::Postgres(connection) => Ok(self
                .for_postgres()?
                .execute(&mut **connection)
                .await?
                .rows_affected()),
        }
    }

    /// Reads, or writes and returns, at most one row inside a transaction.
    pub async fn fetch_optional_in<T: FromRow>(self, tx: &mut Tx<'_>) -> Result<Option<T>> {
        for key in self.sealed_under() {
            super::sealing_checks::hold(tx, key).await?;
        }
        match tx {
            Tx::Sqlite(connection) => sqlite::fetch(connection, &self),
            Tx::Postgres(connection) => {
                let row = self.for_postgres()?.fetch_optional(&mut **connection).await?;
                row.map(|row| T::from_row(&Row(Of::Postgres(&row)))).transpose()
            }
        }
    }

    /// Reads, or writes and returns, all rows inside a transaction.
    pub async fn fetch_all_in<T: FromRow>(self, tx: &mut Tx<'_>) -> Result<Vec<T>> {
        for key in self.sealed_under() {
            super::sealing_checks::hold(tx, key).await?;
        }
        match tx {
            Tx::Sqlite(connection) => sqlite::fetch_all(connection, &self),
            Tx::Postgres(connection) => {
                let rows = self.for_postgres()?.fetch_all(&mut **connection).await?;
                rows.iter()
                    .map(|row| T::from_row(&Row(Of::Postgres(row))))
                    .collect()
            }
        }
    }

    /// The keys that its sealed values are under.
    fn sealed_under(&self) -> Vec<SealingKeyId> {
        let sealed = self.values.iter().filter_map(|value| match value {
            Value::Sealed(Some(sealed)) => sealed.key_id(),
            _ => None,
        });
        sealed.collect()
    }

    /// A key is held for the length of a transaction, so there must be one.
    fn holds_nothing_sealed(&self) -> Result<()> {
        if self.sealed_under().is_empty() {
            return Ok(());
        }
        Err(Error::Fault(
            "a sealed value is written in a transaction".to_owned(),
        ))
    }

    /// The statement's text.
    pub(super) const fn text(&self) -> &'static str {
        self.text
    }

    /// Its values, in the order of their numbers.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    fn for_postgres(self) -> Result<sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments>> {
        let mut arguments = sqlx::postgres::PgArguments::default();
        for value in self.values {
            match value {
                Value::Text(it) => arguments.add(it),
                Value::BigInt(it) => arguments.add(it),
                Value::Bool(it) => arguments.add(it),
                Value::Bytes(it) => arguments.add(it),
                Value::Sealed(it) => arguments.add(it.map(|it| it.as_bytes().to_vec())),
            }
            .map_err(|error| Error::Fault(error.to_string()))?;
        }
        Ok(sqlx::query_with(self.text, arguments))
    }
}

/// A row of either database.
pub struct Row<'r>(Of<'r>);

enum Of<'r> {
    Sqlite(sqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl<'r> From<sqlite::Row<'r>> for Row<'r> {
    fn from(row: sqlite::Row<'r>) -> Self {
        Self(Of::Sqlite(row))
    }
}

impl Row<'_> {
    /// The value of a column, by name.
    pub fn get<T: Column>(&self, column: &str) -> Result<T> {
        match &self.0 {
            Of::Sqlite(row) => row.get(column),
            Of::Postgres(row) => Ok(row.try_get::<T, _>(column)?),
        }
    }

    /// A column of text, as the type that `parse` makes of it.
    pub fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&self, column: &str) -> Result<T> {
        self.get::<String>(column)?
            .parse()
            .map_err(|error| Error::Corrupt(format!("{column}: {error}")))
    }

    /// As [`Row::parse`], for a column that may be missing.
    pub fn parse_optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>> {
        self.get::<Option<String>>(column)?
            .map(|text| {
                text.parse()
                    .map_err(|error| Error::Corrupt(format!("{column}: {error}")))
            })
            .transpose()
    }

    /// A column of JSON text.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(&self.get::<String>(column)?)
            .map_err(|error| Error::Corrupt(format!("{column}: {error}")))
    }

    /// A column of JSON text that may be missing.
    pub fn json_optional<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        self.get::<Option<String>>(column)?
            .map(|text| {
                serde_json::from_str(&text).map_err(|error| Error::Corrupt(format!("{column}: {error}")))
            })
            .transpose()
    }

    /// An instant.
    pub fn time(&self, column: &str) -> Result<Timestamp> {
        Ok(Timestamp::from_millis(self.get(column)?))
    }

    /// An instant that may be missing.
    pub fn time_optional(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_millis))
    }

    /// A sealed value.
    pub fn sealed(&self, column: &str) -> Result<Sealed> {
        Ok(Sealed::from_stored(self.get(column)?))
    }

    /// A sealed value that may be missing.
    pub fn sealed_optional(&self, column: &str) -> Result<Option<Sealed>> {
        Ok(self.get::<Option<Vec<u8>>>(column)?.map(Sealed::from_stored))
    }

    /// A digest of one kind.
    pub fn digest<K>(&self, column: &str) -> Result<Digest<K>> {
        Digest::from_stored(&self.get::<Vec<u8>>(column)?)
            .ok_or_else(|| Error::Corrupt(format!("{column}: not a digest")))
    }
}

/// What a column may hold in both databases.
pub trait Column:
    rusqlite::types::FromSql + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}
impl<T> Column for T where
    T: rusqlite::types::FromSql + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}

/// What is made of a row.
pub trait FromRow: Sized {
    /// Reads it, by column name.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// A single number, such as a count.
impl FromRow for i64 {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match &row.0 {
            Of::Sqlite(row) => row.only(),
            Of::Postgres(row) => Ok(row.try_get(0)?),
        }
    }
}

/// A single text.
impl FromRow for String {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match &row.0 {
            Of::Sqlite(row) => row.only(),
            Of::Postgres(row) => Ok(row.try_get(0)?),
        }
    }
}
