use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::{Value, json};

use super::{Global, Outcome, Whose};
use crate::cli::{block_on, open_database, output};
use crate::directory::audit::{self, Broken, FileError, Verified};
use crate::model::audit::{Head, Hexed};

/// Follow the record's chains, and tell the first row that is not as it was written.
///
/// Over the database, all chains are followed, or the one of --account; over an exported file, the one in it, and nothing
/// else is needed. Exit status 1 where a chain is broken.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// An exported record, instead of the database.
    #[arg(conflicts_with_all = ["account", "server"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    whose: Whose,
    /// A row that the chain must hold, as an earlier `verify` or `export` told its head: whoever rewrites the whole chain
    /// can't make it hold that.
    #[arg(long, value_name = "SEQ:HASH", value_parser = head)]
    head: Option<Head>,
}

/// How following one chain ended.
type Followed = Result<Verified, Broken>;

impl Verify {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let followed = match &self.file {
            Some(file) => vec![over_file(file, self.head)?],
            None => self.over_database(global)?,
        };
        let ok = followed.iter().all(Result::is_ok);
        let chains: Vec<Value> = followed.iter().map(document).collect();
        global
            .output()
            .show(&json!({"ok": ok, "chains": chains}), || text(&followed))?;
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn over_database(self, global: &Global) -> anyhow::Result<Vec<Followed>> {
        ensure!(
            self.head.is_none() || self.whose.is_named(),
            "--head is of one chain: name it with --account or --server"
        );
        let settings = global.settings()?;
        block_on(async {
            let db = open_database(&settings).await?;
            let followed = match self.whose.named(&db).await? {
                Some(realm) => vec![audit::verify(&db, &realm, self.head).await?],
                None => audit::verify_all(&db).await?,
            };
            db.close().await;
            Ok(followed)
        })
    }
}

fn over_file(path: &Path, noted: Option<Head>) -> anyhow::Result<Followed> {
    let context = || path.display().to_string();
    let file = File::open(path).with_context(context)?;
    match audit::verify_file(BufReader::new(file), noted) {
        Ok(verified) => Ok(Ok(verified)),
        Err(FileError::Broken(broken)) => Ok(Err(broken)),
        Err(FileError::Io(error)) => Err(error).with_context(context),
    }
}

fn head(text: &str) -> Result<Head, String> {
    let parsed = text.split_once(':').and_then(|(seq, hash)| {
        Some(Head {
            seq: seq.parse().ok().filter(|seq| *seq > 0)?,
            hash: Hexed::parse(hash).ok().filter(|hash| hash.0.len() == 32)?,
        })
    });
    parsed.ok_or_else(|| "a row's place and its hash, such as 57:3f2a… (64 hexadecimal digits)".to_owned())
}

fn document(followed: &Followed) -> Value {
    match followed {
        Ok(verified) => {
            let mut document = json!(verified);
            if let Value::Object(members) = &mut document {
                members.insert("broken".to_owned(), Value::Null);
            }
            document
        }
        Err(broken) => json!({
            "account_id": broken.account_id,
            "broken": {"seq": broken.seq, "how": broken.how.name(), "message": broken.to_string()},
        }),
    }
}

fn text(followed: &[Followed]) -> String {
    if followed.is_empty() {
        return "There is no record yet.".to_owned();
    }
    let rows = followed.iter().map(|followed| match followed {
        Ok(verified) => {
            let head = verified
                .head
                .as_ref()
                .map(|head| format!("{}:{}", head.seq, head.hash))
                .unwrap_or_default();
            [
                verified.account_id.clone(),
                format!("unbroken, {} rows", verified.rows),
                head,
                before(verified),
            ]
        }
        Err(broken) => [
            broken.account_id.clone(),
            format!("BROKEN: {broken}"),
            String::new(),
            String::new(),
        ],
    });
    output::table(["account", "chain", "head", ""], rows)
}

fn before(verified: &Verified) -> String {
    let told = [
        (verified.before_chain, "rows from before the chain"),
        (verified.addresses_erased, "addresses erased"),
    ];
    let told: Vec<String> = told
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    told.join(", ")
}
