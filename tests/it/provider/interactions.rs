//! A request that waits for its consumer belongs to one browser, and to what was asked.

use std::time::Duration;

use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;
use crate::support::tokens::verified;

on_both_databases! {
    async fn sec_031_a_handle_is_worthless_in_another_browser(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, eve) = (app.consumer("ana").await, app.consumer("eve").await);
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let handle = asked.interaction();

        let mut cookieless = app.browser();
        let mut foreign = app.signed_in(&eve).await;
        foreign.ask(&client.ask()).await;
        for path in ["/login", "/consent", "/authorize/resume"] {
            let path = format!("{path}?interaction={handle}");
            assert_eq!(cookieless.get(&path).await.page_error(), ErrorKind::NoCookie, "{path}");
            assert_eq!(foreign.get(&path).await.page_error(), ErrorKind::OtherBrowser, "{path}");
        }
        for path in ["/login", "/consent"] {
            let form = [("interaction", handle.as_str()), ("csrf", "x"), ("decision", "allow"), ("cancel", "1")];
            assert_eq!(foreign.post(path, &form).await.page_error(), ErrorKind::OtherBrowser);
        }
        // It is as it was, and its own browser goes on.
        let on_consent = browser.sign_in(&ana, &asked).await;
        assert!(on_consent.body.contains("consent-form"));
    }

    async fn of_fifty_answers_to_one_question_at_once_on_two_nodes_one_brings_a_code(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let there = app.beside(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("decision", "allow")];
        let action = page.form_action("consent-form");
        let mut tabs: Vec<_> = (0..50).map(|turn| browser.on(if turn % 2 == 0 { &app } else { &there })).collect();
        let tries = tabs.iter_mut().map(|tab| async {
            let answer = tab.post(&action, &form).await;
            tab.follow(answer).await
        });
        let answers = together(tries.collect()).await;
        let codes = answers.iter().filter(|answer| {
            answer.header(http::header::LOCATION).is_some_and(|to| to.contains("code="))
        });
        assert_eq!(codes.count(), 1, "{answers:?}");
        there.db().close().await;
    }

    async fn sec_031_nothing_about_a_request_changes_on_the_way(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        NewClient::web("other").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let handle = asked.interaction();
        browser.sign_in(&ana, &asked).await;

        let asked = browser.ask(&client.ask().with("prompt", "login")).await;
        let more = "client_id=other&redirect_uri=https://evil.test&scope=admin&state=x&nonce=x&response_type=id_token&code_challenge=x";
        let page = browser.get(&format!("{}&{more}", asked.location())).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [
            ("csrf", csrf.as_str()), ("interaction", &interaction), ("username", "ana"),
            ("password", crate::support::app::PASSWORD), ("client_id", "other"), ("redirect_uri", "https://evil.test"),
        ];
        let back = browser.post(&format!("/login?{more}"), &form).await;
        let sent = browser.get(&format!("{}&{more}", back.location())).await.sent();
        assert_eq!((sent.to.as_str(), sent.get("state")), ("https://app.example.test/cb", Some("s-1")));
        let tokens = client.redeem(&sent.code()).send(&app).await.json();
        assert_eq!(tokens["scope"], "openid");
        assert_eq!(verified(&app, tokens["id_token"].as_str().unwrap(), "web").await["nonce"], "n-1");

        // What is answered is over, however often the browser comes back.
        for handle in [handle, interaction] {
            let again = browser.get(&format!("/authorize/resume?interaction={handle}")).await;
            assert_eq!(again.page_error(), ErrorKind::ExpiredInteraction);
        }
    }

    async fn sec_032_a_later_step_leads_back_to_the_one_that_waits(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let handle = asked.interaction();
        let consent = format!("/consent?interaction={handle}");
        let jumped = browser.get(&consent).await;
        assert_eq!(browser.get(jumped.location()).await.page(), "login");

        // Signed in, but not freshly enough: the consent page is not shown, and nothing can be decided on it.
        let mut known = app.signed_in(&ana).await;
        let asked = known.ask(&client.ask().with("prompt", "login")).await;
        let handle = asked.interaction();
        let jumped = known.get(&format!("/consent?interaction={handle}")).await;
        assert_eq!(known.get(jumped.location()).await.page(), "login");
        let form = [("interaction", handle.as_str()), ("csrf", "x"), ("decision", "allow")];
        let jumped = known.post("/consent", &form).await;
        assert_eq!(known.get(jumped.location()).await.page(), "login");
        assert_eq!(app.count("grants").await, 0);

        // And the earlier step is not asked for again.
        let on_consent = known.sign_in(&ana, &asked).await;
        assert!(on_consent.body.contains("consent-form"));
        let back = known.get(&format!("/login?interaction={handle}")).await;
        assert_eq!(known.get(back.location()).await.page(), "consent");
    }

    async fn an_interaction_ends_after_half_an_hour(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        app.clock.advance(Duration::from_mins(30));
        assert_eq!(browser.get(asked.location()).await.page_error(), ErrorKind::ExpiredInteraction);
    }

    async fn sec_067_only_what_is_stored_says_where_to_go(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let evil = "redirect=https://evil.test&return_to=//evil.test&next=https://evil.test&url=https://evil.test&continue=//evil.test\
                    &post_logout_redirect_uri=https://evil.test&target_link_uri=https://evil.test&RelayState=https://evil.test";
        let page = browser.get(&format!("/login?{evil}")).await;
        assert!(!page.body.contains("evil.test"));
        let csrf = page.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", "ana"), ("password", crate::support::app::PASSWORD), ("next", "https://evil.test")];
        let answer = browser.post(&format!("/login?{evil}"), &form).await;
        assert_eq!(answer.location(), "https://id.example.test/me");
        let page = browser.get(&format!("/logout?{evil}")).await;
        let csrf = page.hidden("csrf");
        let done = browser.post(&format!("/logout?{evil}"), &[("csrf", &csrf), ("decision", "logout")]).await;
        assert!(!done.body.contains("evil.test") && done.headers.get("location").is_none());

        // A redirect URI that was taken from the client gets no answer any more.
        let asked = browser.ask(&client.ask()).await;
        client.change(&app, |it| it.settings.redirect_uris.clear()).await;
        assert_eq!(browser.sign_in(&ana, &asked).await.page_error(), ErrorKind::RedirectUri);
    }

    async fn parallel_tabs_go_their_own_ways(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let first = browser.ask(&client.ask().with("state", "one")).await;
        let second = browser.ask(&client.ask().with("state", "two")).await;
        let sent = browser.sign_in(&ana, &second).await.sent();
        assert_eq!(sent.get("state"), Some("two"));
        // In the first tab there is nothing left to do.
        let answer = browser.get(first.location()).await;
        let sent = browser.follow(answer).await.sent();
        assert_eq!(sent.get("state"), Some("one"));
    }

    async fn a_consumer_who_gives_up_sends_the_client_away(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("cancel", "1"), ("username", ""), ("password", "")];
        let answer = browser.post("/login", &form).await;
        let sent = browser.follow(answer).await.sent();
        assert_eq!((sent.get("error"), sent.get("state")), (Some("access_denied"), Some("s-1")));
        assert_eq!(app.count("interactions").await, 0);
    }

    async fn sec_075_head_begins_and_ends_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let head = browser.send("HEAD", &client.ask().path(), &[], axum::body::Body::empty()).await;
        assert_eq!((head.status.as_u16(), head.header("allow")), (405, Some("GET, POST")));
        assert_eq!(app.count("interactions").await, 0);

        let asked = browser.ask(&client.ask()).await;
        browser.take_session(&app.brand, app.session(&ana, None).await.0.expose());
        let resume = format!("/authorize/resume?interaction={}", asked.interaction());
        let head = browser.send("HEAD", &resume, &[], axum::body::Body::empty()).await;
        assert_eq!(head.status, 405);
        assert!(browser.get(&resume).await.sent().get("code").is_some());
    }
}
