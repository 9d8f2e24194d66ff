//! Each account's issuer, asked as a verifier asks it: its discovery document, and the key set that this names.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound::{Accept, Exemption};
use serde_json::Value;
use url::Url;

use super::Check;
use crate::config::PublicUrl;
use crate::context::{FRESH, Services};
use crate::directory::Result;
use crate::model::{Account, AccountStatus};
use crate::store;

/// How long a node may not know of a change yet.
const CATCH_UP: Duration = FRESH.saturating_add(Duration::from_secs(1));

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let own = accounts
        .iter()
        .filter_map(|account| account.issuer.parse::<PublicUrl>().ok());
    let own = own.map(|url| Exemption {
        host: url.host().to_owned(),
        port: Some(url.port()),
    });
    let client = match services.outbound.looking_at(own.collect()) {
        Ok(client) => client,
        Err(error) => return Ok(Check::unchecked("issuer", error.to_string())),
    };
    let (mut check, mut away) = (Check::new("issuer"), BTreeSet::new());
    for account in accounts {
        if account.status != AccountStatus::Active {
            check.note(format!("{}: suspended, and so not asked", account.account_id));
            continue;
        }
        let origin = Url::parse(&account.issuer).map(|url| url.origin().ascii_serialization());
        let origin = origin.unwrap_or_default();
        if away.contains(&origin) {
            check.note(format!(
                "{}: not asked, since {origin} isn't reached",
                account.account_id
            ));
            continue;
        }
        match (Look {
            services,
            client: &client,
            account,
            check: &mut check,
        })
        .look()
        .await?
        {
            Reached::Yes => {}
            Reached::No => {
                away.insert(origin);
            }
        }
    }
    Ok(check)
}

enum Reached {
    Yes,
    No,
}

struct Look<'a> {
    services: &'a Services,
    client: &'a outbound::Client,
    account: &'a Account,
    check: &'a mut Check,
}

impl Look<'_> {
    async fn look(mut self) -> Result<Reached> {
        let issuer = self.account.issuer.clone();
        let Some(document) = self
            .json(&format!("{issuer}/.well-known/openid-configuration"))
            .await
        else {
            return Ok(Reached::No);
        };
        let told = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if told != issuer {
            self.wrong(
                format!("its discovery document says issuer {told:?}, and tokens say {issuer:?} (F-05)"),
                "let the address lead to this signet, and server.public_url be what browsers see, byte for byte",
            );
        }
        let jwks_uri = document
            .get("jwks_uri")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let is_loopback = jwks_uri.parse::<PublicUrl>().is_ok_and(|url| url.is_loopback());
        if !jwks_uri.starts_with("https://") && !is_loopback {
            self.wrong(
                format!("the address of its key set is {jwks_uri:?}, which is not https (F-19)"),
                "set server.public_url to an https URL",
            );
        }
        let Some(set) = self.json(&jwks_uri).await else {
            return Ok(Reached::No);
        };
        self.lint(&set);
        if self.differs(&set).await? {
            // A node may not have heard of a change.
            tokio::time::sleep(CATCH_UP).await;
            if let Some(set) = self.json(&jwks_uri).await
                && self.differs(&set).await?
            {
                self.wrong(
                    "the key set that is served is not that of this database",
                    "whoever answers there serves another database, or an old copy: look for caches and forgotten servers",
                );
            }
        }
        Ok(Reached::Yes)
    }

    /// What some verifiers stumble over (F-19).
    fn lint(&mut self, set: &Value) {
        for key in keys(set) {
            let kid = key.get("kid").and_then(Value::as_str).unwrap_or_default();
            if kid.is_empty() {
                self.wrong(
                    "a key of its set has no kid (F-19)",
                    "ask the maintainers: signet names every key",
                );
            }
            let number = key.get("n").and_then(Value::as_str);
            let is_canonical = |n: &str| {
                URL_SAFE_NO_PAD
                    .decode(n)
                    .is_ok_and(|n| n.first().is_some_and(|first| *first != 0))
            };
            if !number.is_none_or(is_canonical) {
                self.wrong(
                    format!("the modulus of key {kid} is not base64url without leading zeros (F-19)"),
                    "something between changes the answer: look at the proxy",
                );
            }
        }
    }

    async fn differs(&self, set: &Value) -> Result<bool> {
        let account = &self.account.account_id;
        let stored = store::signing_keys::list_published(&self.services.db, account).await?;
        let stored: BTreeSet<String> = stored.iter().map(|key| key.kid.to_string()).collect();
        let served =
            keys(set).filter_map(|key| jose::Jwk::parse(key.to_string().as_bytes()).ok()?.thumbprint());
        Ok(served.collect::<BTreeSet<String>>() != stored)
    }

    async fn json(&mut self, url: &str) -> Option<Value> {
        let reached = match Url::parse(url) {
            Ok(url) => self
                .client
                .get(&url, Accept::Json)
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let failed = match reached {
            Ok(answer) if answer.status.is_success() => match serde_json::from_slice(&answer.body) {
                Ok(document) => return Some(document),
                Err(_) => "the answer is not JSON".to_owned(),
            },
            Ok(answer) => format!("the answer is {}", answer.status.as_u16()),
            Err(error) => error,
        };
        self.wrong(
            format!("{url} is not reached from here: {failed}"),
            "start signet serve; where it runs, let server.public_url lead to it, and outbound.extra_ca know its authority",
        );
        None
    }

    fn wrong(&mut self, problem: impl Into<String>, mend: &str) {
        self.check.wrong(self.account.account_id.as_str(), problem, mend);
    }
}

fn keys(set: &Value) -> impl Iterator<Item = &Value> {
    set.get("keys").and_then(Value::as_array).into_iter().flatten()
}
