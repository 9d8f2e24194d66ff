use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use secrecy::SecretString;

use crate::base::Entropy;
use crate::cli::password;

/// Where a user's password comes from.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct PasswordFrom {
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from the first line of a file.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Make a password, and print it once.
    #[arg(long)]
    generate_password: bool,
    #[arg(long = "password", hide = true, value_name = "PASSWORD")]
    on_the_command_line: Option<SecretString>,
}

/// A password that was given, and the one that was made, to be shown once.
pub(super) struct Chosen {
    pub(super) password: Option<SecretString>,
    pub(super) made: Option<SecretString>,
}

impl PasswordFrom {
    /// Takes the password from where it comes; a terminal is asked where nothing is said and there may be one.
    pub(super) fn choose(&self, takes_one: bool) -> anyhow::Result<Chosen> {
        ensure!(self.on_the_command_line.is_none(), password::NOT_HERE);
        if self.generate_password {
            let made = password::generate(&Entropy::default());
            return Ok(Chosen {
                password: Some(made.clone()),
                made: Some(made),
            });
        }
        let given = if self.password_stdin {
            Some(password::from_stdin()?)
        } else if let Some(file) = &self.password_file {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            let line = text.lines().next().unwrap_or_default();
            ensure!(!line.is_empty(), "{} holds no password", file.display());
            Some(SecretString::from(line))
        } else if takes_one && std::io::stdin().is_terminal() {
            password::asked("Password (nothing for none): ")?
        } else {
            None
        };
        Ok(Chosen {
            password: given,
            made: None,
        })
    }
}
