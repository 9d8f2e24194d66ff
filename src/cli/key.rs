use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::Timestamp;
use crate::base::id::KeyId;
use crate::directory::key::{self, Exported};
use crate::model::signing_key::{KeyState, SigningKey};

/// Signing keys: their public halves, and where each stands in its life.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List an account's keys: pending (published, not signing), active, retiring (published, not signing), retired.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Print a public key: what the messaging platform's key field takes, unless another form is asked for.
    Export {
        /// The key; the one that signs where none is named.
        #[arg(allow_hyphen_values = true)]
        kid: Option<KeyId>,
        #[command(flatten)]
        whose: Whose,
        /// Its form.
        #[arg(long, value_enum, default_value_t = Format::SpkiLine)]
        format: Format,
    },
}

/// A form of a public key.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// SubjectPublicKeyInfo in PEM, `BEGIN PUBLIC KEY`.
    Pem,
    /// The same in base64 on one line, nothing around it: what the platform's "JWT Public Key" field takes.
    SpkiLine,
    /// A JSON Web Key (RFC 7517).
    Jwk,
}

impl Keys {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::List { whose } => shared::run(
                global,
                async |services| {
                    let account = whose.find(services).await?;
                    key::list(services, &account.account_id).await
                },
                |keys| tell(global, &keys),
            ),
            Self::Export { kid, whose, format } => shared::run(
                global,
                async |services| {
                    let account = whose.find(services).await?;
                    key::export(services, &account.account_id, kid.as_ref()).await
                },
                |exported| {
                    let form = format.write(&exported)?;
                    let named = format
                        .to_possible_value()
                        .map(|it| it.get_name().to_owned())
                        .unwrap_or_default();
                    let mut shown = document(&exported.key);
                    if let Value::Object(members) = &mut shown {
                        members.insert("format".to_owned(), named.into());
                        members.insert("key".to_owned(), form.clone());
                    }
                    global.output().show(&shown, || match form {
                        Value::String(text) => text,
                        jwk => jwk.to_string(),
                    })
                },
            ),
        }
    }
}

impl Format {
    fn write(self, exported: &Exported) -> anyhow::Result<Value> {
        Ok(match self {
            Self::Pem => exported.public.to_spki_pem().into(),
            Self::SpkiLine => exported.public.to_spki_line().into(),
            Self::Jwk => serde_json::to_value(exported.public.to_jwk())?,
        })
    }
}

fn tell(global: &Global, keys: &[SigningKey]) -> Outcome {
    let documents: Vec<Value> = keys.iter().map(document).collect();
    global.output().show(&json!({"keys": documents}), || {
        output::table(
            [
                "kid",
                "state",
                "alg",
                "created",
                "fingerprint (sha-256 of the spki)",
            ],
            keys.iter().map(|key| {
                [
                    key.kid.to_string(),
                    key.state.to_string(),
                    key.alg.to_string(),
                    key.created_at.to_rfc3339(),
                    fingerprint(key).unwrap_or_else(|| "unreadable".to_owned()),
                ]
            }),
        )
    })
}

/// A key for programs.
pub(crate) fn document(key: &SigningKey) -> Value {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    json!({
        "kid": key.kid,
        "state": key.state,
        "alg": key.alg,
        "created_at": key.created_at.to_rfc3339(),
        "activate_at": time(key.activate_at),
        "activated_at": time(key.activated_at),
        "retire_at": time(key.retire_at),
        "retired_at": time(key.retired_at),
        "published": key.state != KeyState::Retired,
        "fingerprint": fingerprint(key),
    })
}

fn fingerprint(key: &SigningKey) -> Option<String> {
    Some(key::public(key).ok()?.fingerprint())
}
