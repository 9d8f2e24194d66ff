//! What consumers change on their own page.

use std::time::Duration;

use pages::ErrorKind;
use serde_json::json;
use signet::store;

use super::recover::with_mail;
use crate::support::answer::Answer;
use crate::support::app::{App, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::mailbox::mails;
use crate::support::seed::{NOON, set};
use crate::support::tokens::userinfo;

const GOOD: &str = "a horse called Battery 93";

async fn change(browser: &mut Browser<'_>, current: &str, password: &str) -> Answer {
    let csrf = browser.get("/me").await.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", ""),
        ("what", "password"),
        ("current", current),
        ("password", password),
    ];
    browser.post("/me", &form).await
}

async fn ask_for_proof(browser: &mut Browser<'_>) -> Answer {
    let csrf = browser.get("/me").await.hidden("csrf");
    let form = [("csrf", csrf.as_str()), ("interaction", ""), ("what", "address")];
    browser.post("/me", &form).await
}

async fn confirm(browser: &mut Browser<'_>, page: &Answer) -> Answer {
    let form = page.hidden_fields();
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(&page.form_action("address-form"), &form).await
}

on_both_databases! {
    async fn sec_090_who_knows_the_password_changes_it_and_all_else_ends(fresh: &FreshDb) {
        let app = App::with(fresh, with_mail).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let (mut here, mut there) = (app.signed_in(&ana).await, app.signed_in(&ana).await);
        let code = there.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let before = here.session_cookie().unwrap().to_owned();
        let done = change(&mut here, PASSWORD, GOOD).await;
        assert!(done.status == 200 && done.body.contains("id=\"password-changed\""), "{done:?}");
        // A new session here, none elsewhere (SEC-069).
        assert_ne!(here.session_cookie().unwrap(), before);
        assert_eq!(here.get("/me").await.status, 200);
        assert_eq!(there.get("/me").await.status, 303);
        assert_eq!(userinfo(&app, tokens["access_token"].as_str().unwrap()).await.status, 401);
        let wrong = change(&mut here, PASSWORD, "another horse, no battery").await;
        assert!(wrong.status == 422 && wrong.body.contains("id=\"me-password-error\""), "{wrong:?}");
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.updated' AND actor = 'consumer' AND sub = 'sub-ana'").await, 1);
    }

    async fn sec_090_without_the_current_password_nothing_changes(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| { with_mail(settings); settings.login.attempts = 2; }).await;
        let ana = app.consumer("ana").await;
        let mut here = app.signed_in(&ana).await;
        let wrong = change(&mut here, "not it", GOOD).await;
        assert!(wrong.status == 422 && wrong.body.contains("current password is not right"), "{wrong:?}");
        // Guesses count as those at the login page do (SEC-087).
        change(&mut here, "nor this", GOOD).await;
        let throttled = change(&mut here, PASSWORD, GOOD).await;
        assert_eq!(throttled.status, 429);
        assert!(throttled.header("retry-after").is_some());
        set(&app.clock, NOON + Duration::from_mins(5));
        let weak = change(&mut here, PASSWORD, "short").await;
        assert!(weak.status == 422 && weak.body.contains("at least 8 characters"), "{weak:?}");
        let forged = here.post("/me", &[("what", "password"), ("current", PASSWORD), ("password", GOOD)]).await;
        assert_eq!(forged.page_error(), ErrorKind::Csrf);
        assert_eq!(here.get("/me").await.status, 200);
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.updated'").await, 0);
    }

    async fn sec_092_an_address_is_proved_by_a_link_that_was_sent_there(fresh: &FreshDb) {
        let app = App::with(fresh, with_mail).await;
        let ana = app.consumer("ana").await;
        let mut here = app.signed_in(&ana).await;
        assert!(here.get("/me").await.body.contains("confirmed yet"));
        assert!(ask_for_proof(&mut here).await.body.contains("id=\"address-sent\""));
        let sent = mails(&app).await;
        assert_eq!((sent.len(), sent[0].to.as_str(), sent[0].kind.as_str()), (1, "sub-ana@example.test", "verify_address"));
        let link = sent[0].link(&app);
        // Looking changes nothing, and nobody need be signed in.
        let mut elsewhere = app.browser();
        let page = elsewhere.get(&link).await;
        assert!(page.body.contains("sub-ana@example.test"), "{page:?}");
        let verified = async || store::consumers::find(app.db(), &ana.account_id, &ana.sub).await.unwrap().unwrap().claims.get("email_verified").cloned();
        assert_eq!(verified().await, None);
        let done = confirm(&mut elsewhere, &page).await;
        assert!(done.body.contains("id=\"address-proved\""), "{done:?}");
        assert_eq!(verified().await, Some(json!(true)));
        assert_eq!(confirm(&mut elsewhere, &page).await.page_error(), ErrorKind::ExpiredLink);
        assert_eq!(here.get("/me").await.status, 200, "it ends nothing");
        assert!(!here.get("/me").await.body.contains("confirmed yet"));
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.address_proved' AND sub = 'sub-ana'").await, 1);
    }

    async fn sec_092_a_link_proves_no_other_address_than_its_own(fresh: &FreshDb) {
        let app = App::with(fresh, with_mail).await;
        let ana = app.consumer("ana").await;
        let mut here = app.signed_in(&ana).await;
        ask_for_proof(&mut here).await;
        let link = mails(&app).await.remove(0).link(&app);
        let page = here.get(&link).await;
        app.change_consumer(&ana, |it| { it.claims.insert("email".to_owned(), "other@example.test".into()); }).await;
        assert_eq!(confirm(&mut here, &page).await.page_error(), ErrorKind::ExpiredLink);
        let token = link.split("token=").nth(1).unwrap();
        assert_eq!(here.get(&format!("/recover?token={token}")).await.page_error(), ErrorKind::ExpiredLink);
        assert!(here.get("/me").await.body.contains("confirmed yet"));
    }

    async fn without_mail_the_page_offers_no_proof(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut here = app.signed_in(&app.consumer("ana").await).await;
        let page = here.get("/me").await;
        assert!(page.body.contains("id=\"me-password-form\"") && !page.body.contains("value=\"address\""));
        assert_eq!(ask_for_proof(&mut here).await.page_error(), ErrorKind::NotFound);
    }

    async fn the_error_page_says_the_same_whatever_the_query_says(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for path in ["/error", "/error?error=access_denied&error_description=Call+0900+1234", "/error?kind=internal"] {
            let answer = app.browser().get(path).await;
            assert_eq!(answer.page_error(), ErrorKind::InvalidRequest);
            assert!(!answer.body.contains("0900"));
        }
        let german = app.browser().with_header("accept-language", "de").get("/error").await;
        assert_eq!(german.page_error_in(pages::Locale::German), ErrorKind::InvalidRequest);
        assert_eq!(app.browser().post("/error", &[]).await.status, 405);
    }
}
