//! Nothing that must stay secret is ever logged (SEC-161).

use crate::support::app::{App, PASSWORD};
use crate::support::ask::VERIFIER;
use crate::support::client::NewClient;
use crate::support::db::FreshDb;
use crate::support::log::Log;
use crate::support::tokens::userinfo;

/// On one thread, so that all of it meets the subscriber.
#[tokio::test]
async fn sec_161_no_secret_is_logged_whatever_happens() {
    let log = Log::listen();
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let client = NewClient::third_party("shop").on(&app).await;
    let public = NewClient::public("spa").on(&app).await;
    let ana = app.consumer("ana").await;
    let mut browser = app.browser();
    let mut secrets: Vec<String> = [
        PASSWORD,
        VERIFIER,
        "STATE-canary",
        "NONCE-canary",
        "HINT-canary",
        "BAD-PASSWORD",
        "BAD-SECRET",
        "BAD-CODE",
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.push(client.secret.clone());

    let ask = client
        .ask()
        .with("state", "STATE-canary")
        .with("nonce", "NONCE-canary")
        .with("login_hint", "HINT-canary");
    let asked = browser.ask(&ask).await;
    secrets.push(asked.interaction());
    browser.enter(&asked, "ana", "BAD-PASSWORD").await;
    let page = browser.sign_in(&ana, &asked).await;
    secrets.push(page.hidden("csrf"));
    secrets.extend(browser.jar.values().cloned());
    let form = [
        ("csrf", page.hidden("csrf")),
        ("interaction", page.hidden("interaction")),
        ("decision", "allow".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post("/consent", &form).await;
    let code = browser.follow(answer).await.sent().code();
    let tokens = client.redeem(&code).send(&app).await.json();
    for name in ["access_token", "id_token"] {
        secrets.push(tokens[name].as_str().unwrap().to_owned());
    }
    userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    client.redeem(&code).send(&app).await;
    secrets.push(code);

    // What goes wrong is told in more words.
    client.redeem("BAD-CODE").send(&app).await;
    client.redeem("x").basic("shop", "BAD-SECRET").send(&app).await;
    public
        .redeem("x")
        .with("client_secret", "BAD-SECRET")
        .send(&app)
        .await;
    userinfo(&app, "BAD-CODE").await;
    app.get("/userinfo?access_token=BAD-CODE").await;
    for wrong in [
        ask.clone().with("scope", "\""),
        ask.clone()
            .with("redirect_uri", "https://evil.test/cb?token=STATE-canary"),
        ask.clone().with("client_id", "HINT-canary"),
        ask.clone()
            .with("id_token_hint", tokens["id_token"].as_str().unwrap())
            .with("prompt", "none"),
        ask.clone().with("claims", "{\"STATE-canary\""),
        ask.clone().and("state", "STATE-canary"),
        ask.with("response_mode", "form_post"),
    ] {
        browser.ask(&wrong).await;
    }
    let sent = browser
        .ask(&public.ask().response_type("code id_token token"))
        .await
        .sent();
    for name in ["code", "id_token", "access_token"] {
        secrets.push(sent.get(name).unwrap_or(VERIFIER).to_owned());
    }
    app.get(&format!("/login?interaction={}", asked.interaction()))
        .await;

    let log = log.text();
    for event in [
        "authorize.issued",
        "authorize.refused",
        "token.issued",
        "code.replay",
        "client.auth_failed",
        "authorize.bad_client",
        "authorize.bad_redirect",
    ] {
        assert!(log.contains(event), "{event} was not logged");
    }
    for secret in secrets {
        if let Some(at) = log.find(&secret) {
            let line = log[..at].rfind('\n').map_or(0, |end| end + 1);
            panic!("logged {secret:?}: {}", log[line..].lines().next().unwrap());
        }
    }
    fresh.throw_away().await;
}
