//! Consumers who make their accounts themselves.

use pages::ErrorKind;
use serde_json::json;
use signet::model::AccountSettings;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, count, on_both_databases};
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

/// Signs in with the form of a page.
async fn sign_in(browser: &mut Browser<'_>, page: &Answer, username: &str, password: &str) -> Answer {
    let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
    assert!(page.body.contains(&format!("value=\"{username}\"")), "{page:?}");
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("username", username),
        ("password", password),
    ];
    browser.post(&page.form_action("login-form"), &form).await
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
        let page = enter(&mut browser, &page, "bea@example.test", GOOD).await;
        let answer = sign_in(&mut browser, &page, "bea@example.test", GOOD).await;
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

    async fn wrong_details_are_told_whoever_is_known(fresh: &FreshDb) {
        let app = open(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let page = browser.get("/register-account").await;
        for email in ["no address", "", "a@b@example.test"] {
            let answer = enter(&mut browser, &page, email, GOOD).await;
            assert!(answer.status == 422 && answer.body.contains("check your email address"), "{email}: {answer:?}");
        }
        // `sub-ana@example.test` is hers.
        for email in ["bea@example.test", "sub-ana@example.test"] {
            for password in ["short", email, ""] {
                let answer = enter(&mut browser, &page, email, password).await;
                assert!(answer.status == 422 && answer.body.contains("longer password"), "{answer:?}");
                assert!(!answer.body.contains(&format!("value=\"{password}\"")) || password.is_empty() || password.contains('@'));
            }
        }
    }

    async fn sec_086_whole_answers_are_the_same_for_free_names_and_taken_ones(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        app.consumer("ana").await;
        app.consumer("an").await;
        let gone = app.consumer("gon").await;
        app.change_consumer(&gone, |it| it.status = signet::model::ConsumerStatus::Disabled).await;
        // All of one length; the last looks like another's.
        let named = ["bea-bea@example.test", "sub-ana@example.test", "SUB-ana@example.test", "sub-gon@example.test", "sub-\u{430}n@example.test"];
        let rows = async || count(app.db(), "SELECT COUNT(*) FROM audit WHERE event LIKE 'consumer.%'").await;
        // Without a client, and while one waits.
        for waits in [false, true] {
            let mut answers = Vec::new();
            for email in named {
                let mut browser = app.browser();
                let page = if waits {
                    let sent = browser.ask(&client.ask().with("prompt", "create").with("login_hint", "somebody")).await;
                    browser.get(sent.location()).await
                } else {
                    browser.get("/register-account").await
                };
                let email = if waits && email.starts_with("bea") { "bee-bee@example.test" } else { email };
                let before = rows().await;
                let answer = enter(&mut browser, &page, email, GOOD).await;
                if answer.status == 422 {
                    // Not an address at all, whoever is known.
                    assert!(!email.is_ascii(), "{email}");
                    continue;
                }
                assert_eq!(rows().await, before + 1, "each leaves one row");
                let (csrf, interaction) = (answer.hidden("csrf"), answer.hidden("interaction"));
                let (status, headers, body) = answer.whole(email);
                assert_eq!(status, 200);
                assert!(body.contains("id=\"login-registered\"") && body.contains("value=\"NAME\""), "{body}");
                let mut body = body.replace(&csrf, "CSRF");
                if waits {
                    body = body.replace(&interaction, "INTERACTION");
                }
                answers.push((status, headers, body));
            }
            assert!(answers.len() >= 4);
            assert!(answers.iter().all(|it| *it == answers[0]), "{answers:#?}");
        }
    }

    async fn sec_086_a_taken_name_keeps_its_password_and_its_owner_signs_in(fresh: &FreshDb) {
        let app = open(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let ask = client.ask().with("prompt", "create");
        let sent = browser.ask(&ask).await;
        let page = browser.get(sent.location()).await;
        let name = "sub-ana@example.test";
        let page = enter(&mut browser, &page, name, GOOD).await;
        let again = sign_in(&mut browser, &page, name, GOOD).await;
        assert_eq!(again.status, 422, "what a stranger chose is nobody's password");
        let answer = sign_in(&mut browser, &again, name, crate::support::app::PASSWORD).await;
        let resumed = browser.get(answer.location()).await;
        let code = resumed.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["sub"], ana.sub.as_str());
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.name_taken' AND outcome = 'refused'").await, 1);
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
            assert_eq!(enter(&mut browser, &page, email, GOOD).await.status, 200);
        }
        assert_eq!(enter(&mut browser, &page, "c@example.test", GOOD).await.page_error(), ErrorKind::RateLimited);
    }
}
