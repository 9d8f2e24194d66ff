//! A brand's identity provider as the platform meets it: two endpoints on the loopback interface, and whatever tokens a
//! test makes up.

use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use jose::{Algorithm, JwkSet, PrivateKey, PublicKey, RsaBits};
use oauth::CodeVerifier;
use serde_json::{Value, json};
use signet::base::Clock;
use signet::base::id::{AccountId, ConnectorId};
use signet::context::ConnectorKeys;
use signet::gateway::consumer_identity::{Check, CheckName, Gate, Presented, Refused, Verified};
use signet::model::{Connector, ConnectorConfiguration, ConnectorKind, JwtValidationType};

use crate::support::seed::{NOON, noon};

pub(super) const ISSUER: &str = "https://login.brand.example";
pub(super) const CLIENT: &str = "lp-messaging";
pub(super) const SECRET: &str = "s3cr:t/+ %";

/// The brand's key.
pub(super) static KEY: LazyLock<PrivateKey> = LazyLock::new(key);
/// Somebody else's.
pub(super) static OTHER: LazyLock<PrivateKey> = LazyLock::new(key);

fn key() -> PrivateKey {
    PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048).unwrap()
}

/// What the token endpoint was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What it answers.
#[derive(Clone, Debug)]
pub(super) struct Answer(pub(super) StatusCode, pub(super) &'static str, pub(super) String);

#[derive(Debug)]
struct Endpoints {
    /// None while it is down.
    jwks: Mutex<Option<String>>,
    token: Mutex<Answer>,
    asked: Mutex<Vec<Asked>>,
    fetched: Mutex<u32>,
}

/// The brand, and the platform's connector to it.
pub(super) struct Brand {
    endpoints: Arc<Endpoints>,
    http: outbound::Client,
    keys: ConnectorKeys,
    clock: Clock,
    pub(super) connector: Connector,
}

impl Brand {
    /// With a connector of that kind, the brand's key published, and a token endpoint that gives [`token`].
    pub(super) async fn new(kind: ConnectorKind) -> Self {
        let body = json!({"id_token": token(&claims()), "token_type": "Bearer", "access_token": "not-used"});
        let token = Answer(StatusCode::OK, "application/json", body.to_string());
        Self::answering(kind, &[KEY.public()], token).await
    }

    pub(super) async fn answering(kind: ConnectorKind, keys: &[&PublicKey], token: Answer) -> Self {
        let endpoints = Arc::new(Endpoints {
            jwks: Mutex::new(Some(set(keys))),
            token: Mutex::new(token),
            asked: Mutex::default(),
            fetched: Mutex::default(),
        });
        let router = Router::new()
            .route("/jwks", get(jwks))
            .route("/token", post(redeem))
            .with_state(Arc::clone(&endpoints));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let allowed = outbound::Exemption {
            host: "127.0.0.1".to_owned(),
            port: Some(port),
        };
        let http = outbound::Client::new(outbound::Options {
            allow_hosts: vec![allowed],
            ..outbound::Options::default()
        });
        Self {
            endpoints,
            http: http.unwrap(),
            keys: ConnectorKeys::new(noon()),
            clock: noon(),
            connector: connector(kind, &format!("http://127.0.0.1:{port}")),
        }
    }

    /// Lets the platform find out who is there.
    pub(super) async fn authenticate(&self, presented: Presented) -> Result<Verified, Refused> {
        let gate = Gate {
            http: &self.http,
            clock: &self.clock,
            connector: &self.connector,
            secret: Some(SECRET),
            keys: &self.keys,
            decryption: None,
            require_audience: true,
        };
        gate.authenticate(presented).await
    }

    /// The check that a token fails.
    pub(super) async fn refuses(&self, token: &str) -> (CheckName, String) {
        failed(
            &self
                .authenticate(Presented::IdToken(token.to_owned()))
                .await
                .unwrap_err(),
        )
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.endpoints.asked.lock().unwrap().clone()
    }

    /// What it publishes from now on.
    pub(super) fn publishes(&self, keys: &[&PublicKey]) {
        *self.endpoints.jwks.lock().unwrap() = Some(set(keys));
    }

    /// From now on its JWKS endpoint is out of order.
    pub(super) fn is_down(&self) {
        *self.endpoints.jwks.lock().unwrap() = None;
    }

    /// What a code buys from now on.
    pub(super) fn gives(&self, status: StatusCode, body: &Value) {
        *self.endpoints.token.lock().unwrap() = Answer(status, "application/json", body.to_string());
    }

    pub(super) fn fetched(&self) -> u32 {
        *self.endpoints.fetched.lock().unwrap()
    }
}

fn set(keys: &[&PublicKey]) -> String {
    serde_json::to_string(&JwkSet::of(keys.iter().copied())).unwrap()
}

async fn jwks(
    State(endpoints): State<Arc<Endpoints>>,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], String) {
    *endpoints.fetched.lock().unwrap() += 1;
    let set = endpoints.jwks.lock().unwrap().clone();
    let status = if set.is_some() {
        StatusCode::OK
    } else {
        StatusCode::BAD_GATEWAY
    };
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        set.unwrap_or_default(),
    )
}

async fn redeem(
    State(endpoints): State<Arc<Endpoints>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(header::HeaderName, &'static str); 2], String) {
    endpoints.asked.lock().unwrap().push(Asked {
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let Answer(status, content_type, body) = endpoints.token.lock().unwrap().clone();
    // Where a redirect would lead: nobody may follow it.
    let headers = [(header::CONTENT_TYPE, content_type), (header::LOCATION, "/jwks")];
    (status, headers, body)
}

fn connector(kind: ConnectorKind, base: &str) -> Connector {
    Connector {
        account_id: AccountId::parse("brand").unwrap(),
        connector_id: ConnectorId::parse("connector").unwrap(),
        name: "Brand".to_owned(),
        kind,
        enabled: true,
        configuration: ConnectorConfiguration {
            issuer: ISSUER.to_owned(),
            issuer_display_name: "Brand".to_owned(),
            authorization_endpoint: Some(format!("{base}/authorize")),
            token_endpoint: Some(format!("{base}/token")),
            client_id: CLIENT.to_owned(),
            jwt_validation_type: JwtValidationType::JwksEndpoint,
            jwks_endpoint: Some(format!("{base}/jwks")),
            jwt_public_key: None,
            pkce_enabled: false,
            rfc_compliance: true,
            js_method_name: "lpGetAuthenticationToken".to_owned(),
            js_context: "window".to_owned(),
            acr_values: Vec::new(),
            audience: Vec::new(),
            preferred: true,
        },
        secret: None,
        deleted: false,
        created_at: NOON,
        updated_at: NOON,
    }
}

/// Claims that pass every check.
pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "c-7f3a9d", "iat": NOON.seconds() - 5, "exp": NOON.seconds() + 3600,
        "given_name": "Dana",
        "lp_sdes": [
            {"type": "ctmrinfo", "info": {"customerId": "c-7f3a9d", "ctype": "gold", "balance": 12.5}},
            {"type": "personal", "personal": {"firstname": "Dana", "language": "en-US"}},
        ],
    })
}

/// [`claims`] with one changed; taken away where it is null.
pub(super) fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    claims
}

/// A token of the brand's.
pub(super) fn token(claims: &Value) -> String {
    signed(
        &KEY,
        &json!({"alg": "RS256", "typ": "JWT", "kid": KEY.kid()}),
        claims,
    )
}

pub(super) fn signed(key: &PrivateKey, header: &Value, claims: &Value) -> String {
    key.sign_compact(header.to_string().as_bytes(), claims.to_string().as_bytes())
        .unwrap()
}

/// A code as a page hands it over.
pub(super) fn code(redirect_uri: Option<&str>, code_verifier: Option<&str>) -> Presented {
    Presented::Code {
        code: "a code".to_owned().into(),
        redirect_uri: redirect_uri.map(str::to_owned),
        code_verifier: code_verifier.map(|verifier| verifier.parse::<CodeVerifier>().unwrap()),
    }
}

/// The check that failed, which is the last one and the only one.
pub(super) fn failed(refused: &Refused) -> (CheckName, String) {
    let Some((last, before)) = refused.trail.checks.split_last() else {
        panic!("no check: {refused:?}")
    };
    assert!(
        !last.passed && before.iter().all(|check| check.passed),
        "{refused:?}"
    );
    assert_eq!(refused.trail.failed(), Some(last));
    let Check { name, detail, .. } = last.clone();
    (name, detail)
}
