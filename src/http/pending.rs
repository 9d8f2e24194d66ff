//! The interaction that a page belongs to: an authorization request that waits for its consumer.

use std::sync::Arc;

use axum::response::Response;
use oauth::Parameters;
use pages::ErrorKind;

use super::PageError;
use super::page::Permissions;
use super::visit::Visit;
use crate::base::id::AccountId;
use crate::base::{Digest, OneTime};
use crate::model::Client;
use crate::model::interaction::{Interaction, InteractionHandle, Progress};
use crate::store::{self, Tx};

/// An interaction of this browser, with the client that it is for.
#[derive(Debug)]
pub struct Pending {
    /// Its handle, as the URL has it.
    pub handle: OneTime<InteractionHandle>,
    /// What is waiting.
    pub interaction: Interaction,
    /// Who is waiting.
    pub client: Arc<Client>,
}

impl Pending {
    /// The interaction that the parameter `interaction` names, if there is one.
    pub async fn named(visit: &Visit, parameters: &Parameters) -> Result<Option<Self>, PageError> {
        match parameters.get("interaction") {
            Some(handle) => Self::find(visit, handle).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same where it waits in this browser still; nothing is said of one that doesn't: a link out of a mail may be opened in
    /// another browser, and late.
    pub async fn here(visit: &Visit, parameters: &Parameters) -> Result<Option<Self>, PageError> {
        let (Some(handle), Some(browser)) = (parameters.get("interaction"), visit.known_browser()) else {
            return Ok(None);
        };
        let account = &visit.context.tenant.account.account_id;
        let handle = OneTime::<InteractionHandle>::presented(handle);
        let (db, now) = (visit.context.db(), visit.context.now);
        match store::interactions::find(db, account, handle.digest(), browser, now).await? {
            Some(interaction) => Self::of(visit, handle, interaction).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same for pages that are of no use without one.
    pub async fn demanded(visit: &Visit, parameters: &Parameters) -> Result<Self, PageError> {
        Self::named(visit, parameters)
            .await?
            .ok_or_else(|| PageError::with_detail(ErrorKind::InvalidRequest, "no interaction"))
    }

    /// The interaction of that handle; the handle alone is worthless in another browser (SEC-031).
    async fn find(visit: &Visit, handle: &str) -> Result<Self, PageError> {
        let context = &visit.context;
        let account = &context.tenant.account.account_id;
        let handle = OneTime::<InteractionHandle>::presented(handle);
        let browser = visit
            .known_browser()
            .ok_or_else(|| PageError::new(ErrorKind::NoCookie))?;
        let found =
            store::interactions::find(context.db(), account, handle.digest(), browser, context.now).await?;
        let Some(interaction) = found else {
            return Err(foreign_or_over(visit, &handle).await?);
        };
        Self::of(visit, handle, interaction).await
    }

    async fn of(
        visit: &Visit,
        handle: OneTime<InteractionHandle>,
        interaction: Interaction,
    ) -> Result<Self, PageError> {
        let context = &visit.context;
        let account = &context.tenant.account.account_id;
        let client = context
            .services
            .clients
            .find(account, &interaction.request.client_id)
            .await?
            .filter(|client| client.enabled)
            .ok_or_else(|| PageError::new(ErrorKind::ClientUnavailable))?;
        Ok(Self {
            handle,
            interaction,
            client,
        })
    }

    /// What a page about it may do: its forms end at the client's redirect URI. The same page without one leads nowhere.
    pub fn permissions(pending: Option<&Self>) -> Permissions {
        pending.map_or_else(Permissions::default, |pending| {
            Permissions::leading_to(&pending.client, &pending.interaction.request.redirect_uri)
        })
    }

    /// Back to the authorization endpoint, which sees what is still to be done.
    pub fn resume(&self, visit: &Visit) -> Result<Response, PageError> {
        visit.send_to(&format!("authorize/resume?interaction={}", self.handle.expose()))
    }

    /// Notes what the consumer has done, in the transaction of what they did. `false` where the interaction is over:
    /// then nothing else may be written either, so this comes first.
    pub async fn note(tx: &mut Tx<'_>, account: &AccountId, note: &Note) -> store::Result<bool> {
        let updated = store::interactions::update(tx, account, note.handle, &note.progress).await?;
        Ok(updated == 1)
    }

    /// The note that says what the consumer has done, once more with this change.
    pub fn noting(&self, change: impl FnOnce(&mut Progress)) -> Note {
        let mut progress = self.interaction.progress.clone();
        change(&mut progress);
        Note {
            handle: self.handle.digest(),
            progress,
        }
    }

    /// The consumer says no to all of it.
    pub async fn deny(&self, visit: &Visit) -> Result<(), PageError> {
        self.remember(visit, |progress| progress.denied = true).await
    }

    /// Notes what the consumer has done, where that is all there is to be written.
    pub async fn remember(&self, visit: &Visit, change: impl FnOnce(&mut Progress)) -> Result<(), PageError> {
        let account = visit.context.tenant.account.account_id.clone();
        let note = self.noting(change);
        let noted = visit
            .context
            .db()
            .transaction(move |tx| Box::pin(async move { Self::note(tx, &account, &note).await }))
            .await?;
        if noted { Ok(()) } else { Err(over()) }
    }

    /// Takes the interaction away, now that it is answered. Only one caller ever gets it.
    pub async fn take(&self, visit: &Visit) -> Result<(), PageError> {
        let Interaction {
            digest,
            account_id,
            browser,
            ..
        } = &self.interaction;
        if store::interactions::take(visit.context.db(), account_id, *digest, *browser).await? {
            Ok(())
        } else {
            Err(over())
        }
    }
}

/// What is to be noted of an interaction.
#[derive(Debug)]
pub struct Note {
    handle: Digest<InteractionHandle>,
    progress: Progress,
}

/// The interaction was answered meanwhile, or is too old.
pub fn over() -> PageError {
    PageError::new(ErrorKind::ExpiredInteraction)
}

async fn foreign_or_over(visit: &Visit, handle: &OneTime<InteractionHandle>) -> store::Result<PageError> {
    let context = &visit.context;
    let account = &context.tenant.account.account_id;
    if !store::interactions::exists(context.db(), account, handle.digest(), context.now).await? {
        return Ok(over());
    }
    tracing::warn!(
        target: "audit", event = "interaction.foreign_browser", request_id = %context.request_id, %account,
        ip = %context.ip, "an interaction was presented by another browser"
    );
    Ok(PageError::new(ErrorKind::OtherBrowser))
}
