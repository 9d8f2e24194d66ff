//! A brand's identity provider, which answers what it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::config::Settings;
use signet::directory::connector::Draft;
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};

/// What a brand answers.
#[derive(Default)]
pub(in crate::directory) struct Answers {
    pub(in crate::directory) discovery: Value,
    pub(in crate::directory) jwks: (u16, String),
    pub(in crate::directory) token: (u16, String),
    pub(in crate::directory) date: Option<&'static str>,
    pub(in crate::directory) page: String,
    /// Script files of the page, by their paths below `/files/`.
    pub(in crate::directory) files: HashMap<String, String>,
    /// What the authorization endpoint makes of a state.
    pub(in crate::directory) state: Option<fn(&str) -> Option<String>>,
}

type Shared = Arc<Mutex<Answers>>;
type Answered = (StatusCode, HeaderMap, String);

/// A brand's identity provider on the loopback interface.
pub(in crate::directory) struct Brand {
    pub(in crate::directory) base: String,
    answers: Shared,
}

impl Brand {
    pub(in crate::directory) async fn new() -> Self {
        let answers = Shared::default();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/page", get(page))
            .route("/files/{name}", get(file))
            .route("/authorize", get(authorize))
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
            files: HashMap::new(),
            state: None,
        };
        Self { base, answers }
    }

    pub(in crate::directory) fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    /// A node that may call it, with a connector to it.
    pub(in crate::directory) fn settings(&self, settings: &mut Settings) {
        settings.server.public_url = "http://localhost:8080".parse().unwrap();
        let host = self.base.trim_start_matches("http://");
        settings.outbound.allow_hosts = vec![host.parse().unwrap()];
    }

    pub(in crate::directory) fn draft(&self) -> Draft {
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

async fn file(State(shared): State<Shared>, Path(name): Path<String>) -> Result<String, StatusCode> {
    let text = shared.lock().unwrap().files.get(&name).cloned();
    text.ok_or(StatusCode::NOT_FOUND)
}

/// Sends the browser back, since nobody is logged in; or shows a page.
async fn authorize(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let asked: HashMap<String, String> = form_urlencoded::parse(query.unwrap().as_bytes())
        .into_owned()
        .collect();
    assert_eq!(asked["prompt"], "none");
    let is_code = asked["response_type"] == "code";
    assert!(is_code || asked["response_type"] == "id_token");
    let Some(echo) = shared.lock().unwrap().state else {
        return axum::response::Html("Who are you?").into_response();
    };
    let mut answer = form_urlencoded::Serializer::new(String::new());
    answer.append_pair("error", "login_required");
    if let Some(state) = echo(&asked["state"]) {
        answer.append_pair("state", &state);
    }
    let separator = if is_code { '?' } else { '#' };
    let back = format!("{}{separator}{}", asked["redirect_uri"], answer.finish());
    Redirect::to(&back).into_response()
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

pub(in crate::directory) fn jwk() -> Value {
    let line = include_str!("../../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = line.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = jose::PublicKey::from_spki_line(jose::Algorithm::RS256, &line).unwrap();
    let set = serde_json::to_value(jose::JwkSet::of([&key])).unwrap();
    set["keys"][0].clone()
}

/// Signs as the brand does whose key [`jwk`] is.
pub(in crate::directory) fn signed(claims: &Value) -> String {
    let pem = include_str!("../../../../crates/jose/tests/it/keys/rsa.pkcs8.pem");
    let key = jose::PrivateKey::from_pem(Some(jose::Algorithm::RS256), pem).unwrap();
    let payload = claims.to_string();
    jose::Signer::new(key)
        .sign(jose::Typ::Jwt, payload.as_bytes())
        .unwrap()
}
