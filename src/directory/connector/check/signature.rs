//! Whether a token is signed with what the connector verifies it with (F-01, F-20). What time it is plays no part.

use jose::verify::{Jws, VerifyError};
use jose::{KeySet, PublicKey};
use serde_json::{Map, Value};

use super::pasted::named;
use super::{Keys, Look};
use crate::context::Services;
use crate::directory::doctor::Check;
use crate::directory::{Result, account};
use crate::model::connector::{Connector, ConnectorKind};

/// Looks at a signature. Its keys are fetched anew; why they can't be is for [`super::check`] to tell.
pub(super) async fn check(
    services: &Services,
    connector: &Connector,
    token: &str,
    claims: &Map<String, Value>,
    check: &mut Check,
) -> Result<()> {
    if connector.kind == ConnectorKind::Anonymous || connector.configuration.is_delegation() {
        check.note("This connector verifies nobody: the token's signature isn't looked at.");
        return Ok(());
    }
    let owner = services
        .accounts
        .account(account::row(services, &connector.account_id).await?);
    let client = match Look::client(services, &owner) {
        Ok(client) => client,
        Err(error) => {
            check.note(format!("Its signature can't be looked at: {error}."));
            return Ok(());
        }
    };
    let mut look = Look::new(services, client, owner, connector);
    look.issuer().await;
    let keys = look.keys().await;
    let exp = claims.get("exp").and_then(Value::as_i64);
    let has_expired = exp.is_some_and(|exp| exp < services.clock.now().seconds());
    let token = Signed { token, has_expired };
    look.signature(&token, &keys, check);
    Ok(())
}

/// A token whose signature is looked at.
struct Signed<'t> {
    token: &'t str,
    has_expired: bool,
}

impl Signed<'_> {
    fn verify(&self, key: &PublicKey) -> std::result::Result<(), VerifyError> {
        Jws::parse(self.token)?.verify(key).map(|_| ())
    }
}

impl Look<'_> {
    fn signature(&self, token: &Signed<'_>, keys: &Keys, check: &mut Check) {
        let place = self.place("token");
        let kid = match Jws::parse(token.token) {
            Ok(jws) => jws.header().kid.clone(),
            Err(error) => {
                let problem = format!("the platform takes signatures of RS256 alone: {error} (F-01)");
                check.wrong(place, problem, "let the brand sign with RS256");
                return;
            }
        };
        let kid = kid.as_deref();
        let made = match (&keys.pasted, &keys.set) {
            (Some(pasted), set) => self.by_pasted(token, pasted, set.as_ref(), check),
            (None, Some(set)) => self.by_published(token, kid, set, check),
            (None, None) => {
                check.note("Its signature can't be looked at: there is no key that can be read.");
                None
            }
        };
        if let Some(key) = made {
            check.note(format!("It is signed with {}.", named(key)));
        }
    }

    fn by_pasted<'k>(
        &self,
        token: &Signed<'_>,
        pasted: &'k PublicKey,
        set: Option<&KeySet>,
        check: &mut Check,
    ) -> Option<&'k PublicKey> {
        let error = match token.verify(pasted) {
            Ok(()) => return Some(pasted),
            Err(error) => error,
        };
        let published = set.into_iter().flat_map(KeySet::keys);
        let signs = published.into_iter().find(|key| token.verify(key).is_ok());
        let (whose, mend) = match signs {
            Some(key) => (
                format!("it is signed with {}, which the issuer publishes", named(key)),
                format!("paste {}", key.to_spki_line()),
            ),
            None => (error.to_string(), "paste the one that signs".to_owned()),
        };
        check.wrong(
            self.place("token"),
            format!(
                "the pasted key, SHA-256 {}, isn't the one that signed: {whose}. Tokens are refused with 9007 (F-01, F-20)",
                pasted.fingerprint()
            ),
            self.instead(&mend),
        );
        None
    }

    fn by_published<'k>(
        &self,
        token: &Signed<'_>,
        kid: Option<&str>,
        set: &'k KeySet,
        check: &mut Check,
    ) -> Option<&'k PublicKey> {
        let place = self.place("token");
        let Some(key) = set.find(kid) else {
            let Some(kid) = kid else {
                check.wrong(
                    place,
                    "its header has no kid, and the set has several keys, or none: the platform can't find the key (F-19)",
                    "let the brand's header name the key that signs",
                );
                return None;
            };
            let problem =
                format!("no key {kid:?} is published at jwksEndpoint: every token of it is refused (F-20)");
            let mend =
                "publish the next key before it signs, and keep the old one until its last token has expired";
            // What is over may have outlived its key.
            if token.has_expired {
                check.warn(
                    place,
                    format!("{problem}; it has expired, and its key may be retired"),
                    mend,
                );
            } else {
                check.wrong(place, problem, mend);
            }
            return None;
        };
        match token.verify(key) {
            Ok(()) => Some(key),
            Err(error) => {
                check.wrong(
                    place,
                    format!(
                        "it isn't signed with the key that is published as {}: {error} (F-01)",
                        named(key)
                    ),
                    "publish the key that signs, under a kid that no other key ever had",
                );
                None
            }
        }
    }
}
