//! The database is away: what is known goes on, the rest is busy, nothing is consumed (SEC-167).

use http::header::RETRY_AFTER;
use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

on_both_databases! {
    async fn sec_167_without_the_database_everything_but_keys_and_metadata_is_busy(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let mut there = browser.on(&other);
        let published = other.get("/jwks").await.body;
        let asked = there.ask(&client.ask().with("prompt", "login")).await;

        other.db().close().await;
        for _ in 0..2 {
            assert_eq!(other.get("/jwks").await.body, published);
            assert_eq!(other.get("/.well-known/openid-configuration").await.status, 200);
            assert_eq!(other.get("/public-key").await.status, 200);
            // As after five seconds.
            other.services.forget();
        }
        for answer in [
            there.ask(&client.ask()).await,
            there.get(asked.location()).await,
            there.get("/me").await,
            there.get("/logout").await,
        ] {
            assert_eq!(answer.page_error(), ErrorKind::Busy);
            assert!(answer.header(RETRY_AFTER).is_some());
        }
        for answer in [client.redeem(&code).send(&other).await, userinfo(&other, "x").await] {
            assert_eq!(answer.oauth_error(), (503, "temporarily_unavailable".to_owned()));
            assert!(answer.header(RETRY_AFTER).is_some());
        }
        // A node that never knew anything has nothing to go on with.
        let blank = app.beside(fresh).await;
        blank.db().close().await;
        assert_eq!(blank.get("/jwks").await.status, 503);

        assert_eq!(client.redeem(&code).send(&app).await.status, 200);
    }
}
