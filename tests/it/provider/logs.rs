//! Nothing that must stay secret is ever logged (SEC-161), and what must be told is (SEC-163).

use std::path::Path;

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

/// Every event that the security requirements name, with the requirement.
const NAMED: [(&str, &str); 45] = [
    ("account.suspended", "SEC-140"),
    ("apikey.rejected", "SEC-118"),
    ("authorize.bad_client", "SEC-019"),
    ("authorize.bad_redirect", "SEC-019"),
    ("authorize.oversize", "SEC-025"),
    ("authz.cross_account", "SEC-137"),
    ("authz.denied", "SEC-127"),
    ("claims.reserved", "SEC-011"),
    ("client.auth_failed", "SEC-057"),
    ("clock.skew", "SEC-172"),
    ("code.bad_redemption", "SEC-043"),
    ("code.replay", "SEC-041"),
    ("csrf.rejected", "SEC-074"),
    ("embed.origin_rejected", "SEC-038"),
    ("factor.rejected", "SEC-097"),
    ("federation.metadata_rejected", "SEC-107"),
    ("federation.state_rejected", "SEC-102"),
    ("federation.token_rejected", "SEC-103"),
    ("federation.upstream_error", "SEC-109"),
    ("http.bad_forwarded", "SEC-079"),
    ("http.bad_host", "SEC-078"),
    ("http.malformed", "SEC-158"),
    ("idtoken.selfcheck", "SEC-012"),
    ("interaction.foreign_browser", "SEC-031"),
    ("internal.panic", "SEC-160"),
    ("introspect.denied", "SEC-053"),
    ("keys.revoked", "SEC-017"),
    ("keys.rotation_refused", "SEC-013"),
    ("keys.unusable", "SEC-016"),
    ("login.throttled", "SEC-087"),
    ("outbound.blocked", "SEC-145"),
    ("password.bad_hash", "SEC-084"),
    ("privacy.delete_pending", "SEC-178"),
    ("rate.limited", "SEC-165"),
    ("refresh.reuse", "SEC-046"),
    ("refresh.subject_blocked", "SEC-048"),
    ("revocation.failed", "SEC-055"),
    ("saml.rejected", "SEC-110"),
    ("session.stale_id", "SEC-069"),
    ("session.terminated", "SEC-072"),
    ("storage.decrypt_failed", "SEC-149"),
    ("storage.full", "SEC-171"),
    ("storage.master_key", "SEC-150"),
    ("token.alg_rejected", "SEC-001"),
    ("webauthn.rejected", "SEC-099"),
];

/// Those of them that nothing can cause yet, with the reason. Whoever builds what is missing strikes its line out.
const WITHOUT_A_CAUSE: [(&str, &str); 1] = [("webauthn.rejected", "there are no passkeys")];

/// What of the product's own sources is written down as a text.
fn texts(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, all);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn sec_163_every_event_that_the_requirements_name_is_told() {
    let mut sources = String::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let told = |event: &str| sources.contains(&format!("\"{event}\""));
    let reason = |event: &str| WITHOUT_A_CAUSE.iter().find(|(known, _)| *known == event);
    for (event, requirement) in NAMED {
        match reason(event) {
            None => assert!(told(event), "{requirement}: {event} is told nowhere"),
            Some((_, reason)) => assert!(!told(event), "{event} is told, although {reason}"),
        }
    }
}
