use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use secrecy::SecretString;

use crate::cli::directory::{Flags, Set};
use crate::cli::password;
use crate::directory::Assignment;

/// What a connection is to be.
#[derive(Debug, Args)]
pub(crate) struct Wishes {
    /// The protocol: oidc, or saml.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Whether it lets anybody in.
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// OIDC: the identity provider's issuer, byte for byte as its tokens say it.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// OIDC: the client id that it has for this server.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// OIDC: the client's secret, the first line of this file.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// OIDC: the client's secret, the first line of standard input.
    #[arg(long, conflicts_with = "client_secret_file")]
    client_secret_stdin: bool,
    /// OIDC: a scope to ask for beside openid; may be given several times.
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// OIDC: an algorithm that id_tokens may be signed with; may be given several times; all that are known unless given.
    #[arg(long, value_name = "ALG")]
    algorithm: Vec<String>,
    /// SAML: the identity provider's entityID.
    #[arg(long, value_name = "ID")]
    entity_id: Option<String>,
    /// SAML: where it takes requests by the HTTP-Redirect binding.
    #[arg(long, value_name = "URL")]
    sso_url: Option<String>,
    /// SAML: a certificate that it signs with, a PEM file; may be given several times.
    #[arg(long, value_name = "FILE")]
    certificate: Vec<PathBuf>,
    /// The claim or attribute that holds the login name, to the letter: loginName unless said otherwise.
    #[arg(long, value_name = "NAME")]
    claim: Option<String>,
    /// Where browsers may go in the end, with a ticket; may be given several times, and the first is where they go unless they
    /// ask for another.
    #[arg(long, value_name = "URL")]
    return_to: Vec<String>,
    /// Whether an id_token or SAML response that nobody here asked for is taken as `assertion` at the login.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    assertion_login: Option<bool>,
    #[command(flatten)]
    set: Set,
}

impl Wishes {
    /// The fields that the flags stand for, and the secret, which is none of them.
    pub(super) fn assignments(self) -> anyhow::Result<(Vec<Assignment>, Option<SecretString>)> {
        let read = |file: &PathBuf| std::fs::read_to_string(file).with_context(|| file.display().to_string());
        let secret = match (&self.client_secret_file, self.client_secret_stdin) {
            (Some(file), _) => Some(SecretString::from(read(file)?.lines().next().unwrap_or_default())),
            (None, true) => Some(password::from_stdin()?),
            (None, false) => None,
        };
        let certificates = self.certificate.iter().map(read).collect::<anyhow::Result<_>>()?;
        let mut flags = Flags::default();
        flags.text("kind", self.kind);
        flags.text("enabled", self.enabled);
        flags.text("issuer", self.issuer);
        flags.text("client_id", self.client_id);
        flags.list("scopes", self.scope);
        flags.list("algorithms", self.algorithm);
        flags.text("entity_id", self.entity_id);
        flags.text("sso_url", self.sso_url);
        flags.list("certificates", certificates);
        flags.text("claim", self.claim);
        flags.list("return_to", self.return_to);
        flags.text("assertion_login", self.assertion_login);
        let given = self.set.after(flags.0);
        ensure!(
            !given.iter().any(|assignment| assignment.key == "client_secret"),
            "a secret on the command line is read by every user of this machine; take --client-secret-file or \
             --client-secret-stdin"
        );
        Ok((given, secret))
    }
}
