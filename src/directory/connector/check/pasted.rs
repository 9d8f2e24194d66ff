//! The pasted key: whether it is one (F-02, F-03), and whether a brand elsewhere signs with it (F-01, F-20).

use jose::{Algorithm, KeySet, PublicKey};

use super::keys::usable_keys;
use super::{Keys, Look};
use crate::directory::doctor::Check;

impl Look<'_> {
    pub(super) async fn pasted(&mut self, mut check: Check) -> Keys {
        let fields = &self.connector.configuration;
        let line = fields.jwt_public_key.as_deref().unwrap_or_default();
        let pasted = match PublicKey::from_spki_line(Algorithm::RS256, line) {
            Ok(key) => key,
            Err(error) => {
                check.wrong(
                    self.place("jwtPublicKey"),
                    format!("the pasted key can't be used: {error} (F-02, F-03)"),
                    "paste the one line that signet key export --format spki-line prints",
                );
                return Keys::none(check);
            }
        };
        check.note(format!(
            "The pasted key is one of {} bits, SHA-256 {}.",
            pasted.rsa_bits().unwrap_or_default(),
            pasted.fingerprint()
        ));
        let set = self.of_issuer(&mut check).await;
        // The account's own is held against the key that signs, which is known (`own`).
        if let Some(set) = set.as_ref().filter(|_| !self.is_own()) {
            self.compare(&pasted, set, &mut check);
        }
        Keys {
            check,
            pasted: Some(pasted),
            set,
        }
    }

    /// What the issuer publishes, where it does: the platform doesn't read it beside a pasted key.
    async fn of_issuer(&mut self, check: &mut Check) -> Option<KeySet> {
        const UNKNOWN: &str =
            "whether tokens are signed with the pasted key isn't known; a token shows it (--token-file)";
        let Some(url) = self.jwks_uri.clone() else {
            check.note(format!("The issuer doesn't say where its keys are: {UNKNOWN}."));
            return None;
        };
        match self.key_document(&url).await {
            Ok(document) => usable_keys(&document),
            Err(why) => {
                check.note(format!(
                    "The issuer's keys at {url} can't be read, {why}: {UNKNOWN}."
                ));
                None
            }
        }
    }

    fn compare(&self, pasted: &PublicKey, set: &KeySet, check: &mut Check) {
        let place = self.place("jwtPublicKey");
        let is_it = |key: &&PublicKey| key.to_spki_der() == pasted.to_spki_der();
        let others: Vec<String> = set.keys().iter().filter(|key| !is_it(key)).map(named).collect();
        let publishes_it = set.keys().iter().any(|key| is_it(&key));
        if !publishes_it && !others.is_empty() {
            check.wrong(
                place,
                format!(
                    "the pasted key, SHA-256 {}, is none of those that the issuer publishes: {}. It was another's, or was \
                     replaced: tokens are refused with 9007 (F-01, F-20)",
                    pasted.fingerprint(),
                    others.join("; ")
                ),
                self.instead("paste the one that signs now"),
            );
        } else if !publishes_it {
            check.warn(
                place,
                "the issuer publishes no RSA key for signatures: whether it signs with the pasted one isn't known (F-01)",
                "hand a token to --token-file",
            );
        } else if !others.is_empty() {
            check.warn(
                place,
                format!(
                    "the issuer publishes other keys beside the pasted one: {}. From the day that it signs with one of them, \
                     every token is refused (F-20)",
                    others.join("; ")
                ),
                self.instead("paste the next one on the day that it begins to sign"),
            );
        } else {
            check.note("It is the one key that the issuer publishes.");
        }
    }

    /// The mend of a key that isn't the right one, or won't be.
    pub(super) fn instead(&self, otherwise: &str) -> String {
        let Some(url) = &self.jwks_uri else {
            return otherwise.to_owned();
        };
        format!(
            "signet connector update {} --jwks-endpoint {url}; or {otherwise}",
            self.connector.connector_id
        )
    }
}

/// A key as people compare it.
pub(super) fn named(key: &PublicKey) -> String {
    format!("{}, SHA-256 {}", key.kid(), key.fingerprint())
}
