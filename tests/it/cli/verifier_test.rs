//! `signet verifier-test`, beside verifiers that do as they should, and ones that don't.

mod other_account;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use jose::verify::Jws;
use jose::{Algorithm, Policy, PublicKey};
use serde_json::{Value, json};
use signet::base::Clock;

use super::Signet;

const ISSUER: &str = "http://localhost:8080";

/// What a brand has written to verify tokens.
type Verifier = fn(&str, &PublicKey) -> bool;

/// As it should be.
fn strict(token: &str, key: &PublicKey) -> bool {
    let now = Clock::default().now().seconds();
    let policy = Policy::id_token(ISSUER, "crm", now).with_leeway(60);
    let ours = |kid: Option<&str>| kid.is_none_or(|kid| kid == key.kid()).then_some(key);
    jose::verify(token, ours, &policy).is_ok()
}

/// Reads the claims, and looks at nothing else.
fn reads_only(token: &str, _: &PublicKey) -> bool {
    let payload = token.split('.').nth(1).unwrap_or_default();
    URL_SAFE_NO_PAD.decode(payload).is_ok()
}

/// Knows the key, and nothing of whom the token is for.
fn forgets_the_audience(token: &str, key: &PublicKey) -> bool {
    let now = Clock::default().now().seconds();
    let aud = claims(token)["aud"].clone();
    let aud = aud
        .as_str()
        .or_else(|| aud.get(0)?.as_str())
        .unwrap_or("crm")
        .to_owned();
    let policy = Policy::id_token(ISSUER, &aud, now).with_leeway(60);
    jose::verify(token, |_| Some(key), &policy).is_ok()
}

fn refuses_everything(_: &str, _: &PublicKey) -> bool {
    false
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

struct Brand {
    key: PublicKey,
    verifier: Verifier,
}

async fn by_header(State(brand): State<Arc<Brand>>, headers: HeaderMap) -> StatusCode {
    let token = headers.get("authorization").and_then(|it| it.to_str().ok());
    let token = token
        .and_then(|it| it.strip_prefix("Bearer "))
        .unwrap_or_default();
    brand.answer(token)
}

async fn by_own_header(State(brand): State<Arc<Brand>>, headers: HeaderMap) -> StatusCode {
    let token = headers.get("x-brand-token").and_then(|it| it.to_str().ok());
    brand.answer(token.unwrap_or_default())
}

async fn by_cookie(State(brand): State<Arc<Brand>>, headers: HeaderMap) -> StatusCode {
    let cookies = headers.get("cookie").and_then(|it| it.to_str().ok());
    let mut cookies = cookies.unwrap_or_default().split("; ");
    let token = cookies.find_map(|it| it.strip_prefix("token="));
    brand.answer(token.unwrap_or_default())
}

async fn by_json(State(brand): State<Arc<Brand>>, headers: HeaderMap, body: String) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    brand.answer(body["id_token"].as_str().unwrap_or_default())
}

async fn by_query(State(brand): State<Arc<Brand>>, RawQuery(query): RawQuery) -> StatusCode {
    let query = query.unwrap_or_default();
    let mut fields = url::form_urlencoded::parse(query.as_bytes());
    // What else is in the URL stays.
    assert!(
        fields.any(|(name, value)| (&*name, &*value) == ("brand", "acme")),
        "{query}"
    );
    let token = fields.find(|(name, _)| name == "jwt");
    brand.answer(&token.map(|(_, token)| token.into_owned()).unwrap_or_default())
}

async fn by_form(State(brand): State<Arc<Brand>>, body: String) -> StatusCode {
    let fields = url::form_urlencoded::parse(body.as_bytes());
    let token = fields.into_iter().find(|(name, _)| name == "id_token");
    brand.answer(&token.map(|(_, token)| token.into_owned()).unwrap_or_default())
}

impl Brand {
    fn answer(&self, token: &str) -> StatusCode {
        if (self.verifier)(token, &self.key) {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::UNAUTHORIZED
        }
    }
}

/// A brand's server; its address.
async fn brand(signet: &Signet, verifier: Verifier) -> String {
    let line = signet.text(&["key", "export"]);
    let keys = signet.json(&["key", "list"]);
    let kid = keys["keys"][0]["kid"].as_str().unwrap();
    let key = PublicKey::from_spki_line(Algorithm::RS256, line.trim())
        .unwrap()
        .with_kid(kid);
    let router = Router::new()
        .route("/api", post(by_header).get(by_header))
        .route("/form", post(by_form))
        .route("/header", post(by_own_header))
        .route("/cookie", post(by_cookie))
        .route("/json", post(by_json))
        .route("/query", get(by_query))
        .route("/login", get(|| async { StatusCode::OK }))
        .with_state(Arc::new(Brand { key, verifier }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn with_client() -> Signet {
    let signet = Signet::with_account();
    signet.text(&[
        "client",
        "create",
        "--id",
        "crm",
        "--redirect-uri",
        "https://crm.example.test/cb",
    ]);
    signet
}

/// The names of those that went wrong, and the status.
async fn tried(verifier: Verifier, more: &[&str], path: &str) -> (Vec<String>, i32, usize) {
    let signet = with_client();
    let url = brand(&signet, verifier).await + path;
    let more: Vec<String> = more.iter().map(|it| (*it).to_owned()).collect();
    let output = tokio::task::spawn_blocking(move || {
        let mut arguments = vec!["verifier-test", "--client", "crm", "--url", &url, "--json"];
        arguments.extend(more.iter().map(String::as_str));
        signet.run(&arguments)
    });
    let output = output.await.unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let tokens = document["tokens"].as_array().unwrap();
    let wrong = tokens.iter().filter(|it| it["right"] == false);
    let wrong = wrong.map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    (wrong, output.status.code().unwrap(), tokens.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_verifier_passes_whichever_way_tokens_come() {
    for (more, path) in [
        (&[][..], "/api"),
        (&["--method", "GET"][..], "/api"),
        (&["--send", "form:id_token"][..], "/form"),
        (&["--send", "header:X-Brand-Token"][..], "/header"),
        (&["--send", "cookie:token"][..], "/cookie"),
        (&["--send", "json:id_token"][..], "/json"),
        (
            &["--send", "query:jwt", "--method", "GET"][..],
            "/query?brand=acme",
        ),
    ] {
        let (wrong, status, tokens) = tried(strict, more, path).await;
        assert_eq!((wrong, status), (vec![], 0), "{path}");
        assert!(tokens > 35, "{tokens}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_verifies_nothing_lets_every_forged_token_through() {
    let (wrong, status, tokens) = tried(reads_only, &[], "/api").await;
    assert_eq!((wrong.len(), status), (tokens - 4, 1), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_verifier_forgets_is_named() {
    let (wrong, status, _) = tried(forgets_the_audience, &[], "/api").await;
    assert_eq!(status, 1);
    assert_eq!(wrong, ["another aud", "a list of other auds"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_refuses_good_tokens_has_proved_nothing() {
    let signet = with_client();
    let url = brand(&signet, refuses_everything).await + "/api";
    let run = move || {
        signet.fails(
            &["verifier-test", "--client", "crm", "--url", &url],
            1,
            "proves nothing",
        )
    };
    let out = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(
        out.contains("a token as it is issued: it is what every login gives"),
        "{out}"
    );
}

#[tokio::test]
async fn tokens_can_be_written_down_for_a_test_of_ones_own() {
    let signet = with_client();
    let file = signet.path("tokens.jsonl");
    signet.text(&[
        "verifier-test",
        "--client",
        "crm",
        "--write",
        &file,
        "--nonce",
        "n-1",
    ]);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = &lines[0];
    assert_eq!(first["expected"], "accepted");
    let claims = claims(first["token"].as_str().unwrap());
    assert_eq!((&claims["aud"], &claims["nonce"]), (&"crm".into(), &"n-1".into()));
    assert!(
        lines
            .iter()
            .any(|line| line["name"] == "alg none" && line["expected"] == "refused")
    );
}

/// The tokens by their names, each as header and claims; and the account's key.
fn written(signet: &Signet, more: &[&str]) -> (BTreeMap<String, (Value, Value, String)>, PublicKey) {
    let file = signet.path("tokens.jsonl");
    signet.text(&[&["verifier-test", "--client", "crm", "--write", &file], more].concat());
    let text = std::fs::read_to_string(&file).unwrap();
    let all = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let token = line["token"].as_str().unwrap().to_owned();
        let header = claims(&format!(".{}", token.split('.').next().unwrap()));
        let name = line["name"].as_str().unwrap().to_owned();
        (name, (header, claims(&token), token))
    });
    (all.collect(), exported(signet, "default"))
}

/// The key of an account that signs, as its JWK set has it.
fn exported(signet: &Signet, account: &str) -> PublicKey {
    let line = signet.text(&["key", "export", "--format", "spki-line", "--account", account]);
    let kid = signet.json(&["key", "list", "--account", account])["keys"][0]["kid"].clone();
    let key = PublicKey::from_spki_line(Algorithm::RS256, line.trim()).unwrap();
    key.with_kid(kid.as_str().unwrap())
}

#[test]
fn each_forged_token_is_what_its_name_says() {
    let signet = with_client();
    let (all, key) = written(&signet, &[]);
    let of = |name: &str| {
        all.get(name)
            .unwrap_or_else(|| panic!("{name}: {:?}", all.keys()))
    };
    let now = Clock::default().now().seconds();
    let is_signed = |name: &str| Jws::parse(&of(name).2).is_ok_and(|jws| jws.verify(&key).is_ok());
    let (plain, good, _) = of("a token as it is issued");
    assert_eq!(
        (&plain["alg"], &plain["kid"]),
        (&json!("RS256"), &json!(key.kid()))
    );

    // What makes no signature of the account's key.
    assert_eq!(of("alg none").0["alg"], "none");
    assert_eq!(of("no alg at all").0["alg"], Value::Null);
    assert!(of("no signature").2.ends_with('.'));
    for name in [
        "HS256 with the public key's PEM",
        "HS256 with the public key's one line",
        "HS256 with the public key's bytes",
    ] {
        assert_eq!(of(name).0["alg"], "HS256", "{name}");
    }
    let (swapped, original) = (
        &of("another sub under the same signature").2,
        &of("a token as it is issued").2,
    );
    assert_eq!(swapped.rsplit('.').next(), original.rsplit('.').next());
    assert_ne!(of("another sub under the same signature").1["sub"], good["sub"]);
    assert_eq!(
        of("a stranger's key, under the account's kid").0["kid"],
        key.kid()
    );
    assert!(
        of("a kid that is a path, and the secret that lies there").0["kid"]
            .as_str()
            .unwrap()
            .contains("../")
    );
    assert_eq!(of("a kid that is a URL").0["kid"], "http://127.0.0.1:9/jwks");
    for name in [
        "alg none",
        "no alg at all",
        "no signature",
        "another signature",
        "HS256 with the public key's PEM",
        "another sub under the same signature",
        "a stranger's key, under the account's kid",
        "a stranger's key, under its own kid",
        "an unknown kid",
        "a kid that is a path, and the secret that lies there",
        "a kid that is a URL",
        "its own key in jwk",
        "its own key behind jku",
    ] {
        assert!(!is_signed(name), "{name}");
    }

    // What the account's own key has signed, and is wrong all the same.
    let says = |name: &str, claim: &str| {
        assert!(is_signed(name), "{name}");
        of(name).1[claim].clone()
    };
    assert_eq!(says("another aud", "aud"), "another-client");
    assert_ne!(says("another iss", "iss"), good["iss"]);
    assert!(says("expired a day ago", "exp").as_i64().unwrap() < now - 86_000);
    assert!(says("expired ten minutes ago", "exp").as_i64().unwrap() < now - 500);
    assert!(says("not valid before tomorrow", "nbf").as_i64().unwrap() > now + 86_000);
    assert!(says("issued tomorrow", "iat").as_i64().unwrap() > now + 86_000);
    assert!(says("exp in milliseconds", "exp").as_i64().unwrap() > 1_000_000_000_000);
    assert!(says("exp as a string", "exp").is_string());
    for (name, claim) in [
        ("no exp", "exp"),
        ("no iat", "iat"),
        ("no iss", "iss"),
        ("no aud", "aud"),
        ("no sub", "sub"),
    ] {
        assert!(says(name, claim).is_null() && !good[claim].is_null(), "{name}");
    }
}
