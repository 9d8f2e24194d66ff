//! Whether a connector works, asked as the platform asks: its fields, the issuer's discovery document, the keys, the token
//! endpoint, and the clocks. What is wrong comes with the mend; numbers are those of section 12 of the platform contract.
//!
//! The doctor and the console's “Check” both show this. Nothing is changed. What is sent is a code that nobody made, so that
//! the token endpoint must refuse it, and says by which refusal whether it took the client's secret.

mod encrypted;
mod fields;
mod issuer;
mod keys;
mod own;
mod page;
#[cfg(test)]
mod page_tests;
mod pasted;
mod recipient;
mod script;
#[cfg(test)]
mod script_tests;
mod scripts;
mod signature;
mod site;
mod state;
mod subject;
mod token;
mod token_endpoint;

pub use page::check_page;
pub(in crate::directory) use recipient::recipient;
pub use subject::{guessable, repeats};
pub use token::check_token;

use jose::{KeySet, PublicKey};
use outbound::{Accept, Answer, Exemption};
use url::Url;

use crate::base::Timestamp;
use crate::config::PublicUrl;
use crate::context::{OutboundError, Services};
use crate::directory::doctor::{Check, Finding};
use crate::directory::{Result, account};
use crate::model::Account;
use crate::model::connector::{Connector, ConnectorKind};

/// By how many seconds another clock may differ before it is told of (section 1.8 of the platform contract).
const SKEW: u64 = 5;

/// Looks at a connector.
pub async fn check(services: &Services, connector: &Connector) -> Result<Vec<Check>> {
    check_window(services, connector, None).await
}

/// The same; with the redirect URI that the brand has registered for external windows, where that isn't known here.
pub async fn check_window(
    services: &Services,
    connector: &Connector,
    redirect_uri: Option<&str>,
) -> Result<Vec<Check>> {
    let owner = services
        .accounts
        .account(account::row(services, &connector.account_id).await?);
    let mut checks = vec![fields::check(services, connector).await?];
    if connector.kind == ConnectorKind::Anonymous {
        return Ok(checks);
    }
    let client = match Look::client(services, &owner) {
        Ok(client) => client,
        Err(error) => {
            checks.push(Check::unchecked("connector_issuer", error.to_string()));
            return Ok(checks);
        }
    };
    let mut look = Look::new(services, client, owner, connector);
    let issuer = look.issuer().await;
    let keys = look.keys().await;
    let redeems = look.token_endpoint().await;
    checks.extend([issuer, keys.check]);
    checks.extend(redeems);
    checks.push(Box::pin(look.state(redirect_uri)).await?);
    if let Some(own) = look.own(keys.set.as_ref()).await? {
        checks.push(own);
    }
    checks.push(look.clock());
    Ok(checks)
}

/// Looks at what is here alone: nobody is asked.
pub async fn check_here(services: &Services, connector: &Connector) -> Result<Vec<Check>> {
    let owner = services
        .accounts
        .account(account::row(services, &connector.account_id).await?);
    let mut checks = vec![fields::check(services, connector).await?];
    if connector.kind == ConnectorKind::Anonymous {
        return Ok(checks);
    }
    match Look::client(services, &owner) {
        Ok(client) => {
            let look = Look::new(services, client, owner, connector);
            checks.extend(look.own(None).await?);
        }
        Err(error) => checks.push(Check::unchecked("connector_client", error.to_string())),
    }
    Ok(checks)
}

/// What is wrong with a set of keys that is published elsewhere, in sentences: asked once, when a connector to it was saved
/// (docs/decisions/0021). Nothing where the set is this server's own, or can't be asked for, which [`super::warnings`] tells.
pub async fn unreadable_keys(services: &Services, connector: &Connector) -> Result<Vec<String>> {
    let owner = services
        .accounts
        .account(account::row(services, &connector.account_id).await?);
    let endpoint = connector.configuration.jwks_endpoint.as_deref().map(Url::parse);
    let (Some(Ok(endpoint)), Ok(client)) = (endpoint, services.outbound.looking_at(Vec::new())) else {
        return Ok(Vec::new());
    };
    let here = Url::parse(&owner.issuer).ok().map(|issuer| issuer.origin());
    if here == Some(endpoint.origin()) || client.admits(&endpoint).is_err() {
        return Ok(Vec::new());
    }
    let mut look = Look::new(services, client, owner, connector);
    let found = look.keys().await.check.findings.into_iter();
    let sentence = |it: Finding| format!("{}: {}. To mend: {}.", it.place, it.problem, it.mend);
    Ok(found.map(sentence).collect())
}

/// What the looks share.
struct Look<'a> {
    services: &'a Services,
    client: outbound::Client,
    owner: Account,
    connector: &'a Connector,
    /// What time it was elsewhere when it was so here: by the name of the endpoint.
    clocks: Vec<(&'static str, Timestamp, Timestamp)>,
    /// Where the issuer says that its keys are: known once its discovery document was read.
    jwks_uri: Option<Url>,
}

/// What came of looking for the keys.
struct Keys {
    check: Check,
    /// The one that is pasted, where one is and can be read.
    pasted: Option<PublicKey>,
    /// The published ones, where they could be read: at the connector's own endpoint, or beside a pasted key where its issuer
    /// publishes them.
    set: Option<KeySet>,
}

impl Keys {
    /// Where none could be had.
    const fn none(check: Check) -> Self {
        Self {
            check,
            pasted: None,
            set: None,
        }
    }
}

impl<'a> Look<'a> {
    const fn new(
        services: &'a Services,
        client: outbound::Client,
        owner: Account,
        connector: &'a Connector,
    ) -> Self {
        Self {
            services,
            client,
            owner,
            connector,
            clocks: Vec::new(),
            jwks_uri: None,
        }
    }
}

impl Look<'_> {
    /// What may look at the account's own issuer, wherever that is.
    fn client(services: &Services, owner: &Account) -> std::result::Result<outbound::Client, OutboundError> {
        services.outbound.looking_at(Self::own_host(owner))
    }

    fn own_host(owner: &Account) -> Vec<Exemption> {
        let own = owner.issuer.parse::<PublicUrl>().ok().map(|url| Exemption {
            host: url.host().to_owned(),
            port: Some(url.port()),
        });
        own.into_iter().collect()
    }

    /// Whether the account's own issuer is the brand's identity provider.
    fn is_own(&self) -> bool {
        self.connector.configuration.issuer == self.owner.issuer
    }

    /// Where fields are mended.
    fn place(&self, field: &str) -> String {
        format!("{}: {field}", self.connector.connector_id)
    }

    async fn get(&mut self, name: &'static str, url: &Url) -> std::result::Result<Answer, outbound::Error> {
        let answer = self.client.get(url, Accept::Json).await;
        if let Ok(answer) = &answer {
            self.note_clock(name, answer);
        }
        answer
    }

    fn note_clock(&mut self, name: &'static str, answer: &Answer) {
        let there = answer.date.as_deref().and_then(Timestamp::parse_http);
        if let Some(there) = there {
            self.clocks.push((name, self.services.clock.now(), there));
        }
    }

    /// The brand's clocks against this machine's (F-17).
    fn clock(&self) -> Check {
        let mut check = Check::new("connector_clock");
        if self.clocks.is_empty() {
            return Check::unchecked("connector_clock", "no answer said what time it is there");
        }
        for (name, here, there) in &self.clocks {
            let skew = here.since(*there).max(there.since(*here)).as_secs();
            if skew > SKEW {
                check.warn(
                    *name,
                    format!("the clock there is {skew} s away from this one's: tokens may be not yet valid, or expired (F-17)"),
                    "let NTP set both clocks",
                );
            }
        }
        check
    }
}
