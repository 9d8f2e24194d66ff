//! Who is signed in: consumers' sessions with what they have allowed, and users' login sessions. The rules are
//! `directory::session`'s.

use axum::Json;
use axum::routing::{delete, get};
use http::StatusCode;
use serde_json::{Value, json};

use super::asked::{Asked, Told as _};
use super::operation::{DONE, Operation, PAGE, answer};
use super::parameters::{page, wrong};
use crate::base::id::{ClientId, SessionId, Subject};
use crate::directory::{consumer, session, user};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get};
use crate::http::openapi::{self, named};
use crate::model::UserId;

const SESSIONS: (&str, &str) = ("Sessions", "/admin/api/v1/accounts/{account_id}/sessions");
const SESSION: (&str, &str) = ("Sessions", "/admin/api/v1/accounts/{account_id}/sessions/{sid}");
const THEIRS: (&str, &str) = (
    "Sessions",
    "/admin/api/v1/accounts/{account_id}/consumers/{sub}/sessions",
);
const GRANTS: (&str, &str) = (
    "Sessions",
    "/admin/api/v1/accounts/{account_id}/consumers/{sub}/grants",
);
const GRANT: (&str, &str) = (
    "Sessions",
    "/admin/api/v1/accounts/{account_id}/consumers/{sub}/grants/{client_id}",
);
const LOGINS: (&str, &str) = ("Sessions", "/admin/api/v1/accounts/{account_id}/login-sessions");
const LOGIN: (&str, &str) = (
    "Sessions",
    "/admin/api/v1/accounts/{account_id}/login-sessions/{session_id}",
);
const USERS: (&str, &str) = (
    "Sessions",
    "/admin/api/v1/accounts/{account_id}/users/{user_id}/login-sessions",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        Get,
        SESSIONS,
        "listSessions",
        "The consumers who are signed in.",
        || get(list),
    )
    .query(PAGE)
    .answers(&[answer(200, "A page of sessions, by their names.", || {
        openapi::page("sessions", &named("Session"))
    })]),
    Operation::new(
        Delete,
        SESSION,
        "endSession",
        "End a consumer's session, with the access tokens that were given in it.",
        || delete(end),
    ),
    Operation::new(
        Get,
        THEIRS,
        "listConsumerSessions",
        "A consumer's sessions, the newest login first; a hundred at the most.",
        || get(theirs),
    )
    .answers(&[answer(200, "The sessions.", || list_of("sessions", "Session"))]),
    Operation::new(
        Delete,
        THEIRS,
        "endConsumerSessions",
        "End all sessions of a consumer, and take back all their tokens.",
        || delete(end_theirs),
    ),
    Operation::new(
        Get,
        GRANTS,
        "listConsumerGrants",
        "What a consumer has allowed clients; a hundred at the most.",
        || get(grants),
    )
    .answers(&[answer(200, "The grants, by client.", || {
        list_of("grants", "Grant")
    })]),
    Operation::new(
        Delete,
        GRANT,
        "revokeConsumerGrant",
        "Take back what a consumer has allowed a client, with every token of it.",
        || delete(revoke),
    ),
    Operation::new(
        Get,
        LOGINS,
        "listLoginSessions",
        "The users who are logged in.",
        || get(logins),
    )
    .query(PAGE)
    .answers(&[answer(200, "A page of login sessions.", || {
        openapi::page("login_sessions", &named("LoginSession"))
    })]),
    Operation::new(
        Delete,
        LOGIN,
        "endLoginSession",
        "End a user's login session.",
        || delete(end_login),
    )
    .answers(DONE),
    Operation::new(
        Get,
        USERS,
        "listUserLoginSessions",
        "A user's login sessions, the newest first; a hundred at the most.",
        || get(users),
    )
    .answers(&[answer(200, "The login sessions.", || {
        list_of("login_sessions", "LoginSession")
    })]),
    Operation::new(
        Delete,
        USERS,
        "endUserLoginSessions",
        "End all login sessions of a user.",
        || delete(end_users),
    ),
];

fn list_of(list: &str, row: &str) -> Value {
    openapi::open(json!({list: {"type": "array", "items": named(row)}}))
}

async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (asked.listing.limit()?, ["sessions", asked.account().as_str()]);
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(SessionId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = session::list(services, asked.account(), after.as_ref(), limit + 1)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, |last| last.sid.to_string());
    let rows: Vec<Value> = rows.iter().map(session::document).collect();
    Ok(Json(json!({"sessions": rows, "next": next})))
}

async fn end(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let sid: SessionId = asked.part("sid")?;
    session::end(&asked.services, &asked.by(), asked.account(), &sid)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

/// The consumer of the path. Deleted ones are none.
async fn consumer_of(asked: &Asked) -> Result<Subject, Problem> {
    asked.listing.none()?;
    let sub: Subject = asked.part("sub")?;
    let found = consumer::find_by_subject(&asked.services, asked.account(), &sub).await;
    Ok(found.told()?.sub)
}

async fn theirs(asked: Asked) -> Result<Json<Value>, Problem> {
    let sub = consumer_of(&asked).await?;
    let rows = session::of_consumer(&asked.services, asked.account(), &sub)
        .await
        .told()?;
    let rows: Vec<Value> = rows.iter().map(session::document).collect();
    Ok(Json(json!({"sessions": rows})))
}

async fn end_theirs(asked: Asked) -> Result<StatusCode, Problem> {
    let sub = consumer_of(&asked).await?;
    session::end_all(&asked.services, &asked.by(), asked.account(), &sub)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn grants(asked: Asked) -> Result<Json<Value>, Problem> {
    let sub = consumer_of(&asked).await?;
    let rows = session::grants(&asked.services, asked.account(), &sub)
        .await
        .told()?;
    let rows: Vec<Value> = rows.iter().map(session::grant_document).collect();
    Ok(Json(json!({"grants": rows})))
}

async fn revoke(asked: Asked) -> Result<StatusCode, Problem> {
    let sub = consumer_of(&asked).await?;
    let client: ClientId = asked.part("client_id")?;
    session::revoke_grant(&asked.services, &asked.by(), asked.account(), &sub, &client)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logins(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (
        asked.listing.limit()?,
        ["login-sessions", asked.account().as_str()],
    );
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(session::login_named(&after).ok_or_else(|| wrong("after"))?),
        None => None,
    };
    let rows = session::logins(services, asked.account(), after, limit + 1)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, session::login_id);
    let rows: Vec<Value> = rows.iter().map(session::login_document).collect();
    Ok(Json(json!({"login_sessions": rows, "next": next})))
}

async fn end_login(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let id: String = asked.part("session_id")?;
    let digest = session::login_named(&id).ok_or_else(Problem::not_found)?;
    session::end_login(&asked.services, &asked.by(), asked.account(), digest)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

/// The user of the path. Deleted ones are none.
async fn user_of(asked: &Asked) -> Result<UserId, Problem> {
    asked.listing.none()?;
    let found = user::find(&asked.services, asked.account(), asked.part("user_id")?).await;
    Ok(found.told()?.user_id)
}

async fn users(asked: Asked) -> Result<Json<Value>, Problem> {
    let id = user_of(&asked).await?;
    let rows = session::logins_of(&asked.services, asked.account(), id)
        .await
        .told()?;
    let rows: Vec<Value> = rows.iter().map(session::login_document).collect();
    Ok(Json(json!({"login_sessions": rows})))
}

async fn end_users(asked: Asked) -> Result<StatusCode, Problem> {
    let id = user_of(&asked).await?;
    session::end_logins(&asked.services, &asked.by(), asked.account(), id)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}
