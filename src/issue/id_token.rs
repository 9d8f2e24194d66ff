//! id_tokens (OpenID Connect Core §2), with the claims that the messaging platform reads (section 1.8 of its
//! contract).

use std::time::Duration;

use jose::{KeyManagement, Typ};
use oauth::{ClaimsRequest, Nonce, Scope};
use serde_json::Value;

use super::access_token::{self, Entitlement};
use super::claims::{self, Selection};
use super::own::Own;
use super::{IssueError, code::CodeContent, contract, subject};
use crate::base::id::{SessionId, Subject};
use crate::base::{Digest, Timestamp, id};
use crate::context::{Context, Services, Tenant};
use crate::keys::RingKey;
use crate::model::session::LoginMethod;
use crate::model::token::{NewToken, Signed, TokenDigest};
use crate::model::{Client, Consumer};

/// Above this a browser's address bar or the platform may not carry it.
const WARN: usize = 4 * 1024;
const LARGEST: usize = 16 * 1024;

/// What an id_token is to say.
#[derive(Clone, Copy, Debug)]
pub struct Authentication<'a> {
    /// Who logged in.
    pub sub: &'a Subject,
    /// In which session, if in one.
    pub sid: Option<&'a SessionId>,
    /// When.
    pub auth_time: Timestamp,
    /// Whether to say when.
    pub auth_time_wanted: bool,
    /// To be echoed.
    pub nonce: Option<&'a Nonce>,
    /// What was granted.
    pub scope: &'a Scope,
    /// Single claims that were asked for.
    pub claims: Option<&'a ClaimsRequest>,
    /// How they logged in, where it is to be said.
    pub login: Option<&'a LoginMethod>,
}

impl<'a> From<&'a CodeContent> for Authentication<'a> {
    fn from(code: &'a CodeContent) -> Self {
        Self {
            sub: &code.sub,
            sid: Some(&code.sid),
            auth_time: code.auth_time,
            auth_time_wanted: code.auth_time_wanted,
            nonce: code.nonce.as_ref(),
            scope: &code.scope,
            claims: code.claims.as_ref(),
            login: code.login.as_ref(),
        }
    }
}

/// What stands beside the id_token in the same answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// An access token: its hash goes in (`at_hash`).
    pub access_token: Option<&'a str>,
    /// A code: its hash goes in (`c_hash`).
    pub code: Option<&'a str>,
    /// There is no access token, and none will come: claims asked for by scope go in here (Core §5.4).
    pub alone: bool,
}

/// How long a client's id_tokens live.
fn lifetime(context: &Context, client: &Client) -> Duration {
    lifetime_of(&context.services, &context.tenant, client)
}

/// The same where no request is answered.
pub(super) fn lifetime_of(services: &Services, tenant: &Tenant, client: &Client) -> Duration {
    match client
        .settings
        .id_token_ttl
        .or(tenant.account.settings.id_token_ttl)
    {
        Some(seconds) => Duration::from_secs(seconds.into()),
        None => services.settings.tokens.id_token_ttl.get(),
    }
}

/// An id_token, and what must be kept of it.
#[derive(Debug)]
pub struct IdToken {
    /// The token, as it goes out.
    pub text: String,
    /// What signed it, and until when it lives.
    pub signed: Signed,
}

impl IdToken {
    /// The row of an id_token that goes out without an access token: as long as it lives, its key is needed.
    pub fn alone(&self, context: &Context, entitlement: Entitlement) -> NewToken {
        access_token::row(
            context,
            entitlement,
            TokenDigest::IdToken(Digest::of(&self.text)),
            self.signed.expires_at,
        )
        .with_id_token(self.signed.clone())
    }
}

/// Writes and signs an id_token, and encrypts it for a client that registered so: signed first, so that whoever it is for
/// can show what was said (OpenID Connect Core §16.14).
pub async fn issue(
    context: &Context,
    client: &Client,
    consumer: &Consumer,
    authentication: &Authentication<'_>,
    beside: &Beside<'_>,
) -> Result<IdToken, IssueError> {
    let tenant = &context.tenant;
    let RingKey { kid, signer } = tenant
        .key_for(client)
        .ok_or_else(|| IssueError::NoKey(client.id_token_algorithm(&tenant.account.settings)))?;
    let algorithm = signer.algorithm();
    let expires_at = context.now + lifetime(context, client);
    let services = &context.services;
    let requested = authentication.claims.map(|claims| &claims.id_token);
    let auth_time_wanted = authentication.auth_time_wanted
        || client.settings.require_auth_time
        || requested.is_some_and(|claims| claims.contains("auth_time"));
    let login = authentication.login;
    let sub = subject::shown(context, client, authentication.sub);
    let issued_at = context.now - services.settings.tokens.backdate.get();
    let half_hash = |beside: Option<&str>| beside.map(|it| jose::half_hash(algorithm, it).into());
    let own = Own([
        ("iss", Some(context.issuer().into())),
        ("sub", Some(sub.as_str().into())),
        ("aud", Some(audience(client))),
        ("iat", Some(issued_at.seconds().into())),
        ("exp", Some(expires_at.seconds().into())),
        ("jti", Some(id::fresh(&services.clock, &services.entropy).into())),
        ("sid", authentication.sid.map(|sid| sid.as_str().into())),
        (
            "auth_time",
            auth_time_wanted.then(|| authentication.auth_time.seconds().into()),
        ),
        (
            "acr",
            login
                .and_then(|login| login.acr.as_ref())
                .map(|acr| acr.as_str().into()),
        ),
        ("amr", login.map(amr)),
        ("nonce", authentication.nonce.map(|nonce| nonce.as_str().into())),
        ("at_hash", half_hash(beside.access_token)),
        ("c_hash", half_hash(beside.code)),
    ]);
    let mut payload = own.payload();
    claims::tell_reserved(context, client, consumer);
    let selection = Selection {
        scope: beside.alone.then_some(authentication.scope),
        requested,
        all: client.settings.leniency.all_claims,
    };
    claims::select(consumer, &selection, &mut payload);
    if let Some(contract) = &client.settings.claims_contract {
        contract::fulfil(contract, consumer, authentication.scope, &mut payload)?;
    }
    own.demand(context, client, &payload)?;
    let json = serde_json::to_vec(&payload).map_err(|_| IssueError::Write("an id_token"))?;
    let signed = signer.sign(Typ::Jwt, &json)?;
    let token = match client.settings.id_token_encrypted_response_alg {
        None => signed,
        Some(management) => encrypt(context, client, management, &signed).await?,
    };
    if token.len() > LARGEST {
        return Err(IssueError::TooLarge(token.len()));
    }
    if token.len() > WARN {
        tracing::warn!(client = %client.client_id, bytes = token.len(), "large id_token: a browser may not carry it");
    }
    Ok(IdToken {
        text: token,
        signed: Signed {
            kid: kid.clone(),
            expires_at,
        },
    })
}

fn amr(login: &LoginMethod) -> Value {
    login.amr.iter().map(|amr| amr.as_str()).collect()
}

/// The signed token in one that its recipient alone can read (RFC 7519 §5.2). Without a key to encrypt to there is none.
async fn encrypt(
    context: &Context,
    client: &Client,
    management: KeyManagement,
    signed: &str,
) -> Result<String, IssueError> {
    let settings = &client.settings;
    let recipient = context.services.recipients.find(client, management).await?;
    let encryption = settings.id_token_encrypted_response_enc.unwrap_or_default();
    let content = settings.id_token_encrypted_response_cty.then_some(Typ::Jwt);
    Ok(recipient.encrypt(encryption, content, signed.as_bytes())?)
}

/// The client id, or what an administrator set: one name as a string, several as an array.
pub fn audience(client: &Client) -> Value {
    match client.settings.id_token_audience.as_slice() {
        [] => client.client_id.as_str().into(),
        [one] => one.as_str().into(),
        several => several.iter().map(String::as_str).collect(),
    }
}
