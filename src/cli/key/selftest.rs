use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use jose::DecryptionKey;
use serde_json::{Value, json};

use super::file;
use crate::base::id::ClientId;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::directory::key::{self, Check, Report, Subject, Wishes};

/// Test the keys: each signs what the pasted line and the JWK set verify, and clients can read their encrypted tokens.
///
/// Exits with 1 if something is wrong, and says what. Nothing is changed.
#[derive(Debug, Args)]
pub(crate) struct Selftest {
    #[command(flatten)]
    whose: Whose,
    /// Test for this client alone.
    #[arg(long, value_name = "ID")]
    client: Option<ClientId>,
    /// What is in the messaging platform's field for the key: whether it is the key that signs, and if not, what is wrong
    /// with it.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pasted: Option<String>,
    /// The same from a file. The newline that ends it is no part of it.
    #[arg(long, value_name = "FILE", conflicts_with = "pasted")]
    pasted_file: Option<PathBuf>,
    /// A client's private key, PEM or JWK: decrypt with it what is encrypted to its public half.
    #[arg(long, value_name = "FILE")]
    decrypt_with: Option<PathBuf>,
}

impl Selftest {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let pasted = match (self.pasted, &self.pasted_file) {
            (None, Some(file)) => Some(text_of(file)?),
            (pasted, _) => pasted,
        };
        let decrypt_with = self.decrypt_with.as_deref().map(private_key).transpose()?;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let wishes = Wishes {
                    client: self.client.as_ref(),
                    pasted: pasted.as_deref(),
                    decrypt_with: decrypt_with.as_ref(),
                };
                key::selftest(services, &account.account_id, &wishes).await
            },
            |report| tell(global, &report),
        )
    }
}

fn tell(global: &Global, report: &Report) -> Outcome {
    let checks: Vec<Value> = report.checks.iter().map(document).collect();
    let document = json!({"passed": report.passed(), "checks": checks});
    global.output().show(&document, || text(report))?;
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn document(check: &Check) -> Value {
    let (kid, client_id) = match &check.subject {
        Subject::Key(kid) => (Some(kid), None),
        Subject::Client(id) => (None, Some(id)),
        Subject::Pasted | Subject::DecryptionKey => (None, None),
    };
    json!({
        "kid": kid,
        "client_id": client_id,
        "check": check.name,
        "passed": check.passed,
        "detail": check.detail,
    })
}

fn text(report: &Report) -> String {
    let lines = report.checks.iter().map(|check| {
        let outcome = if check.passed { "ok  " } else { "FAIL" };
        format!("{outcome}  {}, {}: {}\n", check.subject, check.name, check.detail)
    });
    let failed = report.checks.iter().filter(|check| !check.passed).count();
    let all = report.checks.len();
    let end = match failed {
        0 => format!("\nAll {all} checks passed."),
        failed => format!("\n{failed} of {all} checks failed."),
    };
    lines.collect::<String>() + &end
}

/// What was pasted, without the newline that ends the file.
fn text_of(file: &Path) -> anyhow::Result<String> {
    let content = file::read(file)?;
    let text = std::str::from_utf8(&content).with_context(|| file.display().to_string())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn private_key(file: &Path) -> anyhow::Result<DecryptionKey> {
    let content = file::read(file)?;
    let key = match std::str::from_utf8(&content) {
        Ok(text) if !text.trim_start().starts_with('{') => {
            DecryptionKey::from_pem(text).map_err(anyhow::Error::from)
        }
        Ok(_) | Err(_) => DecryptionKey::from_jwk(&content).map_err(anyhow::Error::from),
    };
    key.with_context(|| file.display().to_string())
}
