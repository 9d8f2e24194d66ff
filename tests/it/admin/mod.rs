//! The administrators' door: the console and the admin API.

mod accounts;
mod api;
mod app_keys;
mod concurrent_edits;
mod connectors;
mod console;
mod console_connectors;
mod console_sso;
mod ends;
mod factor_notices;
mod forms;
mod idempotency;
mod keys;
mod known_browsers;
mod openapi;
mod own_factor;
pub(crate) mod people;
mod races;
mod resources;
mod routes;
mod sso;
mod user_sign_in;
mod users;

use std::time::Duration;

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::base::id::AccountId;
use signet::directory::{By, administrator};
use signet::model::Administrator;
use signet::model::administrator::AdminToken;

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::browser::Browser;

/// Every administrator's password.
const PASSWORD: &str = "a-quiet-river-runs-7";
/// The console's cookie.
const COOKIE: &str = "__Host-signet-admin";

/// An administrator of the whole server, or of one account.
async fn administrator(app: &App, name: &str, account: Option<&AccountId>) -> Administrator {
    let password = SecretString::from(PASSWORD);
    administrator::create(&app.services, &By::command(), name, account, password)
        .await
        .unwrap()
}

/// Fills in the sign-in form of the console and sends it.
async fn enter(browser: &mut Browser<'_>, name: &str, password: &str) -> Answer {
    let page = browser.get("/admin/login").await;
    let (csrf, next) = (page.hidden("csrf"), page.hidden("next"));
    let form = [
        ("csrf", csrf.as_str()),
        ("next", &next),
        ("username", name),
        ("password", password),
    ];
    browser.post("/admin/login", &form).await
}

/// A browser in which that administrator has just signed in to the console.
async fn signed_in<'a>(app: &'a App, name: &str) -> Browser<'a> {
    let mut browser = app.browser();
    assert_eq!(enter(&mut browser, name, PASSWORD).await.location(), "/admin/");
    assert!(browser.jar.contains_key(COOKIE));
    browser
}

/// A token of the admin API.
async fn token(app: &App, name: &str) -> String {
    let ttl = Duration::from_hours(1);
    let made: administrator::SignedIn<AdminToken> =
        administrator::token(&app.services, &By::command(), name, ttl)
            .await
            .unwrap();
    made.credential.expose().to_owned()
}

/// Asks the admin API.
async fn call(app: &App, method: &str, path: &str, token: &str) -> Answer {
    let request = request(method, path).header(AUTHORIZATION, format!("Bearer {token}"));
    app.send(request.body(Body::empty()).unwrap()).await
}

/// Sends the admin API a document.
async fn send(app: &App, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    send_with(app, method, path, token, body, &[]).await
}

/// The same with a text that may be none.
async fn send_text(app: &App, method: &str, path: &str, token: &str, body: &str) -> Answer {
    let request = request(method, path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Sends a document with further header fields.
async fn send_with(
    app: &App,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = request(method, path).header(CONTENT_TYPE, "application/json");
    if !token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    app.send(request.body(body).unwrap()).await
}

async fn get(app: &App, path: &str, token: &str) -> Answer {
    call(app, "GET", path, token).await
}

/// Signs in to the admin API.
async fn log_in(app: &App, name: &str, password: &str) -> Answer {
    post(
        app,
        "application/json",
        &json!({"name": name, "password": password}).to_string(),
    )
    .await
}

async fn post(app: &App, kind: &str, body: &str) -> Answer {
    let request = request("POST", "/admin/api/v1/login").header(CONTENT_TYPE, kind);
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// The problem that this is, with its status (RFC 9457).
fn problem(answer: &Answer) -> (u16, Value) {
    assert_eq!(
        answer.header(CONTENT_TYPE),
        Some("application/problem+json"),
        "{answer:?}"
    );
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["status"], answer.status.as_u16());
    assert!(document["request_id"].is_string() && document["title"].is_string());
    (answer.status.as_u16(), document)
}

/// The events of a realm's record, latest last.
async fn events(app: &App, realm: &str) -> Vec<String> {
    let chain = signet::store::audit::list_chain(app.db(), &realm.parse().unwrap(), 0, 1000).await;
    chain.unwrap().into_iter().map(|entry| entry.event).collect()
}

/// Waits until the record has that event: it is written after the answer.
async fn has_event(app: &App, realm: &str, event: &str) -> bool {
    for _ in 0..200 {
        if events(app, realm).await.iter().any(|known| known == event) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
