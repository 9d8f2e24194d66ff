//! Signing out (SEC-073).

use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_073_signing_out_is_asked_first(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/logout").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("id=\"logout-confirm\"") && page.body.contains("Ana Lee"));
        assert_eq!(browser.get("/me").await.status, 200, "asking ends nothing");

        for form in [vec![("decision", "logout")], vec![("decision", "logout"), ("csrf", "x")]] {
            assert_eq!(browser.post("/logout", &form).await.page_error(), ErrorKind::Csrf);
        }
        let csrf = page.hidden("csrf");
        let elsewhere = [("origin", "https://evil.test")];
        let forged = browser.post_from("/logout", &[("csrf", &csrf), ("decision", "logout")], &elsewhere).await;
        assert_eq!(forged.page_error(), ErrorKind::Csrf);
        let stayed = browser.post("/logout", &[("csrf", &csrf), ("decision", "stay")]).await;
        assert!(stayed.location().ends_with("/me"));
        assert_eq!(browser.get("/me").await.status, 200);

        let cookie = browser.session_cookie().unwrap().to_owned();
        let answer = browser.post("/logout", &[("csrf", &csrf), ("decision", "logout")]).await;
        assert!(answer.body.contains("id=\"logout-done\""));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(browser.session_cookie().is_none());
        browser.take_session(&app.brand, &cookie);
        assert_eq!(browser.get("/me").await.status, 303);
        assert_eq!(browser.ask(&client.ask().with("prompt", "none")).await.sent_error(), "login_required");
    }

    async fn sec_073_another_sessions_form_ends_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        let csrf = browser.get("/logout").await.hidden("csrf");
        browser.take_session(&app.brand, app.session(&ben, None).await.0.expose());
        let answer = browser.post("/logout", &[("csrf", &csrf), ("decision", "logout")]).await;
        assert_eq!(answer.page_error(), ErrorKind::Csrf);
        assert_eq!(browser.get("/me").await.status, 200);
    }

    async fn where_nobody_is_signed_in_nobody_is_asked(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.browser();
        assert!(browser.get("/logout").await.body.contains("id=\"logout-done\""));
        assert!(browser.post("/logout", &[]).await.body.contains("id=\"logout-done\""));
    }
}
