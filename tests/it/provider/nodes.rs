//! Two nodes: what one of them learns, the other knows within five seconds.

use std::time::Duration;

use pages::ErrorKind;
use signet::base::id::ClientId;
use signet::model::ConsumerStatus;
use signet::store;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_061_sec_072_an_end_shows_on_every_node_within_five_seconds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let closing = NewClient::web("closing").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let (mut anas, mut bens) = (app.signed_in(&ana).await, app.signed_in(&ben).await);
        // The other node has seen all of them.
        for browser in &mut [anas.on(&other), bens.on(&other)] {
            assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
            assert!(browser.ask(&closing.ask()).await.sent().get("code").is_some());
        }

        let csrf = anas.get("/logout").await.hidden("csrf");
        let cookie = anas.session_cookie().unwrap().to_owned();
        anas.post("/logout", &[("csrf", &csrf), ("decision", "logout")]).await;
        anas.take_session(&app.brand, &cookie);
        app.change_consumer(&ben, |it| it.status = ConsumerStatus::Disabled).await;
        closing.change(&app, |it| it.enabled = false).await;
        assert_eq!(anas.ask(&client.ask()).await.page(), "login");
        assert_eq!(bens.ask(&client.ask()).await.page(), "login");

        tokio::time::sleep(Duration::from_millis(4500)).await;
        assert_eq!(anas.on(&other).ask(&client.ask()).await.page(), "login");
        assert_eq!(bens.on(&other).ask(&client.ask()).await.page(), "login");
        assert_eq!(anas.on(&other).ask(&closing.ask()).await.page_error(), ErrorKind::ClientUnavailable);
        assert_eq!(closing.redeem("x").send(&other).await.status, 401);
        other.db().close().await;
    }

    async fn an_interaction_begun_on_one_node_ends_on_another(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let mut there = browser.on(&other);
        let consent = there.sign_in(&ana, &asked).await;
        assert!(consent.body.contains("consent-form"));
        let mut here = there.on(&app);
        let (csrf, interaction) = (consent.hidden("csrf"), consent.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("decision", "allow")];
        let answer = here.post("/consent", &form).await;
        let mut there = here.on(&other);
        let code = there.follow(answer).await.sent().code();
        assert_eq!(client.redeem(&code).send(&app).await.status, 200);
        let id: ClientId = "shop".parse().unwrap();
        assert!(store::grants::find(app.db(), &app.brand, &ana.sub, &id).await.unwrap().is_some());
        other.db().close().await;
    }
}
