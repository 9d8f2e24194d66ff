//! Clients: how they are registered, and what they send.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use oauth::{ApplicationType, ClientAuthMethod, GrantType, RedirectUri, ResponseMode, ResponseType, Scope};
use signet::base::Digest;
use signet::base::id::{AccountId, ClientId};
use signet::context::PeerCertificate;
use signet::model::client::StoredSecret;
use signet::model::{Client, ClientSettings, Leniency};
use signet::store;

use super::answer::Answer;
use super::app::{App, request};
use super::ask::{Ask, VERIFIER};
use super::seed::NOON;

/// A resource that access tokens may be for.
pub(crate) const ORDERS: &str = "https://api.example.test/orders";
/// Another.
pub(crate) const STOCK: &str = "https://api.example.test/stock?of=all";

/// A client as it is about to be registered.
pub(crate) struct NewClient {
    client_id: String,
    platform: bool,
    settings: ClientSettings,
}

/// A registered client, with what it knows.
#[derive(Clone, Debug)]
pub(crate) struct TestClient {
    pub(crate) client_id: String,
    pub(crate) secret: String,
    pub(crate) redirect_uri: String,
    method: ClientAuthMethod,
    base: String,
}

impl NewClient {
    /// The brand's own web client, with a secret: it may ask for everything.
    pub(crate) fn web(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            platform: false,
            settings: ClientSettings {
                client_name: "Web Shop".to_owned(),
                redirect_uris: uris(&["https://app.example.test/cb"]),
                response_types: ResponseType::OPENID.to_vec(),
                scope: "openid profile email address phone lp_sdes"
                    .parse::<Scope>()
                    .unwrap(),
                require_pkce: false,
                first_party: true,
                ..ClientSettings::default()
            },
        }
    }

    /// The same without a secret.
    pub(crate) fn public(client_id: &str) -> Self {
        Self::web(client_id).set(|it| it.token_endpoint_auth_method = ClientAuthMethod::None)
    }

    /// The same, and it may refresh.
    pub(crate) fn refreshing(self) -> Self {
        self.set(|it| {
            it.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
            it.scope = "openid profile email offline_access".parse().unwrap();
        })
    }

    /// A program of the brand's, with a secret and no consumers.
    pub(crate) fn program(client_id: &str) -> Self {
        Self::web(client_id).set(|it| {
            it.response_types.clear();
            it.grant_types = vec![GrantType::ClientCredentials];
            it.scope = "orders.read orders.write openid".parse().unwrap();
            it.resources = vec![ORDERS.to_owned(), STOCK.to_owned()];
        })
    }

    /// The same for another brand: its consumers are asked.
    pub(crate) fn third_party(client_id: &str) -> Self {
        Self::web(client_id).set(|it| it.first_party = false)
    }

    /// An app on a phone.
    pub(crate) fn app(client_id: &str) -> Self {
        Self::public(client_id).set(|it| {
            it.application_type = ApplicationType::Native;
            it.redirect_uris = uris(&[
                "com.brand.app:/callback",
                "http://127.0.0.1/cb",
                "http://[::1]/cb",
            ]);
        })
    }

    /// A messaging platform's client, as `--platform` makes one.
    pub(crate) fn platform(client_id: &str) -> Self {
        let mut this = Self::web(client_id).set(|it| {
            it.redirect_uris = uris(&["https://window.platform.test/cb", "https://liveperson.net"]);
            it.leniency = Leniency::PLATFORM;
        });
        this.platform = true;
        this
    }

    pub(crate) fn set(mut self, change: impl FnOnce(&mut ClientSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Registers it in the account `brand`.
    pub(crate) async fn on(self, app: &App) -> TestClient {
        let brand = app.brand.clone();
        self.of(app, &brand).await
    }

    /// Registers it in an account.
    pub(crate) async fn of(self, app: &App, account: &AccountId) -> TestClient {
        let client = TestClient {
            secret: format!("secret of {} in {account}: 100% + more", self.client_id),
            redirect_uri: self.settings.redirect_uris[0].as_str().to_owned(),
            method: self.settings.token_endpoint_auth_method,
            base: if *account == app.brand {
                String::new()
            } else {
                format!("/a/{account}")
            },
            client_id: self.client_id,
        };
        let secrets = match client.method {
            ClientAuthMethod::None => Vec::new(),
            _ => vec![StoredSecret {
                digest: Digest::of(&client.secret),
                created_at: NOON,
                expires_at: None,
            }],
        };
        let row = Client {
            account_id: account.clone(),
            client_id: ClientId::parse(&client.client_id).unwrap(),
            enabled: true,
            platform: self.platform,
            settings: self.settings,
            secrets,
            created_at: NOON,
            updated_at: NOON,
        };
        app.db()
            .transaction(move |tx| Box::pin(async move { store::clients::insert(tx, &row).await }))
            .await
            .unwrap();
        app.services.forget();
        client
    }
}

impl TestClient {
    /// A request for a code that this client may make.
    pub(crate) fn ask(&self) -> Ask {
        Ask::new(&self.base, &self.client_id, &self.redirect_uri)
    }

    /// An empty token request, authenticated by the registered method.
    pub(crate) fn token(&self) -> TokenRequest {
        let bare = TokenRequest::bare(&format!("{}/token", self.base));
        match self.method {
            ClientAuthMethod::ClientSecretBasic => bare.basic(&self.client_id, &self.secret),
            ClientAuthMethod::ClientSecretPost => bare
                .with("client_id", &self.client_id)
                .with("client_secret", &self.secret),
            _ => bare.with("client_id", &self.client_id),
        }
    }

    /// Pushes a request.
    pub(crate) fn push(&self, ask: &Ask) -> TokenRequest {
        let bare = self.token().at(&format!("{}/par", self.base));
        ask.form()
            .into_iter()
            .filter(|(name, _)| *name != "client_id")
            .fold(bare, |request, (name, value)| request.and(name, value))
    }

    /// Pushes a request that is good, and gives what the browser is to ask with.
    pub(crate) async fn pushed(&self, app: &App, ask: &Ask) -> Ask {
        let answer = self.push(ask).send(app).await;
        assert_eq!(answer.status.as_u16(), 201, "{answer:?}");
        let json = answer.json();
        self.bare_ask()
            .and("request_uri", json["request_uri"].as_str().unwrap())
    }

    /// A request that says who asks, and nothing else.
    pub(crate) fn bare_ask(&self) -> Ask {
        let ask = self.ask();
        let names: Vec<String> = ask.form().iter().map(|(name, _)| (*name).to_owned()).collect();
        names
            .iter()
            .filter(|name| *name != "client_id")
            .fold(ask, |ask, name| ask.without(name))
    }

    /// Redeems the code of [`TestClient::ask`].
    pub(crate) fn redeem(&self, code: &str) -> TokenRequest {
        self.token()
            .with("grant_type", "authorization_code")
            .with("code", code)
            .with("redirect_uri", &self.redirect_uri)
            .with("code_verifier", VERIFIER)
    }

    /// Exchanges a refresh token.
    pub(crate) fn refresh(&self, token: &str) -> TokenRequest {
        self.token()
            .with("grant_type", "refresh_token")
            .with("refresh_token", token)
    }

    /// Asks what a token is good for.
    pub(crate) fn introspect(&self, token: &str) -> TokenRequest {
        let path = format!("{}/introspect", self.base);
        self.token().at(&path).with("token", token)
    }

    /// Takes a token back.
    pub(crate) fn revoke(&self, token: &str) -> TokenRequest {
        let path = format!("{}/revoke", self.base);
        self.token().at(&path).with("token", token)
    }

    /// Changes its row.
    pub(crate) async fn change(&self, app: &App, change: impl FnOnce(&mut Client)) {
        let id = ClientId::parse(&self.client_id).unwrap();
        let mut row = store::clients::find(app.db(), &app.brand, &id)
            .await
            .unwrap()
            .unwrap();
        let former = row.updated_at;
        change(&mut row);
        app.db()
            .transaction(move |tx| Box::pin(async move { store::clients::update(tx, &row, former).await }))
            .await
            .unwrap();
        app.services.forget();
    }
}

/// A request to the token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct TokenRequest {
    path: String,
    headers: Vec<(&'static str, String)>,
    form: Vec<(String, String)>,
    certificate: Option<Arc<PeerCertificate>>,
}

impl TokenRequest {
    /// An empty form, of nobody.
    pub(crate) fn bare(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            headers: vec![(
                CONTENT_TYPE.as_str(),
                "application/x-www-form-urlencoded".to_owned(),
            )],
            form: Vec::new(),
            certificate: None,
        }
    }

    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.form.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.form.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Over a connection with that certificate.
    pub(crate) fn over(mut self, certificate: &Arc<PeerCertificate>) -> Self {
        self.certificate = Some(Arc::clone(certificate));
        self
    }

    /// Basic credentials, each half encoded (RFC 6749 §2.3.1).
    pub(crate) fn basic(self, id: &str, secret: &str) -> Self {
        let half = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        self.raw_basic(&half(id), &half(secret))
    }

    /// Basic credentials as they are.
    pub(crate) fn raw_basic(self, id: &str, secret: &str) -> Self {
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        self.without_header(AUTHORIZATION.as_str())
            .header(AUTHORIZATION.as_str(), &format!("Basic {credentials}"))
    }

    pub(crate) async fn send(&self, app: &App) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.form)
            .finish();
        self.send_body(app, form).await
    }

    /// The parameters as a JSON object.
    pub(crate) async fn send_json(&self, app: &App) -> Answer {
        let object: serde_json::Map<_, _> = self
            .form
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        self.clone()
            .without_header(CONTENT_TYPE.as_str())
            .header(CONTENT_TYPE.as_str(), "application/json")
            .send_body(app, serde_json::Value::from(object).to_string())
            .await
    }

    pub(crate) async fn send_body(&self, app: &App, body: String) -> Answer {
        let mut builder = request("POST", &self.path);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        let mut request = builder.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(self.certificate.clone());
        app.send(request).await
    }
}

/// Redirect URIs as the store has them.
pub(crate) fn uris(uris: &[&str]) -> Vec<RedirectUri> {
    uris.iter()
        .map(|uri| RedirectUri::rehydrate(*uri).unwrap())
        .collect()
}

/// All response modes, as clients register them unless told otherwise.
pub(crate) fn modes(modes: &[ResponseMode]) -> impl FnOnce(&mut ClientSettings) {
    let modes = modes.to_vec();
    move |settings| settings.response_modes = modes
}
