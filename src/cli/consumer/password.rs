use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use crate::base::Entropy;
use crate::directory::consumer::NewPassword;

/// Where a password comes from. Never from the command line, which every user of the machine can read (SEC-164).
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct PasswordFrom {
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Make a password, and print it once.
    #[arg(long)]
    generate_password: bool,
    /// Ask for the password (`create` does on a terminal, unless told otherwise).
    #[arg(long)]
    ask_password: bool,
    /// Set no password.
    #[arg(long)]
    no_password: bool,
    #[arg(long = "password", hide = true, value_name = "PASSWORD")]
    on_the_command_line: Option<SecretString>,
}

/// A password that was given, and the one that was made, to be shown once.
pub(super) struct Chosen {
    pub(super) password: Option<NewPassword>,
    pub(super) made: Option<SecretString>,
}

impl PasswordFrom {
    /// Takes the password from where it comes; `ask` is whether a terminal is asked unless told otherwise.
    pub(super) fn choose(&self, ask: bool, entropy: &Entropy) -> anyhow::Result<Chosen> {
        ensure!(
            self.on_the_command_line.is_none(),
            "a password on the command line is read by every user of this machine; take --password-stdin, or let it be \
             asked for"
        );
        let given = if self.password_stdin {
            Some(from_stdin()?)
        } else if self.generate_password {
            let made = generate(entropy);
            let password = Some(NewPassword::Plain(made.clone()));
            return Ok(Chosen {
                password,
                made: Some(made),
            });
        } else if self.ask_password || (ask && !self.no_password && std::io::stdin().is_terminal()) {
            asked()?
        } else {
            None
        };
        Ok(Chosen {
            password: given.map(NewPassword::Plain),
            made: None,
        })
    }
}

fn from_stdin() -> anyhow::Result<SecretString> {
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
fn asked() -> anyhow::Result<Option<SecretString>> {
    let terminal = console::Term::stderr();
    if !terminal.is_term() {
        bail!("there is no terminal to ask for a password; take --password-stdin or --generate-password");
    }
    let ask = |what: &str| -> anyhow::Result<SecretString> {
        terminal.write_str(what)?;
        Ok(SecretString::from(terminal.read_secure_line()?))
    };
    let password = ask("Password (nothing for none): ")?;
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

/// 120 random bits in groups that can be read aloud: no letter looks like a digit.
fn generate(entropy: &Entropy) -> SecretString {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let letters = entropy
        .bytes::<24>()
        .map(|byte| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a')));
    let groups: Vec<String> = letters.chunks(6).map(|group| group.iter().collect()).collect();
    SecretString::from(groups.join("-"))
}
