//! The interaction that a page belongs to, and the browser that it is shown in.

use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use pages::ErrorKind;

use crate::base::{Digest, OneTime};
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::page::PageError;
use crate::http::redirect::see_other;
use crate::model::Client;
use crate::model::interaction::{BrowserCookie, Interaction, InteractionHandle, Progress};
use crate::store::{self, Tx};

/// An interaction of this browser, with the client that it is for.
pub(super) struct Pending {
    pub(super) handle: OneTime<InteractionHandle>,
    pub(super) interaction: Interaction,
    pub(super) client: std::sync::Arc<Client>,
}

impl Pending {
    /// The interaction of that handle; the handle alone is worthless in another browser (SEC-031).
    pub(super) async fn find(
        context: &Context,
        headers: &HeaderMap,
        handle: &str,
    ) -> Result<Self, PageError> {
        let account = &context.tenant.account.account_id;
        let handle = OneTime::presented(handle);
        let browser = Cookie::Browser
            .read(context, headers)
            .ok_or_else(|| PageError::new(ErrorKind::NoCookie))?;
        let browser = Digest::of(browser);
        let found =
            store::interactions::find(context.db(), account, handle.digest(), browser, context.now).await?;
        let Some(interaction) = found else {
            let foreign = store::interactions::exists(context.db(), account, handle.digest()).await?;
            let kind = if foreign {
                ErrorKind::OtherBrowser
            } else {
                ErrorKind::ExpiredInteraction
            };
            return Err(PageError::new(kind));
        };
        let client = context
            .services
            .clients
            .find(account, &interaction.request.client_id)
            .await?;
        let client = client
            .filter(|client| client.enabled)
            .ok_or_else(|| PageError::new(ErrorKind::ClientUnavailable))?;
        Ok(Self {
            handle,
            interaction,
            client,
        })
    }

    /// Back to the authorization endpoint, which sees what is still to be done.
    pub(super) fn resume(&self, context: &Context) -> Result<Response, PageError> {
        let location = format!(
            "{}/authorize/resume?interaction={}",
            context.issuer(),
            self.handle.expose()
        );
        see_other(&location).ok_or_else(|| PageError::new(ErrorKind::Internal))
    }

    /// Notes what the consumer has done, in the transaction of what they did.
    pub(super) async fn note(
        tx: &mut Tx<'_>,
        account: &crate::base::id::AccountId,
        handle: Digest<InteractionHandle>,
        progress: &Progress,
    ) -> store::Result<()> {
        if store::interactions::update(tx, account, handle, progress).await? == 1 {
            Ok(())
        } else {
            Err(store::Error::Unavailable(
                "the interaction has ended meanwhile".to_owned(),
            ))
        }
    }

    /// The consumer says no to all of it.
    pub(super) async fn deny(&self, context: &Context) -> Result<(), PageError> {
        let account = context.tenant.account.account_id.clone();
        let (handle, progress) = (
            self.handle.digest(),
            Progress {
                denied: true,
                ..self.interaction.progress.clone()
            },
        );
        context
            .db()
            .transaction(move |tx| Box::pin(async move { Self::note(tx, &account, handle, &progress).await }))
            .await?;
        Ok(())
    }
}

/// The browser's own secret, and whether it must still be given one.
pub(super) fn browser(context: &Context, headers: &HeaderMap) -> (OneTime<BrowserCookie>, bool) {
    match Cookie::Browser.read(context, headers) {
        Some(value) => (OneTime::presented(value), false),
        None => (OneTime::fresh(&context.services.entropy), true),
    }
}

/// Adds a `Set-Cookie`.
pub(super) fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
