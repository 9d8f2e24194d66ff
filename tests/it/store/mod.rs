//! The store, on both databases.

mod consumers;
mod isolation;
mod login_attempts;
mod schema;
mod sealed;
mod sqlite;
mod statements;
