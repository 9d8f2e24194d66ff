//! What an identity provider gives for a code serves once, like what a program brings along.

use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::{Json, Router};
use jose::JwkSet;
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::directory::By;
use signet::directory::sso::{self, Draft};
use signet::model::RoleType;
use signet::model::sso::SsoConfiguration;
use url::Url;

use super::brand::KEY;
use super::people::{self, refused, session, try_login};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::signed_under;

/// A company's identity provider, which gives for every code the token that it was told to.
struct Provider {
    issuer: String,
    gives: Arc<Mutex<String>>,
}

impl Provider {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        let keys = serde_json::to_value(JwkSet::of([KEY.public()])).unwrap();
        let gives = Arc::new(Mutex::new(String::new()));
        let given = Arc::clone(&gives);
        let token = async move || {
            let id_token = given.lock().unwrap().clone();
            Json(json!({"id_token": id_token, "token_type": "Bearer", "access_token": "not-used"}))
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(metadata)))
            .route("/jwks", get(async || Json(keys)))
            .route("/token", post(token));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, gives }
    }

    /// An id_token for Dana, who was asked for with that nonce.
    fn token(&self, now: i64, nonce: &str) -> String {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": KEY.kid()});
        let claims = json!({
            "iss": self.issuer, "sub": "s-1", "aud": "signet-agents", "iat": now, "exp": now + 300, "nonce": nonce, "loginName": "dana",
        });
        signed_under(&KEY, &header, &claims)
    }
}

on_both_databases! {
    async fn sec_112_an_id_token_that_came_for_a_code_is_nobodys_assertion_afterwards(fresh: &FreshDb) {
        let app = Box::pin(App::with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
        }))
        .await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let provider = Provider::new().await;
        let draft = Draft {
            client_secret: Some(SecretString::from("s3cret-of-ours")),
            configuration: SsoConfiguration {
                issuer: Some(provider.issuer.clone()),
                client_id: Some("signet-agents".to_owned()),
                assertion_login: true,
                ..SsoConfiguration::default()
            },
            ..Draft::default()
        };
        sso::create(&app.services, &By::command(), &app.brand, "corp".parse().unwrap(), draft).await.unwrap();

        let mut browser = app.browser();
        let sent = browser.get("/api/account/brand/login/sso/corp").await;
        let asked = Url::parse(sent.location()).unwrap();
        let parameter = |name: &str| asked.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
        let now = app.clock.now().seconds();
        let token = provider.token(now, &parameter("nonce"));
        token.clone_into(&mut provider.gives.lock().unwrap());
        let back = format!("/api/account/brand/login/callback?connection=corp&code=c&state={}", parameter("state"));
        let answer = browser.get(&back).await;
        assert_eq!(session(&app.brand, &answer).body["config"]["loginName"], "dana");

        let log_in = async |token: &str| try_login(&app, &app.brand, json!({"jwt": "dummy", "assertion": token})).await;
        assert_eq!(refused(&log_in(&token).await), (401, 20), "it was used for the code");
        // And the other way round.
        let mut browser = app.browser();
        let sent = browser.get("/api/account/brand/login/sso/corp").await;
        let asked = Url::parse(sent.location()).unwrap();
        let parameter = |name: &str| asked.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
        let next = provider.token(now, &parameter("nonce"));
        let body: Value = session(&app.brand, &log_in(&next).await).body;
        assert_eq!(body["config"]["loginName"], "dana");
        next.clone_into(&mut provider.gives.lock().unwrap());
        let back = format!("/api/account/brand/login/callback?connection=corp&code=c&state={}", parameter("state"));
        let answer = browser.get(&back).await;
        assert_eq!(answer.page_error(), pages::ErrorKind::SignInRefused);
    }
}
