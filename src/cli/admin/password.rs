use anyhow::{Context as _, ensure};
use clap::Args;
use secrecy::SecretString;

use crate::base::Entropy;
use crate::cli::password;

/// Where an administrator's password comes from; a terminal is asked unless told otherwise.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct PasswordFrom {
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Make a password, and print it once.
    #[arg(long)]
    generate_password: bool,
    #[arg(long = "password", hide = true, value_name = "PASSWORD")]
    on_the_command_line: Option<SecretString>,
}

/// A password, and whether it was made here, to be shown once.
pub(super) struct Chosen {
    pub(super) password: SecretString,
    pub(super) made: Option<SecretString>,
}

impl PasswordFrom {
    pub(super) fn choose(&self) -> anyhow::Result<Chosen> {
        ensure!(self.on_the_command_line.is_none(), password::NOT_HERE);
        if self.generate_password {
            let made = password::generate(&Entropy::default());
            return Ok(Chosen {
                password: made.clone(),
                made: Some(made),
            });
        }
        let given = if self.password_stdin {
            Some(password::from_stdin()?)
        } else {
            password::asked("Password: ")?
        };
        Ok(Chosen {
            password: given.context("an administrator needs a password")?,
            made: None,
        })
    }
}
