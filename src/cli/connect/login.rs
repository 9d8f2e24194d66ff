use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{Terminal, flag_or_asked};
use super::platform::by_password;
use super::{first_line, password};

/// Who signs in to the platform.
#[derive(Debug, Args)]
pub(crate) struct Credentials {
    /// The name of the user who signs in to the platform: one who may write connectors. Without it, it is asked for on the
    /// terminal.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The first line of this file is the user's password.
    /// Without it, it is asked for on the terminal.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Read the user's password from the first line of standard input.
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// A code of the user's second factor, for a platform that asks for one where connectors are written: Signet's own gateway does.
    #[arg(long, value_name = "CODE", conflicts_with = "app_key_file")]
    otp: Option<String>,
    /// Sign in as a program: a JSON file with app_key, secret, access_token and access_token_secret.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["password_file", "password_stdin"])]
    app_key_file: Option<PathBuf>,
}

/// An app key's four values, as `signet app-key create --json` and the demo's manifest have them.
#[derive(Deserialize)]
struct AppKey {
    #[serde(rename = "app_key")]
    key: String,
    secret: String,
    access_token: String,
    access_token_secret: String,
}

impl Credentials {
    /// The body of the login (section 7.1 of the platform contract).
    pub(super) fn read(&self, terminal: Option<&mut Terminal>) -> anyhow::Result<Value> {
        let question = ("--user", "User at the platform, who may write connectors");
        let user = flag_or_asked(self.user.as_ref(), question, terminal)?;
        if let Some(file) = &self.app_key_file {
            let text = std::fs::read(file).with_context(|| file.display().to_string())?;
            // Without serde's words, which may quote a secret.
            let Ok(key) = serde_json::from_slice::<AppKey>(&text) else {
                bail!(
                    "{}: not JSON with app_key, secret, access_token and access_token_secret",
                    file.display()
                );
            };
            return Ok(json!({
                "username": user,
                "appKey": key.key,
                "secret": key.secret,
                "accessToken": key.access_token,
                "accessTokenSecret": key.access_token_secret,
            }));
        }
        let given = match (first_line(self.password_file.as_ref())?, self.password_stdin) {
            (Some(password), _) => password,
            (None, true) => password::from_stdin()?,
            (None, false) => password_of(
                &format!("{user} at the platform"),
                "--password-file, --password-stdin, or --app-key-file",
            )?,
        };
        let mut login = by_password(&user, given.expose_secret());
        if let (Some(otp), Some(members)) = (&self.otp, login.as_object_mut()) {
            members.insert("otp".to_owned(), otp.as_str().into());
        }
        Ok(login)
    }
}

/// Asks for somebody's password on the terminal. `flags` are the other ways to give it.
pub(super) fn password_of(whose: &str, flags: &str) -> anyhow::Result<SecretString> {
    let terminal = console::Term::stderr();
    ensure!(
        terminal.is_term(),
        "there is no terminal to ask for the password of {whose}: {flags}"
    );
    terminal.write_str(&format!("Password of {whose}: "))?;
    let line = terminal.read_secure_line()?;
    ensure!(!line.is_empty(), "no password was typed");
    Ok(SecretString::from(line))
}
