//! Accounts: `/admin/api/v1/accounts`. The rules are `directory::account`'s.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answered::{created, found, joined};
use super::asked::{Asked, Told as _};
use super::body::Body;
use super::operation::{DONE, Operation, PAGE, answer, parameter};
use super::parameters::{Listing, page, wrong};
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::account::{self, Draft};
use crate::directory::{self, key};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, closed, named};
use crate::model::Account;

const ALL: (&str, &str) = ("Accounts", "/admin/api/v1/accounts");
const ONE: (&str, &str) = ("Accounts", "/admin/api/v1/accounts/{account_id}");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        Get,
        ALL,
        "listAccounts",
        "The accounts that the administrator may see.",
        || get(list),
    )
    .query(PAGE)
    .answers(&[answer(200, "A page of accounts, by their ids.", || {
        openapi::page("accounts", &named("AccountInShort"))
    })]),
    Operation::new(
        Post,
        ALL,
        "createAccount",
        "Make an account, with a signing key of its own.",
        || post(create),
    )
    .for_the_whole_server()
    .fresh()
    .repeatable()
    .body(|| {
        let mut properties = Draft::properties();
        properties.insert("account_id".to_owned(), parameter("account_id"));
        closed(properties, &["account_id"])
    })
    .answers(&[answer(201, "The account.", || named("Account"))]),
    Operation::new(Get, ONE, "readAccount", "An account with its settings.", || {
        get(read)
    })
    .answers(&[answer(200, "The account.", || named("Account"))]),
    Operation::new(
        Patch,
        ONE,
        "updateAccount",
        "Change an account. What isn't named stays.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(|| closed(Draft::properties(), &[]))
    .answers(&[answer(200, "The account as it is now.", || named("Account"))]),
    Operation::new(
        Delete,
        ONE,
        "deleteAccount",
        "Delete an account. Its id stays taken; its private keys are destroyed.",
        || delete(remove),
    )
    .for_the_whole_server()
    .fresh()
    .conditional()
    .answers(DONE),
];

/// Settings that say where the account is, or whether: an administrator of it alone can't change them (SEC-129).
const OF_THE_SERVER: [&str; 2] = ["issuer", "status"];

/// `GET /admin/api/v1/accounts`
async fn list(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Json<Value>, Problem> {
    listing.only(&[])?;
    let (limit, list) = (listing.limit()?, ["accounts"]);
    let after = match listing.after(&services, &list)? {
        Some(after) => Some(AccountId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let accounts = match &administrator.who.account_id {
        // A list of one.
        Some(own) => {
            let found = administrator.account(&services, own).await;
            let found = found.map_err(|error| unavailable(&error))?;
            found.map(|tenant| tenant.account.clone()).into_iter().collect()
        }
        None => directory::account::list(&services, after.as_ref(), limit + 1)
            .await
            .map_err(problem)?,
    };
    let (accounts, next) = page(&services, &list, limit, accounts, |last| {
        last.account_id.to_string()
    });
    let accounts: Vec<Value> = accounts.iter().map(in_short).collect();
    Ok(Json(json!({"accounts": accounts, "next": next})))
}

fn in_short(account: &Account) -> Value {
    json!({
        "account_id": account.account_id,
        "display_name": account.settings.display_name,
        "issuer": account.issuer,
        "is_default": account.is_default,
        "status": account.status,
        "created_at": account.created_at.to_rfc3339(),
        "updated_at": account.updated_at.to_rfc3339(),
    })
}

/// `POST /admin/api/v1/accounts`
async fn create(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(mut wanted): Body<Map<String, Value>>,
) -> Result<Response, Problem> {
    listing.none()?;
    let id = wanted.remove("account_id");
    let id = id.as_ref().and_then(Value::as_str).map(AccountId::parse);
    let Some(Ok(id)) = id else {
        return Err(Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("account_id must be 1 to 64 letters, digits, _ and -"));
    };
    let mut draft = Draft::default();
    draft.assign(&Draft::read(&wanted).told()?).told()?;
    let made = Box::pin(account::create(&services, &administrator.by(), id, draft))
        .await
        .told()?;
    let account = made.account;
    let document = joined(account::document(&account), [("key", key::document(&made.key))]);
    let place = format!("/admin/api/v1/accounts/{}", account.account_id);
    Ok(created(&place, account.updated_at, document, KEPT))
}

/// Of a new account, all but its settings, which can be long.
const KEPT: &[&str] = &[
    "account_id",
    "issuer",
    "is_default",
    "status",
    "created_at",
    "updated_at",
    "key",
];

/// `GET …/accounts/{account_id}`
async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let account = account::find(&asked.services, Some(asked.account()))
        .await
        .told()?;
    Ok(found(account.updated_at, account::document(&account)))
}

/// `PATCH …/accounts/{account_id}`
async fn update(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let is_own = asked.administrator.who.account_id.is_some();
    if is_own && OF_THE_SERVER.iter().any(|key| wanted.contains_key(*key)) {
        return Err(Problem::new(StatusCode::FORBIDDEN)
            .kind("whole-server")
            .detail("issuer and status are for administrators of the whole server."));
    }
    let given = Draft::read(&wanted).told()?;
    let edit = |draft: &mut Draft| draft.assign(&given);
    let (services, by) = (&asked.services, asked.by());
    let account = account::update_read(services, &by, asked.account(), asked.read()?, edit)
        .await
        .told()?;
    Ok(found(account.updated_at, account::document(&account)))
}

/// `DELETE …/accounts/{account_id}`
async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    account::delete_read(&asked.services, &asked.by(), asked.account(), asked.read()?)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}
