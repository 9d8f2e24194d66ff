use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use secrecy::SecretString;

use crate::cli::directory::{Flags, Set};
use crate::cli::password;
use crate::directory::Assignment;

/// What a connector is to be, by the fields of the platform's page.
#[derive(Debug, Args)]
pub(crate) struct Wishes {
    /// What administrators call it.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Whether it may be used.
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// OAuth 2.0 Authentication Type: implicit or code; or anonymous.
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Authorisation code flow with PKCE.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pkce: Option<bool>,
    /// Issuer Display Name.
    #[arg(long, value_name = "NAME")]
    issuer_display_name: Option<String>,
    /// JWT issuer (iss), byte for byte as the tokens say it.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Authentication Endpoint.
    #[arg(long, value_name = "URL")]
    authorization_endpoint: Option<String>,
    /// Token Endpoint.
    #[arg(long, value_name = "URL")]
    token_endpoint: Option<String>,
    /// Client ID: the platform's at the brand.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Client Secret: the first line of this file.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Client Secret: the first line of standard input.
    #[arg(long, conflicts_with = "client_secret_file")]
    client_secret_stdin: bool,
    /// JWT Public Key: one line of base64, or CONSUMER_DELEGATION. It takes the place of a JWKS endpoint.
    #[arg(long, value_name = "BASE64", allow_hyphen_values = true)]
    jwt_public_key: Option<String>,
    /// JWKS Endpoint. It takes the place of a pasted key.
    #[arg(long, value_name = "URL")]
    jwks_endpoint: Option<String>,
    /// JS Method Name: lpGetAuthenticationToken unless said otherwise.
    #[arg(long, value_name = "NAME")]
    js_method_name: Option<String>,
    /// JS Context: where the method lives; window unless said otherwise.
    #[arg(long, value_name = "NAME")]
    js_context: Option<String>,
    /// Whether external windows speak OAuth 2 as the RFC has it, rather than the platform's old openID dialect.
    #[arg(long, value_name = "BOOL")]
    rfc_compliance: Option<bool>,
    /// A level that it takes, such as loa1; may be given several times.
    #[arg(long, value_name = "NAME")]
    acr_value: Vec<String>,
    /// An aud of which a token must have one, where it isn't the client id alone; may be given several times.
    #[arg(long, value_name = "NAME")]
    audience: Vec<String>,
    /// Make it the account's first choice of its type, instead of the one that is.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    preferred: Option<bool>,
    /// With --preferred: let the account's one type for web and apps become this connector's.
    #[arg(long)]
    switch_flow: bool,
    #[command(flatten)]
    set: Set,
}

impl Wishes {
    /// The fields that the flags stand for, and the secret, which is none of them.
    pub(super) fn assignments(self) -> anyhow::Result<(Vec<Assignment>, Option<SecretString>)> {
        let secret = match (&self.client_secret_file, self.client_secret_stdin) {
            (Some(file), _) => {
                let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
                Some(SecretString::from(text.lines().next().unwrap_or_default()))
            }
            (None, true) => Some(password::from_stdin()?),
            (None, false) => None,
        };
        let mut flags = Flags::default();
        flags.text("name", self.name);
        flags.text("enabled", self.enabled);
        flags.text("type", self.kind);
        flags.text("pkceEnabled", self.pkce);
        flags.text("issuerDisplayName", self.issuer_display_name);
        flags.text("issuer", self.issuer);
        flags.text("authorizationEndpoint", self.authorization_endpoint);
        flags.text("tokenEndpoint", self.token_endpoint);
        flags.text("clientId", self.client_id);
        flags.text("jwtPublicKey", self.jwt_public_key);
        flags.text("jwksEndpoint", self.jwks_endpoint);
        flags.text("jsMethodName", self.js_method_name);
        flags.text("jsContext", self.js_context);
        flags.text("rfcCompliance", self.rfc_compliance);
        flags.list("acrValues", self.acr_value);
        flags.list("audience", self.audience);
        flags.text("preferred", self.preferred);
        flags.text("switchFlow", self.switch_flow.then_some(true));
        let given = self.set.after(flags.0);
        ensure!(
            !given.iter().any(|assignment| assignment.key == "clientSecret"),
            "a secret on the command line is read by every user of this machine; take --client-secret-file or \
             --client-secret-stdin"
        );
        Ok((given, secret))
    }
}
