//! A recipient of encrypted tokens: its private key, and a server of its own that publishes the public half.

use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use jose::{DecryptionKey, Jwe, JwkSet, KeyType, RsaBits};
use serde_json::json;
use url::Url;

/// The messaging platform's key.
pub(crate) static PLATFORM: LazyLock<DecryptionKey> = LazyLock::new(|| {
    DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048)
        .unwrap()
        .with_kid("lp-enc-1")
});

/// The key that it has next.
pub(crate) static NEXT: LazyLock<DecryptionKey> = LazyLock::new(|| {
    DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048)
        .unwrap()
        .with_kid("lp-enc-2")
});

/// The set that publishes it.
pub(crate) fn set(keys: &[&DecryptionKey]) -> JwkSet {
    JwkSet {
        keys: keys.iter().map(|key| key.public().to_jwk()).collect(),
    }
}

/// The signed token inside.
pub(crate) fn decrypted(token: &str, key: &DecryptionKey) -> String {
    let jwe = Jwe::parse(token).unwrap();
    assert_eq!(jwe.header().kid.as_deref(), key.kid());
    jwe.decrypt_nested(key).unwrap()
}

/// A server with a JWK set, on the loopback interface.
#[derive(Debug)]
pub(crate) struct Publisher {
    pub(crate) jwks_uri: Url,
    served: Arc<Served>,
}

#[derive(Debug)]
struct Served {
    /// None while it takes calls and answers none.
    answer: Mutex<Option<(StatusCode, String)>>,
    asked: Mutex<u32>,
}

impl Publisher {
    pub(crate) async fn of(keys: &[&DecryptionKey]) -> Self {
        let served = Arc::new(Served {
            answer: Mutex::new(Some((StatusCode::OK, json!(set(keys)).to_string()))),
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/jwks", get(answer))
            .route("/request", get(request_object))
            .with_state(Arc::clone(&served));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let jwks_uri = format!("http://{}/jwks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            jwks_uri: jwks_uri.parse().unwrap(),
            served,
        }
    }

    /// Where it publishes a request object.
    pub(crate) fn request_uri(&self) -> String {
        self.jwks_uri.join("/request").unwrap().to_string()
    }

    /// What it answers from now on.
    pub(crate) fn answers(&self, status: u16, body: &(impl ToString + ?Sized)) {
        *self.served.answer.lock().unwrap() = Some((StatusCode::from_u16(status).unwrap(), body.to_string()));
    }

    /// From now on it takes calls, and answers none.
    pub(crate) fn hangs(&self) {
        *self.served.answer.lock().unwrap() = None;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        *self.served.asked.lock().unwrap()
    }
}

/// The same, as a request object.
async fn request_object(served: State<Arc<Served>>) -> axum::response::Response {
    let mut response = answer(served).await;
    let kind = axum::http::HeaderValue::from_static("application/oauth-authz-req+jwt");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

async fn answer(State(served): State<Arc<Served>>) -> axum::response::Response {
    *served.asked.lock().unwrap() += 1;
    let answer = served.answer.lock().unwrap().clone();
    let (status, body) = match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
