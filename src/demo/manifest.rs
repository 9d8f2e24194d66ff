//! The manifest: what a program needs to use the running demo.

use std::path::PathBuf;

use jose::Jwk;
use serde::Serialize;

/// The whole of it, as it is written to a file and printed by `--json`. What isn't built yet is absent.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// The issuer of the brand's account.
    pub issuer: String,
    /// The demo's certificate authority in PEM; null without `--tls`.
    pub ca_file: Option<PathBuf>,
    /// The brand's account.
    pub account_id: String,
    /// The brand's shop.
    pub brand_page: String,
    /// The console, and who can sign in there.
    pub console: Console,
    /// Who can sign in; the first one has every claim and attribute.
    pub consumers: Vec<Consumer>,
    /// The clients.
    pub clients: Clients,
    /// Where clients may bring certificates; with `--tls` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls: Option<Mtls>,
    /// Whom access tokens of `backend` and `web` may be for (RFC 8707).
    pub resources: Vec<String>,
    /// The gateway's side.
    pub gateway: Gateway,
    /// By which clients may register themselves (RFC 7591), often; the account lets them without it, too.
    pub initial_access_token: String,
    /// A configuration with which every other command works on the running demo.
    pub config_file: PathBuf,
}

/// The console, and an administrator of the whole server, with a password that is random at each start.
#[derive(Clone, Debug, Serialize)]
pub struct Console {
    /// What to open.
    pub url: String,
    /// What to type as name.
    pub username: String,
    /// What to type as password.
    pub password: String,
}

/// A consumer, with a password that is random at each start.
#[derive(Clone, Debug, Serialize)]
pub struct Consumer {
    /// The name, for people.
    pub name: String,
    /// What to type as username.
    pub username: String,
    /// What to type as password.
    pub password: String,
    /// The subject.
    pub sub: String,
}

/// The clients.
#[derive(Clone, Debug, Serialize)]
pub struct Clients {
    /// The messaging platform's, for the code flow.
    pub platform_code: Client,
    /// The messaging platform's, for the implicit flow and its old dialect.
    pub platform_implicit: Client,
    /// The messaging platform's, for the implicit flow with tokens that are encrypted to its key.
    pub platform_encrypted: Client,
    /// A web application without a secret.
    pub web: Client,
    /// A native app.
    pub app: Client,
    /// A program of the brand's.
    pub backend: Client,
    /// A device without a screen to sign in at.
    pub device: Client,
    /// A counter that asks for consumers who are somewhere else.
    pub counter: Client,
}

/// Where clients may bring certificates, and a client that has one.
#[derive(Clone, Debug, Serialize)]
pub struct Mtls {
    /// In the issuer's place.
    pub base_url: String,
    /// The client.
    pub client_id: String,
    /// Its certificate in PEM.
    pub certificate: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
}

/// A client.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    /// Its id.
    pub client_id: String,
    /// Its secret, random at each start, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Where its answers may go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// The private key of its assertions about consumers, PKCS#8 in PEM, random at each start, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
    /// Where its logouts may lead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether it keeps no secret.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

/// The gateway's side.
#[derive(Clone, Debug, Serialize)]
pub struct Gateway {
    /// Where its APIs are.
    pub base_url: String,
    /// The account that it serves.
    pub account_id: String,
    /// A plain agent, who logs in to the Login Service.
    pub user: GatewayUser,
    /// A user who may manage users, keys and connectors.
    pub admin: GatewayUser,
    /// A user who must change the password before it lets them in.
    pub expired_user: GatewayUser,
    /// A bot.
    pub bot: Bot,
    /// Sessions that a user may have at the same time.
    pub max_sessions: u32,
    /// An API key for users and their logins.
    pub app_key: AppKey,
    /// An API key that only lets bots log in.
    pub app_key_limited: AppKey,
    /// A client by which bots log in, in the place of an API key.
    pub oauth2: Client,
    /// The connectors' ids.
    pub connectors: Connectors,
    /// The key that brands encrypt id_tokens to: a public JWK with its `kid`.
    pub encryption_key: Jwk,
}

/// A user of the account, with a password that is random at each start.
#[derive(Clone, Debug, Serialize)]
pub struct GatewayUser {
    /// The login name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// A bot: it has no password.
#[derive(Clone, Debug, Serialize)]
pub struct Bot {
    /// The login name.
    pub username: String,
}

/// An API key's values, random at each start.
#[derive(Clone, Debug, Serialize)]
pub struct AppKey {
    /// What requests call it.
    pub app_key: String,
    /// Its secret.
    pub secret: String,
    /// The access token.
    pub access_token: String,
    /// The access token's secret.
    pub access_token_secret: String,
}

/// The connectors' ids.
#[derive(Clone, Debug, Serialize)]
pub struct Connectors {
    /// The code flow.
    pub code: String,
    /// The code flow with PKCE.
    pub code_pkce: String,
    /// The implicit flow.
    pub implicit: String,
    /// The implicit flow with encrypted tokens.
    pub encrypted: String,
    /// Consumers who don't log in.
    pub anonymous: String,
}
