//! Devices without a screen to sign in at (RFC 8628).

use std::time::Duration;

use oauth::{ClientAuthMethod, GrantType};
use serde_json::Value;
use signet::config::Settings;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::Proof;
use crate::support::signing::CLIENT_KEY;
use crate::support::together::together;
use crate::support::tokens::{userinfo, verified};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn tv() -> NewClient {
    NewClient::third_party("tv").set(|it| {
        it.token_endpoint_auth_method = ClientAuthMethod::None;
        "Living Room TV".clone_into(&mut it.client_name);
        it.grant_types = vec![GrantType::DeviceCode];
    })
}

fn begin(client: &TestClient) -> TokenRequest {
    TokenRequest::bare("/device_authorization")
        .with("client_id", &client.client_id)
        .with("scope", "openid profile")
}

fn poll(client: &TestClient, begun: &Value) -> TokenRequest {
    client
        .token()
        .with("grant_type", GRANT)
        .with("device_code", begun["device_code"].as_str().unwrap())
}

/// Types a code, and decides about what waits under it.
async fn decide(browser: &mut Browser<'_>, code: &str, decision: &str) -> Answer {
    let shown = type_code(browser, code).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    send_decision(browser, &shown, decision).await
}

async fn type_code(browser: &mut Browser<'_>, code: &str) -> Answer {
    let page = browser.get("/device").await;
    let csrf = page.hidden("csrf");
    browser
        .post(
            &page.form_action("device-form"),
            &[("csrf", &csrf), ("user_code", code)],
        )
        .await
}

async fn send_decision(browser: &mut Browser<'_>, shown: &Answer, decision: &str) -> Answer {
    let (csrf, interaction) = (shown.hidden("csrf"), shown.hidden("interaction"));
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("decision", decision),
    ];
    browser.post(&shown.form_action("consent-form"), &form).await
}

#[track_caller]
fn is(answer: &Answer, error: &str) {
    assert_eq!(answer.oauth_error(), (400, error.to_owned()), "{answer:?}");
}

on_both_databases! {
    async fn a_consumer_lets_a_device_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let ana = app.consumer("ana").await;
        let begun = begin(&client).send(&app).await;
        assert_eq!(begun.header("cache-control"), Some("no-store"));
        let begun = begun.json();
        assert_eq!(begun["verification_uri"], format!("{ISSUER}/device"));
        assert_eq!((begun["expires_in"].as_u64(), begun["interval"].as_u64()), (Some(600), Some(5)));
        let code = begun["user_code"].as_str().unwrap();
        is(&poll(&client, &begun).send(&app).await, "authorization_pending");

        // With the link, signing in leads to the form with the code filled in.
        let mut browser = app.browser();
        let link = begun["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let sent = browser.get(link).await;
        assert_eq!(sent.page(), "login");
        let page = browser.get(sent.location()).await;
        let csrf = page.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("username", "ana"), ("password", PASSWORD)];
        let answer = browser.post(&page.form_action("login-form"), &form).await;
        let form = browser.follow(answer).await;
        assert!(form.body.contains(&format!("value=\"{code}\"")), "{form:?}");
        assert!(form.body.contains("id=\"user-code\""));
        let csrf = form.hidden("csrf");
        let shown = browser.post(&form.form_action("device-form"), &[("csrf", &csrf), ("user_code", code)]).await;
        for part in ["Living Room TV", code, "id=\"consent-allow\"", "id=\"consent-deny\""] {
            assert!(shown.body.contains(part), "{part}: {shown:?}");
        }
        let done = send_decision(&mut browser, &shown, "allow").await;
        assert!(done.body.contains("id=\"decision-done\""), "{done:?}");

        app.clock.advance(Duration::from_secs(5));
        let answer = poll(&client, &begun).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let tokens = answer.json();
        assert_eq!(tokens["scope"], "openid profile");
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "tv").await;
        assert_eq!(claims["sub"], ana.sub.as_str());
        assert_eq!(userinfo(&app, tokens["access_token"].as_str().unwrap()).await.status, 200);
        assert_eq!(app.count("grants").await, 1);
        // Whoever comes second may be the one who has a right to it: what the first got is taken back.
        is(&poll(&client, &begun).send(&app).await, "invalid_grant");
        assert_eq!(userinfo(&app, tokens["access_token"].as_str().unwrap()).await.status, 401);
        // What was decided can't be decided again.
        assert_eq!(type_code(&mut browser, code).await.status, 422);
    }

    async fn a_consumer_may_refuse(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        decide(&mut browser, &begun["user_code"].as_str().unwrap().to_lowercase().replace('-', " "), "deny").await;
        is(&poll(&client, &begun).send(&app).await, "access_denied");
        assert_eq!((app.count("tokens").await, app.count("grants").await), (0, 0));
    }

    async fn a_login_is_as_fresh_and_told_of_as_the_client_registered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().set(|it| {
            it.default_max_age = Some(600);
            it.default_acr_values = vec!["urn:any".to_owned()];
        }).on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        app.clock.advance(Duration::from_secs(601));
        let begun = begin(&client).send(&app).await.json();
        let code = begun["user_code"].as_str().unwrap();
        let sent = type_code(&mut browser, code).await;
        assert_eq!(sent.page(), "login");
        let back = browser.enter(&sent, "ana", PASSWORD).await;
        assert!(back.location().contains("/device?user_code="), "{back:?}");
        decide(&mut browser, code, "allow").await;
        let given = poll(&client, &begun).send(&app).await.json();
        let claims = verified(&app, given["id_token"].as_str().unwrap(), "tv").await;
        assert_eq!(claims["auth_time"], app.clock.now().seconds());
        assert!(claims["acr"].as_str().unwrap().ends_with("PasswordProtectedTransport"));
    }

    async fn a_device_that_asks_too_often_is_told_so(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let begun = begin(&client).send(&app).await.json();
        let ask = async |after: u64| {
            app.clock.advance(Duration::from_secs(after));
            poll(&client, &begun).send(&app).await.oauth_error().1
        };
        assert_eq!(ask(0).await, "authorization_pending");
        assert_eq!(ask(1).await, "slow_down");
        assert_eq!(ask(6).await, "slow_down", "ten seconds are agreed now");
        assert_eq!(ask(15).await, "authorization_pending");
        assert_eq!(ask(600).await, "expired_token");
    }

    async fn sec_040_what_was_allowed_is_given_once_on_whichever_node(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = tv().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        decide(&mut browser, begun["user_code"].as_str().unwrap(), "allow").await;
        let request = poll(&client, &begun);
        let mut tries = Vec::new();
        for number in 0..50 {
            tries.push(request.send(if number % 2 == 0 { &app } else { &other }));
        }
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert_eq!(app.count("tokens").await, 1);
        other.db().close().await;
    }

    async fn a_decision_is_made_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        let shown = type_code(&mut browser, begun["user_code"].as_str().unwrap()).await;
        let allowed = send_decision(&mut browser, &shown, "allow").await;
        assert_eq!(allowed.status, 200);
        let denied = send_decision(&mut browser, &shown, "deny").await;
        assert_eq!(denied.status, 422);
        assert_eq!(poll(&client, &begun).send(&app).await.status, 200);
    }

    async fn of_fifty_decisions_at_once_on_two_nodes_one_is_made(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let there = app.beside(fresh).await;
        let client = tv().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        let shown = type_code(&mut browser, begun["user_code"].as_str().unwrap()).await;
        let mut tabs: Vec<_> = (0..50).map(|turn| browser.on(if turn % 2 == 0 { &app } else { &there })).collect();
        let tries = tabs.iter_mut().map(|tab| send_decision(tab, &shown, "allow"));
        let answers = together(tries.collect()).await;
        let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((of(200), of(422)), (1, 49), "{answers:?}");
        assert_eq!(poll(&client, &begun).send(&app).await.status, 200);
        there.db().close().await;
    }

    async fn sec_074_a_form_is_bound_to_who_is_signed_in_and_to_the_code(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let (mut ana, mut ben) = (
            app.signed_in(&app.consumer("ana").await).await,
            app.signed_in(&app.consumer("ben").await).await,
        );
        let first = begin(&client).send(&app).await.json();
        let second = begin(&client).send(&app).await.json();
        let shown = type_code(&mut ana, first["user_code"].as_str().unwrap()).await;
        let csrf = shown.hidden("csrf");
        let letters = second["user_code"].as_str().unwrap().replace('-', "");
        let forged = [("csrf", csrf.as_str()), ("interaction", &letters), ("decision", "allow")];
        assert_eq!(ana.post("/device", &forged).await.page_error(), pages::ErrorKind::Csrf);
        let stolen = send_decision(&mut ben, &shown, "allow").await;
        assert_eq!(stolen.page_error(), pages::ErrorKind::Csrf);
        let theirs = ana.post_from("/device", &forged, &[("origin", "https://evil.test")]).await;
        assert_eq!(theirs.page_error(), pages::ErrorKind::Csrf);
        is(&poll(&client, &first).send(&app).await, "authorization_pending");
    }

    async fn sec_165_codes_can_not_be_guessed_in_numbers(fresh: &FreshDb) {
        let app = App::with(fresh, |settings: &mut Settings| settings.limits.per_minute.user_codes = 3).await;
        let client = tv().on(&app).await;
        let begun = begin(&client).send(&app).await.json();
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for _ in 0..3 {
            assert_eq!(type_code(&mut browser, "BBBB-BBBB").await.status, 422);
        }
        let right = type_code(&mut browser, begun["user_code"].as_str().unwrap()).await;
        assert_eq!(right.status, 429);
        assert!(right.body.contains("id=\"device-form\""));
    }

    async fn sec_138_another_account_and_another_client_know_nothing_of_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let second = NewClient::public("second").set(|it| it.grant_types = vec![GrantType::DeviceCode]).on(&app).await;
        let other = app.other_account("other").await;
        let theirs = NewClient::public("tv").set(|it| it.grant_types = vec![GrantType::DeviceCode]).of(&app, &other).await;
        let begun = begin(&client).send(&app).await.json();
        is(&poll(&second, &begun).send(&app).await, "invalid_grant");
        is(&poll(&theirs, &begun).send(&app).await, "invalid_grant");
        let eve = app.consumer_of(&other, "eve").await;
        let mut browser = app.signed_in(&eve).await;
        let page = browser.get("/a/other/device").await;
        let csrf = page.hidden("csrf");
        let code = begun["user_code"].as_str().unwrap();
        let answer = browser.post("/a/other/device", &[("csrf", &csrf), ("user_code", code)]).await;
        assert_eq!(answer.status, 422);
        is(&poll(&client, &begun).send(&app).await, "authorization_pending");
    }

    async fn a_device_needs_the_grant_type_and_its_authentication(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let without = NewClient::public("without").on(&app).await;
        assert_eq!(begin(&without).send(&app).await.oauth_error(), (400, "unauthorized_client".to_owned()));
        let secretive = NewClient::web("secretive").set(|it| it.grant_types = vec![GrantType::DeviceCode]).on(&app).await;
        assert_eq!(begin(&secretive).send(&app).await.oauth_error(), (401, "invalid_client".to_owned()));
        let good = begin(&secretive).without("client_id").basic("secretive", &secretive.secret);
        assert_eq!(good.clone().send(&app).await.status, 200);
        assert_eq!(good.clone().with("scope", "nonsense").send(&app).await.oauth_error().1, "invalid_scope");
        assert_eq!(good.clone().and("scope", "openid").send(&app).await.oauth_error().1, "invalid_request");
        assert_eq!(good.at("/device_authorization?x=1").send(&app).await.oauth_error().1, "invalid_request");
    }

    async fn a_devices_tokens_can_be_bound_to_its_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = tv().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        decide(&mut browser, begun["user_code"].as_str().unwrap(), "allow").await;
        let answer = poll(&client, &begun).proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        assert_eq!(answer.json()["token_type"], "DPoP");
    }
}
