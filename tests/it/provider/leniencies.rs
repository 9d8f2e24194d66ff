//! Every use of a leniency is counted, so that nobody relies on one without anybody knowing.

use signet::model::Leniency;
use signet::server::Figures;

use crate::support::app::App;
use crate::support::ask::CHALLENGE;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;
use crate::support::tokens::{userinfo, verified};

/// How often a switch was used, in this process.
fn used(figures: &Figures, switch: &str) -> u64 {
    let line = format!("signet_leniencies_total{{switch=\"{switch}\"}} ");
    let text = figures.text();
    let found = text.lines().find_map(|found| found.strip_prefix(&line));
    found.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_use_of_a_leniency_is_counted() {
    let figures = Figures::keep();
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let client = NewClient::platform("lp")
        .set(|it| {
            it.leniency = Leniency {
                token_means_id_token: true,
                legacy_error_names: true,
                ..Leniency::PLATFORM
            };
        })
        .on(&app)
        .await;
    let switches = [
        "default_client",
        "default_scope",
        "optional_nonce",
        "token_means_id_token",
        "liveperson_redirect",
        "json_token_request",
        "credentials_in_body",
        "raw_basic_credentials",
        "legacy_error_names",
        "all_claims",
    ];
    let before = switches.map(|switch| used(&figures, switch));

    let mut browser = app.signed_in(&app.consumer("ana").await).await;
    let window = client
        .ask()
        .response_type("token")
        .without("client_id")
        .without("scope")
        .without("nonce");
    browser.ask(&window).await.sent();
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(browser.ask(&client.ask()).await.sent().code());
    }
    let embedded = client
        .redeem(&codes[0])
        .with("redirect_uri", "https://liveperson.net");
    assert_eq!(embedded.send_json(&app).await.status, 200);
    let in_body = client
        .redeem(&codes[1])
        .without_header("authorization")
        .with("client_id", "lp")
        .with("client_secret", &client.secret);
    assert_eq!(in_body.send(&app).await.status, 200);
    let raw = client.redeem(&codes[2]).raw_basic("lp", &client.secret);
    assert_eq!(raw.send(&app).await.status, 200);
    assert_eq!(
        client.redeem("x").send(&app).await.oauth_error().1,
        "invalid_code"
    );

    for (switch, before) in switches.into_iter().zip(before) {
        assert!(used(&figures, switch) > before, "{switch} was not counted");
    }
    fresh.throw_away().await;
}

/// Each switch alone, and all of them.
fn switched_on() -> Vec<(String, Leniency)> {
    let all = serde_json::to_value(Leniency::default()).unwrap();
    let names: Vec<String> = all.as_object().unwrap().keys().cloned().collect();
    let with = |on: &[String]| {
        let switches = on.iter().map(|name| (name.clone(), true.into()));
        serde_json::from_value::<Leniency>(serde_json::Value::Object(switches.collect())).unwrap()
    };
    let alone = names
        .iter()
        .map(|name| (name.clone(), with(std::slice::from_ref(name))));
    alone.chain([("all".to_owned(), with(&names))]).collect()
}

on_both_databases! {
    async fn sec_040_sec_044_no_leniency_relaxes_single_use_or_pkce(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let switched_on = switched_on();
        assert_eq!(switched_on.len(), 11, "a new leniency has a place in this test");
        for (name, leniency) in switched_on {
            client.change(&app, |it| it.settings.leniency = leniency).await;
            let refused = if leniency.legacy_error_names { "invalid_code" } else { "invalid_grant" };
            let by_json = leniency.json_token_request;
            let send = async |request: crate::support::client::TokenRequest| {
                if by_json { request.send_json(&app).await } else { request.send(&app).await }
            };

            // What was sent with a challenge is given for its verifier alone, and a wrong one doesn't use it up.
            let code = browser.ask(&client.ask()).await.sent().code();
            for wrong in [
                client.redeem(&code).without("code_verifier"),
                client.redeem(&code).with("code_verifier", &"x".repeat(43)),
                client.redeem(&code).with("code_verifier", CHALLENGE),
            ] {
                let answer = send(wrong).await;
                assert_eq!(answer.status, 400, "{name}: {answer:?}");
            }
            let tokens = send(client.redeem(&code)).await;
            assert_eq!(tokens.status, 200, "{name}: {tokens:?}");
            let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(userinfo(&app, &token).await.status, 200, "{name}");

            // A second time buys nothing, and costs what the first has bought.
            let again = send(client.redeem(&code)).await;
            assert_eq!(again.oauth_error(), (400, refused.to_owned()), "{name}");
            assert_eq!(userinfo(&app, &token).await.oauth_error().1, "invalid_token", "{name}");

            // A verifier without a challenge is no proof; nor is a challenge that everybody can answer.
            let plain = client.ask().with("code_challenge_method", "plain");
            assert_eq!(browser.ask(&plain).await.sent_error(), "invalid_request", "{name}");
            let bare = client.ask().without("code_challenge").without("code_challenge_method");
            let code = browser.ask(&bare).await.sent().code();
            assert_eq!(send(client.redeem(&code)).await.status, 400, "{name}");
            assert_eq!(send(client.redeem(&code).without("code_verifier")).await.status, 200, "{name}");

            // Of many at once, one.
            let code = browser.ask(&client.ask()).await.sent().code();
            let answers = together((0..8).map(|_| send(client.redeem(&code))).collect()).await;
            let done = answers.iter().filter(|answer| answer.status == 200).count();
            assert_eq!(done, 1, "{name}");
        }
    }

    async fn no_leniency_relaxes_redirects_client_authentication_audience_or_accounts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").on(&app).await;
        let other = NewClient::platform("other").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        for (name, leniency) in switched_on() {
            client.change(&app, |it| it.settings.leniency = leniency).await;
            let by_json = leniency.json_token_request;
            let send = async |request: crate::support::client::TokenRequest| {
                if by_json { request.send_json(&app).await } else { request.send(&app).await }
            };

            // Where to is registered, byte for byte.
            for elsewhere in ["https://evil.test/", "https://liveperson.net.evil.test", "https://liveperson.net/x"] {
                let answer = browser.ask(&client.ask().with("redirect_uri", elsewhere)).await;
                assert_eq!(answer.status, 400, "{name}: {elsewhere}");
                assert!(!answer.headers.contains_key("location"), "{name}: {elsewhere}");
            }
            let code = browser.ask(&client.ask()).await.sent().code();
            let moved = client.redeem(&code).with("redirect_uri", "https://evil.test/");
            assert_eq!(send(moved).await.status, 400, "{name}");

            // Who it is must be proved, in whatever way it is said, and by nobody else.
            let unproved = client.redeem(&code).without_header("authorization");
            for wrong in [
                unproved.clone(),
                unproved.clone().with("client_id", "lp"),
                unproved.clone().with("client_id", "lp").with("client_secret", "wrong"),
                unproved.clone().raw_basic("lp", "wrong"),
                unproved.raw_basic("lp", ""),
            ] {
                let answer = send(wrong).await;
                assert!(matches!(answer.status.as_u16(), 400 | 401), "{name}: {answer:?}");
                assert!(answer.json().get("access_token").is_none(), "{name}");
            }
            let theirs = other.redeem(&code);
            assert_eq!(theirs.send(&app).await.status, 400, "{name}");

            // What is given is for this client, by this issuer, about this consumer.
            let tokens = send(client.redeem(&code)).await;
            assert_eq!(tokens.status, 200, "{name}: {tokens:?}");
            let claims = verified(&app, tokens.json()["id_token"].as_str().unwrap(), "lp").await;
            assert_eq!(claims["sub"], ana.sub.as_str(), "{name}");
        }
    }
}
