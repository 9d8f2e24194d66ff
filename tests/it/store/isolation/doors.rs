//! What an account has, tried at the doors of another; and what the schema itself refuses.

use signet::base::{Digest, Timestamp};
use signet::store::{self, consumers};

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::{NOON, account, stored_consumer};
use crate::support::tokens::{userinfo, userinfo_at};

const LATER: Timestamp = Timestamp::from_seconds(1_795_525_200);

on_both_databases! {
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

    async fn sec_137_a_row_cannot_point_into_another_account(fresh: &FreshDb) {
        let db = &fresh.db;
        let (own, foreign) = (account(db, "own").await, account(db, "foreign").await);
        let ana = stored_consumer(db, &own, "s-ana", "ana").await;
        let (id, sub) = (foreign.clone(), ana.sub.clone());
        let refused = db.transaction(move |tx| Box::pin(async move {
            consumers::set_password(tx, &id, &sub, "$hash", NOON).await
        })).await;
        assert!(refused.is_err());
        // The same name is free there.
        stored_consumer(db, &foreign, "s-other-ana", "ana").await;
    }
}
