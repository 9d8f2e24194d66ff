//! What is measured: a server, and whom it knows.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result, ensure};
use form_urlencoded::Serializer;
use jose::{Algorithm, JwkSet, KeySet, Policy};
use serde_json::Value;

use crate::clock;
use crate::http::Connection;

/// The scopes that every sign-in asks for.
pub(crate) const SCOPE: &str = "openid profile email";

/// What a contestant was set up with.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The issuer, on the loopback interface.
    pub(crate) issuer: String,
    /// The port of `issuer`.
    pub(crate) port: u16,
    /// A confidential client of the code flow, with `client_secret_basic`.
    pub(crate) code: Client,
    /// A client of the implicit flow, `response_type=id_token`.
    pub(crate) implicit: Client,
    /// A public client with refresh tokens.
    pub(crate) app: Client,
    /// A program that gets opaque tokens for itself, and introspects them.
    pub(crate) backend: Client,
    /// A program that gets JWTs, signed with RS256.
    pub(crate) rs256: Client,
    /// The same with ES256.
    pub(crate) es256: Client,
    /// Those who sign in, one after another.
    pub(crate) consumers: Vec<Consumer>,
}

/// A client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    /// `client_id`
    pub(crate) id: String,
    /// `client_secret`; empty for the implicit flow.
    pub(crate) secret: String,
    /// Its redirect URI, where nobody needs to listen.
    pub(crate) redirect_uri: String,
    /// What its JWTs are for (RFC 8707).
    pub(crate) resource: Option<String>,
}

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Consumer {
    /// What is typed as the name.
    pub(crate) username: String,
    /// What is typed as the password.
    pub(crate) password: String,
}

/// A server that runs: the setup, and what its metadata says.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) setup: Setup,
    /// Where to connect.
    pub(crate) address: SocketAddr,
    /// The value of `Host`.
    pub(crate) authority: String,
    /// Path of the metadata.
    pub(crate) discovery: String,
    /// Path of `jwks_uri`.
    pub(crate) jwks: String,
    /// Path of `token_endpoint`.
    pub(crate) token: String,
    /// Path of `userinfo_endpoint`.
    pub(crate) userinfo: String,
    /// Path of `introspection_endpoint`, where there is one.
    pub(crate) introspection: Option<String>,
    /// Path of `pushed_authorization_request_endpoint`, where there is one.
    pub(crate) par: Option<String>,
    authorize: String,
    keys: KeySet,
}

impl Target {
    /// Reads the metadata and the keys of the server that runs with this setup.
    pub(crate) async fn discover(setup: Setup) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, setup.port));
        let authority = setup
            .issuer
            .split_once("://")
            .and_then(|(_, rest)| rest.split('/').next())
            .context("the issuer isn't a URL")?
            .to_owned();
        let discovery = format!("{}/.well-known/openid-configuration", path_of(&setup.issuer));
        let metadata = fetch(address, &authority, &discovery).await?;
        let metadata: Value = serde_json::from_str(&metadata).context("the metadata isn't JSON")?;
        let path = |name: &str| {
            let url = metadata.get(name).and_then(Value::as_str);
            url.map(path_of)
                .map(str::to_owned)
                .with_context(|| format!("the metadata has no {name}"))
        };
        let jwks = path("jwks_uri")?;
        let keys = fetch(address, &authority, &jwks).await?;
        let keys = JwkSet::parse(keys.as_bytes())?;
        Ok(Self {
            address,
            discovery,
            token: path("token_endpoint")?,
            userinfo: path("userinfo_endpoint")?,
            introspection: path("introspection_endpoint").ok(),
            par: path("pushed_authorization_request_endpoint").ok(),
            authorize: path("authorization_endpoint")?,
            keys: KeySet::from_jwk_set(&keys, Some(Algorithm::RS256)),
            jwks,
            authority,
            setup,
        })
    }

    /// The path of an OpenID Connect request, up to the value of its `state`; `nonce` comes before it.
    pub(crate) fn authorization_request(&self, client: &Client, response_type: &str) -> String {
        self.request(client, response_type, SCOPE, &[("nonce", "n-0S6_WzA2Mj")])
    }

    /// The path of a request for a code with PKCE (S256), and refresh tokens with it, up to the value of its `state`.
    pub(crate) fn offline_request(&self, client: &Client, code_challenge: &str) -> String {
        let pkce = [
            ("code_challenge", code_challenge),
            ("code_challenge_method", "S256"),
        ];
        self.request(client, "code", "openid offline_access", &pkce)
    }

    fn request(&self, client: &Client, response_type: &str, scope: &str, more: &[(&str, &str)]) -> String {
        let query = Serializer::new(String::new())
            .append_pair("response_type", response_type)
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &client.redirect_uri)
            .append_pair("scope", scope)
            .extend_pairs(more)
            .append_pair("state", "")
            .finish();
        format!("{}?{query}", self.authorize)
    }

    /// Whether this is an ID token of the server for `client`: signature, issuer, audience and times.
    pub(crate) fn verify(&self, id_token: &str, client: &Client) -> Result<()> {
        // A server may set `iat` to the second that has just begun, by a clock that is a little ahead of ours.
        let policy = Policy::id_token(&self.setup.issuer, &client.id, clock::unix()).with_leeway(2);
        jose::verify(id_token, |kid| self.keys.find(kid), &policy).context("a wrong ID token")?;
        Ok(())
    }
}

/// The path (and query) of a URL of the server; what is a path already stays.
pub(crate) fn path_of(url: &str) -> &str {
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
        None => url,
    }
}

async fn fetch(address: SocketAddr, authority: &str, path: &str) -> Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    let answer = Connection::to(address).send(request.as_bytes()).await?;
    ensure!(answer.status == 200, "{path} answers {}", answer.summary());
    Ok(answer.text()?.to_owned())
}
