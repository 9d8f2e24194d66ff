//! The published keys, and what happens without them.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG};
use pages::ErrorKind;
use signet::store;

use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use axum::body::Body;

on_both_databases! {
    async fn sec_015_the_jwk_set_holds_public_members_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let answer = app.get("/jwks").await;
        let set = answer.json();
        let keys = set["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 1);
        let mut members: Vec<&str> = keys[0].as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&keys[0]["alg"], &keys[0]["use"]), (&"RS256".into(), &"sig".into()));
        assert_eq!(answer.header(CACHE_CONTROL), Some("public, max-age=300"));
        assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));

        let tag = answer.header(ETAG).unwrap();
        let again = request("GET", "/jwks").header("if-none-match", tag).body(Body::empty()).unwrap();
        assert_eq!(app.send(again).await.status, 304);
    }

    async fn the_public_key_is_one_line_for_pasting(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let line = app.get("/public-key").await;
        assert_eq!(line.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(line.body.starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A") && !line.body.contains('\n'), "{}", line.body);
        let pem = app.get("/public-key?format=pem").await.body;
        let inside: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(inside, line.body);
        let set = app.get("/jwks").await.json();
        let kid = set["keys"][0]["kid"].as_str().unwrap().to_owned();
        assert_eq!(app.get(&format!("/public-key?kid={kid}")).await.body, line.body);
        for (path, status) in [("/public-key?kid=x", 404), ("/public-key?format=x", 400), ("/public-key?x=%ff", 400)] {
            assert_eq!(app.get(path).await.status.as_u16(), status, "{path}");
        }
    }

    async fn sec_016_without_a_usable_key_nothing_is_issued_and_nothing_is_lost(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let mut stranger = app.browser();
        let ask = client.ask().response_type("code id_token");
        let code = browser.ask(&client.ask()).await.sent().code();
        let asked = stranger.ask(&ask).await;

        let good = seal(&app, |sealed| sealed[20] ^= 1).await;
        let broken = app.beside(fresh).await;
        let answer = client.redeem(&code).send(&broken).await;
        assert_eq!(answer.oauth_error(), (503, "temporarily_unavailable".to_owned()));
        assert!(answer.header("retry-after").is_some());
        let mut there = browser.on(&broken);
        assert_eq!(there.ask(&ask).await.page_error(), ErrorKind::Busy);
        let silent = ask.clone().with("prompt", "none");
        assert_eq!(there.ask(&silent).await.sent_error(), "temporarily_unavailable");
        let mut stranger = stranger.on(&broken);
        assert_eq!(stranger.sign_in(&ana, &asked).await.page_error(), ErrorKind::Busy);
        let set = broken.get("/jwks").await.json();
        assert_eq!(set["keys"].as_array().unwrap().len(), 1, "verification goes on");

        seal(&app, |sealed| sealed.clone_from(&good)).await;
        let mended = app.beside(fresh).await;
        assert_eq!(client.redeem(&code).send(&mended).await.status, 200);
        let resume = format!("/authorize/resume?interaction={}", asked.interaction());
        assert!(stranger.on(&mended).get(&resume).await.sent().get("id_token").is_some());
        for node in [broken, mended] {
            node.db().close().await;
        }
    }
}

/// Changes the sealed private key of the account `brand`; returns what was there.
async fn seal(app: &App, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let keys = store::signing_keys::list(app.db(), &app.brand).await.unwrap();
    let good = keys[0].private_key.as_ref().unwrap().as_bytes().to_vec();
    let mut sealed = good.clone();
    change(&mut sealed);
    let updated = store::sql("UPDATE signing_keys SET private_key = $2 WHERE account_id = $1")
        .bind(&app.brand)
        .bind(sealed)
        .execute(app.db())
        .await
        .unwrap();
    assert_eq!(updated, 1);
    good
}
