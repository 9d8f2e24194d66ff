//! What the check of a connector finds at a brand that does something wrong, and what it says of one that does nothing wrong.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::config::Settings;
use signet::directory::By;
use signet::directory::connector::{self, Draft};
use signet::directory::doctor::{Check, Verdict};
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};

use super::{App, FreshDb, given, on_both_databases};
use crate::support::client::NewClient;

/// What a brand answers.
#[derive(Default)]
struct Answers {
    discovery: Value,
    jwks: (u16, String),
    token: (u16, String),
    date: Option<&'static str>,
    page: String,
}

type Shared = Arc<Mutex<Answers>>;
type Answered = (StatusCode, HeaderMap, String);

/// A brand's identity provider on the loopback interface.
struct Brand {
    base: String,
    answers: Shared,
}

impl Brand {
    async fn new() -> Self {
        let answers = Shared::default();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/page", get(page))
            .with_state(Arc::clone(&answers));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move { axum::serve(listener, router).await });
        *answers.lock().unwrap() = Answers {
            discovery: json!({
                "issuer": base, "jwks_uri": format!("{base}/jwks"), "token_endpoint": format!("{base}/token"),
                "authorization_endpoint": format!("{base}/authorize"),
                "id_token_signing_alg_values_supported": ["RS256"],
            }),
            jwks: (200, json!({"keys": [jwk()]}).to_string()),
            token: (400, json!({"error": "invalid_grant"}).to_string()),
            date: None,
            page: String::new(),
        };
        Self { base, answers }
    }

    fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    /// A node that may call it, with a connector to it.
    fn settings(&self, settings: &mut Settings) {
        settings.server.public_url = "http://localhost:8080".parse().unwrap();
        let host = self.base.trim_start_matches("http://");
        settings.outbound.allow_hosts = vec![host.parse().unwrap()];
    }

    fn draft(&self) -> Draft {
        let base = &self.base;
        Draft {
            name: "brand".to_owned(),
            kind: ConnectorKind::Code,
            configuration: ConnectorConfiguration {
                issuer: base.clone(),
                authorization_endpoint: Some(format!("{base}/authorize")),
                token_endpoint: Some(format!("{base}/token")),
                jwks_endpoint: Some(format!("{base}/jwks")),
                client_id: "lp-messaging".to_owned(),
                ..ConnectorConfiguration::default()
            },
            client_secret: Some(SecretString::from("s3cret")),
            ..Draft::default()
        }
    }
}

fn answer(shared: &Shared, choose: impl FnOnce(&Answers) -> (u16, String)) -> Answered {
    let answers = shared.lock().unwrap();
    let (status, body) = choose(&answers);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    if let Some(date) = answers.date {
        headers.insert(header::DATE, date.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers, body)
}

async fn discovery(State(shared): State<Shared>) -> Answered {
    answer(&shared, |it| (200, it.discovery.to_string()))
}

async fn jwks(State(shared): State<Shared>) -> Answered {
    answer(&shared, |it| it.jwks.clone())
}

async fn page(State(shared): State<Shared>) -> axum::response::Html<String> {
    axum::response::Html(shared.lock().unwrap().page.clone())
}

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Answered {
    // As the platform asks: a form, with the client's name and secret in the header.
    let basic = headers
        .get(header::AUTHORIZATION)
        .map(|it| it.to_str().unwrap().to_owned());
    assert!(basic.is_some_and(|it| it.starts_with("Basic ")));
    assert!(body.starts_with("grant_type=authorization_code&code="), "{body}");
    answer(&shared, |it| it.token.clone())
}

fn jwk() -> Value {
    let line = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = line.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = jose::PublicKey::from_spki_line(jose::Algorithm::RS256, &line).unwrap();
    let set = serde_json::to_value(jose::JwkSet::of([&key])).unwrap();
    set["keys"][0].clone()
}

/// Everything that is found, a line each.
fn found(checks: &[Check]) -> String {
    let findings = checks.iter().flat_map(|check| &check.findings);
    let lines: Vec<String> = findings
        .map(|it| format!("{}: {} [{}]", it.place, it.problem, it.mend))
        .collect();
    lines.join("\n")
}

on_both_databases! {
    async fn a_brand_that_does_nothing_wrong_is_well(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let checks = connector::check(&app.services, &made).await.unwrap();
        assert!(checks.iter().all(|it| it.verdict != Verdict::Wrong), "{}", found(&checks));
        let notes: Vec<&String> = checks.iter().flat_map(|it| &it.notes).collect();
        assert!(notes.iter().any(|it| it.contains("took the client's secret")), "{notes:?}");
        assert!(notes.iter().any(|it| it.contains("1 usable key")), "{notes:?}");
    }

    async fn f_05_f_07_f_17_f_19_each_fault_of_a_brand_is_named_with_its_mend(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let sees = async |says: &str| {
            let told = found(&connector::check(&app.services, &made).await.unwrap());
            assert!(told.contains(says), "{says}: {told}");
        };
        let base = brand.base.clone();
        brand.change(|it| it.discovery["issuer"] = json!(format!("{base}/")));
        sees("calls itself").await;
        brand.change(|it| it.discovery["issuer"] = json!(base));
        let with = |member: &str, value: Value| {
            let mut key = jwk();
            key[member] = value;
            (200, json!({"keys": [key]}).to_string())
        };
        let n = jwk()["n"].as_str().unwrap().to_owned();
        for (jwks, says) in [
            (with("kid", Value::Null), "has no kid"),
            (with("n", json!(format!("{n}=="))), "plain base64"),
            (with("n", json!(format!("AAAA{n}"))), "begins with a zero byte"),
            (with("use", json!("enc")), "no RSA key with a kid"),
            (with("alg", json!("RS512")), "no RSA key with a kid"),
            ((404, String::new()), "404, and not 200"),
            ((200, "<html>".to_owned()), "can't be fetched"),
        ] {
            brand.change(|it| it.jwks = jwks);
            sees(says).await;
            sees("F-19").await;
        }
        brand.change(|it| it.jwks = (200, json!({"keys": [jwk()]}).to_string()));
        for (token, says) in [
            ((401, json!({"error": "invalid_client"}).to_string()), "refuses the client id or its secret"),
            ((400, json!({"error": "invalid_request"}).to_string()), "F-07"),
            ((404, String::new()), "no token endpoint at that address"),
            ((200, json!({"id_token": "x"}).to_string()), "a code that nobody made"),
            ((500, String::new()), "500, and not 400"),
        ] {
            brand.change(|it| it.token = token);
            sees(says).await;
        }
        brand.change(|it| it.date = Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        sees("F-17").await;
    }

    async fn f_01_f_06_the_accounts_own_client_and_key_are_looked_at_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("shop").on(&app).await;
        let (account, by) = (signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap(), By::command());
        let own = signet::directory::client::find(&app.services, &app.brand, &"shop".parse().unwrap()).await.unwrap();
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("not its secret"));
        // Another key than the one that signs.
        let another = jose::PrivateKey::generate(jose::Algorithm::RS256, jose::RsaBits::Rsa2048).unwrap();
        let line = another.public().to_spki_line();
        draft.assign(&given(&[&format!("jwtPublicKey={line}")])).unwrap();
        let made = connector::create(&app.services, &by, &app.brand, None, draft).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        for says in ["F-01", "F-06", "none of the client's secrets", "not a platform's client"] {
            assert!(told.contains(says), "{says}: {told}");
        }
        drop(client);
        connector::update(&app.services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&given(&["clientId=nobody"]))).await.unwrap();
        let made = connector::find(&app.services, &app.brand, &made.connector_id).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        assert!(told.contains("the account has no client \"nobody\""), "{told}");
    }

    async fn f_05_f_13_f_24_a_page_of_the_brands_is_read_as_the_window_finds_it(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let page = format!("{}/page", brand.base).parse().unwrap();
        let base = brand.base.clone();
        let helper = format!("<script src=\"{base}/sdk/signet.js\" data-client=\"lp-messaging\"></script>");
        for (html, says) in [
            (helper.clone(), ""),
            (helper.replace("lp-messaging", "another"), "data-client"),
            (helper.replace(&base, "https://elsewhere.example"), "F-05"),
            ("<script>lpTag.sdes=[{customerId:1}]</script>".to_owned(), "F-24"),
            ("<script type=\"module\">function lpGetAuthenticationToken(cb) {}</script>identities".to_owned(), "in a module"),
            (format!("<script>function lpGetAuthenticationToken(cb) {{}} identities; ({{iss: '{base}/'}})</script>"), "iss"),
            (format!("<script>lpGetAuthenticationToken = (cb) => {{}}; identities; ({{\"iss\": \"{base}\"}})</script>"), ""),
        ] {
            brand.change(|it| it.page.clone_from(&html));
            let told = found(&[connector::check_page(&app.services, &made, &page).await.unwrap()]);
            assert!(told.contains(says) && told.is_empty() == says.is_empty(), "{html}: {told}");
        }
    }
}
