//! What travels with every request: the account, the instant, who calls, and the services of the house.

mod accounts;
mod app_keys;
mod cache;
mod client_keys;
mod client_secrets;
mod clients;
mod clock_skew;
mod connector_keys;
mod consumers;
mod degraded;
mod mail_server;
mod outbound;
mod peer_certificate;
mod published_keys;
mod readers;
mod recipients;
mod request_objects;
mod shares;
mod signed_windows;
mod sso_providers;

use std::net::IpAddr;
use std::sync::Arc;

pub use accounts::{Accounts, Tenant};
pub use app_keys::{AppKeys, OpenAppKey, OpenPair, place as app_key_secrets_place};
pub use cache::{FRESH, fresh};
pub use client_keys::{ClientKeyError, ClientKeys};
pub use client_secrets::{ClientSecrets, place as client_secret_place};
pub use clients::Clients;
pub use clock_skew::{ClockSkew, WrongTime};
pub use connector_keys::ConnectorKeys;
pub use consumers::Consumers;
pub use degraded::Degraded;
pub use mail_server::{MailError, MailServer};
pub use outbound::{Outbound, OutboundError};
pub use peer_certificate::PeerCertificate;
pub use published_keys::{PublishedKeysError, Whence};
pub use readers::{JwksReaders, Reading};
pub use recipients::{RecipientError, Recipients};
pub use request_objects::{RequestObjectError, RequestObjects};
pub use shares::{Full, Shares, Turn};
pub use signed_windows::SignedWindows;
pub use sso_providers::{MetadataError, ProviderMetadata, SsoProviders};

use crate::base::{Clock, Entropy, Sampled, Timestamp};
use crate::config::Settings;
use crate::keys::{
    AttributeSealer, FormSealer, NonceSealer, PlatformKeys, Sealer, SubjectSealer, TextSealer,
};
use crate::login::{AdminSessions, Passwords, Sessions, UserSessions};
use crate::store::Db;

/// Everything that is built once and shared by all requests.
#[derive(Debug)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// What the operator chose.
    pub settings: Settings,
    /// Guards what rests in the database.
    pub sealer: Arc<Sealer>,
    /// Makes and opens authorization codes.
    pub codes: TextSealer,
    /// Makes and opens the access tokens of programs.
    pub access_tokens: TextSealer,
    /// How much is signed for programs.
    pub signed_windows: SignedWindows,
    /// Makes and checks the tokens of forms.
    pub forms: FormSealer,
    /// Makes pairwise subjects.
    pub subjects: SubjectSealer,
    /// Makes and checks the nonces of proofs of possession.
    pub nonces: NonceSealer,
    /// Accounts with their key rings.
    pub accounts: Accounts,
    /// Clients.
    pub clients: Clients,
    /// The secrets of clients that sign with them.
    pub client_secrets: ClientSecrets,
    /// API keys.
    pub app_keys: AppKeys,
    /// Consumers.
    pub consumers: Consumers,
    /// Who reads the JWK sets.
    pub readers: JwksReaders,
    /// Calls to places that others have named.
    pub outbound: Arc<Outbound>,
    /// The way out for mail.
    pub mail_server: Arc<MailServer>,
    /// Whom encrypted tokens are for.
    pub recipients: Recipients,
    /// With what clients sign.
    pub client_keys: ClientKeys,
    /// With what brands sign.
    pub connector_keys: ConnectorKeys,
    /// What identity providers of users' single sign-on publish.
    pub sso_providers: SsoProviders,
    /// The messaging platform's own keys.
    pub platform_keys: PlatformKeys,
    /// Hides what brands tell of consumers from those who carry it.
    pub attributes: AttributeSealer,
    /// Request objects that clients publish.
    pub request_objects: RequestObjects,
    /// Consumers' sessions.
    pub sessions: Sessions,
    /// Administrators' sessions.
    pub admin_sessions: AdminSessions,
    /// Users' sessions, from the Login Service.
    pub user_sessions: UserSessions,
    /// Tells of ids of sessions that have stopped working (SEC-069).
    pub stale_ids: Sampled,
    /// Checks passwords.
    pub passwords: Passwords,
    /// Whether the time is the database's.
    pub clock_skew: ClockSkew,
    /// What doesn't work although requests are served.
    pub degraded: Degraded,
    /// What one account's requests leave the others'.
    pub shares: Shares,
}

impl Services {
    /// Builds them on an open database.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, settings: Settings, sealer: Sealer) -> Self {
        let sealer = Arc::new(sealer);
        let outbound = Arc::new(Outbound::new(&settings.outbound));
        Self {
            codes: TextSealer::of_codes(&sealer),
            access_tokens: TextSealer::of_access_tokens(&sealer),
            signed_windows: SignedWindows::new(db.clone()),
            forms: FormSealer::new(&sealer),
            subjects: SubjectSealer::new(&sealer),
            nonces: NonceSealer::new(&sealer),
            accounts: Accounts::new(
                db.clone(),
                Arc::clone(&sealer),
                settings.server.public_url.as_str(),
                &settings.keys.rotation,
            ),
            clients: Clients::new(db.clone()),
            client_secrets: ClientSecrets::new(db.clone(), Arc::clone(&sealer)),
            app_keys: AppKeys::new(db.clone(), clock.clone(), Arc::clone(&sealer)),
            consumers: Consumers::new(db.clone()),
            readers: JwksReaders::new(db.clone()),
            recipients: Recipients::new(clock.clone(), Arc::clone(&outbound)),
            client_keys: ClientKeys::new(clock.clone(), Arc::clone(&outbound)),
            connector_keys: ConnectorKeys::kept_in(clock.clone(), db.clone()),
            sso_providers: SsoProviders::new(clock.clone()),
            platform_keys: PlatformKeys::new(db.clone(), Arc::clone(&sealer), clock.clone()),
            attributes: AttributeSealer::new(&sealer),
            request_objects: RequestObjects::new(Arc::clone(&outbound)),
            outbound,
            mail_server: Arc::new(MailServer::new(&settings)),
            sessions: Sessions::new(db.clone(), clock.clone(), entropy.clone(), &settings.sessions),
            admin_sessions: AdminSessions::new(
                db.clone(),
                clock.clone(),
                entropy.clone(),
                &settings.sessions,
            ),
            user_sessions: UserSessions::new(db.clone(), clock.clone(), entropy.clone(), &settings),
            stale_ids: Sampled::new("session.stale_id"),
            passwords: Passwords::new(db.clone(), clock.clone(), entropy.clone(), &settings.login),
            clock_skew: ClockSkew::new(db.clone(), clock.clone()),
            degraded: Degraded::default(),
            shares: Shares::default(),
            db,
            clock,
            entropy,
            settings,
            sealer,
        }
    }

    /// Forgets what is remembered of the database, so that a change shows at once. Without it, it shows within 5 s.
    pub fn forget(&self) {
        self.accounts.forget();
        self.clients.forget();
        self.client_secrets.forget();
        self.app_keys.forget();
        self.consumers.forget();
        self.readers.forget();
        self.recipients.forget();
        self.client_keys.forget();
        self.sessions.forget();
    }
}

/// One request: for which account, when, from whom. Passed down as one.
#[derive(Clone, Debug)]
pub struct Context {
    /// The services.
    pub services: Arc<Services>,
    /// The account that is asked.
    pub tenant: Arc<Tenant>,
    /// When the request came: the same instant for all of it.
    pub now: Timestamp,
    /// Its id, as `x-request-id` and the log have it.
    pub request_id: Arc<str>,
    /// Where it came from, trusted proxies taken into account.
    pub ip: IpAddr,
    /// The certificate of its connection, where it has one.
    pub certificate: Option<Arc<PeerCertificate>>,
    /// Its place among the requests of its account, where accounts share (SEC-144).
    pub turn: Option<Arc<Turn>>,
}

impl Context {
    /// The issuer (RFC 9207 §2).
    pub fn issuer(&self) -> &str {
        &self.tenant.account.issuer
    }

    /// Where this account's endpoints are reached with a certificate, in the issuer's place (RFC 8705 §5). An account with
    /// an issuer of its own has no such place.
    pub fn mtls_base(&self) -> Option<String> {
        let server = &self.services.settings.server;
        let path = self.issuer().strip_prefix(server.public_url.as_str())?;
        let base = server.mtls_url()?;
        (path.is_empty() || path.starts_with('/')).then(|| format!("{base}{path}"))
    }

    /// The URLs that an endpoint is known by.
    pub fn urls_of(&self, endpoint: &str) -> Vec<String> {
        std::iter::once(self.issuer().to_owned())
            .chain(self.mtls_base())
            .map(|base| format!("{base}/{endpoint}"))
            .collect()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.services.db
    }
}
