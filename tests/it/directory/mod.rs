//! Administrators' changes: what they may be, what is kept of them, and that they stay in their account.

mod accounts;
mod app_keys;
mod client_encryption;
mod client_settings;
mod clients;
mod connector_check;
mod connector_files;
mod connector_keys;
mod connectors;
mod doctor;
mod isolation;
mod keys;
mod logos;
mod platform_failures;
mod secrets;
mod selftest;

use serde_json::Value;
use signet::base::id::AccountId;
use signet::context::Services;
use signet::directory::{Assignment, Error, Problem, Result};
use signet::store;

use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

/// `KEY=VALUE`, several times.
pub(crate) fn given(assignments: &[&str]) -> Vec<Assignment> {
    assignments.iter().map(|text| text.parse().unwrap()).collect()
}

/// All that was wrong.
fn problems<T: std::fmt::Debug>(refused: Result<T>) -> Vec<Problem> {
    match refused {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("expected problems, got {other:?}"),
    }
}

/// The one thing that was wrong.
pub(crate) fn problem<T: std::fmt::Debug>(refused: Result<T>) -> Problem {
    let mut problems = problems(refused);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

/// What was recorded of an account, by the names of the events: the clock stands still, so there is no other order.
async fn recorded(services: &Services, account: &AccountId) -> Vec<(String, Value)> {
    let rows: Vec<String> = store::sql(
        "SELECT event || ' ' || detail FROM audit WHERE account_id = $1 AND actor = 'command' ORDER BY event, detail",
    )
    .bind(account)
    .fetch_all(&services.db)
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            let (event, detail) = row.split_once(' ').unwrap();
            (event.to_owned(), serde_json::from_str(detail).unwrap())
        })
        .collect()
}

/// Only the events.
async fn events(services: &Services, account: &AccountId) -> Vec<String> {
    let recorded = recorded(services, account).await;
    recorded.into_iter().map(|(event, _)| event).collect()
}
