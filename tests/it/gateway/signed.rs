//! Requests that are signed with an API key: section 8.2 of the platform contract, area 11 of the security requirements.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Router};
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use oauth1::SignatureMethod;
use signet::base::id::AppKeyId;
use signet::context::Services;
use signet::directory::{By, app_key};
use signet::gateway::OfAccount;
use signet::gateway::oauth1::signed;
use signet::http::{Caller, RateLimits};
use signet::model::app_key::{Permission, Privilege};
use tower::ServiceExt as _;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::signed::Signing;
use crate::support::together::together;

const ECHO: &str = "/api/account/brand/echo";

/// A route that whoever may use the Users API comes through. It answers with the key and the body.
async fn echo(
    account: OfAccount,
    caller: Caller,
    Extension(limits): Extension<Arc<RateLimits>>,
    State(_): State<Arc<Services>>,
    request: Request,
) -> Response {
    let (caller, request) = match signed(&account, &limits, &caller, request).await {
        Ok(done) => done,
        Err(refused) => return refused.into_response(),
    };
    if !caller.may(Permission::read(Privilege::Users)) {
        return signet::gateway::oauth1::Refused::denied("no Users").into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
    format!("{} {}", caller.key().app_key, String::from_utf8_lossy(&body)).into_response()
}

async fn send(app: &App, request: Request<Body>) -> Answer {
    let limits = Arc::new(RateLimits::new(&app.services.settings));
    send_within(app, &limits, request).await
}

async fn send_within(app: &App, limits: &Arc<RateLimits>, request: Request<Body>) -> Answer {
    let router = Router::new()
        .route("/api/account/{account_id}/echo", axum::routing::any(echo))
        .layer(Extension(Arc::clone(limits)))
        .with_state(Arc::clone(&app.services));
    Answer::read(router.oneshot(request).await.unwrap()).await
}

/// Status and name of a problem, in the platform's form.
fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(
        answer.header(CONTENT_TYPE),
        Some("application/x-www-form-urlencoded"),
        "{answer:?}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let unauthorized = answer.status == StatusCode::UNAUTHORIZED;
    assert_eq!(answer.header(WWW_AUTHENTICATE), unauthorized.then_some("OAuth"));
    let fields: Vec<(String, String)> = form_urlencoded::parse(answer.body.as_bytes())
        .into_owned()
        .collect();
    let [(first, problem), (second, advice)] = fields.as_slice() else {
        panic!("{answer:?}")
    };
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("oauth_problem", "oauth_problem_advice")
    );
    assert!(!advice.is_empty());
    (answer.status.as_u16(), problem.clone())
}

async fn refused(app: &App, request: Request<Body>) -> (u16, String) {
    problem(&send(app, request).await)
}

fn is(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

on_both_databases! {
    async fn sec_118_a_request_is_let_in_by_either_signature(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let target = format!("{ECHO}?v=6.0&select=id,loginName&a=b%20c&a=b+c&empty=");
        let answer = send(&app, signing.get(&target)).await;
        assert_eq!((answer.status.as_u16(), answer.body), (200, format!("{} ", signing.app_key)));
        let sha256 = signing.nonce("n-2").but(|it| it.method = SignatureMethod::HmacSha256);
        assert_eq!(send(&app, sha256.get(&target)).await.status, 200);
        let answer = send(&app, signing.nonce("n-3").post(ECHO, r#"{"a":1}"#)).await;
        assert_eq!(answer.body, format!("{} {{\"a\":1}}", signing.app_key));
        // A form belongs to what is signed, and reaches the handler all the same.
        let form = signing.nonce("n-4").post_form(&target, "x=1&a=%2B");
        let (parts, _) = signing.nonce("n-5").post_form(&target, "x=1&a=%2B").into_parts();
        let answer = send(&app, form).await;
        assert_eq!((answer.status.as_u16(), answer.body), (200, format!("{} x=1&a=%2B", signing.app_key)));
        let other = Request::from_parts(parts, Body::from("x=2&a=%2B"));
        assert_eq!(refused(&app, other).await, is(401, "signature_invalid"));
    }

    async fn sec_118_whatever_is_signed_otherwise_is_refused_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let foreign = Signing::of_account(&app, &other, &["privileges=Users"]).await;
        let wrong = [
            signing.but(|it| it.secret = it.token_secret.clone()),
            signing.but(|it| std::mem::swap(&mut it.secret, &mut it.token_secret)),
            signing.but(|it| it.app_key = "0".repeat(32)),
            signing.but(|it| it.app_key = "not a key".into()),
            signing.but(|it| it.server = "https://elsewhere.example".into()),
            signing.but(|it| it.server = "http://id.example.test".into()),
            foreign,
        ];
        let mut answers = Vec::new();
        for signing in wrong {
            let mut answer = send(&app, signing.get(ECHO)).await;
            assert_eq!(problem(&answer), is(401, "signature_invalid"));
            answer.headers.remove("x-request-id");
            answers.push(format!("{answer:?}"));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(
            send(&app, signing.but(|it| it.secret.clear()).get(ECHO)).await.body,
            "oauth_problem=signature_invalid&oauth_problem_advice=the oauth_signature is invalid"
        );
        // What was signed is what must come: method, path and query.
        let target = format!("{ECHO}?a=1");
        for (method, target) in [("POST", target.as_str()), ("GET", ECHO), ("GET", "/api/account/brand/echo?a=2")] {
            let (mut parts, body) = signing.get("/api/account/brand/echo?a=1").into_parts();
            parts.method = method.parse().unwrap();
            parts.uri = target.parse().unwrap();
            assert_eq!(refused(&app, Request::from_parts(parts, body)).await, is(401, "signature_invalid"));
        }
        // The host that a request names counts for nothing.
        let (mut parts, body) = signing.but(|it| it.server = "https://evil.example".into()).get(ECHO).into_parts();
        parts.headers.insert(HOST, "evil.example".parse().unwrap());
        assert_eq!(refused(&app, Request::from_parts(parts, body)).await, is(401, "signature_invalid"));
    }

    async fn sec_118_a_host_that_the_account_names_for_its_services_is_known(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await.but(|it| it.server = "https://ac.example.test".into());
        let asked = || {
            let (mut parts, body) = signing.get(ECHO).into_parts();
            parts.headers.insert(HOST, "AC.example.test".parse().unwrap());
            Request::from_parts(parts, body)
        };
        assert_eq!(refused(&app, asked()).await, is(401, "signature_invalid"));
        let given = [r#"services={"accountConfigReadOnly":"ac.example.test"}"#.parse().unwrap()];
        signet::directory::account::update(&app.services, &By::command(), &app.brand, |draft| draft.assign(&given))
            .await
            .unwrap();
        assert_eq!(send(&app, asked()).await.status, 200);
    }

    async fn sec_119_methods_that_are_not_taken(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users", "hmac_sha1=false"]).await;
        for method in ["PLAINTEXT", "RSA-SHA1"] {
            let (mut parts, body) = signing.get(ECHO).into_parts();
            let header = parts.headers[AUTHORIZATION].to_str().unwrap().replace("HMAC-SHA1", method);
            parts.headers.insert(AUTHORIZATION, header.parse().unwrap());
            assert_eq!(refused(&app, Request::from_parts(parts, body)).await, is(400, "signature_method_rejected"));
        }
        // Whether a key takes HMAC-SHA1 is told to whoever holds it.
        assert_eq!(refused(&app, signing.get(ECHO)).await, is(400, "signature_method_rejected"));
        assert_eq!(refused(&app, signing.but(|it| it.secret.clear()).get(ECHO)).await, is(401, "signature_invalid"));
        let sha256 = signing.but(|it| it.method = SignatureMethod::HmacSha256);
        assert_eq!(send(&app, sha256.get(ECHO)).await.status, 200);
    }

    async fn sec_120_a_timestamp_is_within_300_seconds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        for (shift, taken) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let shifted = signing.but(|it| it.timestamp += shift);
            let answer = send(&app, shifted.get(ECHO)).await;
            assert_eq!(answer.status == 200, taken, "{shift}");
            assert!(taken || problem(&answer) == is(401, "timestamp_refused"));
        }
    }

    async fn sec_120_a_nonce_is_used_once_on_all_nodes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let tries: Vec<_> = (0..50)
            .map(|turn| send(if turn % 2 == 0 { &app } else { &other }, signing.get(ECHO)))
            .collect();
        let answers = together(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let lost: Vec<_> = answers.iter().filter(|answer| answer.status != 200).map(problem).collect();
        assert!(lost.iter().all(|problem| *problem == is(401, "nonce_used")), "{lost:?}");
        // It is one nonce of one key, token and timestamp.
        assert_eq!(send(&app, signing.but(|it| it.timestamp += 1).get(ECHO)).await.status, 200);
        let another = Signing::of(&app, &["privileges=Users"]).await;
        assert_eq!(send(&app, another.get(ECHO)).await.status, 200);
        // What was refused uses nothing up.
        let denied = signing.nonce("n-2").but(|it| it.timestamp += 400);
        assert_eq!(refused(&app, denied.get(ECHO)).await, is(401, "timestamp_refused"));
        app.clock.advance(Duration::from_secs(200));
        assert_eq!(send(&app, denied.get(ECHO)).await.status, 200);
    }

    async fn sec_121_a_body_hash_is_checked_and_can_be_demanded(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let hashed = signing.but(|it| it.body_hash = true);
        assert_eq!(send(&app, hashed.post(ECHO, "{}")).await.status, 200);
        let (parts, _) = hashed.nonce("n-2").post(ECHO, "{}").into_parts();
        let altered = Request::from_parts(parts, Body::from("[]"));
        assert_eq!(refused(&app, altered).await, is(401, "signature_invalid"));

        let strict = Signing::of(&app, &["privileges=Users", "require_body_hash=true"]).await;
        assert_eq!(refused(&app, strict.post(ECHO, "{}")).await, is(401, "parameter_absent"));
        assert_eq!(send(&app, strict.but(|it| it.body_hash = true).post(ECHO, "{}")).await.status, 200);
        assert_eq!(send(&app, strict.nonce("n-2").get(ECHO)).await.status, 200);
        assert_eq!(send(&app, strict.nonce("n-3").post_form(ECHO, "a=1")).await.status, 200);
    }

    async fn sec_122_what_comes_twice_or_in_the_wrong_place_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let with = |change: &dyn Fn(String) -> String| {
            let (mut parts, body) = signing.get(ECHO).into_parts();
            let header = change(parts.headers[AUTHORIZATION].to_str().unwrap().to_owned());
            parts.headers.insert(AUTHORIZATION, header.parse().unwrap());
            Request::from_parts(parts, body)
        };
        assert_eq!(refused(&app, with(&|header| header + r#", oauth_nonce="n-1""#)).await, is(400, "parameter_rejected"));
        assert_eq!(refused(&app, with(&|header| header.replace("1.0", "1.0a"))).await, is(400, "version_rejected"));
        let query = signing.get(&format!("{ECHO}?oauth_token={}", signing.token));
        assert_eq!(refused(&app, query).await, is(400, "parameter_rejected"));
        let form = signing.post_form(ECHO, "oauth_nonce=n-1");
        assert_eq!(refused(&app, form).await, is(400, "parameter_rejected"));
        let mut twice = signing.get(ECHO);
        twice.headers_mut().append(AUTHORIZATION, "Bearer x".parse().unwrap());
        assert_eq!(refused(&app, twice).await, is(400, "parameter_rejected"));
        assert_eq!(refused(&app, with(&|header| header.replace("oauth_nonce", "oauth_other"))).await, is(401, "parameter_absent"));
        // Nothing was used up.
        assert_eq!(send(&app, signing.get(ECHO)).await.status, 200);
    }

    async fn sec_123_a_key_does_what_its_privileges_say_from_where_its_rules_say(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let login = Signing::of(&app, &["privileges=User Login"]).await;
        assert_eq!(refused(&app, login.get(ECHO)).await, is(403, "permission_denied"));
        let nothing = Signing::of(&app, &[]).await;
        assert_eq!(refused(&app, nothing.get(ECHO)).await, is(403, "permission_denied"));
        let elsewhere = Signing::of(&app, &["privileges=Users", "ip=192.0.2.1"]).await;
        assert_eq!(refused(&app, elsewhere.get(ECHO)).await, is(403, "permission_denied"));
        // A request that came through no server has this address.
        let here = Signing::of(&app, &["privileges=Users (Read)", "ip=192.0.2.1,0.0.0.0-0.0.0.9"]).await;
        assert_eq!(send(&app, here.get(ECHO)).await.status, 200);
    }

    async fn sec_124_a_key_that_is_disabled_expired_or_rotated_stops(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let key = AppKeyId::parse(&signing.app_key).unwrap();
        assert_eq!(send(&other, signing.get(ECHO)).await.status, 200);
        let by = By::command();
        app_key::set_enabled(&app.services, &by, &app.brand, &key, false).await.unwrap();
        assert_eq!(refused(&app, signing.nonce("n-2").get(ECHO)).await, is(401, "token_rejected"));
        // The other node forgets within 5 s.
        other.services.forget();
        assert_eq!(refused(&other, signing.nonce("n-2").get(ECHO)).await, is(401, "token_rejected"));
        app_key::set_enabled(&app.services, &by, &app.brand, &key, true).await.unwrap();

        let made = app_key::rotate(&app.services, &by, &app.brand, &key, Duration::from_hours(1)).await.unwrap();
        let new = Signing::with(&made.values, &app);
        assert_eq!(send(&app, new.nonce("n-3").get(ECHO)).await.status, 200);
        assert_eq!(send(&app, signing.nonce("n-3").get(ECHO)).await.status, 200, "the former pair works still");
        let crossed = new.but(|it| it.token.clone_from(&signing.token));
        assert_eq!(refused(&app, crossed.nonce("n-4").get(ECHO)).await, is(401, "token_rejected"));
        let unnamed = new.but(|it| it.token.clear());
        assert_eq!(refused(&app, unnamed.nonce("n-4").get(ECHO)).await, is(401, "token_rejected"));

        app.clock.advance(Duration::from_hours(2));
        let late = |signing: &Signing| signing.but(|it| it.timestamp = app.clock.now().seconds());
        assert_eq!(refused(&app, late(&signing).get(ECHO)).await, is(401, "signature_invalid"));
        assert_eq!(send(&app, late(&new).get(ECHO)).await.status, 200);
        let end = [format!("expires_at={}", app.clock.now() + Duration::from_secs(1)).parse().unwrap()];
        app_key::update(&app.services, &by, &app.brand, &key, |draft| draft.assign(&end)).await.unwrap();
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(refused(&app, late(&new).nonce("n-5").get(ECHO)).await, is(401, "token_expired"));
    }

    async fn sec_165_who_guesses_too_often_waits(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.token_failures = 2).await;
        let limits = Arc::new(RateLimits::new(&app.services.settings));
        let signing = Signing::of(&app, &["privileges=Users"]).await;
        let wrong = signing.but(|it| it.secret.clear());
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(send_within(&app, &limits, wrong.get(ECHO)).await.status.as_u16());
        }
        assert_eq!(statuses, [401, 401, 429]);
    }
}

#[tokio::test]
async fn sec_161_what_is_logged_tells_why_and_no_secret() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let signing = Signing::of(&app, &["privileges=Users"]).await;
    let log = Log::listen();
    let wrong = signing.but(|it| it.secret = "not-the-secret".into());
    assert_eq!(refused(&app, wrong.get(ECHO)).await, is(401, "signature_invalid"));
    assert_eq!(send(&app, signing.get(ECHO)).await.status, 200);
    let audit = log.audit();
    assert!(
        audit
            .iter()
            .any(|line| line.contains("apikey.rejected") && line.contains("signature_invalid")),
        "{audit:?}"
    );
    let text = log.text();
    // Who compares their base string with ours finds ours.
    assert!(
        text.contains("GET&https%3A%2F%2Fid.example.test%2Fapi%2Faccount%2Fbrand%2Fecho&"),
        "{text}"
    );
    for secret in [&signing.secret, &signing.token, &signing.token_secret] {
        assert!(!text.contains(secret.as_str()));
    }
    assert!(!text.contains("not-the-secret"));
    fresh.throw_away().await;
}

#[tokio::test]
async fn a_use_is_noted() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let signing = Signing::of(&app, &["privileges=Users"]).await;
    assert_eq!(send(&app, signing.get(ECHO)).await.status, 200);
    app.services.app_keys.write_used().await.unwrap();
    let key = AppKeyId::parse(&signing.app_key).unwrap();
    let key = app_key::find(&app.services, &app.brand, &key).await.unwrap();
    assert_eq!(key.last_used_at, Some(app.clock.now()));
    fresh.throw_away().await;
}
