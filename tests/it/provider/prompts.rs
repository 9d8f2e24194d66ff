//! What the consumer is asked, and what they are not.

use std::time::Duration;

use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::NOON;
use crate::support::tokens::verified;
use serde_json::{Map, Value};

/// The claims that a code buys.
async fn claims(app: &App, client: &TestClient, code: &str) -> Map<String, Value> {
    let tokens = client.redeem(code).send(app).await.json();
    verified(app, tokens["id_token"].as_str().unwrap(), &client.client_id).await
}

async fn last_seen(app: &App, browser: &Browser<'_>) -> signet::base::Timestamp {
    app.services.sessions.forget();
    let cookie = browser.session_cookie().unwrap();
    let session = app.services.sessions.peek(&app.brand, cookie).await.unwrap();
    session.unwrap().last_seen_at
}

on_both_databases! {
    async fn sec_029_none_shows_no_page_and_moves_no_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let other = NewClient::third_party("other").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let none = |client: &TestClient| client.ask().with("prompt", "none");
        assert_eq!(app.browser().ask(&none(&client)).await.sent_error(), "login_required");
        assert_eq!(browser.ask(&none(&other)).await.sent_error(), "consent_required");
        assert!(browser.ask(&none(&client)).await.sent().get("code").is_some());

        app.clock.advance(Duration::from_hours(1));
        assert!(browser.ask(&none(&client)).await.sent().get("code").is_some());
        assert_eq!(last_seen(&app, &browser).await, NOON);
        assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
        assert_eq!(last_seen(&app, &browser).await, app.clock.now());

        assert_eq!(app.count("interactions").await, 0);
        let mut stranger = app.browser();
        let answer = stranger.ask(&none(&client)).await;
        assert!(answer.headers.get("set-cookie").is_none());
    }

    async fn sec_029_none_stands_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for prompt in ["none login", "consent none", "none none2", "nothing", "LOGIN", "create"] {
            let answer = browser.ask(&client.ask().with("prompt", prompt)).await;
            assert_eq!(answer.sent_error(), "invalid_request", "{prompt}");
        }
    }

    async fn each_advertised_prompt_is_answered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        let advertised = metadata["prompt_values_supported"].as_array().unwrap();
        assert_eq!(advertised.len(), 4);
        for prompt in advertised {
            let answer = browser.ask(&client.ask().with("prompt", prompt.as_str().unwrap())).await;
            match prompt.as_str().unwrap() {
                "none" => assert!(answer.sent().get("code").is_some()),
                "login" => assert_eq!(answer.page(), "login"),
                "select_account" => assert_eq!(answer.page(), "select-account"),
                "consent" => assert_eq!(answer.page(), "consent"),
                other => panic!("no test for prompt={other}"),
            }
        }
    }

    async fn sec_030_a_fresh_login_moves_auth_time(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let old_cookie = browser.session_cookie().unwrap().to_owned();
        let before = claims(&app, &client, &browser.ask(&client.ask().with("max_age", "1000")).await.sent().code()).await;
        assert_eq!(before["auth_time"], NOON.seconds());

        app.clock.advance(Duration::from_mins(5));
        for (name, value) in [("prompt", "login"), ("max_age", "299"), ("max_age", "0")] {
            let ask = client.ask().with("max_age", "1000").with(name, value);
            app.clock.advance(Duration::from_mins(5));
            let asked = browser.ask(&ask).await;
            assert_eq!(asked.page(), "login", "{name}={value}");
            // Coming back without having logged in leads to the page again (SEC-032).
            let early = browser.get(&format!("/authorize/resume?interaction={}", asked.interaction())).await;
            assert_eq!(early.page(), "login");
            let after = claims(&app, &client, &browser.sign_in(&ana, &asked).await.sent().code()).await;
            assert_eq!(after["auth_time"], app.clock.now().seconds(), "{name}={value}");
            assert_eq!(after["sid"], before["sid"], "the same consumer's session goes on");
        }
        // SEC-069: under another cookie.
        assert_ne!(browser.session_cookie().unwrap(), old_cookie);
        browser.take_session(&app.brand, &old_cookie);
        assert_eq!(browser.ask(&client.ask()).await.page(), "login");
    }

    async fn the_same_login_is_told_in_the_same_words_however_it_is_asked_for(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.require_auth_time = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let first = client.redeem(&code).send(&app).await.json()["id_token"].as_str().unwrap().to_owned();
        let told = verified(&app, &first, "web").await;
        assert_eq!((&told["sub"], &told["auth_time"]), (&"sub-ana".into(), &NOON.seconds().into()));
        app.clock.advance(Duration::from_mins(5));
        for ask in [
            client.ask(),
            client.ask().with("max_age", "10000"),
            client.ask().with("prompt", "none"),
            client.ask().with("prompt", "none").with("id_token_hint", &first),
            client.ask().with("prompt", "none").with("max_age", "10000"),
        ] {
            let again = claims(&app, &client, &browser.ask(&ask).await.sent().code()).await;
            for name in ["iss", "sub", "auth_time", "sid"] {
                assert_eq!(again[name], told[name], "{name}: {ask:?}");
            }
            assert!(again["iat"].as_i64() > told["iat"].as_i64() && again["jti"] != told["jti"]);
        }
    }

    async fn prompts_that_come_together_are_answered_one_after_the_other(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (brands, shop) = (NewClient::web("web").on(&app).await, NewClient::third_party("shop").on(&app).await);
        let ana = app.consumer("ana").await;
        for prompt in ["login consent", "consent login", "consent select_account login"] {
            for client in [&brands, &shop] {
                let mut browser = app.signed_in(&ana).await;
                app.clock.advance(Duration::from_mins(1));
                // Twice: what was answered before counts for its own request alone.
                for _ in 0..2 {
                    let asked = browser.ask(&client.ask().with("prompt", prompt).with("max_age", "1000")).await;
                    let entered = browser.enter(&asked, "ana", crate::support::app::PASSWORD).await;
                    let resumed = browser.get(entered.location()).await;
                    assert_eq!(resumed.page(), "consent", "{prompt}");
                    let told = claims(&app, client, &browser.decide(&resumed, "allow").await.sent().code()).await;
                    assert_eq!(told["auth_time"], app.clock.now().seconds(), "{prompt}");
                }
            }
        }
    }

    async fn sec_030_where_a_login_can_not_be_asked_for_it_is_required(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        app.clock.advance(Duration::from_secs(100));
        let none = client.ask().with("prompt", "none");
        for (max_age, error) in [("99", Some("login_required")), ("100", None), ("0", Some("login_required"))] {
            let sent = browser.ask(&none.clone().with("max_age", max_age)).await.sent();
            assert_eq!(sent.get("error"), error, "{max_age}");
        }
        for max_age in ["-1", "1.5", "abc", "0x10", " 1", "1e3"] {
            let answer = browser.ask(&client.ask().with("max_age", max_age)).await;
            assert_eq!(answer.sent_error(), "invalid_request", "{max_age}");
        }
        let endless = none.with("max_age", "99999999999999999999");
        assert!(browser.ask(&endless).await.sent().get("code").is_some());
    }

    async fn sec_030_a_clients_own_greatest_age_counts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.default_max_age = Some(60)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let first = claims(&app, &client, &browser.ask(&client.ask()).await.sent().code()).await;
        assert_eq!(first["auth_time"], NOON.seconds());
        app.clock.advance(Duration::from_secs(61));
        assert_eq!(browser.ask(&client.ask()).await.page(), "login");
        let asked = client.ask().with("max_age", "3600");
        assert!(browser.ask(&asked).await.sent().get("code").is_some());
    }

    async fn a_client_may_want_to_know_the_time_of_each_login(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.require_auth_time = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        app.clock.advance(Duration::from_mins(1));
        let told = claims(&app, &client, &browser.ask(&client.ask()).await.sent().code()).await;
        assert_eq!(told["auth_time"], NOON.seconds());
    }

    async fn sec_030_another_consumer_inherits_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        let asked = browser.ask(&client.ask()).await;
        let as_ana = claims(&app, &client, &browser.decide(&asked, "allow").await.sent().code()).await;
        let anas_cookie = browser.session_cookie().unwrap().to_owned();

        let asked = browser.ask(&client.ask().with("prompt", "login")).await;
        let asked = browser.sign_in(&ben, &asked).await;
        // Ana's consent is not Ben's.
        let page = app_page(&mut browser, &client).await;
        assert!(page.contains("id=\"consent-form\""), "{asked:?}");
        let asked = browser.ask(&client.ask()).await;
        let as_ben = claims(&app, &client, &browser.decide(&asked, "allow").await.sent().code()).await;
        assert_eq!(as_ben["sub"], "sub-ben");
        assert_ne!(as_ben["sid"], as_ana["sid"]);
        browser.take_session(&app.brand, &anas_cookie);
        assert_eq!(browser.ask(&client.ask()).await.page(), "login");
    }

    async fn who_has_just_logged_in_is_not_asked_again_and_who_takes_over_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask().with("prompt", "login")).await;
        let interaction = asked.interaction();
        let on_consent = browser.sign_in(&ana, &asked).await;
        assert!(on_consent.body.contains("consent-form"));
        let form = [
            ("csrf", on_consent.hidden("csrf")),
            ("interaction", on_consent.hidden("interaction")),
            ("decision", "allow".to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let allowed = browser.post("/consent", &form).await;
        // Before the browser comes back, Ben signs in in another tab.
        let (cookie, _) = app.session(&ben, None).await;
        browser.take_session(&app.brand, cookie.expose());
        let answer = browser.get(allowed.location()).await;
        assert_eq!(answer.page(), "login", "prompt=login was answered by Ana");
        let answer = browser.sign_in(&ben, &answer).await;
        assert!(answer.body.contains("consent-form"), "consent was given by Ana");
        assert_eq!(answer.hidden("interaction"), interaction);
    }
}

/// The page that the client's consumer sees next.
async fn app_page(browser: &mut Browser<'_>, client: &TestClient) -> String {
    let asked = browser.ask(&client.ask()).await;
    browser.follow(asked).await.body
}
