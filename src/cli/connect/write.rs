//! The write at the platform, and what is taken back here where it is refused.

use anyhow::{Context as _, anyhow};
use secrecy::SecretString;

use super::caller::Refusal;
use super::plan::Plan;
use super::platform::{Platform, Remote, Session};
use super::report;
use crate::context::Services;
use crate::directory::{self, Assignment, By, client, connector};
use crate::model::connector::ConnectorKind;

/// What was changed here for the platform's sake. It is done before the platform is told: a secret that it has, and the client
/// hasn't, would let nobody in, and neither would a key that the client doesn't hold on to.
#[derive(Default)]
struct Changed {
    /// The client's new secret.
    renewed: Option<client::Renewed>,
    /// Whether the client holds on to the pasted key, and didn't before (F-20).
    is_held: bool,
}

/// Writes the connector; its id. The client gets a new secret for it where one is needed and `secret` is none; the former
/// works for another day. Where the platform hasn't got it, the client is again as it was.
pub(super) async fn write(
    services: &Services,
    platform: &Platform<'_>,
    session: &Session,
    plan: &mut Plan,
    secret: Option<&SecretString>,
) -> anyhow::Result<String> {
    let changed = Box::pin(Changed::of(services, plan, secret.is_some())).await?;
    plan.draft.client_secret = match &changed.renewed {
        Some(renewed) => Some(SecretString::from(renewed.rotated.secret.expose().to_owned())),
        None => secret.cloned(),
    };
    let body = report::document(plan);
    let error = match platform.write(session, plan.there.as_deref(), &body).await {
        Ok(id) => {
            if changed.renewed.is_some() {
                hand_on(services, plan).await;
            }
            return Ok(id);
        }
        Err(error) => error,
    };
    if changed.is_nothing() {
        return Err(error);
    }
    let refused = error
        .downcast_ref::<Refusal>()
        .is_some_and(|refusal| refusal.is_definite);
    // What the platform has by now tells more than how it answered.
    let has_it = match platform.glance(session).await {
        Ok(remote) => Some(remote.iter().any(|it| is_written(plan, it))),
        Err(_) if refused => Some(false),
        Err(_) => None,
    };
    let id = &plan.client.client_id;
    let told = match has_it {
        Some(false) => {
            let taken_back = changed.take_back(services, plan).await;
            taken_back.map_err(|why| {
                anyhow!("{error:#}; and the client {id} could not be left as it was: {why}")
            })?;
            format!("nothing was changed: the client {id} is as it was before")
        }
        Some(true) => format!(
            "the platform has the connector all the same, and what the client {id} got for it counts. Run this again"
        ),
        None => format!(
            "the platform may have the connector, or not, so that what the client {id} got for it counts, and a former secret \
             of its own does for another day. Run this again; if that asks for a secret, signet client rotate-secret {id} \
             --keep-old 24h makes one for --client-secret-file"
        ),
    };
    Err(error.context(told))
}

/// Gives the new secret to the account's own connectors for the client, which would refuse everybody once the former one stops.
async fn hand_on(services: &Services, plan: &mut Plan) {
    let Some(secret) = &plan.draft.client_secret else {
        return;
    };
    let (by, account) = (By::command(), &plan.account.account_id);
    let given = connector::hand_on(services, &by, account, &plan.draft.configuration, secret).await;
    if let Err(error) = given {
        plan.warnings.push(format!(
            "connectors here that name the client {} still have its former secret, which works for another day: {error}",
            plan.client.client_id
        ));
    }
}

impl Changed {
    async fn of(services: &Services, plan: &Plan, has_secret: bool) -> anyhow::Result<Self> {
        let mut changed = Self::default();
        let needs = plan.draft.kind == ConnectorKind::Code && !plan.has_secret && !has_secret;
        let (by, account, id) = (By::command(), &plan.account.account_id, &plan.client.client_id);
        if needs {
            let renewed = client::renew(services, &by, account, id).await.with_context(|| {
                format!(
                    "the connector needs the secret of the client {id}: say --client-secret-file. signet client rotate-secret \
                     {id} --keep-old 24h makes another one, beside which the newest of the others goes on for that long"
                )
            });
            changed.renewed = Some(renewed?);
        }
        let Some((kid, _)) = &plan.pasted else {
            return Ok(changed);
        };
        let former = plan.client.settings.pasted_key.as_ref();
        if former.is_some_and(|held| held.as_str() == kid) {
            return Ok(changed);
        }
        let holds = [Assignment::text("pasted_key", kid)];
        let held = client::update(services, &by, account, id, |draft| draft.assign(&holds)).await;
        match held {
            Ok(_) => changed.is_held = true,
            Err(error) => {
                changed.take_back(services, plan).await?;
                return Err(error.into());
            }
        }
        Ok(changed)
    }

    fn is_nothing(&self) -> bool {
        self.renewed.is_none() && !self.is_held
    }

    async fn take_back(&self, services: &Services, plan: &Plan) -> directory::Result<()> {
        let (by, account, id) = (By::command(), &plan.account.account_id, &plan.client.client_id);
        if let Some(renewed) = &self.renewed {
            client::take_back(services, &by, renewed).await?;
        }
        if self.is_held {
            let lets_go = |draft: &mut client::Draft| {
                draft
                    .settings
                    .pasted_key
                    .clone_from(&plan.client.settings.pasted_key);
                Ok(())
            };
            client::update(services, &by, account, id, lets_go).await?;
        }
        Ok(())
    }
}

/// Whether that is the connector, as it was to be written. There was none like it before, or nothing would have been changed
/// here.
fn is_written(plan: &Plan, remote: &Remote) -> bool {
    let fields = &plan.draft.configuration;
    let is_that_one = plan.there.as_ref().is_none_or(|id| *id == remote.id);
    let has_key = plan.pasted.is_none() || Some(&remote.public_key) == fields.jwt_public_key.as_ref();
    is_that_one
        && has_key
        && remote.is_for(&fields.issuer, &fields.client_id)
        && remote.is_of(plan.draft.kind)
}
