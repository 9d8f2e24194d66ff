//! The identity service from outside: a node that may call a brand's endpoints on this machine.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use jose::verify::Expiry;
use jose::{Algorithm, JwkSet, KeySet, Policy, verify};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use signet::config::Settings;
use signet::directory::By;
use signet::directory::connector::{self, Draft};
use signet::model::account::Flow;
use signet::model::{ConnectorConfiguration, ConnectorKind};

use super::brand::{Brand, SECRET};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::FreshDb;

/// The account's paths.
pub(super) const BASE: &str = "/api/account/brand";
/// The platform's issuer.
pub(super) const PLATFORM: &str = "https://idp.liveperson.net";

/// A node, a brand, and the account's preferred connector to it.
pub(super) struct Service {
    pub(super) app: App,
    pub(super) brand: Brand,
    pub(super) connector: String,
}

impl Service {
    pub(super) async fn new(fresh: &FreshDb, kind: ConnectorKind) -> Self {
        Self::with(fresh, kind, |_| {}).await
    }

    pub(super) async fn with(
        fresh: &FreshDb,
        kind: ConnectorKind,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        // Apart, since they are large for a test's own frame.
        let app = Box::pin(App::with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
            change(settings);
        }))
        .await;
        let brand = Brand::new(kind).await;
        let this = Self {
            connector: Box::pin(connect(&app, &brand, kind)).await,
            app,
            brand,
        };
        let brand = this.app.brand.clone();
        this.app
            .change_account(&brand, |row| {
                row.settings.features.anonymous = true;
                row.settings.flow = Some(match kind {
                    ConnectorKind::Code => Flow::Code,
                    ConnectorKind::Implicit | ConnectorKind::Anonymous => Flow::Implicit,
                });
            })
            .await;
        this
    }

    /// The path of the connector.
    pub(super) fn path(&self) -> String {
        format!("{BASE}/app/{}/authenticate?v=3.0", self.connector)
    }

    /// Hands something over to the connector.
    pub(super) async fn hand(&self, body: &Value) -> Answer {
        post(&self.app, &self.path(), body).await
    }

    /// What comes back for a token that is good.
    pub(super) async fn token(&self, body: &Value) -> Map<String, Value> {
        let answer = self.hand(body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        claims(&self.app, answer.json()["token"].as_str().unwrap()).await
    }
}

/// A connector of that kind to the brand.
pub(super) async fn connect(app: &App, brand: &Brand, kind: ConnectorKind) -> String {
    let draft = Draft {
        name: "Brand".to_owned(),
        kind,
        enabled: true,
        configuration: match kind {
            ConnectorKind::Anonymous => ConnectorConfiguration::default(),
            ConnectorKind::Code | ConnectorKind::Implicit => ConnectorConfiguration {
                preferred: false,
                ..brand.connector.configuration.clone()
            },
        },
        client_secret: (kind == ConnectorKind::Code).then(|| SecretString::from(SECRET)),
        switch_flow: false,
    };
    let made = connector::create(&app.services, &By::command(), &app.brand, None, draft)
        .await
        .unwrap();
    made.connector_id.to_string()
}

/// Sends JSON, as a window does it.
pub(super) async fn post(app: &App, path: &str, body: &Value) -> Answer {
    let request = request("POST", path)
        .header(CONTENT_TYPE, "application/json")
        .header("origin", "https://shop.example")
        .body(Body::from(body.to_string()));
    app.send(request.unwrap()).await
}

/// Sends nothing.
pub(super) async fn post_nothing(app: &App, path: &str) -> Answer {
    app.send(request("POST", path).body(Body::empty()).unwrap()).await
}

/// What the platform's token says, verified by what it publishes.
pub(super) async fn claims(app: &App, token: &str) -> Map<String, Value> {
    claims_for(app, token, "acc:brand").await
}

/// What a token of somebody who doesn't log in says, which is for the identity service alone.
pub(super) async fn external_claims(app: &App, token: &str) -> Map<String, Value> {
    claims_for(app, token, "idp:brand").await
}

async fn claims_for(app: &App, token: &str, audience: &str) -> Map<String, Value> {
    let published = app.get("/idp/well-known/jwks").await;
    let set = JwkSet::parse_public(published.body.as_bytes()).unwrap();
    let keys = KeySet::from_jwk_set(&set, Some(Algorithm::RS256));
    let mut policy = Policy::id_token(PLATFORM, audience, app.clock.now().seconds());
    policy.expiry = Expiry::Ignored;
    let verified = verify(token, |kid| keys.find(kid), &policy).unwrap();
    assert_eq!(
        Value::from(verified.header.parameters),
        json!({"kid": "00001", "typ": "JWT", "alg": "RS256"})
    );
    verified.claims
}

/// The refusal of a token that isn't valid.
pub(super) fn assert_not_valid(answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({"internalErrorCode": "9007"})),
        "{answer:?}"
    );
}
