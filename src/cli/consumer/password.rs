use std::io::IsTerminal as _;

use anyhow::ensure;
use clap::Args;
use secrecy::SecretString;

use crate::base::Entropy;
use crate::cli::password;
use crate::directory::consumer::NewPassword;

/// Where a consumer's password comes from.
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
        ensure!(self.on_the_command_line.is_none(), password::NOT_HERE);
        let given = if self.password_stdin {
            Some(password::from_stdin()?)
        } else if self.generate_password {
            let made = password::generate(entropy);
            let password = Some(NewPassword::Plain(made.clone()));
            return Ok(Chosen {
                password,
                made: Some(made),
            });
        } else if self.ask_password || (ask && !self.no_password && std::io::stdin().is_terminal()) {
            password::asked("Password (nothing for none): ")?
        } else {
            None
        };
        Ok(Chosen {
            password: given.map(NewPassword::Plain),
            made: None,
        })
    }
}
