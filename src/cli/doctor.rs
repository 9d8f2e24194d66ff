//! Says what is wrong, and the mend.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use url::Url;

use super::directory::Whose;
use super::{Global, Outcome, block_on, open};
use crate::base::id::ConnectorId;
use crate::base::{Clock, Entropy};
use crate::config::{self, Settings};
use crate::context::Services;
use crate::directory::doctor::{self, Check, Verdict};
use crate::directory::{self, connector};
use crate::keys::{Sealer, open_sealer};
use crate::model::Account;
use crate::model::connector::{Connector, ConnectorKind};
use crate::store::{self, Db, sealing_checks};

/// Say what is wrong with configuration, database, keys, clock, certificate and issuer, and how to mend it.
///
/// Nothing is changed. A check that can't be made says why. Exit status 1 where something fails somebody, 0 otherwise,
/// warnings or not.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Look at every row instead: whether the database agrees with itself after whatever happened to it. Exit status 1
    /// with the rows that don't, 0 where all do.
    #[arg(long)]
    integrity: bool,
    /// Look at this connector instead: its fields, the brand's issuer, keys, token endpoint and clock, as the messaging
    /// platform sees them.
    #[arg(long, value_name = "ID", conflicts_with = "integrity")]
    connector: Option<ConnectorId>,
    /// Look at this page of the brand's, too: whether it defines the method that the platform calls, says the same issuer, and
    /// may ask it. Without --connector, it is the account's first choice that is looked at, or its only one.
    #[arg(long, value_name = "URL", conflicts_with = "integrity")]
    page: Option<Url>,
    /// Look at the token in this file, too, as the platform reads it: what its page hands over. Of
    /// --connector, or of the same one as with --page.
    #[arg(long, value_name = "FILE", conflicts_with = "integrity")]
    token_file: Option<PathBuf>,
    /// The redirect URI that the brand has registered for the platform's external windows, byte for byte, by which its authorization endpoint is
    /// asked for a state: a brand elsewhere is asked for an id_token with it alone.
    #[arg(long, value_name = "URI", conflicts_with = "integrity")]
    redirect_uri: Option<String>,
    #[command(flatten)]
    whose: Whose,
}

impl Doctor {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let mut checks = Vec::new();
        let settings = match config::load(&global.sources()) {
            Ok(loaded) => {
                checks.push(Check::new("configuration"));
                Some(loaded.settings)
            }
            Err(error) => {
                checks.push(unusable(&error));
                None
            }
        };
        if let Some(settings) = settings {
            checks.extend(block_on(async { Ok(Box::pin(self.look(settings)).await) })?);
        }
        tell(global, &checks)
    }

    async fn look(&self, settings: Settings) -> Vec<Check> {
        let (db, mut checks) = open_database(&settings).await;
        let Some(db) = db else {
            return checks;
        };
        let (clock, entropy) = (Clock::default(), Entropy::default());
        let (sealer, check) = find_sealer(&settings, &db, &clock, &entropy).await;
        checks.push(check);
        let looked = if self.integrity {
            doctor::integrity(&db, sealer.as_ref(), clock.now()).await
        } else if let Some(sealer) = sealer {
            let services = Services::new(db.clone(), clock, entropy, settings, sealer);
            if self.is_of_one() {
                self.look_at(&services).await
            } else {
                doctor::examine(&services).await
            }
        } else {
            Ok(vec![Check::unchecked(
                "keys",
                "without the sealing key, nothing else can be looked at",
            )])
        };
        match looked {
            Ok(more) => checks.extend(more),
            Err(error) => {
                let mut check = Check::new("database");
                check.wrong(
                    "database",
                    error.to_string(),
                    "if it says that the database is unavailable, try again",
                );
                checks.push(check);
            }
        }
        db.close().await;
        checks
    }
}

impl Doctor {
    /// Whether one connector is looked at, and not the house.
    const fn is_of_one(&self) -> bool {
        self.connector.is_some()
            || self.page.is_some()
            || self.token_file.is_some()
            || self.redirect_uri.is_some()
    }

    async fn look_at(&self, services: &Services) -> directory::Result<Vec<Check>> {
        let account = self.whose.find(services).await?;
        let found = match &self.connector {
            Some(id) => Some(connector::find(services, &account.account_id, id).await?),
            None => of_its_own(&account, connector::all(services, &account.account_id).await?),
        };
        let Some(found) = found else {
            let why =
                "the account has no connector, or several and no first choice: name one with --connector";
            let mut check = Check::new("connector");
            check.wrong(account.account_id.as_str(), why, "signet connector list");
            return Ok(vec![check]);
        };
        let redirect_uri = self.redirect_uri.as_deref();
        let mut checks = connector::check_window(services, &found, redirect_uri).await?;
        if let Some(page) = &self.page {
            checks.push(connector::check_page(services, &found, page).await?);
        }
        if let Some(file) = &self.token_file {
            checks.push(match std::fs::read_to_string(file) {
                Ok(token) => connector::check_token(services, &found, &token).await?,
                Err(error) => Check::unchecked("connector_token", format!("{}: {error}", file.display())),
            });
        }
        Ok(checks)
    }
}

/// The connector that is meant where none is named, as the gateway finds it: the first choice of the account's type, or the
/// only one of it.
fn of_its_own(account: &Account, mut all: Vec<Connector>) -> Option<Connector> {
    let flow = account.settings.flow;
    all.retain(|it| {
        let kind = it.kind.flow();
        it.enabled && kind.is_some() && (flow.is_none() || kind == flow) && !it.configuration.is_delegation()
    });
    let preferred = |kind| {
        all.iter()
            .find(|it| it.kind == kind && it.configuration.preferred)
            .cloned()
    };
    let first = preferred(ConnectorKind::Code).or_else(|| preferred(ConnectorKind::Implicit));
    first.or_else(|| all.pop().filter(|_| all.is_empty()))
}

fn unusable(error: &config::Error) -> Check {
    let mut check = Check::new("configuration");
    match error {
        config::Error::Invalid(problems) => {
            for problem in problems {
                let allowed = format!("allowed: {}", problem.allowed);
                let hint = problem
                    .hint
                    .as_ref()
                    .map(|hint| format!("; did you mean {hint}?"));
                let found = problem.found.as_deref().unwrap_or("what can't be used");
                check.wrong(
                    format!("{} ({})", problem.key, problem.origin),
                    format!("found {found}"),
                    allowed + &hint.unwrap_or_default(),
                );
            }
        }
        config::Error::Read(path, error) => {
            check.wrong(
                path.display().to_string(),
                error.to_string(),
                "let --config name a file that can be read",
            );
        }
    }
    check
}

/// Opens the database as it is: none is made, and none is brought up to date.
async fn open_database(settings: &Settings) -> (Option<Db>, Vec<Check>) {
    let url = &settings.database.url;
    let mut check = Check::new("schema");
    if let Some(path) = url.sqlite_path()
        && !path.exists()
    {
        check.wrong(
            url.to_string(),
            "there is no such database yet",
            "signet account create or signet serve makes one; otherwise let database.url name yours",
        );
        return (None, vec![check]);
    }
    let db = match open::connect(settings).await {
        Ok(db) => db,
        Err(error) => {
            check.wrong(
                url.to_string(),
                format!("{error:#}"),
                "let database.url lead to a database that runs",
            );
            return (None, vec![check]);
        }
    };
    match store::verify_schema(&db).await {
        Ok(()) => check.note(format!("{}, schema {}", db.kind(), store::schema_version())),
        Err(error) => {
            check.wrong(
                url.to_string(),
                error.to_string(),
                "signet migrate, with the newest signet that you run",
            );
            db.close().await;
            return (None, vec![check]);
        }
    }
    (Some(db), vec![check])
}

/// The sealing key, if there is one. None is made.
async fn find_sealer(
    settings: &Settings,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
) -> (Option<Sealer>, Check) {
    let mut check = Check::new("sealing_key");
    match sealing_checks::list(db).await {
        Ok(known) if known.is_empty() => {
            return (
                None,
                Check::unchecked("sealing_key", "nothing is sealed in this database yet"),
            );
        }
        Ok(_) => {}
        Err(error) => {
            return (None, Check::unchecked("sealing_key", error.to_string()));
        }
    }
    match open_sealer(settings.keys.seal_sources(), db, clock, entropy).await {
        Ok(sealer) => (Some(sealer), check),
        Err(error) => {
            check.wrong(
                "keys.seal",
                error.to_string(),
                "let keys.dir and keys.seal lead to the key that sealed this database, readable by its owner alone",
            );
            (None, check)
        }
    }
}

fn tell(global: &Global, checks: &[Check]) -> Outcome {
    let ok = checks.iter().all(|check| check.verdict != Verdict::Wrong);
    global
        .output()
        .show(&json!({"ok": ok, "checks": checks}), || text(checks))?;
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text(checks: &[Check]) -> String {
    let mut lines = Vec::new();
    for check in checks {
        let verdict = match check.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Wrong => "WRONG",
            Verdict::Unchecked => "unchecked",
        };
        lines.push(format!("{verdict:9}  {}", check.name));
        for finding in &check.findings {
            lines.push(format!("           {}: {}", finding.place, finding.problem));
            lines.push(format!("             mend: {}", finding.mend));
        }
        lines.extend(check.notes.iter().map(|note| format!("           {note}")));
    }
    lines.join("\n")
}
