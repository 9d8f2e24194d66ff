//! The console's home: the accounts, to choose one.

use axum::response::Response;
use pages::console::{AccountRow, Accounts, Section};
use pages::{ErrorKind, Link};

use super::operator::Operator;
use super::visit::Visit;
use crate::base::id::AccountId;
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::{Account, AccountStatus};
use crate::store;

/// Accounts on one page.
const PAGE: usize = 50;

/// `GET /admin`
pub(super) async fn home(_: Operator) -> Result<Response, PageError> {
    see_other(Section::Accounts.path())
}

/// `GET /admin/`: whoever has one account alone is sent on to it.
pub(super) async fn get(
    visit: Visit,
    operator: Operator,
    Query(query): Query,
) -> Result<Response, PageError> {
    if let Some(own) = operator.own_account() {
        let sections = operator.sections();
        // Users come for each other most of all.
        let users = sections
            .iter()
            .find(|it| operator.is_user() && **it == Section::Users);
        let first = users
            .or(sections.first())
            .ok_or_else(|| PageError::new(ErrorKind::NotFound))?;
        return see_other(&format!("{}?account={own}", first.path()));
    }
    let after = match query.get("after") {
        Some(after) => Some(AccountId::parse(after).map_err(|_| PageError::new(ErrorKind::InvalidRequest))?),
        None => None,
    };
    let services = &visit.services;
    // One more tells whether there are more.
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = store::accounts::list(&services.db, after.as_ref(), limit).await?;
    let accounts: Vec<Account> = rows
        .into_iter()
        .map(|row| services.accounts.account(row))
        .collect();
    Ok(show(&visit, &operator, &accounts))
}

fn show(visit: &Visit, operator: &Operator, accounts: &[Account]) -> Response {
    let (page, more) = accounts.split_at(accounts.len().min(PAGE));
    let next = page
        .last()
        .filter(|_| !more.is_empty())
        .and_then(|last| Link::local(&format!("/admin/?after={}", last.account_id)));
    let days: Vec<String> = page
        .iter()
        .map(|account| account.created_at.to_rfc3339())
        .collect();
    let rows: Vec<AccountRow<'_>> = page
        .iter()
        .zip(&days)
        .map(|(account, day)| AccountRow {
            id: account.account_id.as_str(),
            name: &account.settings.display_name,
            issuer: &account.issuer,
            active: account.status == AccountStatus::Active,
            is_default: account.is_default,
            created: day.split('T').next().unwrap_or_default(),
        })
        .collect();
    let framed = visit.framed(operator, None);
    let view = Accounts {
        shell: framed.shell(Section::Accounts),
        accounts: &rows,
        next: next.as_ref(),
        command: "signet account create --name \"…\"",
    };
    framed.show(view.render())
}
