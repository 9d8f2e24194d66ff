//! Connecting an account with the messaging platform: the guided command.

mod ask;
#[cfg(test)]
mod ask_tests;
mod caller;
mod login;
mod plan;
mod platform;
mod report;
mod retry;
#[cfg(test)]
mod retry_tests;
mod trial;
mod write;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use oauth::{CodeChallenge, CodeVerifier};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::{Global, Outcome, block_on, open_services, password};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Entropy, hex};
use crate::context::Services;
use crate::model::connector::ConnectorKind;
use ask::{Terminal, flag_or_asked};
use caller::Caller;
use login::Credentials;
use plan::Plan;
use platform::{Platform, Session};
use trial::Trial;

/// Connect an account with the messaging platform: find its services, sign in, write the connector, try a login.
///
/// On a terminal it asks for what it isn't told. Nothing of it is done before it was shown and agreed to, there or with --yes.
/// Passwords, keys and secrets come from files, standard input or the terminal, never from the command line.
#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// Where the platform's Domain API is.
    #[arg(long, value_name = "URL", default_value = "https://api.liveperson.net")]
    domain_api: Url,
    /// The account's id at the platform. Without it, it is asked for on the terminal.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The account here; the default account where none is named.
    #[arg(long, value_name = "ID")]
    signet_account: Option<AccountId>,
    /// The platform's client of the account here; its only one where none is named, and on a terminal the one that is chosen.
    #[arg(long, value_name = "ID")]
    client: Option<ClientId>,
    #[command(flatten)]
    credentials: Credentials,
    /// Write this connector of the platform's anew; otherwise the one for the same issuer and client, or a new one.
    #[arg(long, value_name = "ID")]
    connector: Option<String>,
    /// Give the platform the key that signs, on one line, where it can't read the JWKS endpoint. The client holds on to that
    /// key from then on.
    #[arg(long)]
    paste_key: bool,
    /// Whether the platform makes a PKCE challenge; as the client demands it where it isn't said.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pkce: Option<bool>,
    /// The first line of this file is the client's secret. Without it, a connector that is new, or was another client's or of
    /// another type, gives the client a new one; the former works for another day.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Make it the first choice of its type at the platform.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", default_value_t = true)]
    preferred: bool,
    /// Let the account's one type for web and apps become this connector's, where its first choice is of the other one. The
    /// brand's page and its apps must change on the same day.
    #[arg(long)]
    switch_flow: bool,
    /// A consumer whose login proves that it works.
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// The first line of this file is that consumer's password. Without it, it is asked for on the terminal.
    #[arg(long, value_name = "FILE", requires = "consumer")]
    consumer_password_file: Option<PathBuf>,
    /// The redirect URI of the test login; the first one of the client where none is named.
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// Authorities that this machine doesn't know, PEM.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Do it without asking. What is needed and not said is an error that names the flag.
    #[arg(long)]
    yes: bool,
}

/// What came of it.
struct Done {
    connector_id: String,
    is_new: bool,
    /// None where no consumer was named.
    verified: Option<Result<(), String>>,
}

/// What was said and typed.
struct Given {
    /// The account's id at the platform.
    account: String,
    /// The body of the login there.
    credentials: Value,
    /// The client's secret.
    secret: Option<SecretString>,
    /// The consumer of the test login, and their password.
    consumer: Option<(String, SecretString)>,
}

impl Connect {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        ensure!(
            self.domain_api.scheme() == "https" || is_loopback(&self.domain_api),
            "--domain-api must be https"
        );
        let mut terminal = if self.yes { None } else { Terminal::find() };
        let given = self.given(terminal.as_mut())?;
        let settings = global.settings()?;
        block_on(async {
            let services = open_services(settings).await?;
            let work = self.work(global, &services, &given, terminal);
            let outcome = Box::pin(work).await;
            services.db.close().await;
            outcome
        })
    }

    /// Gathers what is needed before anybody is called.
    fn given(&self, mut terminal: Option<&mut Terminal>) -> anyhow::Result<Given> {
        let question = ("--account", "Account at the platform");
        let account = flag_or_asked(self.account.as_ref(), question, terminal.as_deref_mut())?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        ensure!(
            !account.is_empty() && account.bytes().all(is_part),
            "--account is the account's id at the platform: letters and digits"
        );
        let credentials = self.credentials.read(terminal.as_deref_mut())?;
        let secret = first_line(self.client_secret_file.as_ref())?;
        let name = match (&self.consumer, terminal) {
            (Some(name), _) => Some(name.clone()),
            (None, Some(terminal)) => terminal
                .optional("A consumer whose login proves that it works (none, and no login is tried)")?,
            (None, None) => None,
        };
        let consumer = match (name, first_line(self.consumer_password_file.as_ref())?) {
            (Some(name), Some(password)) => Some((name, password)),
            (Some(name), None) => {
                let password = login::password_of(&format!("{name} here"), "--consumer-password-file")?;
                Some((name, password))
            }
            (None, _) => None,
        };
        Ok(Given {
            account,
            credentials,
            secret,
            consumer,
        })
    }

    async fn work(
        &self,
        global: &Global,
        services: &Services,
        given: &Given,
        mut terminal: Option<Terminal>,
    ) -> Outcome {
        let caller = Caller::new(self.ca.as_deref())?;
        let mut plan = self.plan(services, terminal.as_mut()).await?;
        let platform = Platform::find(&caller, &self.domain_api, &given.account).await?;
        let session = platform.log_in(&given.credentials).await?;
        let done = async {
            let remote = platform.connectors(&session).await?;
            self.fit(&mut plan, &remote, terminal.as_mut())?;
            self.agree(&plan, &platform, terminal.as_mut())?;
            self.write(services, &platform, &session, &mut plan, given).await
        };
        let done = done.await;
        platform.log_out(&session).await;
        report::tell(global, &plan, &platform, &done?)
    }

    /// Writes the connector, and tries it.
    async fn write(
        &self,
        services: &Services,
        platform: &Platform<'_>,
        session: &Session,
        plan: &mut Plan,
        given: &Given,
    ) -> anyhow::Result<Done> {
        let secret = given.secret.as_ref();
        let id = Box::pin(write::write(services, platform, session, plan, secret)).await?;
        let verified = match &given.consumer {
            Some((name, password)) => {
                let tried = self
                    .verify(plan, platform, &id, name, password.expose_secret())
                    .await;
                Some(tried.map_err(|error| format!("{error:#}")))
            }
            None => None,
        };
        Ok(Done {
            connector_id: id,
            is_new: plan.there.is_none(),
            verified,
        })
    }

    async fn verify(
        &self,
        plan: &Plan,
        platform: &Platform<'_>,
        connector: &str,
        username: &str,
        password: &str,
    ) -> anyhow::Result<()> {
        let fields = &plan.draft.configuration;
        let registered = &plan.client.settings.redirect_uris;
        let redirect_uri = if let Some(uri) = &self.redirect_uri {
            uri.clone()
        } else {
            let first = registered.first().context("the client has no redirect URI")?;
            first.as_str().to_owned()
        };
        let entropy = Entropy::default();
        let verifier: CodeVerifier = hex(&entropy.bytes::<32>()).parse()?;
        let challenge = CodeChallenge::of(&verifier);
        let nonce = hex(&entropy.bytes::<16>());
        let trial = Trial {
            caller: platform.caller,
            issuer: &fields.issuer,
            client_id: &fields.client_id,
            redirect_uri: &redirect_uri,
            is_code: plan.draft.kind == ConnectorKind::Code,
            proof: fields
                .pkce_enabled
                .then_some((verifier.expose(), challenge.as_str())),
            username,
            password,
            nonce: &nonce,
        };
        let presented = trial.log_in().await.context("the consumer's login")?;
        let done = platform.authenticate(connector, &presented).await;
        done.context("the platform's check of the consumer")
    }
}

fn first_line(file: Option<&PathBuf>) -> anyhow::Result<Option<SecretString>> {
    let Some(file) = file else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let line = text.lines().next().unwrap_or_default();
    ensure!(!line.is_empty(), "{} is empty", file.display());
    Ok(Some(SecretString::from(line)))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|it| it.is_loopback())
    })
}
