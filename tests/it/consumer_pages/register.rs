//! Consumers who make their accounts themselves.

use pages::ErrorKind;
use serde_json::json;
use signet::model::AccountSettings;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, verified};

const GOOD: &str = "a horse called Battery 93";

async fn open(fresh: &FreshDb) -> App {
    let app = App::on(fresh).await;
    sign_up(&app, |settings| settings.features.sign_up = true).await;
    app
}

async fn sign_up(app: &App, change: impl FnOnce(&mut AccountSettings)) {
    app.change_account(&app.brand.clone(), |row| change(&mut row.settings))
        .await;
}

/// Fills in the form of a page, and sends it.
async fn enter(browser: &mut Browser<'_>, page: &Answer, email: &str, password: &str) -> Answer {
    let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("email", email),
        ("name", "Bea Ng"),
        ("password", password),
    ];
    browser.post(&page.form_action("register-form"), &form).await
}

on_both_databases! {
    async fn prompt_create_makes_an_account_and_goes_on_with_it(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        // Even where somebody is signed in.
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("prompt", "create").with("scope", "openid profile email").with("login_hint", "bea@example.test");
        let sent = browser.ask(&ask).await;
        assert_eq!(sent.page(), "register-account");
        let page = browser.get(sent.location()).await;
        assert!(page.body.contains("value=\"bea@example.test\""));
        let answer = enter(&mut browser, &page, "bea@example.test", GOOD).await;
        let resumed = browser.get(answer.location()).await;
        let tokens = client.redeem(&resumed.sent().code()).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_ne!(claims["sub"], "sub-ana");
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!((&told["name"], &told["email"], &told["email_verified"]), (&json!("Bea Ng"), &json!("bea@example.test"), &json!(false)));
        // She can sign in elsewhere.
        let mut elsewhere = app.browser();
        let sent = elsewhere.ask(&client.ask()).await;
        let answer = elsewhere.enter(&sent, "bea@example.test", GOOD).await;
        let resumed = elsewhere.get(answer.location()).await;
        resumed.sent().code();
    }

    async fn it_is_served_and_advertised_only_where_the_account_has_it_on(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let advertised = async || app.get("/.well-known/openid-configuration").await.json()["prompt_values_supported"].clone();
        assert_eq!(advertised().await, json!(["none", "login", "consent", "select_account", "create"]));
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask()).await;
        let login = browser.get(sent.location()).await;
        assert!(login.body.contains("/register-account?interaction="));
        sign_up(&app, |settings| settings.features.sign_up = false).await;
        assert_eq!(advertised().await, json!(["none", "login", "consent", "select_account"]));
        assert_eq!(browser.ask(&client.ask().with("prompt", "create")).await.sent_error(), "invalid_request");
        assert_eq!(browser.get("/register-account").await.page_error(), ErrorKind::NotFound);
        assert!(!browser.get(sent.location()).await.body.contains("/register-account"));
    }

    async fn sec_085_one_sentence_for_whatever_is_wrong_with_the_details(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let page = browser.get("/register-account").await;
        let mut bodies = Vec::new();
        // `sub-ana@example.test` is hers.
        for email in ["sub-ana@example.test", "SUB-ana@example.test", "no address", ""] {
            let answer = enter(&mut browser, &page, email, GOOD).await;
            assert_eq!(answer.status.as_u16(), 422, "{email}");
            let (_, sentence) = answer.body.split_once("role=\"alert\"").unwrap();
            bodies.push(sentence.split("</p>").next().unwrap().to_owned());
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        for password in ["short", "bea@example.test", ""] {
            let answer = enter(&mut browser, &page, "bea@example.test", password).await;
            assert!(answer.status.as_u16() == 422 && answer.body.contains("longer password"), "{answer:?}");
            assert!(!answer.body.contains(&format!("value=\"{password}\"")) || password.is_empty() || password.contains('@'));
        }
        let answer = enter(&mut browser, &page, "bea@example.test", GOOD).await;
        assert_eq!(answer.page(), "me");
    }

    async fn whoever_has_an_account_signs_in_instead(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask().with("prompt", "create")).await;
        let login = format!("/login?interaction={}", sent.interaction());
        let page = browser.get(&login).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("username", ana.username.as_deref().unwrap()), ("password", crate::support::app::PASSWORD)];
        let answer = browser.post(&page.form_action("login-form"), &form).await;
        let resumed = browser.get(answer.location()).await;
        resumed.sent().code();
        // And whoever wants neither says no.
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask().with("prompt", "create")).await;
        let page = browser.get(sent.location()).await;
        let form = [("csrf", page.hidden("csrf")), ("interaction", page.hidden("interaction")), ("cancel", "1".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post(&page.form_action("register-form"), &form).await;
        assert_eq!(browser.get(answer.location()).await.sent_error(), "access_denied");
    }

    async fn sec_074_its_form_is_ours_alone(fresh: &FreshDb) {
        let app = open(fresh).await;
        let mut browser = app.browser();
        let page = browser.get("/register-account").await;
        let csrf = page.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("email", "bea@example.test"), ("password", GOOD)];
        let from_elsewhere = [("origin", "https://evil.example.test"), ("sec-fetch-site", "cross-site")];
        assert_eq!(browser.post_from("/register-account", &form, &from_elsewhere).await.page_error(), ErrorKind::Csrf);
        let forged = [("csrf", "x"), ("email", "bea@example.test"), ("password", GOOD)];
        assert_eq!(browser.post("/register-account", &forged).await.page_error(), ErrorKind::Csrf);
    }

    async fn sec_165_an_address_makes_only_so_many(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.limits.per_minute.registration = 2).await;
        sign_up(&app, |settings| settings.features.sign_up = true).await;
        let mut browser = app.browser();
        let page = browser.get("/register-account").await;
        for email in ["a@example.test", "b@example.test"] {
            assert_eq!(enter(&mut browser, &page, email, GOOD).await.page(), "me");
        }
        assert_eq!(enter(&mut browser, &page, "c@example.test", GOOD).await.page_error(), ErrorKind::RateLimited);
    }
}
