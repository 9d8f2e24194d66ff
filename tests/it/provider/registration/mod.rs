//! Clients that register themselves.

mod managed;
mod published;
mod registered;
mod strangers;

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use signet::model::account::Registration;
use signet::model::{AccountSettings, ClientPolicy};

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::FreshDb;

const CALLBACK: &str = "https://rp.example.test/cb";

/// A node whose account lets anybody register everything.
async fn open(fresh: &FreshDb) -> App {
    open_with(fresh, |_| {}).await
}

async fn open_with(fresh: &FreshDb, change: impl FnOnce(&mut AccountSettings)) -> App {
    let app = App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    opened(app, change).await
}

async fn opened(app: App, change: impl FnOnce(&mut AccountSettings)) -> App {
    app.change_account(&app.brand, |row| {
        row.settings.registration = Registration::Open;
        row.settings.registration_response_types = oauth::ResponseType::OPENID.to_vec();
        row.settings.registration_policy = ClientPolicy::Certified;
        change(&mut row.settings);
    })
    .await;
    app
}

/// Sends JSON, with a bearer token where there is one.
async fn send(app: &App, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
    let mut builder = request(method, path);
    if let Some(token) = token {
        builder = builder.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match body {
        Some(json) => {
            builder = builder.header(CONTENT_TYPE, "application/json");
            Body::from(json.to_string())
        }
        None => Body::empty(),
    };
    app.send(builder.body(body).unwrap()).await
}

async fn register(app: &App, metadata: &Value) -> Answer {
    send(app, "POST", "/register", None, Some(metadata)).await
}

/// Registers what must be good.
async fn registered(app: &App, metadata: &Value) -> Value {
    let answer = register(app, metadata).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

/// The metadata of a client, and one thing about it.
fn with(name: &str, value: Value) -> Value {
    let mut metadata = json!({"redirect_uris": [CALLBACK]});
    metadata[name] = value;
    metadata
}

fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {document}"))
}
