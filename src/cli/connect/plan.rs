//! What is to be written, and whether it fits what is there.

use anyhow::{Context as _, bail, ensure};

use super::Connect;
use super::ask::Terminal;
use super::platform::{Platform, Remote};
use crate::cli::directory::facts;
use crate::context::Services;
use crate::directory::{self, Assignment, client, connector, key};
use crate::model::{Account, Client};

/// What is to be written, and for whom.
pub(super) struct Plan {
    pub(super) account: Account,
    pub(super) client: Client,
    pub(super) draft: connector::Draft,
    /// The key that is pasted, if one is.
    pub(super) pasted: Option<(String, String)>,
    /// The connector that is there already: its id.
    pub(super) there: Option<String>,
    /// Whether that one has the client's secret already.
    pub(super) has_secret: bool,
    /// What else changes with it, in sentences.
    pub(super) warnings: Vec<String>,
}

impl Connect {
    /// What this server has to say of itself.
    pub(super) async fn plan(
        &self,
        services: &Services,
        terminal: Option<&mut Terminal>,
    ) -> anyhow::Result<Plan> {
        let account = directory::account::find(services, self.signet_account.as_ref()).await?;
        let client = if let Some(id) = &self.client {
            client::find(services, &account.account_id, id).await?
        } else {
            let platforms = services.clients.platform(&account.account_id).await?;
            match (platforms.as_slice(), terminal) {
                ([one], _) => Client::clone(one),
                ([], _) => {
                    bail!("the account has no client for the platform: signet client create --platform")
                }
                (several, Some(terminal)) => chosen(several, terminal)?,
                (_, None) => {
                    bail!("the account has several clients for the platform: name one with --client")
                }
            }
        };
        let mut draft = connector::ours(&account, &client);
        draft.configuration.preferred = self.preferred;
        draft.switch_flow = self.switch_flow;
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
            warnings: Vec::new(),
        })
    }

    /// Finds the connector that is there already, and whether the account's others agree.
    pub(super) fn fit(
        &self,
        plan: &mut Plan,
        remote: &[Remote],
        terminal: Option<&mut Terminal>,
    ) -> anyhow::Result<()> {
        let kind = plan.draft.kind;
        let fields = &plan.draft.configuration;
        let is_ours = |it: &&Remote| it.is_for(&fields.issuer, &fields.client_id);
        let there = match &self.connector {
            Some(id) => remote.iter().find(|it| it.id == *id),
            None => remote
                .iter()
                .find(|it| is_ours(it) && it.is_of(kind))
                .or_else(|| remote.iter().find(is_ours)),
        };
        if let (Some(id), None) = (&self.connector, there) {
            bail!("the platform has no connector {id}");
        }
        plan.there = there.map(|it| it.id.clone());
        plan.has_secret = there.is_some_and(|it| is_ours(&it) && it.is_of(kind));
        if let Some(there) = there {
            if !there.name.is_empty() {
                plan.draft.name.clone_from(&there.name);
            }
            if !there.is_of(kind) {
                plan.warnings.push(format!(
                    "connector {} carried another kind, and carries {kind} from now on: the brand's page and its mobile apps \
                     must hand that over, too (F-28)",
                    there.id
                ));
            }
        }
        let is_other = |it: &&Remote| Some(&it.id) != plan.there.as_ref() && it.is_first_choice_beside(kind);
        let Some(other) = remote.iter().find(is_other).filter(|_| self.preferred) else {
            return Ok(());
        };
        plan.draft.switch_flow = match terminal {
            _ if self.switch_flow => true,
            Some(terminal) => terminal.yes(&format!(
                "The account's one type for web and apps is that of connector {}, and this one carries {kind}. Shall it become \
                 {kind}? The brand's page and its apps must change on the same day",
                other.id
            ))?,
            None => bail!(
                "the platform's first choice, connector {}, is of another type than {kind}: one type is for web and apps \
                 together. Say --switch-flow and change the brand's page and its apps, or --preferred false (F-28)",
                other.id
            ),
        };
        if plan.draft.switch_flow {
            plan.warnings.push(format!(
                "{kind} is the account's one type for web and apps from now on: connector {} was its first choice before (F-28)",
                other.id
            ));
        } else {
            plan.draft.configuration.preferred = false;
        }
        Ok(())
    }

    /// Shows what is about to be done, and lets whoever runs this agree to it.
    pub(super) fn agree(
        &self,
        plan: &Plan,
        platform: &Platform<'_>,
        terminal: Option<&mut Terminal>,
    ) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        let Some(terminal) = terminal else {
            bail!("there is no terminal to ask on: say --yes");
        };
        let does = match &plan.there {
            Some(id) => format!("write the connector {id} anew"),
            None => "make a new connector".to_owned(),
        };
        let fields = &plan.draft.configuration;
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        terminal.tell(&format!(
            "At account {} of the platform ({} services), signet will {does}:\n\n{}",
            platform.account,
            platform.domains.len(),
            facts([
                ("Type", plan.draft.kind.to_string()),
                ("PKCE", fields.pkce_enabled.to_string()),
                ("Issuer", fields.issuer.clone()),
                (
                    "Authentication Endpoint",
                    optional(&fields.authorization_endpoint)
                ),
                ("Token Endpoint", optional(&fields.token_endpoint)),
                ("Client ID", fields.client_id.clone()),
                ("JWKS Endpoint", optional(&fields.jwks_endpoint)),
                (
                    "JWT Public Key",
                    plan.pasted
                        .as_ref()
                        .map(|(kid, sha)| format!("{kid}, SHA-256 {sha}"))
                        .unwrap_or_default()
                ),
                ("First choice", fields.preferred.to_string()),
            ])
        ))?;
        for warning in &plan.warnings {
            terminal.tell(&format!("  ! {warning}\n"))?;
        }
        ensure!(terminal.yes("Go on?")?, "nothing was done");
        Ok(())
    }
}

/// Lets somebody choose among the platform's clients.
fn chosen(several: &[Client], terminal: &mut Terminal) -> anyhow::Result<Client> {
    let ids: Vec<String> = several.iter().map(|it| it.client_id.to_string()).collect();
    let at = terminal.one_of("The platform's client here", &ids)?;
    several.get(at).cloned().context("there is no such client")
}
