//! How good a login was: `acr` and `amr`, said where they are asked for.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::ask::Ask;
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, verified};

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

async fn told(app: &App, browser: &mut Browser<'_>, client: &TestClient, ask: &Ask) -> (Value, Value) {
    let code = browser.ask(ask).await.sent().code();
    let tokens = client.redeem(&code).send(app).await.json();
    let claims = verified(app, tokens["id_token"].as_str().unwrap(), &client.client_id).await;
    (
        claims.get("acr").cloned().unwrap_or_default(),
        claims.get("amr").cloned().unwrap_or_default(),
    )
}

on_both_databases! {
    async fn an_advertised_value_that_was_met_comes_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["acr_values_supported"], json!([PASSWORD]));
        let met = (json!(PASSWORD), json!(["pwd"]));
        // What can't be reached is a wish: what was reached is told.
        for values in [PASSWORD.to_owned(), format!("other {PASSWORD}"), "other".to_owned(), "x ".repeat(100)] {
            let ask = client.ask().and("acr_values", &values);
            assert_eq!(told(&app, &mut browser, &client, &ask).await, met, "{values}");
        }
        for claims in [json!({"acr": null}), json!({"amr": null}), json!({"acr": {"essential": true}}), json!({"acr": {"essential": true, "values": ["other", PASSWORD]}}), json!({"acr": {"value": "other"}})] {
            let ask = client.ask().and("claims", &json!({"id_token": claims}).to_string());
            assert_eq!(told(&app, &mut browser, &client, &ask).await, met, "{claims}");
        }
        assert_eq!(told(&app, &mut browser, &client, &client.ask()).await, (Value::Null, Value::Null));
    }

    async fn an_essential_value_that_cant_be_reached_fails(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for acr in [json!({"essential": true, "value": "other"}), json!({"essential": true, "values": ["a", "b"]})] {
            let ask = client.ask().and("claims", &json!({"id_token": {"acr": acr}}).to_string());
            assert_eq!(browser.ask(&ask).await.sent_error(), "unmet_authentication_requirements");
        }
    }

    async fn a_clients_default_counts_where_a_request_names_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.default_acr_values = vec![PASSWORD.to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(told(&app, &mut browser, &client, &client.ask()).await.0, json!(PASSWORD));
        let sent = browser.ask(&client.ask().response_type("id_token")).await.sent();
        assert_eq!(verified(&app, sent.get("id_token").unwrap(), "web").await["acr"], PASSWORD);
    }

    async fn userinfo_asks_for_a_fresh_login_where_the_account_demands_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        app.change_account(&app.brand.clone(), |row| {
            row.settings.userinfo_max_age = Some(300);
            row.settings.userinfo_acr_values = vec![PASSWORD.to_owned()];
        }).await;
        let mut browser = app.signed_in(&ana).await;
        let token = async |browser: &mut Browser<'_>, ask: &Ask| {
            let code = browser.ask(ask).await.sent().code();
            client.redeem(&code).send(&app).await.json()["access_token"].as_str().unwrap().to_owned()
        };
        let old = token(&mut browser, &client.ask()).await;
        assert_eq!(userinfo(&app, &old).await.status.as_u16(), 200);
        app.clock.advance(Duration::from_secs(301));
        let refused = userinfo(&app, &old).await;
        assert_eq!(refused.oauth_error(), (401, "insufficient_user_authentication".to_owned()));
        let challenge = refused.header("www-authenticate").unwrap();
        for part in ["error=\"insufficient_user_authentication\"", "max_age=\"300\"", &format!("acr_values=\"{PASSWORD}\"")] {
            assert!(challenge.contains(part), "{challenge}");
        }
        // A fresh login brings another token; the old one stays what it was.
        let sent = browser.ask(&client.ask().with("max_age", "300")).await;
        let entered = browser.enter(&sent, ana.username.as_deref().unwrap(), crate::support::app::PASSWORD).await;
        let resumed = browser.get(entered.location()).await;
        let tokens = client.redeem(&resumed.sent().code()).send(&app).await.json();
        assert_eq!(userinfo(&app, tokens["access_token"].as_str().unwrap()).await.status.as_u16(), 200);
        assert_eq!(userinfo(&app, &old).await.status.as_u16(), 401);
    }
}
