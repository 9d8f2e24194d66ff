//! Signet, set up by its own commands: an account, two clients of the platform, consumers, on SQLite.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::contestant::Prepared;
use crate::people::{clients, people};
use crate::process::{Launch, free_port};
use crate::target::{Client, Setup};

const ACCOUNT: &str = "bench";

/// Fills a fresh database in `folder`; `binary` is the server, as it was built for release.
pub(crate) fn prepare(binary: &Path, folder: &Path) -> Result<Prepared> {
    let binary = binary
        .canonicalize()
        .with_context(|| format!("no {}", binary.display()))?;
    let folder = folder.canonicalize()?;
    let port = free_port()?;
    let issuer = format!("http://localhost:{port}");
    let commands = Commands {
        config: configure(&folder, port, &issuer)?,
        binary,
    };
    commands.run(["account", "create", ACCOUNT, "--name", "Bench"])?;
    let (code, implicit) = clients();
    let code = commands.create(code, "code")?;
    let implicit = commands.create(implicit, "id_token")?;

    let people = people();
    let lines = people.iter().map(|person| {
        let mut line = person.claims.clone();
        line.insert("username".into(), person.login.username.as_str().into());
        line.insert("password".into(), person.login.password.as_str().into());
        line.insert("customerInfo".into(), person.customer_info.clone());
        line.insert("personalInfo".into(), person.personal_info.clone());
        format!("{}\n", Value::Object(line))
    });
    let file = folder.join("consumers.jsonl");
    fs::write(&file, lines.collect::<String>())?;
    commands.run([
        OsStr::new("consumer"),
        "import".as_ref(),
        "--account".as_ref(),
        ACCOUNT.as_ref(),
        file.as_os_str(),
    ])?;

    Ok(Prepared {
        name: "Signet".to_owned(),
        launch: Launch {
            arguments: vec!["--config".into(), commands.config.into(), "serve".into()],
            program: commands.binary,
            log: folder.join("signet.log"),
            folder,
            environment: Vec::new(),
            port,
        },
        setup: Setup {
            issuer,
            port,
            code,
            implicit,
            consumers: people.into_iter().map(|person| person.login).collect(),
        },
    })
}

/// What differs from the defaults: where it lies and listens, and no limits per address, since the load has one.
fn configure(folder: &Path, port: u16, issuer: &str) -> Result<PathBuf> {
    let path = folder.join("signet.toml");
    let database = folder.join("signet.db");
    let text = format!(
        "[server]\nlisten = [\"127.0.0.1:{port}\"]\npublic_url = \"{issuer}\"\n\n[database]\nurl = {}\n\n[keys]\ndir = {}\n\n\
         [limits.per_minute]\nlogin = 0\nauthorize = 0\n",
        json!(format!("sqlite://{}", database.display())),
        json!(folder.join("keys")),
    );
    fs::write(&path, text)?;
    Ok(path)
}

struct Commands {
    binary: PathBuf,
    config: PathBuf,
}

impl Commands {
    /// Makes a client of the platform, with the secret that the server gives it.
    fn create(&self, client: Client, response_type: &str) -> Result<Client> {
        let made = self.run([
            "client",
            "create",
            "--id",
            &client.id,
            "--account",
            ACCOUNT,
            "--platform",
            "--response-type",
            response_type,
            "--redirect-uri",
            &client.redirect_uri,
        ])?;
        let made: Value = serde_json::from_str(&made).context("`client create --json` printed no JSON")?;
        let text = |name: &str| made.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Client {
            id: text("client_id").context("`client create --json` printed no client_id")?,
            secret: text("client_secret").unwrap_or_default(),
            redirect_uri: client.redirect_uri,
        })
    }

    fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<String> {
        let output = Command::new(&self.binary)
            .arg("--config")
            .arg(&self.config)
            .arg("--json")
            .args(arguments)
            .output()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {told}", self.binary.display());
        Ok(String::from_utf8(output.stdout)?)
    }
}
