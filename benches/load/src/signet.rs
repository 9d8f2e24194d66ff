//! Signet, set up by its own commands: an account, two clients of the platform, consumers, on SQLite.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::contestant::Prepared;
use crate::people::{Clients, clients, people};
use crate::process::{Launch, free_port};
use crate::target::{Client, Setup};

pub(crate) const ACCOUNT: &str = "bench";
/// The database's file, in the folder of the run.
pub(crate) const DATABASE: &str = "signet.db";

/// A configuration in an empty folder, with the commands that fill its database, and how the server starts.
pub(crate) fn empty(binary: &Path, folder: &Path) -> Result<(Commands, Launch)> {
    let binary = binary
        .canonicalize()
        .with_context(|| format!("no {}", binary.display()))?;
    let folder = folder.canonicalize()?;
    let port = free_port()?;
    let commands = Commands {
        config: configure(&folder, port, &format!("http://localhost:{port}"))?,
        binary,
    };
    let launch = Launch {
        arguments: vec!["--config".into(), commands.config.clone().into(), "serve".into()],
        program: commands.binary.clone(),
        log: folder.join("signet.log"),
        folder,
        environment: Vec::new(),
        port,
    };
    Ok((commands, launch))
}

/// Fills a fresh database in `folder`; `binary` is the server, as it was built for release.
pub(crate) fn prepare(binary: &Path, folder: &Path) -> Result<Prepared> {
    let (commands, launch) = empty(binary, folder)?;
    let (port, folder) = (launch.port, launch.folder.clone());
    let issuer = format!("http://localhost:{port}");
    commands.run(["account", "create", ACCOUNT, "--name", "Bench"])?;
    commands.run(["key", "rotate", "--account", ACCOUNT, "--alg", "ES256", "--force"])?;
    let Clients {
        code,
        implicit,
        app,
        backend,
        rs256,
        es256,
    } = clients();
    let code = commands.platform(code, "code")?;
    let implicit = commands.platform(implicit, "id_token")?;
    let app = commands.app(app)?;
    let backend = commands.program(backend, None)?;
    let rs256 = commands.program(rs256, Some("RS256"))?;
    let es256 = commands.program(es256, Some("ES256"))?;

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
        launch,
        setup: Setup {
            issuer,
            port,
            code,
            implicit,
            app,
            backend,
            rs256,
            es256,
            consumers: people.into_iter().map(|person| person.login).collect(),
        },
    })
}

/// What differs from the defaults: where it lies and listens, and no limits per address or account, since the load has one.
fn configure(folder: &Path, port: u16, issuer: &str) -> Result<PathBuf> {
    let path = folder.join("signet.toml");
    let database = folder.join(DATABASE);
    let text = format!(
        "[server]\nlisten = [\"127.0.0.1:{port}\"]\npublic_url = \"{issuer}\"\n\n[database]\nurl = {}\n\n[keys]\ndir = {}\n\n\
         [limits]\ninteractions = 100000000\n\n[limits.per_minute]\nlogin = 0\nauthorize = 0\n",
        json!(format!("sqlite://{}", database.display())),
        json!(folder.join("keys")),
    );
    fs::write(&path, text)?;
    Ok(path)
}

/// Signet's commands, on that configuration.
pub(crate) struct Commands {
    binary: PathBuf,
    config: PathBuf,
}

impl Commands {
    /// A client of the platform.
    fn platform(&self, client: Client, response_type: &str) -> Result<Client> {
        let redirect_uri = client.redirect_uri.clone();
        self.create(
            client,
            &[
                "--platform",
                "--response-type",
                response_type,
                "--redirect-uri",
                &redirect_uri,
            ],
        )
    }

    /// A public client of the brand, with refresh tokens.
    fn app(&self, client: Client) -> Result<Client> {
        let redirect_uri = client.redirect_uri.clone();
        let flags = [
            ["--redirect-uri", &redirect_uri],
            ["--scope", "openid offline_access"],
            ["--id-token-alg", "ES256"],
            ["--grant-type", "authorization_code"],
            ["--grant-type", "refresh_token"],
        ];
        self.create(
            client,
            &[&["--public", "--first-party"], flags.as_flattened()].concat(),
        )
    }

    /// A program, whose tokens are JWTs of this algorithm, or opaque.
    fn program(&self, client: Client, algorithm: Option<&str>) -> Result<Client> {
        let mut flags = vec![
            "--auth-method",
            "client_secret_basic",
            "--grant-type",
            "client_credentials",
        ];
        let sets: Vec<String> = match (algorithm, &client.resource) {
            (Some(algorithm), Some(resource)) => vec![
                "access_token_format=jwt".to_owned(),
                format!("access_token_signed_response_alg={algorithm}"),
                format!("resources={resource}"),
            ],
            _ => Vec::new(),
        };
        flags.extend(sets.iter().flat_map(|set| ["--set", set.as_str()]));
        self.create(client, &flags)
    }

    /// Makes a client, with the secret that the server gives it.
    fn create(&self, client: Client, flags: &[&str]) -> Result<Client> {
        let named = ["client", "create", "--id", &client.id, "--account", ACCOUNT];
        let made = self.run(named.iter().chain(flags))?;
        let made: Value = serde_json::from_str(&made).context("`client create --json` printed no JSON")?;
        let text = |name: &str| made.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Client {
            id: text("client_id").context("`client create --json` printed no client_id")?,
            secret: text("client_secret").unwrap_or_default(),
            ..client
        })
    }

    /// What a command printed.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<String> {
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
