use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use crate::base::id::{AccountId, ClientId, KeyId};
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome, WholeFile};
use crate::context::Services;
use crate::directory::key::{self, Burnt, Exposure, SignedPlace};
use crate::directory::{self, By};
use crate::model::Account;
use crate::model::signing_key::KeyState;

/// Unpublish a key that somebody else may have, at once: a new key signs instead, and what the burnt one signed counts no
/// more. Sessions stay, so that nobody has to log in again.
///
/// It writes the list of consumers for whom the key signed tokens that live, for the messaging platform to purge: JSON
/// lines with iss, client_id, sub, tokens and until. Given a key that is burnt already, it writes the list again.
#[derive(Debug, Args)]
pub(crate) struct Burn {
    /// The key.
    #[arg(allow_hyphen_values = true)]
    kid: KeyId,
    #[command(flatten)]
    whose: Whose,
    /// Tell what it would touch, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where the list goes; burnt-KID.jsonl in the working directory where nothing else is said.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
}

/// How many rows of the list are read at a time.
const PAGE: i64 = 1000;

/// What was done.
struct Done {
    exposure: Exposure,
    burnt: Option<Burnt>,
    listed: Option<anyhow::Result<u64>>,
}

impl Burn {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let list = self
            .list
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("burnt-{}.jsonl", self.kid)));
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                self.burn(services, &account, &list).await
            },
            |done| self.tell(global, done, &list),
        )
    }

    async fn burn(&self, services: &Services, account: &Account, list: &Path) -> directory::Result<Done> {
        let id = &account.account_id;
        let exposure = key::exposure(services, id, &self.kid).await?;
        if self.dry_run {
            return Ok(Done {
                exposure,
                burnt: None,
                listed: None,
            });
        }
        let burnt = match exposure.key.burnt_at {
            Some(_) => None,
            None => Some(key::burn(services, &By::command(), id, &self.kid).await?),
        };
        let listed = write(services, account, &self.kid, list).await?;
        Ok(Done {
            exposure,
            burnt,
            listed: Some(listed),
        })
    }

    fn tell(&self, global: &Global, done: Done, list: &Path) -> Outcome {
        let Done {
            exposure,
            burnt,
            listed,
        } = done;
        let mut shown = burnt.map_or_else(|| exposure.document(), |burnt| burnt.document());
        if let Some(members) = shown.as_object_mut() {
            members.insert("burnt".to_owned(), (!self.dry_run).into());
        }
        if let (Some(members), Some(Ok(rows))) = (shown.as_object_mut(), &listed) {
            members.insert("list".to_owned(), list.display().to_string().into());
            members.insert("listed".to_owned(), (*rows).into());
        }
        global
            .output()
            .show(&shown, || self.text(&exposure, &shown, list))?;
        listed.transpose().map(|_| ExitCode::SUCCESS).with_context(|| {
            format!(
                "the key is burnt, but the list could not be written; run: signet key burn {} --list FILE",
                self.kid
            )
        })
    }

    fn text(&self, exposure: &Exposure, shown: &Value, list: &Path) -> String {
        let living = &exposure.living;
        let touched = format!(
            "{} live tokens of {} consumers at {} clients{}",
            living.tokens,
            living.subjects,
            living.clients,
            living
                .until
                .map_or_else(String::new, |until| format!(", the last until {until}"))
        );
        let mut lines = vec![if self.dry_run {
            format!(
                "Burning {} ({}) would end {touched}.",
                self.kid, exposure.key.state
            )
        } else {
            format!(
                "{} is burnt. It ended {touched}; every node knows within five seconds.",
                self.kid
            )
        }];
        match shown
            .get("successor")
            .and_then(|it| it.get("kid"))
            .and_then(Value::as_str)
        {
            Some(kid) => lines.push(format!("{kid} signs from now on.")),
            None if self.dry_run && exposure.key.state == KeyState::Active => {
                lines.push("A new key would sign from that moment on.".to_owned());
            }
            None => {}
        }
        if !exposure.held_by.is_empty() {
            let clients: Vec<&str> = exposure.held_by.iter().map(ClientId::as_str).collect();
            lines.push(format!(
                "Paste the new key on the platform of {}: signet key export",
                clients.join(", ")
            ));
        }
        if let Some(rows) = shown.get("listed") {
            lines.push(format!(
                "{rows} consumers for the platform to purge are listed in {}.",
                list.display()
            ));
        }
        lines.join("\n")
    }
}

/// Writes the list, a page at a time.
async fn write(
    services: &Services,
    account: &Account,
    kid: &KeyId,
    list: &Path,
) -> directory::Result<anyhow::Result<u64>> {
    let mut out = match WholeFile::begin(list) {
        Ok(out) => out,
        Err(error) => return Ok(Err(error)),
    };
    let id: &AccountId = &account.account_id;
    let (mut after, mut rows): (Option<SignedPlace>, _) = (None, 0_u64);
    loop {
        let page = key::signed_for(services, id, kid, after.as_ref(), PAGE).await?;
        for row in &page {
            let line = json!({"iss": account.issuer, "client_id": row.client_id, "sub": row.sub,
                              "tokens": row.tokens, "until": row.until.to_rfc3339()});
            if let Err(error) = writeln!(out, "{line}") {
                return Ok(Err(error.into()));
            }
            rows += 1;
        }
        match page.into_iter().next_back() {
            Some(last) => after = Some((&last).into()),
            None => return Ok(out.keep().map(|()| rows)),
        }
    }
}
