//! The store, on both databases.

mod consumers;
mod full;
mod isolation;
mod login_attempts;
mod schema;
mod sealed;
mod sqlite;
mod statements;
