//! Who is signed in.

use pages::ErrorKind;
use signet::model::ConsumerStatus;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// Presses one of the page's buttons.
async fn press(browser: &mut Browser<'_>, what: &str, which: &str) -> Answer {
    let csrf = browser.get("/me").await.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", ""),
        ("what", what),
        ("which", which),
    ];
    browser.post("/me", &form).await
}

on_both_databases! {
    async fn sec_179_consumers_see_their_sessions_and_end_them(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut here = app.signed_in(&ana).await;
        let (cookie, session) = app.session(&ana, None).await;
        let mut there = app.browser();
        there.take_session(&app.brand, cookie.expose());
        let (_, bens) = app.session(&ben, None).await;
        let page = here.get("/me").await;
        assert_eq!(page.body.matches("value=\"session\"").count(), 2);
        assert!(page.body.contains(session.sid.as_str()) && !page.body.contains(bens.sid.as_str()));
        assert!(page.body.contains("2026-11-24 12:00 UTC"));

        for form in [vec![("what", "all")], vec![("what", "all"), ("csrf", "x")]] {
            assert_eq!(here.post("/me", &form).await.page_error(), ErrorKind::Csrf);
        }
        assert!(press(&mut here, "session", bens.sid.as_str()).await.location().ends_with("/me"));
        assert_eq!(there.get("/me").await.status, 200);
        assert!(press(&mut here, "session", session.sid.as_str()).await.location().ends_with("/me"));
        assert_eq!(there.get("/me").await.status, 303);
        let page = here.get("/me").await;
        assert_eq!(page.body.matches("value=\"session\"").count(), 1);
        let own = page.hidden_fields().into_iter().find(|(name, _)| name == "which").unwrap().1;
        assert!(press(&mut here, "session", &own).await.body.contains("id=\"logout-done\""));
        assert_eq!(here.get("/me").await.status, 303);
    }

    async fn sec_179_a_consent_is_taken_back_with_its_tokens_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("tracker").set(|it| "Parcel Tracker".clone_into(&mut it.client_name)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = browser.ask(&client.ask()).await;
        let code = browser.decide(&asked, "allow").await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(crate::support::tokens::userinfo(&app, access).await.status, 200);
        let page = browser.get("/me").await;
        assert!(page.body.contains("id=\"me-consents\"") && page.body.contains("Parcel Tracker"));
        assert!(press(&mut browser, "consent", "tracker").await.location().ends_with("/me"));
        assert!(!browser.get("/me").await.body.contains("Parcel Tracker"));
        assert_eq!(crate::support::tokens::userinfo(&app, access).await.status, 401);
        assert_eq!(browser.ask(&client.ask().with("prompt", "none")).await.sent_error(), "consent_required");
    }

    async fn sec_179_everything_ends_by_one_button(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let (mut here, mut there) = (app.signed_in(&ana).await, app.signed_in(&ana).await);
        let code = there.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        assert!(press(&mut here, "all", "").await.body.contains("id=\"logout-done\""));
        for browser in [&mut here, &mut there] {
            assert_eq!(browser.get("/me").await.status, 303);
        }
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(crate::support::tokens::userinfo(&app, access).await.status, 401);
    }

    async fn the_page_shows_who_is_signed_in_and_how_to_leave(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/me").await;
        assert!(page.body.contains("Ana Lee") && page.body.contains("href=\"/logout\""), "{}", page.body);
        assert!(app.browser().get("/me").await.location().ends_with("/login"));
    }

    async fn sec_072_who_may_not_log_in_any_more_is_not_signed_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert!(browser.get("/me").await.location().ends_with("/login"));
        let page = browser.get("/login").await;
        assert!(!page.body.contains("Ana Lee"));
    }
}
