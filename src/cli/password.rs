//! Where commands get passwords from. Never from the command line, which every user of the machine can read (SEC-164).

use std::io::BufRead as _;

use anyhow::{Context as _, bail, ensure};
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use crate::directory::generated_password as generate;

/// What is said to whoever gives one there.
pub(crate) const NOT_HERE: &str = "a password on the command line is read by every user of this machine; take --password-stdin, or let it be asked for";

/// The first line of standard input.
pub(crate) fn from_stdin() -> anyhow::Result<SecretString> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("standard input")?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    ensure!(!password.is_empty(), "standard input holds no password");
    Ok(SecretString::from(password))
}

/// Asks on the terminal, twice. Nothing typed is no password.
pub(crate) fn asked(prompt: &str) -> anyhow::Result<Option<SecretString>> {
    let terminal = console::Term::stderr();
    if !terminal.is_term() {
        bail!("there is no terminal to ask for a password; take --password-stdin or --generate-password");
    }
    let ask = |what: &str| -> anyhow::Result<SecretString> {
        terminal.write_str(what)?;
        Ok(SecretString::from(terminal.read_secure_line()?))
    };
    let password = ask(prompt)?;
    if password.expose_secret().is_empty() {
        return Ok(None);
    }
    let again = ask("Once more: ")?;
    ensure!(
        password.expose_secret() == again.expose_secret(),
        "the two passwords differ"
    );
    Ok(Some(password))
}
