//! A key that somebody else may have, and a platform that changes its pasted key.

use std::time::Duration;

use pages::ErrorKind;
use serde_json::json;
use signet::directory::connector::{self, Draft};
use signet::directory::key::{self, Needed, Retirement, Rotation, Whose};
use signet::directory::{By, Error};
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};
use signet::model::signing_key::KeyState;
use signet::store;

use super::rotation::{keys, kid_of, published, states};
use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, verified};

on_both_databases! {
    async fn sec_017_a_burnt_key_ends_its_tokens_on_every_node_and_no_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let before = client.redeem(&browser.ask(&client.ask()).await.sent().code()).send(&app).await.json();
        let access = before["access_token"].as_str().unwrap().to_owned();
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(userinfo(&app, &access).await.status, 200);
        let first = keys(&app).await[0].kid.clone();

        let by = By::command();
        let exposure = key::exposure(&app.services, &app.brand, &first).await.unwrap();
        assert_eq!((exposure.living.tokens, exposure.living.clients, exposure.living.subjects), (1, 1, 1));
        assert_eq!(states(&app).await, [KeyState::Active], "asking changes nothing");

        app.clock.advance(Duration::from_secs(1));
        let burnt = key::burn(&app.services, &by, &app.brand, &first).await.unwrap();
        let successor = burnt.successor.unwrap();
        assert_eq!(states(&app).await, [KeyState::Retired, KeyState::Active]);
        assert!(keys(&app).await[0].private_key.is_none());
        let other = app.beside(fresh).await;
        for node in [&app, &other] {
            assert_eq!(published(node).await, [successor.kid.as_str()]);
            let refused = userinfo(node, &access).await;
            assert_eq!(refused.status, 401);
            assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"));
        }
        // The code that was on its way is redeemed under the new key; nobody has to log in again.
        let after = client.redeem(&code).send(&other).await.json();
        assert_eq!(kid_of(after["id_token"].as_str().unwrap()), successor.kid.as_str());
        verified(&app, after["id_token"].as_str().unwrap(), "web").await;
        assert!(browser.ask(&client.ask().with("prompt", "none")).await.sent().get("code").is_some());

        let list = key::signed_for(&app.services, &app.brand, &first, None, 10).await.unwrap();
        assert_eq!((list.len(), list[0].sub.clone(), list[0].tokens), (1, ana.sub.clone(), 1));
        assert!(key::signed_for(&app.services, &app.brand, &first, Some(&(&list[0]).into()), 10).await.unwrap().is_empty());
        let again = key::burn(&app.services, &by, &app.brand, &first).await;
        assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
        other.db().close().await;
    }

    async fn a_burnt_key_that_did_not_sign_has_no_successor(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let by = By::command();
        let pending = key::generate(&app.services, &by, &app.brand, None, None).await.unwrap().key;
        let burnt = key::burn(&app.services, &by, &app.brand, &pending.kid).await.unwrap();
        assert!(burnt.successor.is_none());
        let states: Vec<KeyState> = keys(&app).await.iter().map(|key| key.state).collect();
        assert!(states.contains(&KeyState::Active) && states.contains(&KeyState::Retired) && states.len() == 2);
    }

    async fn f_20_a_pasted_key_is_changed_for_its_platform_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let lp = NewClient::platform("lp").on(&app).await;
        let web = NewClient::web("web").on(&app).await;
        let first = keys(&app).await[0].clone();
        let pasted = key::public(&first).unwrap().to_spki_line();
        let by = By::command();
        let made = connector::create(&app.services, &by, &app.brand, None, draft(&pasted)).await.unwrap();
        let record = store::audit::list_chain(app.db(), &(&app.brand).into(), 0, 10).await.unwrap();
        assert!(record.iter().any(|entry| entry.event == "client.updated" && entry.detail.contains(first.kid.as_str())));
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let mut signed_by = async |client: &crate::support::client::TestClient| {
            let code = browser.ask(&client.ask()).await.sent().code();
            kid_of(client.redeem(&code).send(&app).await.json()["id_token"].as_str().unwrap())
        };

        // A rotation leaves the platform with the key that it has.
        app.clock.advance(Duration::from_secs(1));
        let Rotation::Activated { key: second, .. } =
            key::rotate(&app.services, &by, &app.brand, None, true).await.unwrap() else { panic!() };
        assert_eq!((signed_by(&lp).await, signed_by(&web).await), (first.kid.to_string(), second.kid.to_string()));
        app.clock.advance(Duration::from_hours(24 * 30));
        app.services.forget();
        let mut browser = app.signed_in(&ana).await;
        let mut signed_by = async |client: &crate::support::client::TestClient| {
            let code = browser.ask(&client.ask()).await.sent().code();
            kid_of(client.redeem(&code).send(&app).await.json()["id_token"].as_str().unwrap())
        };
        key::advance(&app.services, &app.brand).await.unwrap();
        let refused = key::retire(&app.services, &by, &app.brand, &first.kid).await.unwrap();
        assert!(matches!(refused, Retirement::Refused(Needed::Clients(_))), "{refused:?}");

        // The cut-over changes the platform's client and its connector, at one moment, and nobody else.
        let prepared = key::prepare(&app.services, &by, &app.brand, &Whose::Connector(made.connector_id.clone())).await.unwrap();
        assert_eq!((prepared.from.clone(), prepared.to.kid.clone()), (Some(first.kid.clone()), second.kid.clone()));
        assert_eq!(signed_by(&lp).await, first.kid.as_str(), "nothing has changed yet");
        key::cutover(&app.services, &by, prepared).await.unwrap();
        assert_eq!((signed_by(&lp).await, signed_by(&web).await), (second.kid.to_string(), second.kid.to_string()));
        let connector = connector::find(&app.services, &app.brand, &made.connector_id).await.unwrap();
        assert_eq!(connector.configuration.jwt_public_key, Some(key::public(&second).unwrap().to_spki_line()));
        app.clock.advance(Duration::from_hours(24 * 3));
        key::advance(&app.services, &app.brand).await.unwrap();
        assert_eq!(states(&app).await, [KeyState::Retired, KeyState::Active]);

        // And to a key that nobody else uses yet.
        let prepared = key::prepare(&app.services, &by, &app.brand, &Whose::Client("lp".parse().unwrap())).await.unwrap();
        assert_eq!(prepared.to.state, KeyState::Pending);
        let third = prepared.to.kid.clone();
        key::cutover(&app.services, &by, prepared).await.unwrap();
        let mut browser = app.signed_in(&ana).await;
        let code = browser.ask(&lp.ask()).await.sent().code();
        let token = lp.redeem(&code).send(&app).await.json();
        assert_eq!(kid_of(token["id_token"].as_str().unwrap()), third.as_str());
        assert_eq!(published(&app).await, [second.kid.as_str(), third.as_str()]);
    }

    async fn sec_016_where_the_pasted_key_is_gone_no_other_signs(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = NewClient::web("web").set(|it| it.pasted_key = Some("gone".parse().unwrap())).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = web.ask().response_type("id_token").with("nonce", "n");
        assert_eq!(browser.ask(&asked).await.page_error(), ErrorKind::Busy);
    }

    async fn a_burnt_key_is_replaced_for_whoever_had_it_pasted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let first = keys(&app).await[0].kid.clone();
        let lp = NewClient::platform("lp").set(|it| it.pasted_key = Some(first.clone())).on(&app).await;
        let burnt = key::burn(&app.services, &By::command(), &app.brand, &first).await.unwrap();
        assert_eq!(burnt.exposure.held_by, ["lp".parse().unwrap()]);
        let id = "lp".parse().unwrap();
        let client = store::clients::find(app.db(), &app.brand, &id).await.unwrap().unwrap();
        assert_eq!(client.settings.pasted_key, burnt.successor.map(|key| key.kid));
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert!(browser.ask(&lp.ask()).await.sent().get("code").is_some());
    }
}

/// A connector that has a key pasted.
fn draft(pasted: &str) -> Draft {
    let configuration: ConnectorConfiguration = serde_json::from_value(json!({
        "issuer": ISSUER, "issuerDisplayName": "Acme Shop", "authorizationEndpoint": format!("{ISSUER}/authorize"),
        "tokenEndpoint": format!("{ISSUER}/token"), "clientId": "lp", "jwtValidationType": "JWT_PUBLIC_KEY",
        "jwtPublicKey": pasted,
    }))
    .unwrap();
    Draft {
        name: "Code".to_owned(),
        kind: ConnectorKind::Code,
        enabled: true,
        configuration,
        client_secret: Some("secret".to_owned().into()),
        ..Draft::default()
    }
}
