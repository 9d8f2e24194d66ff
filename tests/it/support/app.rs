//! The whole app, as tests see it: one node on a fresh database, a clock that stands still, an account of its own.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use jose::{Algorithm, PrivateKey, RsaBits};
use passwords::{Hasher, Params, Password};
use signet::base::id::{AccountId, KeyId};
use signet::base::{Clock, Entropy, OneTime};
use signet::config::{PerMinute, Settings};
use signet::context::Services;
use signet::http::RateLimits;
use signet::keys::{Place, open_sealer};
use signet::login::Sessions;
use signet::model::session::{Amr, SessionCookie};
use signet::model::signing_key::{KeyState, SigningKey};
use signet::model::{AccountSettings, AccountStatus, Consumer, Session};
use signet::server::{KnownHosts, layers, router};
use signet::store::accounts::AccountRow;
use signet::store::{self, Db};
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use super::answer::Answer;
use super::browser::Browser;
use super::db::FreshDb;
use super::seed::{self, NOON};

/// The public URL: the issuer of the account `brand`.
pub(crate) const ISSUER: &str = "https://id.example.test";
/// Where [`ISSUER`] is.
pub(crate) const HOST: &str = "id.example.test";

/// Every consumer's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// One node.
pub(crate) struct App {
    pub(crate) services: Arc<Services>,
    pub(crate) clock: Clock,
    /// The account that is served at the public URL itself.
    pub(crate) brand: AccountId,
    /// The node's public URL: [`ISSUER`], unless a test changed it.
    pub(crate) issuer: String,
    router: Router,
}

impl App {
    /// A node without rate limits, and the account `brand` with a signing key.
    pub(crate) async fn on(fresh: &FreshDb) -> Self {
        Self::with(fresh, |_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn with(fresh: &FreshDb, change: impl FnOnce(&mut Settings)) -> Self {
        let app = Self::node(&fresh.db, seed::noon(), 1, change).await;
        app.account("brand", true).await;
        app
    }

    /// A node on a database without accounts.
    pub(crate) async fn empty(fresh: &FreshDb) -> Self {
        Self::node(&fresh.db, seed::noon(), 1, |_| {}).await
    }

    /// A second node on the same database: another connection, other memory, the same clock and sealing key.
    pub(crate) async fn beside(&self, fresh: &FreshDb) -> Self {
        self.beside_with(fresh, |_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn beside_with(&self, fresh: &FreshDb, change: impl FnOnce(&mut Settings)) -> Self {
        let db = Db::connect(&fresh.connect).await.unwrap();
        Self::node(&db, self.clock.clone(), 1_000_000, change).await
    }

    async fn node(db: &Db, clock: Clock, seed: u64, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        settings.server.public_url = ISSUER.parse().unwrap();
        settings.limits.per_minute = PerMinute {
            login: 0,
            authorize: 0,
            token_failures: 0,
            registration: 0,
            recovery: 0,
            user_codes: 0,
            consumer_tokens: 0,
        };
        settings.keys.dir.clone_from(&SEALING_KEY);
        // tests/it/admin/second_factor.rs looks at it as it is for everybody else.
        settings.login.admin_factor = false;
        change(&mut settings);
        let limits = Arc::new(RateLimits::new(&settings));
        let entropy = Entropy::seeded(seed);
        let sealer = open_sealer(settings.keys.seal_sources(), db, &clock, &Entropy::default())
            .await
            .unwrap();
        let services = Arc::new(Services::new(
            db.clone(),
            clock.clone(),
            entropy.clone(),
            settings,
            sealer,
        ));
        let routes = router(Arc::clone(&services), limits);
        let router = layers(routes, &services.settings, &clock, &entropy, KnownHosts::none());
        Self {
            issuer: services.settings.server.public_url.to_string(),
            services,
            clock,
            brand: AccountId::parse("brand").unwrap(),
            router,
        }
    }

    /// A further account, below `/a/{id}`.
    pub(crate) async fn other_account(&self, id: &str) -> AccountId {
        self.account(id, false).await
    }

    async fn account(&self, id: &str, is_default: bool) -> AccountId {
        let account_id = AccountId::parse(id).unwrap();
        let row = AccountRow {
            account_id: account_id.clone(),
            is_default,
            issuer: None,
            status: AccountStatus::Active,
            settings: AccountSettings {
                display_name: "Acme Shop".to_owned(),
                ..AccountSettings::default()
            },
            created_at: NOON,
            updated_at: NOON,
        };
        let key = self.signing_key(&account_id, if is_default { &RFC_KEY } else { &OTHER_KEY });
        self.db()
            .transaction(move |tx| {
                Box::pin(async move {
                    store::accounts::insert(tx, &row).await?;
                    store::signing_keys::insert(tx, &key).await
                })
            })
            .await
            .unwrap();
        self.services.forget();
        account_id
    }

    fn signing_key(&self, account: &AccountId, der: &[u8]) -> SigningKey {
        let private = PrivateKey::from_pkcs8_der(Algorithm::RS256, der).unwrap();
        let place = Place {
            table: "signing_keys",
            column: "private_key",
            row: private.kid(),
            account: Some(account),
        };
        SigningKey {
            account_id: account.clone(),
            kid: KeyId::parse(private.kid()).unwrap(),
            alg: Algorithm::RS256,
            state: KeyState::Active,
            public_jwk: serde_json::to_string(&private.public().to_jwk()).unwrap(),
            private_key: Some(self.services.sealer.seal(&place, der).unwrap()),
            created_at: NOON,
            activate_at: Some(NOON),
            activated_at: Some(NOON),
            retire_at: None,
            retired_at: None,
            stopped_at: None,
            burnt_at: None,
        }
    }

    /// Changes an account's row.
    pub(crate) async fn change_account(&self, id: &AccountId, change: impl FnOnce(&mut AccountRow)) {
        let mut row = store::accounts::find(self.db(), id).await.unwrap().unwrap();
        let former = row.updated_at;
        change(&mut row);
        self.db()
            .transaction(move |tx| Box::pin(async move { store::accounts::update(tx, &row, former).await }))
            .await
            .unwrap();
        self.services.forget();
    }

    /// The database.
    pub(crate) fn db(&self) -> &Db {
        &self.services.db
    }

    /// A consumer of the account `brand`, who logs in with their name and [`PASSWORD`].
    pub(crate) async fn consumer(&self, name: &str) -> Consumer {
        self.consumer_of(&self.brand, name).await
    }

    /// The same of another account; `sub` is `sub-NAME`, which is unique in all of them.
    pub(crate) async fn consumer_of(&self, account: &AccountId, name: &str) -> Consumer {
        let made = seed::stored_consumer(self.db(), account, &format!("sub-{name}"), name).await;
        let (account, sub) = (made.account_id.clone(), made.sub.clone());
        self.db()
            .transaction(move |tx| {
                Box::pin(async move {
                    store::consumers::set_password(tx, &account, &sub, &PASSWORD_HASH, NOON).await
                })
            })
            .await
            .unwrap();
        made
    }

    /// Changes a consumer's row.
    pub(crate) async fn change_consumer(&self, consumer: &Consumer, change: impl FnOnce(&mut Consumer)) {
        let before = store::consumers::find(self.db(), &consumer.account_id, &consumer.sub)
            .await
            .unwrap()
            .unwrap();
        let mut after = before.clone();
        after.updated_at = before.updated_at + Duration::from_millis(1);
        change(&mut after);
        let written = self
            .db()
            .transaction(move |tx| {
                Box::pin(async move { store::consumers::update(tx, &before, &after).await })
            })
            .await
            .unwrap();
        assert_eq!(written, store::consumers::Written::Done);
        self.services.forget();
    }

    /// A browser that nobody has signed in with.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A browser in which this consumer has just signed in.
    pub(crate) async fn signed_in(&self, consumer: &Consumer) -> Browser<'_> {
        let mut browser = self.browser();
        let (cookie, _) = self.session(consumer, None).await;
        browser.take_session(&consumer.account_id, cookie.expose());
        browser
    }

    /// A new session, as the login page makes one.
    pub(crate) async fn session(
        &self,
        consumer: &Consumer,
        former: Option<&Session>,
    ) -> (OneTime<SessionCookie>, Session) {
        let (cookie, session) =
            self.services
                .sessions
                .begin(&consumer.account_id, &consumer.sub, vec![Amr::Pwd], former);
        let (row, former) = (session.clone(), former.cloned());
        self.db()
            .transaction(move |tx| {
                Box::pin(async move {
                    Sessions::store(tx, &row, former.as_ref())
                        .await
                        .map(|stored| assert!(stored))
                })
            })
            .await
            .unwrap();
        self.services.sessions.forget();
        (cookie, session)
    }

    /// Sends a request through all layers.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        Answer::read(response).await
    }

    /// Serves it over HTTP, too.
    pub(crate) fn serve(&self, listener: tokio::net::TcpListener) {
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    /// A request to the node's host; `path` may be an absolute URL of its.
    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let path = path.strip_prefix(&self.issuer).unwrap_or(path);
        let (_, host) = self.issuer.split_once("://").unwrap();
        Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::HOST, host)
    }

    /// `GET`, as a program without cookies does it.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// How many rows a table holds.
    pub(crate) async fn count(&self, table: &'static str) -> i64 {
        let text = match table {
            "interactions" => "SELECT COUNT(*) FROM interactions",
            "decryption_keys" => "SELECT COUNT(*) FROM decryption_keys",
            "tokens" => "SELECT COUNT(*) FROM tokens",
            "grants" => "SELECT COUNT(*) FROM grants",
            "sessions" => "SELECT COUNT(*) FROM sessions",
            "client_hmac_secrets" => "SELECT COUNT(*) FROM client_hmac_secrets",
            "codes" => "SELECT COUNT(*) FROM codes",
            "pushed_requests" => "SELECT COUNT(*) FROM pushed_requests",
            "session_clients" => "SELECT COUNT(*) FROM session_clients",
            "mails" => "SELECT COUNT(*) FROM mails",
            "logout_notices" => "SELECT COUNT(*) FROM logout_notices",
            other => panic!("no statement counts {other}"),
        };
        store::sql(text).fetch_optional(self.db()).await.unwrap().unwrap()
    }
}

/// A request to our host; `path` may be an absolute URL of ours.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    let path = path.strip_prefix(ISSUER).unwrap_or(path);
    Request::builder()
        .method(method)
        .uri(path)
        .header(http::header::HOST, HOST)
}

/// The folder of the sealing key that nodes share, unless a test gives them another.
static SEALING_KEY: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("keys");
    std::fs::create_dir_all(&folder).unwrap();
    let made = tempfile::NamedTempFile::new_in(&folder).unwrap();
    std::fs::write(&made, STANDARD.encode([7; 32])).unwrap();
    made.persist(folder.join("sealing.key")).unwrap();
    folder
});

/// The key of RFC 7515 A.2: tokens that it signs are the same at each run.
static RFC_KEY: LazyLock<Zeroizing<Vec<u8>>> = LazyLock::new(|| {
    let jwk = include_bytes!("../../../crates/jose/tests/it/keys/rsa.jwk.json");
    PrivateKey::from_jwk(None, jwk).unwrap().to_pkcs8_der().unwrap()
});

/// Another account's key.
static OTHER_KEY: LazyLock<Zeroizing<Vec<u8>>> = LazyLock::new(|| {
    PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048)
        .unwrap()
        .to_pkcs8_der()
        .unwrap()
});

/// [`PASSWORD`], hashed once: a hash costs more than a test.
static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| {
    Hasher::new(Params::default(), 1)
        .hash(Password::new(PASSWORD.as_bytes()).unwrap(), [9; 16])
        .unwrap()
        .to_string()
});
