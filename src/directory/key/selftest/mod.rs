//! Whether an account's keys do what others were told of them: each signs what the pasted line and the JWK set verify, each
//! client that has encrypted tokens can read them, and what somebody has pasted is the key that signs (F-01 to F-03, F-08
//! and F-19 of the platform contract).

mod pasted;
mod recipient;
mod signing;

use std::fmt;

use jose::{DecryptionKey, PublicKey, SignError, Signer, Typ};
use serde_json::json;

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::{Services, Tenant};
use crate::directory::{Error, Result, account, client};
use crate::model::Client;
use crate::model::signing_key::KeyState;
use crate::store;

/// What is to be tested beside the account's own keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// The one client that counts; all where none is named.
    pub client: Option<&'a ClientId>,
    /// What somebody has in the field for the key.
    pub pasted: Option<&'a str>,
    /// A recipient's private key.
    pub decrypt_with: Option<&'a DecryptionKey>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Everything that was looked at.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether all is as it should be.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// Of what.
    pub subject: Subject,
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub passed: bool,
    /// What was seen, or what is wrong.
    pub detail: String,
}

/// What a check is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A signing key.
    Key(KeyId),
    /// A client.
    Client(ClientId),
    /// The pasted value.
    Pasted,
    /// The recipient's private key.
    DecryptionKey,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(kid) => write!(f, "key {kid}"),
            Self::Client(id) => write!(f, "client {id}"),
            Self::Pasted => f.write_str("pasted value"),
            Self::DecryptionKey => f.write_str("private key"),
        }
    }
}

impl Check {
    fn of(subject: &Subject, name: &'static str, outcome: std::result::Result<String, String>) -> Self {
        let passed = outcome.is_ok();
        Self {
            subject: subject.clone(),
            name,
            passed,
            detail: outcome.unwrap_or_else(|reason| reason),
        }
    }
}

/// A key of the account's, with where it stands.
struct Known {
    kid: KeyId,
    public: PublicKey,
    state: KeyState,
}

/// Looks at all of it. Nothing is changed, and nothing that is signed here is of use to anybody.
pub async fn selftest(services: &Services, account: &AccountId, wishes: &Wishes<'_>) -> Result<Report> {
    account::row(services, account).await?;
    let tenant = services
        .accounts
        .find(account)
        .await?
        .ok_or_else(|| Error::NotFound {
            what: "account",
            id: account.to_string(),
        })?;
    let now = services.clock.now();
    let clients = clients(services, account, wishes.client).await?;
    let mut checks = signing::checks(&tenant, now);
    checks.extend(recipient::checks(services, &tenant, &clients, wishes, now).await);
    if let Some(text) = wishes.pasted {
        let known = known(services, account).await?;
        let signs = signs(&tenant, &clients, wishes.client.is_some());
        let outcome = pasted::examine(text, &known, &signs);
        checks.push(Check::of(&Subject::Pasted, "spki_line", outcome));
    }
    Ok(Report { checks })
}

/// The client that is named, or all.
async fn clients(services: &Services, account: &AccountId, named: Option<&ClientId>) -> Result<Vec<Client>> {
    const PAGE: i64 = 200;
    if let Some(id) = named {
        return Ok(vec![client::find(services, account, id).await?]);
    }
    let mut all: Vec<Client> = Vec::new();
    loop {
        let after = all.last().map(|client| client.client_id.clone());
        let page = client::list(services, account, after.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn known(services: &Services, account: &AccountId) -> Result<Vec<Known>> {
    let keys = store::signing_keys::list(&services.db, account).await?;
    Ok(keys
        .into_iter()
        .filter_map(|key| {
            Some(Known {
                public: super::public(&key).ok()?,
                kid: key.kid,
                state: key.state,
            })
        })
        .collect())
}

/// The keys that sign: for these clients, and unless one was named, whichever are active.
fn signs(tenant: &Tenant, clients: &[Client], named: bool) -> Vec<KeyId> {
    let algorithms = tenant.ring.algorithms().filter(|_| !named);
    let active = algorithms.filter_map(|algorithm| tenant.ring.active(algorithm));
    let mut signs: Vec<KeyId> = clients
        .iter()
        .filter_map(|client| tenant.key_for(client))
        .chain(active.map(AsRef::as_ref))
        .map(|key| key.kid.clone())
        .collect();
    signs.sort_unstable();
    signs.dedup();
    signs
}

/// Whom a test's token is for.
const AUDIENCE: &str = "selftest";

/// A token like an id_token, for nobody.
fn token(signer: &Signer, issuer: &str, now: Timestamp) -> std::result::Result<String, SignError> {
    let claims = json!({
        "iss": issuer,
        "sub": AUDIENCE,
        "aud": AUDIENCE,
        "iat": now.seconds(),
        "exp": now.seconds() + 60,
    });
    signer.sign(Typ::Jwt, claims.to_string().as_bytes())
}

/// Verifies such a token with one key, as somebody does who has that key pasted.
fn verify(
    token: &str,
    key: &PublicKey,
    issuer: &str,
    now: Timestamp,
) -> std::result::Result<(), jose::VerifyError> {
    let policy = jose::Policy::id_token(issuer, AUDIENCE, now.seconds());
    jose::verify(token, |_| Some(key), &policy).map(|_| ())
}
