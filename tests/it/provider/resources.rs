//! Resource indicators: a token for one resource is good for no other.

use serde_json::json;
use signet::model::client::RegisteredBy;

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, ORDERS, STOCK};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

on_both_databases! {
    async fn sec_007_a_program_gets_tokens_for_its_resources_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        let program = NewClient::program("orders").on(&app).await;
        let request = program.token().with("grant_type", "client_credentials");
        for (resources, audience) in [
            (vec![ORDERS], json!(ORDERS)),
            (vec![ORDERS, STOCK], json!([ORDERS, STOCK])),
            (vec![], json!(ISSUER)),
            (vec![ISSUER], json!(ISSUER)),
        ] {
            let request = resources.iter().fold(request.clone(), |it, resource| it.and("resource", resource));
            let token = request.send(&app).await.json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(program.introspect(&token).send(&app).await.json()["aud"], audience);
        }
        for wrong in ["https://api.example.test/other", &format!("{ISSUER}/a/other"), &format!("{ISSUER}/admin/api"), "orders", &format!("{ORDERS}#x"), &format!("{ORDERS}/")] {
            for request in [request.clone().and("resource", wrong), request.clone().and("resource", ORDERS).and("resource", wrong)] {
                assert_eq!(request.send(&app).await.oauth_error(), (400, "invalid_target".to_owned()), "{wrong}");
            }
        }
        app.change_account(&app.brand, |it| it.settings.resources = vec!["https://api.example.test/other".to_owned()]).await;
        let request = request.and("resource", "https://api.example.test/other");
        assert_eq!(request.send(&app).await.status, 200);
        // What all of the account's clients may have is for none that registered itself.
        program.change(&app, |it| it.settings.registered_by = RegisteredBy::Anybody).await;
        assert_eq!(request.send(&app).await.oauth_error(), (400, "invalid_target".to_owned()));
    }

    async fn sec_007_a_consumers_token_for_a_resource_is_not_for_userinfo(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().set(|it| it.resources = vec![ORDERS.to_owned(), STOCK.to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("scope", "openid offline_access").and("resource", ORDERS).and("resource", STOCK);
        let code = browser.ask(&ask).await.sent().code();
        let tokens = client.redeem(&code).and("resource", ORDERS).send(&app).await.json();
        assert!(tokens["id_token"].is_string());
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(client.introspect(token).send(&app).await.json()["aud"], ORDERS);
        assert_eq!(userinfo(&app, token).await.oauth_error(), (401, "invalid_token".to_owned()));

        // What was granted stands for the whole chain, and each token may be for another part of it (RFC 8707 §2.2).
        let refresh = client.refresh(tokens["refresh_token"].as_str().unwrap());
        for (wanted, audience) in [(Some(STOCK), json!(STOCK)), (None, json!([ORDERS, STOCK])), (Some(ISSUER), json!(ISSUER))] {
            let request = wanted.iter().fold(refresh.clone(), |it, resource| it.and("resource", resource));
            let token = request.send(&app).await.json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(client.introspect(&token).send(&app).await.json()["aud"], audience);
            assert_eq!(userinfo(&app, &token).await.status == 200, wanted == Some(ISSUER));
        }

        let ask = client.ask().and("resource", "https://elsewhere.test");
        assert_eq!(browser.ask(&ask).await.sent_error(), "invalid_target");
        let code = browser.ask(&client.ask().and("resource", ORDERS)).await.sent().code();
        let answer = client.redeem(&code).and("resource", STOCK).send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_target".to_owned()));
        assert_eq!(client.redeem(&code).send(&app).await.status, 200);
    }
}
