//! Which pages may read what (SEC-077).

use axum::body::Body;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
};

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const OURS: &str = "https://app.example.test";

fn allowed(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
    answer.header(ACCESS_CONTROL_ALLOW_ORIGIN)
}

async fn from(app: &App, method: &str, path: &str, origin: &str, bearer: Option<&str>) -> Answer {
    let mut builder = request(method, path).header("origin", origin);
    if method == "OPTIONS" {
        builder = builder
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
    }
    if let Some(token) = bearer {
        builder = builder.header("authorization", format!("Bearer {token}"));
    }
    app.send(builder.body(Body::empty()).unwrap()).await
}

on_both_databases! {
    async fn sec_077_tokens_and_claims_are_read_by_the_clients_own_pages_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("spa").set(|it| it.allowed_origins = vec![OURS.to_owned()]).on(&app).await;
        let other = NewClient::public("other").set(|it| it.allowed_origins = vec!["https://other.test".to_owned(), "null".to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (origin, expected) in [
            (OURS, Some(OURS)),
            ("https://other.test", None),
            ("https://APP.example.test", None),
            ("https://app.example.test:443", None),
            ("https://app.example.test.evil.test", None),
            ("http://app.example.test", None),
            ("null", None),
        ] {
            let code = browser.ask(&client.ask()).await.sent().code();
            let answer = client.redeem(&code).header("origin", origin).send(&app).await;
            assert_eq!(allowed(&answer), expected, "{origin}");
            assert_eq!(answer.header("vary"), Some("Origin"));
            let token = answer.json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(allowed(&from(&app, "GET", "/userinfo", origin, Some(&token)).await), expected, "{origin}");
            // Also what went wrong, once the client is known.
            let again = client.redeem(&code).header("origin", origin).send(&app).await;
            assert_eq!((again.status.as_u16(), allowed(&again)), (400, expected), "{origin}");
        }
        let code = browser.ask(&other.ask()).await.sent().code();
        let answer = other.redeem(&code).header("origin", "null").send(&app).await;
        assert_eq!(allowed(&answer), None, "null is nobody, whatever was registered");
        // Before the client is known, nobody reads anything.
        let unknown = client.redeem("x").with("client_id", "nobody").header("origin", OURS).send(&app).await;
        assert_eq!(allowed(&unknown), None);
        assert_eq!(allowed(&from(&app, "GET", "/userinfo", OURS, Some("x")).await), None);
    }

    async fn sec_077_pushed_requests_and_revocations_are_read_by_the_clients_own_pages_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.allowed_origins = vec![OURS.to_owned()]).on(&app).await;
        NewClient::public("other").set(|it| it.allowed_origins = vec!["https://other.test".to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (origin, expected) in [
            (OURS, Some(OURS)),
            ("https://other.test", None),
            ("https://APP.example.test", None),
            ("https://app.example.test:443", None),
            ("https://app.example.test.evil.test", None),
            ("http://app.example.test", None),
            ("null", None),
        ] {
            let pushed = client.push(&client.ask()).header("origin", origin).send(&app).await;
            assert_eq!((pushed.status.as_u16(), allowed(&pushed)), (201, expected), "{origin}");
            assert_eq!(pushed.header("vary"), Some("Origin"));
            let wrong = client.push(&client.ask().with("scope", "\"")).header("origin", origin).send(&app).await;
            assert_eq!((wrong.status.as_u16(), allowed(&wrong)), (400, expected), "{origin}");

            let code = browser.ask(&client.ask()).await.sent().code();
            let token = client.redeem(&code).send(&app).await.json()["access_token"].as_str().unwrap().to_owned();
            let revoked = client.revoke(&token).header("origin", origin).send(&app).await;
            assert_eq!((revoked.status.as_u16(), allowed(&revoked)), (200, expected), "{origin}");
            assert_eq!(revoked.header("vary"), Some("Origin"));
            let wrong = client.revoke(&token).without("token").header("origin", origin).send(&app).await;
            assert_eq!((wrong.status.as_u16(), allowed(&wrong)), (400, expected), "{origin}");
        }
        // Before the client has proved who it is, nobody reads anything.
        for unproved in [client.push(&client.ask()), client.revoke("x")] {
            let answer = unproved.basic("web", "wrong").header("origin", OURS).send(&app).await;
            assert_eq!((answer.status.as_u16(), allowed(&answer)), (401, None));
        }
    }

    async fn sec_077_a_preflight_is_answered_for_registered_origins(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let before = from(&app, "OPTIONS", "/userinfo", OURS, None).await;
        assert_eq!(allowed(&before), None);
        let client = NewClient::public("spa").set(|it| it.allowed_origins = vec![OURS.to_owned()]).on(&app).await;
        for path in ["/userinfo", "/token", "/par", "/revoke"] {
            let answer = from(&app, "OPTIONS", path, OURS, None).await;
            assert_eq!((answer.status.as_u16(), allowed(&answer)), (204, Some(OURS)), "{path}");
            assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_HEADERS), Some("authorization, content-type, dpop"));
            for origin in ["https://evil.test", "null", "https://app.example.test.evil.test"] {
                assert_eq!(allowed(&from(&app, "OPTIONS", path, origin, None).await), None, "{origin}");
            }
        }
        let other = app.other_account("other").await;
        NewClient::public("spa").of(&app, &other).await;
        assert_eq!(allowed(&from(&app, "OPTIONS", "/a/other/userinfo", OURS, None).await), None);
        client.change(&app, |it| it.enabled = false).await;
        assert_eq!(allowed(&from(&app, "OPTIONS", "/userinfo", OURS, None).await), None);
    }

    async fn sec_077_pages_and_sessions_are_for_nobody_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("spa").set(|it| it.allowed_origins = vec![OURS.to_owned()]).on(&app).await;
        let ask = client.ask().path();
        let console = ["/admin/login", "/admin/", "/admin/api/v1/accounts", "/introspect", "/register"];
        for path in [ask.as_str(), "/login", "/consent", "/logout", "/me", "/authorize/resume"].into_iter().chain(console) {
            for method in ["GET", "OPTIONS"] {
                assert_eq!(allowed(&from(&app, method, path, OURS, None).await), None, "{method} {path}");
            }
        }
    }
}
