//! What a page of the brand's is handed without leaving itself (SEC-038).

use axum::body::Body;
use http::header;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::ask::Ask;
use crate::support::browser::{Browser, encoded};
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::tokens::{payload, verified};

const OURS: &str = "https://shop.example.test";
const CODE: &str = "/authorize/embedded";
const IDENTITY: &str = "/authorize/embedded/identity";

fn web(client_id: &str) -> NewClient {
    NewClient::web(client_id).set(|it| it.origins = vec![OURS.to_owned(), "null".to_owned()])
}

/// What the script sends.
struct Call<'a> {
    path: &'a str,
    origin: Vec<&'a str>,
    header: Option<&'a str>,
}

impl Call<'_> {
    fn to(path: &str) -> Call<'_> {
        Call {
            path,
            origin: vec![OURS],
            header: Some("1"),
        }
    }

    fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(self.origin.iter().map(|origin| ("origin", *origin)));
        headers.extend(self.header.map(|value| ("x-signet-embed", value)));
        headers
    }

    async fn send(&self, browser: &mut Browser<'_>, ask: &Ask) -> Answer {
        let is_client = |name: &str| name == "client_id";
        let (query, form): (Vec<_>, Vec<_>) = ask.form().into_iter().partition(|(name, _)| is_client(name));
        let path = format!("{}?{}", self.path, encoded(&query));
        browser
            .send("POST", &path, &self.headers(), encoded(&form).into())
            .await
    }

    async fn preflight(&self, app: &App, client_id: &str) -> Answer {
        let mut headers = vec![
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "x-signet-embed"),
        ];
        headers.extend(self.origin.iter().map(|origin| ("origin", *origin)));
        let path = format!("{}?client_id={client_id}", self.path);
        app.browser()
            .send("OPTIONS", &path, &headers, Body::empty())
            .await
    }
}

fn assert_unreadable(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 403, "{answer:?}");
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ] {
        assert_eq!(answer.header(name), None);
    }
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.body.contains("code") && !answer.body.contains("id_token"));
}

fn assert_for_the_page_alone(answer: &Answer) {
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some(OURS));
    assert_eq!(
        answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS),
        Some("true")
    );
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.headers.get("set-cookie").is_none());
}

fn error(answer: &Answer) -> (u16, String) {
    assert_for_the_page_alone(answer);
    answer.oauth_error()
}

on_both_databases! {
    async fn sec_038_a_page_of_the_brands_is_handed_a_code_that_its_client_redeems(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let answer = Call::to(CODE).send(&mut browser, &client.ask()).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        assert_for_the_page_alone(&answer);
        let members = answer.json();
        assert_eq!((members["state"].as_str(), members["iss"].as_str()), (Some("s-1"), Some(ISSUER)));
        assert_eq!(members["sub"], ana.sub.as_str());
        let code = members["code"].as_str().unwrap();
        let tokens = client.redeem(code).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["sub"], members["sub"]);
        // Bound to the challenge, and good for once.
        assert_eq!(client.redeem(code).send(&app).await.oauth_error().1, "invalid_grant");
        let again = Call::to(CODE).send(&mut browser, &client.ask()).await.json();
        let unproved = client.redeem(again["code"].as_str().unwrap()).without("code_verifier");
        assert_eq!(unproved.send(&app).await.oauth_error().1, "invalid_grant");
    }

    async fn sec_038_a_page_of_the_brands_is_handed_an_id_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("id_token");
        let members = Call::to(CODE).send(&mut browser, &ask).await.json();
        let claims = verified(&app, members["id_token"].as_str().unwrap(), "web").await;
        assert_eq!((&claims["sub"], &claims["nonce"]), (&members["sub"], &"n-1".into()));
    }

    async fn sec_038_the_identity_is_the_tokens_and_nothing_is_issued(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").set(|it| {
            it.require_pkce = true;
            it.subject_type = Some(oauth::SubjectType::Pairwise);
        }).on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        // There is no code that a challenge could be bound to.
        let bare = client.ask().without("code_challenge").without("code_challenge_method").without("nonce");
        let identity = Call::to(IDENTITY).send(&mut browser, &bare).await;
        assert_for_the_page_alone(&identity);
        let identity = identity.json();
        assert_eq!(identity["iss"], ISSUER);
        assert_ne!(identity["sub"], ana.sub.as_str());
        assert!(identity.get("code").is_none() && identity.get("id_token").is_none());
        let token = client.ask().response_type("id_token");
        let members = Call::to(CODE).send(&mut browser, &token).await.json();
        assert_eq!(payload(members["id_token"].as_str().unwrap())["sub"], identity["sub"]);
        assert_eq!(error(&Call::to(CODE).send(&mut browser, &bare).await), (400, "invalid_request".to_owned()));
    }

    async fn sec_038_no_other_origin_is_answered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        NewClient::web("other").set(|it| it.origins = vec!["https://other.test".to_owned()]).on(&app).await;
        NewClient::web("read").set(|it| it.allowed_origins = vec![OURS.to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let log = Log::listen();
        let mut rejected = 0;
        for path in [CODE, IDENTITY] {
            for origin in [
                &["https://other.test"][..],
                &["https://SHOP.example.test"],
                &["https://shop.example.test:443"],
                &["https://shop.example.test/"],
                &["https://shop.example.test.evil.test"],
                &["https://evil.shop.example.test"],
                &["http://shop.example.test"],
                &["null"],
                &[ISSUER],
                &[OURS, OURS],
                &[OURS, "https://evil.test"],
                &[],
            ] {
                let call = Call { origin: origin.to_vec(), ..Call::to(path) };
                assert_unreadable(&call.send(&mut browser, &client.ask()).await);
                assert_unreadable(&call.preflight(&app, "web").await);
                rejected += 2;
            }
            for client_id in ["nobody", "other", "read", "", "web&client_id=web"] {
                assert_unreadable(&Call::to(path).preflight(&app, client_id).await);
                rejected += 1;
            }
        }
        let audit = log.audit();
        let told = audit.iter().filter(|line| line.contains("embed.origin_rejected")).count();
        assert_eq!(told, rejected, "{audit:?}");
    }

    async fn sec_038_only_the_script_may_ask(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for header in [None, Some("0"), Some("true"), Some("")] {
            let call = Call { header, ..Call::to(CODE) };
            assert_unreadable(&call.send(&mut browser, &client.ask()).await);
        }
        // A link and an image have no header; a form neither.
        for path in [CODE, IDENTITY] {
            let url = format!("{path}?{}", client.ask().query());
            assert_eq!(browser.get(&url).await.status.as_u16(), 405);
            let form = client.ask();
            let sent = browser.post_from(path, &form.form(), &[("origin", OURS)]).await;
            assert_unreadable(&sent);
        }
        let preflight = Call::to(CODE).preflight(&app, "web").await;
        assert_eq!(preflight.status.as_u16(), 204);
        assert_for_the_page_alone(&preflight);
        assert_eq!(preflight.header(header::ACCESS_CONTROL_ALLOW_METHODS), Some("POST"));
        assert_eq!(preflight.header(header::ACCESS_CONTROL_ALLOW_HEADERS), Some("x-signet-embed"));
    }

    async fn sec_038_without_a_session_nothing_is_handed_over_and_none_is_kept_alive(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        for path in [CODE, IDENTITY] {
            let answer = Call::to(path).send(&mut app.browser(), &client.ask()).await;
            assert_eq!(error(&answer), (403, "login_required".to_owned()));
            assert_eq!((&answer.json()["state"], &answer.json()["iss"]), (&"s-1".into(), &ISSUER.into()));
        }
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for _ in 0..2 {
            // The session ends 8 hours after its consumer was there, however often a page asks.
            app.clock.advance(std::time::Duration::from_hours(3));
            assert_eq!(Call::to(CODE).send(&mut browser, &client.ask()).await.status.as_u16(), 200);
        }
        app.clock.advance(std::time::Duration::from_hours(3));
        assert_eq!(error(&Call::to(CODE).send(&mut browser, &client.ask()).await).1, "login_required");
        assert_eq!(app.count("interactions").await, 0);
    }

    async fn sec_038_it_checks_what_the_redirect_flow_checks(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").on(&app).await;
        let third: TestClient = NewClient::third_party("third").set(|it| it.origins = vec![OURS.to_owned()]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = || client.ask();
        for (asked, expected) in [
            (ask().with("redirect_uri", "https://app.example.test/cb2"), (400, "invalid_request")),
            (ask().without("response_type"), (400, "invalid_request")),
            (ask().with("response_type", "code token"), (400, "invalid_request")),
            (ask().response_type("id_token token"), (400, "invalid_request")),
            (ask().with("response_mode", "jwt"), (400, "invalid_request")),
            (ask().with("code_challenge_method", "plain"), (400, "invalid_request")),
            (ask().response_type("id_token").without("nonce"), (400, "invalid_request")),
            (ask().with("prompt", "none login"), (400, "invalid_request")),
            (ask().with("prompt", "login"), (403, "login_required")),
            (ask().with("prompt", "select_account"), (403, "account_selection_required")),
            (ask().with("max_age", "0"), (403, "login_required")),
            (ask().and("state", "s-2"), (400, "invalid_request")),
            (third.ask(), (403, "consent_required")),
        ] {
            let answer = Call::to(CODE).send(&mut browser, &asked).await;
            let (status, code) = error(&answer);
            assert_eq!((status, code.as_str()), expected, "{asked:?}");
        }
        client.change(&app, |it| it.enabled = false).await;
        assert_unreadable(&Call::to(CODE).send(&mut browser, &client.ask()).await);
    }

    async fn a_pushed_request_is_answered_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = web("web").set(|it| it.require_pushed_authorization_requests = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(error(&Call::to(CODE).send(&mut browser, &client.ask()).await).1, "invalid_request");
        let pushed = client.pushed(&app, &client.ask()).await;
        assert_eq!(Call::to(IDENTITY).send(&mut browser, &pushed).await.status.as_u16(), 200);
        let members = Call::to(CODE).send(&mut browser, &pushed).await.json();
        assert!(members["code"].is_string());
        assert_eq!(error(&Call::to(CODE).send(&mut browser, &pushed).await).1, "invalid_request_uri");
    }
}
