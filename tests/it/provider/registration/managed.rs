//! A client reads, changes and deletes what it registered (RFC 7592).

use serde_json::{Value, json};
use signet::base::id::ClientId;
use signet::directory::{By, client};
use signet::model::ClientPolicy;

use super::{CALLBACK, open, registered, send, text, with};
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::client::TokenRequest;
use crate::support::db::{FreshDb, on_both_databases};

/// A registered client: its id, and the token that it has now.
struct Own {
    path: String,
    client_id: String,
    secret: String,
    token: String,
}

async fn own(app: &App) -> Own {
    let made = registered(app, &with("client_name", json!("Weather"))).await;
    Own {
        path: text(&made, "registration_client_uri")
            .strip_prefix(ISSUER)
            .unwrap()
            .to_owned(),
        client_id: text(&made, "client_id").to_owned(),
        secret: text(&made, "client_secret").to_owned(),
        token: text(&made, "registration_access_token").to_owned(),
    }
}

impl Own {
    async fn send(&self, app: &App, method: &str, body: Option<&Value>) -> Answer {
        send(app, method, &self.path, Some(&self.token), body).await
    }

    /// Sends what must succeed, and takes the next token.
    async fn good(&mut self, app: &App, method: &str, body: Option<&Value>) -> Value {
        let answer = self.send(app, method, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let document = answer.json();
        let next = text(&document, "registration_access_token").to_owned();
        assert_ne!(next, self.token);
        self.token = next;
        document
    }
}

fn is_unauthorized(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
}

on_both_databases! {
    async fn it_is_read_and_replaced_as_a_whole(fresh: &FreshDb) {
        let app = open(fresh).await;
        let mut own = own(&app).await;
        let read = own.good(&app, "GET", None).await;
        assert_eq!((&read["client_name"], &read["redirect_uris"]), (&json!("Weather"), &json!([CALLBACK])));
        assert!(read.get("client_secret").is_none());
        let changed = own.good(&app, "PUT", Some(&json!({
            "client_id": own.client_id, "client_secret": own.secret,
            "redirect_uris": ["https://rp.example.test/new"], "client_name": "Climate", "contacts": ["a@rp.example.test"],
        }))).await;
        assert_eq!(changed["client_name"], "Climate");
        // What isn't told any more is as if it never was.
        let bare = own.good(&app, "PUT", Some(&json!({"client_id": own.client_id, "redirect_uris": [CALLBACK]}))).await;
        assert!(bare.get("client_name").is_none() && bare.get("contacts").is_none());
        assert_eq!(bare["redirect_uris"], json!([CALLBACK]));
        let events: Vec<String> = signet::store::sql("SELECT actor FROM audit WHERE account_id = $1 AND client_id = $2")
            .bind(&app.brand).bind(own.client_id.as_str()).fetch_all(app.db()).await.unwrap();
        assert_eq!(events, ["client", "client", "client"]);
    }

    async fn sec_063_each_token_is_used_once_and_dies_with_the_client(fresh: &FreshDb) {
        let app = open(fresh).await;
        let (mut own, other) = (own(&app).await, own(&app).await);
        let first = own.token.clone();
        own.good(&app, "GET", None).await;
        is_unauthorized(&send(&app, "GET", &own.path, Some(&first), None).await);
        is_unauthorized(&send(&app, "GET", &own.path, Some(&other.token), None).await);
        is_unauthorized(&send(&app, "GET", &own.path, None, None).await);
        is_unauthorized(&send(&app, "GET", "/register/nobody", Some(&own.token), None).await);
        for altered in [own.token.to_uppercase(), format!("{}x", own.token), own.token[1..].to_owned()] {
            is_unauthorized(&send(&app, "GET", &own.path, Some(&altered), None).await);
        }
        // What is refused uses no token up.
        let wrong = json!({"client_id": own.client_id, "redirect_uris": ["http://rp.example.test/cb"]});
        assert_eq!(own.send(&app, "PUT", Some(&wrong)).await.oauth_error(), (400, "invalid_redirect_uri".to_owned()));
        assert_eq!(own.send(&app, "DELETE", None).await.status, 204);
        is_unauthorized(&own.send(&app, "GET", None).await);
        is_unauthorized(&own.send(&app, "DELETE", None).await);
        let id = ClientId::parse(&own.client_id).unwrap();
        assert!(client::find(&app.services, &app.brand, &id).await.is_err());
        let refused = TokenRequest::bare("/token").basic(&own.client_id, &own.secret)
            .with("grant_type", "authorization_code").with("code", "x").send(&app).await;
        assert_eq!(refused.oauth_error(), (401, "invalid_client".to_owned()));
        // By an administrator it dies too.
        let id = ClientId::parse(&other.client_id).unwrap();
        client::delete(&app.services, &By::command(), &app.brand, &id).await.unwrap();
        is_unauthorized(&other.send(&app, "GET", None).await);
    }

    async fn sec_063_a_change_is_held_to_the_policy_of_a_registration(fresh: &FreshDb) {
        let app = open(fresh).await;
        let own = own(&app).await;
        let change = |name: &str, value: Value| {
            let mut document = json!({"client_id": own.client_id, "redirect_uris": [CALLBACK]});
            document[name] = value;
            document
        };
        for (name, value, error) in [
            ("client_id", json!("other"), "invalid_request"),
            ("client_secret", json!("guess"), "invalid_request"),
            ("client_secret", json!(null), "invalid_request"),
            ("registration_access_token", json!(own.token), "invalid_request"),
            ("client_id_issued_at", json!(1), "invalid_request"),
            ("application_type", json!("native"), "invalid_client_metadata"),
            ("token_endpoint_auth_method", json!("none"), "invalid_client_metadata"),
            ("grant_types", json!(["client_credentials", "authorization_code"]), "invalid_client_metadata"),
        ] {
            let answer = own.send(&app, "PUT", Some(&change(name, value))).await;
            assert_eq!(answer.oauth_error(), (400, error.to_owned()), "{name}");
        }
        app.change_account(&app.brand, |row| {
            row.settings.registration_response_types = vec![oauth::ResponseType::Code];
        }).await;
        let answer = own.send(&app, "PUT", Some(&change("response_types", json!(["code id_token"])))).await;
        assert_eq!(answer.oauth_error().1, "invalid_client_metadata");
    }

    async fn what_an_administrator_decided_stays(fresh: &FreshDb) {
        let app = open(fresh).await;
        let mut own = own(&app).await;
        let id = ClientId::parse(&own.client_id).unwrap();
        client::update(&app.services, &By::command(), &app.brand, &id, |draft| {
            draft.settings.policy = ClientPolicy::Strict;
            draft.settings.allowed_origins = vec!["https://rp.example.test".to_owned()];
            Ok(())
        }).await.unwrap();
        own.good(&app, "PUT", Some(&json!({"client_id": own.client_id, "redirect_uris": [CALLBACK]}))).await;
        let client = client::find(&app.services, &app.brand, &id).await.unwrap();
        assert_eq!(client.settings.policy, ClientPolicy::Strict);
        assert_eq!(client.settings.allowed_origins, ["https://rp.example.test"]);
        client::update(&app.services, &By::command(), &app.brand, &id, |draft| {
            draft.enabled = false;
            Ok(())
        }).await.unwrap();
        is_unauthorized(&own.send(&app, "GET", None).await);
    }

    async fn sec_138_another_account_knows_neither_client_nor_token(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.other_account("other").await;
        let own = own(&app).await;
        is_unauthorized(&send(&app, "GET", &format!("/a/other{}", own.path), Some(&own.token), None).await);
        assert_eq!(own.send(&app, "GET", None).await.status, 200);
    }

    async fn sec_063_of_many_changes_at_once_one_is_made_and_its_client_has_the_next_token(fresh: &FreshDb) {
        let app = open(fresh).await;
        let there = app.beside(fresh).await;
        let mut own = own(&app).await;
        let body = |nth: usize| json!({"client_id": own.client_id, "redirect_uris": [CALLBACK], "client_name": format!("Name {nth}")});
        let bodies: Vec<Value> = (0..50).map(body).collect();
        let changes = bodies.iter().enumerate().map(|(nth, body)| {
            let node = if nth % 2 == 0 { &app } else { &there };
            send(node, "PUT", &own.path, Some(&own.token), Some(body))
        });
        let answers = crate::support::together::together(changes.collect()).await;
        let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(made.len(), 1, "{answers:?}");
        let made = made[0].json();
        text(&made, "registration_access_token").clone_into(&mut own.token);
        assert_eq!(own.good(&app, "GET", None).await["client_name"], made["client_name"]);
        there.db().close().await;
    }
}
