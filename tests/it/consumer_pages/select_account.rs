//! Choosing with which account to go on.

use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::payload;

on_both_databases! {
    async fn sec_143_whoever_is_signed_in_goes_on_or_another_signs_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let (ana, bea) = (app.consumer("ana").await, app.consumer("bea").await);
        let mut browser = app.signed_in(&ana).await;
        let ask = client.ask().with("prompt", "select_account");
        let sent = browser.ask(&ask).await;
        assert!(browser.get(sent.location()).await.body.contains("Ana Lee"));
        let on = browser.choose(&sent, "Ana Lee").await;
        let tokens = client.redeem(&on.sent().code()).send(&app).await.json();
        assert_eq!(payload(tokens["id_token"].as_str().unwrap())["sub"], "sub-ana");

        let sent = browser.ask(&ask).await;
        let login = browser.choose(&sent, "other").await;
        assert_eq!(login.page(), "login");
        let entered = browser.enter(&login, bea.username.as_deref().unwrap(), crate::support::app::PASSWORD).await;
        let resumed = browser.get(entered.location()).await;
        let tokens = client.redeem(&resumed.sent().code()).send(&app).await.json();
        assert_eq!(payload(tokens["id_token"].as_str().unwrap())["sub"], "sub-bea");
    }

    async fn nobody_to_choose_means_signing_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let sent = app.browser().ask(&client.ask().with("prompt", "select_account")).await;
        assert_eq!(sent.page(), "login");
    }

    async fn a_fresh_login_is_a_choice_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        for prompt in ["login select_account", "select_account login"] {
            let sent = browser.ask(&client.ask().with("prompt", prompt)).await;
            let entered = browser.enter(&sent, ana.username.as_deref().unwrap(), crate::support::app::PASSWORD).await;
            let resumed = browser.get(entered.location()).await;
            resumed.sent().code();
        }
        // With consent, one after the other.
        let other = NewClient::third_party("other").on(&app).await;
        let sent = browser.ask(&other.ask().with("prompt", "select_account consent")).await;
        let consent = browser.choose(&sent, "Ana Lee").await;
        browser.decide(&consent, "allow").await.sent().code();
    }

    async fn the_choice_is_this_browsers_and_this_interactions(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let sent = browser.ask(&client.ask().with("prompt", "select_account")).await;
        let page = browser.get(sent.location()).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let forged = [("csrf", "x"), ("interaction", interaction.as_str()), ("decision", "other")];
        assert_eq!(browser.post("/select-account", &forged).await.page_error(), ErrorKind::Csrf);
        let undecided = [("csrf", csrf.as_str()), ("interaction", interaction.as_str())];
        assert_eq!(browser.post("/select-account", &undecided).await.page_error(), ErrorKind::InvalidRequest);
        let mut foreign = app.signed_in(&ana).await;
        foreign.get("/login").await;
        assert_eq!(foreign.get(sent.location()).await.page_error(), ErrorKind::OtherBrowser);
        // A later step can't be taken before (SEC-032).
        let early = browser.get(&format!("/consent?interaction={interaction}")).await;
        assert_eq!(browser.get(early.location()).await.page(), "select-account");
    }
}
