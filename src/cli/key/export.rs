use clap::{Args, ValueEnum};
use serde_json::Value;

use super::shown::document;
use crate::base::id::KeyId;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::directory::key::{self, Exported};

/// Print a public key: what the messaging platform's key field takes, unless another form is asked for.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The key; the one that signs where none is named.
    #[arg(allow_hyphen_values = true)]
    kid: Option<KeyId>,
    #[command(flatten)]
    whose: Whose,
    /// Its form.
    #[arg(long, value_enum, default_value_t = Format::SpkiLine)]
    format: Format,
}

/// A form of a public key.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// SubjectPublicKeyInfo in PEM, `BEGIN PUBLIC KEY`.
    Pem,
    /// The same in base64 on one line, nothing around it: what the platform's "JWT Public Key" field takes.
    SpkiLine,
    /// A JSON Web Key (RFC 7517).
    Jwk,
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let Self { kid, whose, format } = self;
        shared::run(
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
        )
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
