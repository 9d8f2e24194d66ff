//! Tries a brand's own verifier: what it takes, and what it should have refused.

mod forge;
mod report;
mod samples;
mod send;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use jose::{PrivateKey, RsaBits};
use serde_json::{Map, Value, json};
use url::Url;

use self::forge::Forge;
use self::report::{tell, written};
use self::samples::{Expected, Sample};
use self::send::{Seen, Way};
use super::directory::{self as shared, Whose};
use super::{Global, Outcome, WholeFile};
use crate::base::hex;
use crate::base::id::{AccountId, ClientId};
use crate::context::{Services, Tenant};
use crate::directory::{self, Error, client, consumer};
use crate::issue::contract;
use crate::model::Client;

/// Send good tokens and forged ones to a verifier of your own, and name what it let through.
///
/// A status of 2xx is taken for "accepted", anything else for "refused". Exits with 1 where a good token was refused or a
/// forged one accepted. Good tokens are real ones: they name the client as their audience and live for five minutes, so
/// send them nowhere but to a server of your own.
#[derive(Debug, Args)]
pub(crate) struct VerifierTest {
    /// Where the verifier takes tokens: any page or API that needs one.
    #[arg(long, value_name = "URL", required_unless_present = "write")]
    url: Option<Url>,
    /// The client whose tokens it verifies; where none is named, the account's only one for the platform, or its only one.
    #[arg(long, value_name = "ID")]
    client: Option<ClientId>,
    /// The consumer whom the tokens speak of: their sub, username or e-mail address. Somebody made up, unless said
    /// otherwise.
    #[arg(long, value_name = "CONSUMER")]
    consumer: Option<String>,
    /// Another account of yours: its active key signs two more of the forged tokens, as long as you name it. They say what
    /// all the others say, so that they are good nowhere.
    #[arg(long, value_name = "ID")]
    other_account: Option<AccountId>,
    /// The nonce that the verifier expects, where it expects one.
    #[arg(long, value_name = "NONCE")]
    nonce: Option<String>,
    /// How it takes them: bearer, header:NAME, cookie:NAME, form:NAME, json:NAME or query:NAME.
    #[arg(long, value_name = "WAY", default_value = "bearer")]
    send: Way,
    /// The request's method.
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    method: http::Method,
    /// Write the tokens into a file instead, a JSON document a line, for a test of your own to read.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    write: Option<PathBuf>,
    #[command(flatten)]
    whose: Whose,
}

/// A token that was sent, and what came of it.
struct Tried {
    sample: Sample,
    seen: Seen,
}

/// Another account that lent its key.
struct Other {
    account_id: AccountId,
    kid: String,
}

/// What there is to try a verifier with.
struct Samples {
    all: Vec<Sample>,
    other: Option<Other>,
}

/// What was done with the tokens.
enum Done {
    Written(PathBuf, usize),
    Sent(Vec<Tried>, Option<Other>),
}

impl Tried {
    fn is_right(&self) -> bool {
        match self.sample.expected {
            Expected::Accepted => self.seen.is_accepted(),
            Expected::Refused => self.seen.is_refused(),
        }
    }
}

impl VerifierTest {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let samples = match self.samples(services).await? {
                    Ok(samples) => samples,
                    Err(error) => return Ok(Err(error)),
                };
                Ok(match (&self.url, &self.write) {
                    (Some(url), _) => self.send(services, url, samples).await,
                    (None, Some(file)) => write(file, &samples.all),
                    (None, None) => Err(anyhow!("neither --url nor --write")),
                })
            },
            |done| match done? {
                Done::Written(file, tokens) => written(global, &file, tokens),
                Done::Sent(tried, other) => tell(global, &tried, other.as_ref()),
            },
        )
    }

    async fn send(&self, services: &Services, url: &Url, samples: Samples) -> anyhow::Result<Done> {
        let own = outbound::Exemption {
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
        };
        let http = services.outbound.looking_at(vec![own])?;
        let mut tried = Vec::new();
        for sample in samples.all {
            let seen = self.send.send(&http, &self.method, url, &sample.token).await;
            tried.push(Tried { sample, seen });
        }
        Ok(Done::Sent(tried, samples.other))
    }

    async fn samples(&self, services: &Services) -> directory::Result<anyhow::Result<Samples>> {
        let account = self.whose.find(services).await?;
        let tenant = found(services, &account.account_id).await?;
        let Some(client) = self.client(services, &account.account_id).await? else {
            return Ok(Err(anyhow!(
                "the account has no client, or several: name one with --client"
            )));
        };
        let key = tenant.key_for(&client);
        let key = key.ok_or_else(|| missing("signing key", client.client_id.as_str()))?;
        let claims = self.claims(services, &tenant, &client).await?;
        let now = services.clock.now().seconds();
        let signer = key.signer.key();
        let other = match &self.other_account {
            Some(id) if *id == account.account_id => {
                return Ok(Err(anyhow!("--other-account is to be another account than {id}")));
            }
            Some(id) => Some(found(services, id).await?),
            None => None,
        };
        let lent = match &other {
            Some(other) => {
                let lent = other.ring.active(signer.algorithm());
                let id = format!("{} of {}", signer.algorithm(), other.account.account_id);
                Some(lent.ok_or_else(|| missing("signing key", &id))?)
            }
            None => None,
        };
        Ok(PrivateKey::generate(signer.algorithm(), RsaBits::Rsa2048)
            .map_err(anyhow::Error::from)
            .and_then(|stranger| {
                let forge = Forge {
                    key: signer,
                    stranger: &stranger,
                    another: lent.map(|key| key.signer.key()),
                    claims,
                    now,
                };
                let all = samples::all(&forge)?;
                let other = other.as_ref().zip(forge.another).map(|(other, key)| Other {
                    account_id: other.account.account_id.clone(),
                    kid: key.kid().to_owned(),
                });
                Ok(Samples { all, other })
            }))
    }

    /// The client that is named, or the one that there is.
    async fn client(&self, services: &Services, account: &AccountId) -> directory::Result<Option<Client>> {
        if let Some(id) = &self.client {
            return client::find(services, account, id).await.map(Some);
        }
        if let [one] = services.clients.platform(account).await?.as_slice() {
            return Ok(Some(one.clone()));
        }
        let all = client::list(services, account, None, 2).await?;
        Ok(match all.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        })
    }

    /// What a genuine token says.
    async fn claims(
        &self,
        services: &Services,
        tenant: &Tenant,
        client: &Client,
    ) -> directory::Result<Map<String, Value>> {
        let now = services.clock.now().seconds();
        let mut claims = match &self.consumer {
            Some(who) => {
                let consumer = consumer::find(services, &tenant.account.account_id, who).await?;
                let lint = contract::lint(services, tenant, client, &consumer, &client.settings.scope);
                lint.lines
                    .into_iter()
                    .map(|line| (line.name, line.value))
                    .collect()
            }
            None => Map::from_iter([
                ("iss".to_owned(), tenant.account.issuer.clone().into()),
                ("sub".to_owned(), "verifier-test".into()),
                ("aud".to_owned(), crate::issue::id_token::audience(client)),
            ]),
        };
        claims.extend([
            ("iat".to_owned(), (now - 5).into()),
            ("exp".to_owned(), (now + 300).into()),
            ("jti".to_owned(), hex(&services.entropy.bytes::<16>()).into()),
        ]);
        claims.extend(
            self.nonce
                .iter()
                .map(|nonce| ("nonce".to_owned(), nonce.as_str().into())),
        );
        Ok(claims)
    }
}

async fn found(services: &Services, account: &AccountId) -> directory::Result<Arc<Tenant>> {
    let found = services.accounts.find(account).await?;
    found.ok_or_else(|| missing("account", account.as_str()))
}

fn missing(what: &'static str, id: &str) -> Error {
    Error::NotFound {
        what,
        id: id.to_owned(),
    }
}

fn write(file: &Path, samples: &[Sample]) -> anyhow::Result<Done> {
    let lines: Vec<String> = samples
        .iter()
        .map(|sample| {
            let expected = sample.expected.as_str();
            let line =
                json!({"name": sample.name, "expected": expected, "why": sample.why, "token": sample.token});
            format!("{line}\n")
        })
        .collect();
    let mut out = WholeFile::begin(file)?;
    out.write_all(lines.concat().as_bytes())?;
    out.keep()?;
    Ok(Done::Written(file.to_owned(), samples.len()))
}
