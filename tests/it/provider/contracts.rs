//! Claims under contract: what a client's id_tokens must say.

use serde_json::json;
use signet::model::claims_contract::ClaimsContract;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{payload, verified};

fn contract(written: serde_json::Value) -> ClaimsContract {
    ClaimsContract::read(written).unwrap()
}

on_both_databases! {
    async fn what_is_demanded_is_in_the_id_token_if_its_scope_was_granted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let demand = json!({"required": ["email"], "properties": {"email": {"type": "string"}}});
        let client = NewClient::web("crm").set(|it| it.claims_contract = Some(contract(demand))).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask().with("scope", "openid email profile")).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "crm").await;
        assert_eq!(claims["email"], "sub-ana@example.test");
        assert!(!claims.contains_key("name"), "nothing that nobody demanded");
    }

    async fn a_token_that_breaks_the_contract_is_not_issued_and_no_code_is_used_up(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let demand = json!({"required": ["email"], "properties": {"email": {"type": "string", "maxLength": 3}}});
        let client = NewClient::web("crm").set(|it| it.claims_contract = Some(contract(demand))).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("scope", "openid email");
        let code = browser.ask(&ask).await.sent().code();
        assert_eq!(client.redeem(&code).send(&app).await.oauth_error(), (500, "server_error".to_owned()));
        assert_eq!(app.count("tokens").await, 0);
        assert_eq!(browser.ask(&ask.clone().response_type("id_token")).await.sent_error(), "server_error");
        // Where the scope isn't granted the claim is missing, and that is a breach as well.
        assert_eq!(browser.ask(&client.ask().response_type("id_token")).await.sent_error(), "server_error");
        client.change(&app, |it| it.settings.claims_contract = Some(contract(json!({"required": ["email"]})))).await;
        let tokens = client.redeem(&code).send(&app).await.json();
        assert_eq!(payload(tokens["id_token"].as_str().unwrap())["email"], "sub-ana@example.test");
    }
}
