//! Connecting an account with the messaging platform: the guided command.

mod caller;
mod login;
mod platform;
mod report;
mod retry;
#[cfg(test)]
mod retry_tests;
mod trial;

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use oauth::{CodeChallenge, CodeVerifier};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::directory::facts;
use super::{Global, Outcome, block_on, open_services, password};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Entropy, hex};
use crate::config::Period;
use crate::context::Services;
use crate::directory::{self, Assignment, By, client, connector, key};
use crate::model::connector::ConnectorKind;
use crate::model::{Account, Client};
use caller::Caller;
use login::Credentials;
use platform::{Platform, Session};
use trial::Trial;

/// Connect an account with the messaging platform: find its services, sign in, write the connector, try a login.
///
/// Nothing of it is done before it was shown and agreed to, on a terminal or with --yes. Passwords, keys and secrets come
/// from files or standard input alone.
#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// Where the platform's Domain API is.
    #[arg(long, value_name = "URL", default_value = "https://api.liveperson.net")]
    domain_api: Url,
    /// The account's id at the platform.
    #[arg(long, value_name = "ID")]
    account: String,
    /// The account here; the default account where none is named.
    #[arg(long, value_name = "ID")]
    signet_account: Option<AccountId>,
    /// The platform's client of the account here; its only one where none is named.
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
    /// A consumer whose login proves that it works.
    #[arg(long, value_name = "NAME", requires = "consumer_password_file")]
    consumer: Option<String>,
    /// The first line of this file is that consumer's password.
    #[arg(long, value_name = "FILE")]
    consumer_password_file: Option<PathBuf>,
    /// The redirect URI of the test login; the first one of the client where none is named.
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// Authorities that this machine doesn't know, PEM.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
}

/// What is to be written, and for whom.
struct Plan {
    account: Account,
    client: Client,
    draft: connector::Draft,
    /// The key that is pasted, if one is.
    pasted: Option<(String, String)>,
    /// The connector that is there already: its id.
    there: Option<String>,
    /// Whether that one has the client's secret already.
    has_secret: bool,
}

/// What came of it.
struct Done {
    connector_id: String,
    is_new: bool,
    /// None where no consumer was named.
    verified: Option<Result<(), String>>,
}

impl Connect {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        ensure!(
            !self.account.is_empty()
                && self
                    .account
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)),
            "--account is the account's id at the platform: letters and digits"
        );
        ensure!(
            self.domain_api.scheme() == "https" || is_loopback(&self.domain_api),
            "--domain-api must be https"
        );
        let credentials = self.credentials.read()?;
        let secret = first_line(self.client_secret_file.as_ref())?;
        let consumer = first_line(self.consumer_password_file.as_ref())?;
        let settings = global.settings()?;
        block_on(async {
            let services = open_services(settings).await?;
            let work = self.work(global, &services, &credentials, (secret, consumer));
            let outcome = Box::pin(work).await;
            services.db.close().await;
            outcome
        })
    }

    async fn work(
        &self,
        global: &Global,
        services: &Services,
        credentials: &Value,
        secrets: (Option<SecretString>, Option<SecretString>),
    ) -> Outcome {
        let caller = Caller::new(self.ca.as_deref())?;
        let mut plan = self.plan(services).await?;
        let platform = Platform::find(&caller, &self.domain_api, &self.account).await?;
        let session = platform.log_in(credentials).await?;
        let done = self
            .write(services, &platform, &session, &mut plan, secrets)
            .await;
        platform.log_out(&session).await;
        report::tell(global, &self.account, &plan, &platform, &done?)
    }

    /// Writes the connector, and tries it.
    async fn write(
        &self,
        services: &Services,
        platform: &Platform<'_>,
        session: &Session,
        plan: &mut Plan,
        (secret, consumer): (Option<SecretString>, Option<SecretString>),
    ) -> anyhow::Result<Done> {
        let remote = platform.connectors(session).await?;
        let fields = &plan.draft.configuration;
        let there = remote.iter().find(|it| match &self.connector {
            Some(id) => it.id == *id,
            None => it.is_for(&fields.issuer, &fields.client_id),
        });
        if let (Some(id), None) = (&self.connector, there) {
            bail!("the platform has no connector {id}");
        }
        plan.there = there.map(|it| it.id.clone());
        plan.has_secret =
            there.is_some_and(|it| it.is_for(&fields.issuer, &fields.client_id) && it.is_of(plan.draft.kind));
        if let Some(there) = there.filter(|it| !it.name.is_empty()) {
            plan.draft.name.clone_from(&there.name);
        }
        self.agree(plan, platform)?;
        self.hold(services, plan).await?;
        let is_given = secret.is_some();
        plan.draft.client_secret = match secret {
            Some(secret) => Some(secret),
            None => self.new_secret(services, plan).await?,
        };
        let is_rotated = !is_given && plan.draft.client_secret.is_some();
        let body = report::document(plan);
        let mut written = platform.write(session, plan.there.as_deref(), &body).await;
        if is_rotated {
            written = written.with_context(|| {
                let client = &plan.client.client_id;
                format!(
                    "the client {client} has a new secret, which the platform may not have got; the former works for \
                     another day, or until the client gets yet another one. Run this again, or let signet client \
                     rotate-secret {client} make one for --client-secret-file"
                )
            });
        }
        let id = written?;
        let verified = match (&self.consumer, consumer) {
            (Some(name), Some(password)) => {
                let tried = self
                    .verify(plan, platform, &id, name, password.expose_secret())
                    .await;
                Some(tried.map_err(|error| format!("{error:#}")))
            }
            (None, _) | (_, None) => None,
        };
        Ok(Done {
            connector_id: id,
            is_new: plan.there.is_none(),
            verified,
        })
    }

    async fn plan(&self, services: &Services) -> anyhow::Result<Plan> {
        let account = directory::account::find(services, self.signet_account.as_ref()).await?;
        let client = if let Some(id) = &self.client {
            client::find(services, &account.account_id, id).await?
        } else {
            let platforms = services.clients.platform(&account.account_id).await?;
            match platforms.as_slice() {
                [one] => Client::clone(one),
                [] => bail!("the account has no client for the platform: signet client create --platform"),
                _ => bail!("the account has several clients for the platform: name one with --client"),
            }
        };
        let mut draft = connector::ours(&account, &client);
        draft.configuration.preferred = self.preferred;
        if let Some(pkce) = self.pkce {
            draft.configuration.pkce_enabled = pkce;
        }
        let mut pasted = None;
        if self.paste_key {
            let kid = client.settings.pasted_key.as_ref();
            let exported = key::export(services, &account.account_id, kid).await?;
            let line = exported.public.to_spki_line();
            draft.assign(&[Assignment::text("jwtPublicKey", line)])?;
            pasted = Some((exported.key.kid.to_string(), exported.public.fingerprint()));
        }
        Ok(Plan {
            account,
            client,
            draft,
            pasted,
            there: None,
            has_secret: false,
        })
    }

    /// Shows what is about to be done, and lets whoever runs this agree to it.
    fn agree(&self, plan: &Plan, platform: &Platform<'_>) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        let terminal = console::Term::stderr();
        ensure!(terminal.is_term(), "there is no terminal to ask on: say --yes");
        let does = match &plan.there {
            Some(id) => format!("write the connector {id} anew"),
            None => "make a new connector".to_owned(),
        };
        let fields = &plan.draft.configuration;
        terminal.write_line(&format!(
            "At account {} of the platform ({} services), signet will {does}:\n\n{}",
            self.account,
            platform.domains.len(),
            facts([
                ("Type", plan.draft.kind.to_string()),
                ("Issuer", fields.issuer.clone()),
                (
                    "Authentication Endpoint",
                    fields.authorization_endpoint.clone().unwrap_or_default()
                ),
                (
                    "Token Endpoint",
                    fields.token_endpoint.clone().unwrap_or_default()
                ),
                ("Client ID", fields.client_id.clone()),
                ("JWKS Endpoint", fields.jwks_endpoint.clone().unwrap_or_default()),
                (
                    "JWT Public Key",
                    plan.pasted
                        .as_ref()
                        .map(|(kid, sha)| format!("{kid}, SHA-256 {sha}"))
                        .unwrap_or_default()
                ),
            ])
        ))?;
        terminal.write_str("Go on? [y/N] ")?;
        let answer = terminal.read_line()?;
        ensure!(answer.trim().eq_ignore_ascii_case("y"), "nothing was done");
        Ok(())
    }

    /// A new secret for the client, where the connector needs one, has none of this client's, and none was given.
    async fn new_secret(&self, services: &Services, plan: &Plan) -> anyhow::Result<Option<SecretString>> {
        if plan.draft.kind != ConnectorKind::Code || plan.has_secret {
            return Ok(None);
        }
        let (by, account, id) = (By::command(), &plan.account.account_id, &plan.client.client_id);
        let rotated = client::rotate(services, &by, account, id, Period::hours(24).get()).await?;
        Ok(Some(SecretString::from(rotated.secret.expose().to_owned())))
    }

    /// Lets the client hold on to a key that is pasted (F-20).
    async fn hold(&self, services: &Services, plan: &Plan) -> anyhow::Result<()> {
        if let Some((kid, _)) = &plan.pasted {
            let (by, account, id) = (By::command(), &plan.account.account_id, &plan.client.client_id);
            let holds = [Assignment::text("pasted_key", kid)];
            client::update(services, &by, account, id, |draft| draft.assign(&holds)).await?;
        }
        Ok(())
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
