use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::base::id::KeyId;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome, WholeFile};
use crate::context::Services;
use crate::directory::key::{self, Exported};
use crate::directory::{By, Result};
use crate::model::Account;

/// Print a public key: what the messaging platform's key field takes, unless another form is asked for.
///
/// With --private it writes the private half instead, PKCS#8 in PEM, to a file for its owner alone; that is recorded.
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
    /// Write the private half, to the file that --out names.
    #[arg(long, requires = "out", conflicts_with = "format")]
    private: bool,
    /// The file of the private half, which must not be there yet.
    #[arg(long, value_name = "FILE", requires = "private")]
    out: Option<PathBuf>,
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
    /// The set of all published keys that sign (RFC 7517 §5), whichever is named.
    Jwks,
    /// A self-signed certificate in PEM, `BEGIN CERTIFICATE`.
    Certificate,
    /// A JSON Web Key with that certificate in `x5c`.
    X5c,
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Outcome {
        match &self.out {
            Some(out) => self.write_private(global, out),
            None => self.show_public(global),
        }
    }

    fn show_public(&self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let exported = key::export(services, &account.account_id, self.kid.as_ref()).await?;
                let form = self.format.write(services, &account, &exported).await?;
                Ok((exported, form))
            },
            |(exported, form)| {
                let named = self.format.to_possible_value();
                let mut shown = key::document(&exported.key);
                if let Value::Object(members) = &mut shown {
                    members.insert(
                        "format".to_owned(),
                        json!(named.map(|it| it.get_name().to_owned())),
                    );
                    members.insert("key".to_owned(), form.clone());
                }
                global.output().show(&shown, || match form {
                    Value::String(text) => text,
                    document => document.to_string(),
                })
            },
        )
    }

    /// The file is begun before the key is opened: where it can't be, nothing leaves.
    fn write_private(&self, global: &Global, out: &Path) -> Outcome {
        ensure!(!out.exists(), "{} is there already", out.display());
        let mut file = WholeFile::begin(out)?;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                key::private(services, &By::command(), &account.account_id, self.kid.as_ref()).await
            },
            |(key, pem)| {
                file.write_all(pem.as_bytes())?;
                file.keep()?;
                let mut shown = key::document(&key);
                if let Value::Object(members) = &mut shown {
                    members.insert("file".to_owned(), out.display().to_string().into());
                }
                global.output().show(&shown, || {
                    format!(
                        "The private half of {} is in {}. Whoever reads it signs as you.",
                        key.kid,
                        out.display()
                    )
                })
            },
        )
    }
}

impl Format {
    async fn write(self, services: &Services, account: &Account, exported: &Exported) -> Result<Value> {
        let Exported { key, public } = exported;
        let id = &account.account_id;
        Ok(match self {
            Self::Pem => public.to_spki_pem().into(),
            Self::SpkiLine => public.to_spki_line().into(),
            Self::Jwk => json!(public.to_jwk()),
            Self::Jwks => json!(key::set(services, id).await?),
            Self::Certificate => key::certificate(services, id, key).await?.to_pem().into(),
            Self::X5c => {
                let mut jwk = json!(public.to_jwk());
                if let Value::Object(members) = &mut jwk {
                    let certificate = key::certificate(services, id, key).await?;
                    members.insert("x5c".to_owned(), json!([certificate.to_base64()]));
                }
                jwk
            }
        })
    }
}
