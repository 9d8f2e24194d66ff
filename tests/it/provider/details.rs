//! Rich authorization requests.

use oauth::GrantType;
use serde_json::{Value, json};
use signet::model::{ClientSettings, RequestObjectAlg};

use crate::support::app::App;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::unsigned;

fn payment(amount: &str) -> Value {
    json!({"type": "payment", "instructedAmount": {"currency": "EUR", "amount": amount}, "creditorName": "Merchant A"})
}

async fn bank(fresh: &FreshDb) -> App {
    let app = App::on(fresh).await;
    let types = json!({
        "payment": {
            "title": "Pay somebody", "required": ["instructedAmount"], "additionalProperties": false,
            "properties": {
                "instructedAmount": {"type": "object", "title": "Amount", "required": ["currency", "amount"]},
                "creditorName": {"type": "string", "title": "Payee"},
            },
        },
        "account": {},
    });
    app.change_account(&app.brand.clone(), |row| {
        row.settings.authorization_details_types = serde_json::from_value(types).unwrap();
    })
    .await;
    app
}

fn pays(settings: &mut ClientSettings) {
    settings.authorization_details_types = vec!["payment".to_owned(), "account".to_owned()];
}

async fn introspected(app: &App, client: &TestClient, token: &str) -> Value {
    client
        .token()
        .at("/introspect")
        .with("token", token)
        .send(app)
        .await
        .json()
}

on_both_databases! {
    async fn what_was_granted_is_shown_told_and_introspected(fresh: &FreshDb) {
        let app = bank(fresh).await;
        let client = NewClient::third_party("web").set(pays).on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let details = json!([payment("123.50"), {"type": "account"}]);
        let ask = client.ask().and("authorization_details", &details.to_string());
        let sent = browser.ask(&ask).await;
        let page = browser.get(sent.location()).await.body;
        for shown in ["Pay somebody", "Amount · amount", "123.50", "Payee", "Merchant A"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let code = browser.decide(&sent, "allow").await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        assert_eq!(tokens["authorization_details"], details);
        let told = introspected(&app, &client, tokens["access_token"].as_str().unwrap()).await;
        assert_eq!((&told["active"], &told["authorization_details"]), (&json!(true), &details));
        // It was about this one time: the next one is asked about again, and not silently.
        assert_eq!(browser.ask(&ask).await.page(), "consent");
        assert_eq!(browser.ask(&ask.with("prompt", "none")).await.sent_error(), "consent_required");
        assert_eq!(browser.ask(&client.ask()).await.sent().mode, "query");
    }

    async fn a_token_may_be_asked_for_part_of_it_and_for_nothing_else(fresh: &FreshDb) {
        let app = bank(fresh).await;
        let client = NewClient::web("web").set(pays).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().and("authorization_details", &json!([payment("1.00"), {"type": "account"}]).to_string());
        let code = browser.ask(&ask).await.sent().code();
        let redeem = |details: Value| client.redeem(&code).and("authorization_details", &details.to_string());
        for more in [json!([payment("2.00")]), json!([{"type": "account", "x": 1}]), json!([]), json!("x")] {
            let refused = redeem(more).send(&app).await;
            assert_eq!(refused.oauth_error(), (400, "invalid_authorization_details".to_owned()));
        }
        let part = json!([{"type": "account"}]);
        assert_eq!(redeem(part.clone()).send(&app).await.json()["authorization_details"], part);
    }

    async fn only_what_account_and_client_know_may_be_asked_for(fresh: &FreshDb) {
        let app = bank(fresh).await;
        let client = NewClient::web("web").set(pays).on(&app).await;
        let poor = NewClient::web("poor").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for wrong in [
            json!([{"type": "unknown"}]), json!([payment("1"), {"type": "unknown"}]), json!([{"type": "payment"}]),
            json!([{"type": "payment", "instructedAmount": {"currency": "EUR"}}]), json!({"type": "account"}), json!([{"no": "type"}]),
        ] {
            let ask = client.ask().and("authorization_details", &wrong.to_string());
            assert_eq!(browser.ask(&ask).await.sent_error(), "invalid_authorization_details", "{wrong}");
            assert_eq!(client.push(&ask).send(&app).await.oauth_error(), (400, "invalid_authorization_details".to_owned()));
        }
        let good = json!([payment("1.00")]).to_string();
        assert_eq!(browser.ask(&poor.ask().and("authorization_details", &good)).await.sent_error(), "invalid_authorization_details");
        let pushed = client.pushed(&app, &client.ask().and("authorization_details", &good)).await;
        browser.ask(&pushed).await.sent().code();
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["authorization_details_types_supported"], json!(["account", "payment"]));
    }

    async fn a_request_object_holds_them_as_json(fresh: &FreshDb) {
        let app = bank(fresh).await;
        let client = NewClient::web("web").set(pays).set(|it| {
            it.policy = signet::model::ClientPolicy::Certified;
            it.request_object_signing_alg = Some(RequestObjectAlg::Unsigned);
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let details = json!([payment("3.00")]);
        let sent = browser.ask(&client.ask().and("request", &unsigned(&json!({"authorization_details": details})))).await.sent();
        assert_eq!(client.redeem(&sent.code()).send(&app).await.json()["authorization_details"], details);
    }

    async fn a_program_may_ask_for_itself(fresh: &FreshDb) {
        let app = bank(fresh).await;
        let client = NewClient::web("web").set(pays).set(|it| {
            it.grant_types.push(GrantType::ClientCredentials);
            it.scope = "read".parse().unwrap();
        }).on(&app).await;
        let ask = |details: &Value| client.token().with("grant_type", "client_credentials").with("authorization_details", &details.to_string());
        let details = json!([{"type": "account"}]);
        assert_eq!(ask(&details).send(&app).await.json()["authorization_details"], details);
        let refused = ask(&json!([{"type": "unknown"}])).send(&app).await;
        assert_eq!(refused.oauth_error(), (400, "invalid_authorization_details".to_owned()));
    }
}
