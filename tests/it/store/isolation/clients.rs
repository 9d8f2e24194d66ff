use serde_json::json;
use signet::base::id::{AccountId, ClientId, ConnectorId};
use signet::base::{Digest, OneTime, Timestamp};
use signet::model::Client;
use signet::model::connector::{Connector, ConnectorKind};
use signet::model::interaction::{Interaction, Progress};
use signet::store;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::{NOON, entropy};
use crate::support::tokens::{userinfo, userinfo_at};

const LATER: Timestamp = Timestamp::from_seconds(1_795_525_200);

/// The account `brand` with a client, and a foreign account that has none.
async fn house(fresh: &FreshDb) -> (App, AccountId, Client) {
    let app = App::on(fresh).await;
    NewClient::web("shop").on(&app).await;
    let foreign = app.other_account("foreign").await;
    let id = ClientId::parse("shop").unwrap();
    let client = store::clients::find(app.db(), &app.brand, &id)
        .await
        .unwrap()
        .unwrap();
    (app, foreign, client)
}

on_both_databases! {
    async fn sec_137_clients_are_unknown_elsewhere(fresh: &FreshDb) {
        let (app, foreign, client) = house(fresh).await;
        let db = app.db();
        assert!(store::clients::find(db, &foreign, &client.client_id).await.unwrap().is_none());
        assert!(store::clients::list(db, &foreign, None, 10).await.unwrap().is_empty());
        assert!(store::clients::list_platform(db, &foreign).await.unwrap().is_empty());
        assert!(store::clients::list_allowed_origins(db, &foreign).await.unwrap().is_empty());
        let theirs = Client { account_id: foreign.clone(), enabled: false, ..client.clone() };
        let former = client.updated_at;
        db.transaction(move |tx| {
            Box::pin(async move {
                assert_eq!(store::clients::update(tx, &theirs, former).await?, 0);
                assert_eq!(store::clients::delete(tx, &theirs.account_id, &theirs.client_id, LATER).await?, 0);
                Ok(())
            })
        })
        .await
        .unwrap();
        let found = store::clients::find(db, &app.brand, &client.client_id).await.unwrap().unwrap();
        assert!(found.enabled);
    }

    async fn sec_138_interactions_are_unknown_elsewhere(fresh: &FreshDb) {
        let (app, foreign, client) = house(fresh).await;
        let db = app.db();
        let request = json!({
            "client_id": "shop", "redirect_uri": client.settings.redirect_uris[0], "response_type": "code",
            "response_mode": "query", "scope": "openid", "state": null, "nonce": null, "code_challenge": null,
            "prompt": "", "max_age": null, "login_hint": null, "hinted_sub": null, "claims": null, "received_at": 0
        });
        let (handle, browser) = (OneTime::fresh(&entropy()).digest(), Digest::of("browser"));
        let interaction = Interaction {
            digest: handle,
            account_id: app.brand.clone(),
            browser,
            request: serde_json::from_value(request).unwrap(),
            progress: Progress::default(),
            created_at: NOON,
            expires_at: LATER,
        };
        store::interactions::insert(db, &interaction).await.unwrap();
        assert!(store::interactions::find(db, &foreign, handle, browser, NOON).await.unwrap().is_none());
        assert!(!store::interactions::exists(db, &foreign, handle, NOON).await.unwrap());
        let id = foreign.clone();
        db.transaction(move |tx| {
            Box::pin(async move {
                let denied = Progress { denied: true, ..Progress::default() };
                assert_eq!(store::interactions::update(tx, &id, handle, &denied).await?, 0);
                Ok(())
            })
        })
        .await
        .unwrap();
        assert!(!store::interactions::take(db, &foreign, handle, browser).await.unwrap());
        let found = store::interactions::find(db, &app.brand, handle, browser, NOON).await.unwrap().unwrap();
        assert!(!found.progress.denied);
        assert!(store::interactions::take(db, &app.brand, handle, browser).await.unwrap());
    }

    async fn sec_138_tokens_are_unknown_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("shop").refreshing().on(&app).await;
        let foreign = app.other_account("foreign").await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("scope", "openid offline_access");
        let tokens = client.redeem(&browser.ask(&ask).await.sent().code()).send(&app).await.json();
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let (access, refresh) = (Digest::of(&text("access_token")), Digest::of(&text("refresh_token")));

        let db = app.db();
        let stored = store::tokens::find(db, &app.brand, access).await.unwrap().unwrap();
        assert!(store::tokens::find(db, &foreign, access).await.unwrap().is_none());
        assert!(store::refresh_tokens::find(db, &app.brand, refresh).await.unwrap().is_some());
        assert!(store::refresh_tokens::find(db, &foreign, refresh).await.unwrap().is_none());
        assert_eq!(store::tokens::revoke(db, &foreign, access, LATER).await.unwrap(), 0);
        assert_eq!(store::tokens::revoke_of_account(db, &foreign, LATER).await.unwrap(), 0);
        let (id, family) = (foreign.clone(), stored.family.clone());
        db.transaction(move |tx| {
            Box::pin(async move {
                assert_eq!(store::tokens::revoke_family(tx, &id, &family, LATER).await?, 0);
                Ok(())
            })
        })
        .await
        .unwrap();
        assert_eq!(userinfo(&app, &text("access_token")).await.status, 200);
        assert_eq!(userinfo_at(&app, "/a/foreign", &text("access_token")).await.status, 401);
        assert_eq!(client.refresh(&text("refresh_token")).send(&app).await.status, 200);
        // In its own account each of these does what it says.
        assert_eq!(store::tokens::revoke(db, &app.brand, access, LATER).await.unwrap(), 1);
        assert_eq!(userinfo(&app, &text("access_token")).await.status, 401);
    }

    async fn sec_138_a_code_is_unknown_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("shop").on(&app).await;
        let foreign = app.other_account("foreign").await;
        let twin = NewClient::web("shop").of(&app, &foreign).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(twin.redeem(&code).send(&app).await.oauth_error().1, "invalid_grant");
        assert_eq!(client.redeem(&code).send(&app).await.status, 200, "nothing was consumed");
        assert_eq!(twin.redeem(&code).send(&app).await.oauth_error().1, "invalid_grant");
        assert_eq!(client.redeem(&code).send(&app).await.oauth_error().1, "invalid_grant");
    }

    async fn sec_137_signing_keys_are_unknown_elsewhere(fresh: &FreshDb) {
        let (app, foreign, _) = house(fresh).await;
        let db = app.db();
        let own = store::signing_keys::list(db, &app.brand).await.unwrap();
        let theirs = store::signing_keys::list(db, &foreign).await.unwrap();
        assert!(!own.is_empty() && own.iter().all(|key| !theirs.iter().any(|other| other.kid == key.kid)));
        let id = foreign.clone();
        db.transaction(move |tx| Box::pin(async move { store::signing_keys::retire_all(tx, &id, LATER).await }))
            .await
            .unwrap();
        assert!(store::signing_keys::list_published(db, &foreign).await.unwrap().is_empty());
        assert_eq!(store::signing_keys::list_published(db, &app.brand).await.unwrap().len(), own.len());
    }

    async fn sec_137_connectors_are_unknown_elsewhere(fresh: &FreshDb) {
        let (app, foreign, _) = house(fresh).await;
        let configuration = json!({"issuer": "https://brand.test", "clientId": "shop", "jwtValidationType": "JWKS_ENDPOINT"});
        let connector = Connector {
            account_id: app.brand.clone(),
            connector_id: ConnectorId::parse("c-1").unwrap(),
            name: "Shop".to_owned(),
            kind: ConnectorKind::Code,
            enabled: true,
            configuration: serde_json::from_value(configuration).unwrap(),
            secret: None,
            deleted: false,
            created_at: NOON,
            updated_at: NOON,
        };
        let row = connector.clone();
        app.db().transaction(move |tx| Box::pin(async move { store::connectors::insert(tx, &row).await })).await.unwrap();
        let id = &connector.connector_id;
        assert!(store::connectors::find(app.db(), &foreign, id).await.unwrap().is_none());
        assert!(store::connectors::find(app.db(), &app.brand, id).await.unwrap().is_some());
    }

    async fn ending_all_of_one_account_ends_nothing_of_another(fresh: &FreshDb) {
        let (app, foreign, _) = house(fresh).await;
        let ana = app.consumer("ana").await;
        let _browser = app.signed_in(&ana).await;
        assert_eq!(store::sessions::end_of_account(app.db(), &foreign, LATER).await.unwrap(), 0);
        assert_eq!(store::tokens::revoke_of_account(app.db(), &foreign, LATER).await.unwrap(), 0);
        assert_eq!(store::sessions::end_of_account(app.db(), &app.brand, LATER).await.unwrap(), 1);
    }
}
