//! The messaging platform's own side.

use clap::{Args, Subcommand};
use serde_json::json;

use super::directory::facts;
use super::{Global, Outcome, block_on, open_services};

/// The gateway: what the messaging platform's services have of their own.
#[derive(Debug, Subcommand)]
pub(crate) enum Gateway {
    EncryptionKey(EncryptionKey),
}

/// Print the platform's public key that brands encrypt their id_tokens to: as JWK, and as the one line that is pasted. It is
/// made at its first use.
#[derive(Debug, Args)]
pub(crate) struct EncryptionKey {}

impl Gateway {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::EncryptionKey(EncryptionKey {}) => encryption_key(global),
        }
    }
}

fn encryption_key(global: &Global) -> Outcome {
    let settings = global.settings()?;
    let public = block_on(async {
        let services = open_services(settings).await?;
        let key = services.platform_keys.encryption().await?.public();
        Ok((key.to_jwk(), key.to_spki_line(), key.fingerprint()))
    })?;
    let (jwk, line, fingerprint) = public;
    let document = json!({"kid": jwk.kid, "jwk": jwk, "spki_line": line, "fingerprint": fingerprint});
    global.output().show(&document, || {
        let shown = facts([
            ("kid", jwk.kid.clone().unwrap_or_default()),
            ("fingerprint (sha-256 of the spki)", fingerprint),
            ("jwk", json!(jwk).to_string()),
        ]);
        format!("{line}\n\n{shown}")
    })
}
