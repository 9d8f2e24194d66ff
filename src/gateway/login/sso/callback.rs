//! A browser comes back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use axum::routing::MethodRouter;
use http::HeaderMap;
use http::header::SET_COOKIE;
use oauth::Parameters;
use pages::ErrorKind;
use url::Url;

use super::{Bond, Fault, TICKET_LASTS, enabled, oidc};
use crate::base::{Digest, OneTime};
use crate::context::{Context, Services};
use crate::directory::sso::record_refused;
use crate::directory::user::{self, NotLoggedIn};
use crate::gateway::OfAccount;
use crate::gateway::login::answered;
use crate::http::page::Pages;
use crate::http::redirect::see_other;
use crate::http::{Caller, PageError, Purpose, RateLimits, figures};
use crate::login::{Source, UserRefusal};
use crate::model::User;
use crate::model::sso::{SsoAttempt, SsoConnection, SsoKind, SsoTicket};
use crate::store;

/// `/api/account/{account_id}/login/callback`: the answer of an OIDC provider is in the address, one by SAML is posted.
pub(in crate::gateway) fn come_back() -> MethodRouter<Arc<Services>> {
    let router = axum::routing::get(get);
    #[cfg(feature = "saml")]
    let router = router.post(post);
    router
}

#[cfg(feature = "saml")]
async fn post(
    Extension(limits): Extension<Arc<RateLimits>>,
    account: OfAccount,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: bytes::Bytes,
) -> Response {
    let pages = Pages::new(&account, &headers, &[]);
    let done = match limits.check(Purpose::Login, &caller) {
        Ok(()) => Box::pin(by_saml(&account, &headers, query.as_deref(), &body)).await,
        Err(wait) => Err(wait.into()),
    };
    done.unwrap_or_else(|error| pages.error(&error))
}

#[cfg(feature = "saml")]
async fn by_saml(
    account: &OfAccount,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &bytes::Bytes,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default())?;
    if parameters.repeated().next().is_some() {
        return Err(PageError::new(ErrorKind::RepeatedParameter));
    }
    super::saml::come_back(account, headers, parameters.get("connection"), body).await
}

async fn get(
    Extension(limits): Extension<Arc<RateLimits>>,
    account: OfAccount,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pages = Pages::new(&account, &headers, &[]);
    let done = match limits.check(Purpose::Login, &caller) {
        Ok(()) => Box::pin(by_oidc(&account, &headers, query.as_deref())).await,
        Err(wait) => Err(wait.into()),
    };
    done.unwrap_or_else(|error| pages.error(&error))
}

async fn by_oidc(
    account: &OfAccount,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default())?;
    if parameters.repeated().next().is_some() {
        return Err(PageError::new(ErrorKind::RepeatedParameter));
    }
    let state = parameters.get("state").unwrap_or_default();
    let back = Back::take(
        account,
        headers,
        SsoKind::Oidc,
        state,
        parameters.get("connection"),
    )
    .await?;
    let proved = oidc::finish(account, &back.connection, state, &parameters).await;
    back.answer(account, proved).await
}

/// A browser that is the one that was sent, with what it was sent for.
pub(super) struct Back<'a> {
    pub(super) connection: SsoConnection,
    attempt: SsoAttempt,
    bond: Bond<'a>,
}

impl<'a> Back<'a> {
    /// Takes the state, once it is clear that it was given to this browser: a stranger who knows it can't use it up.
    pub(super) async fn take(
        context: &'a Context,
        headers: &HeaderMap,
        kind: SsoKind,
        state: &'a str,
        connection: Option<&str>,
    ) -> Result<Self, PageError> {
        let rejected = |kind: ErrorKind, reason: &'static str| {
            tracing::warn!(
                target: "audit", event = "federation.state_rejected", request_id = %context.request_id, ip = %context.ip,
                account = %context.tenant.account.account_id, reason, "a browser comes back that wasn't sent"
            );
            PageError::with_detail(kind, reason)
        };
        let bond = Bond::of(context, kind, state);
        match bond.holds(headers) {
            Some(true) => {}
            Some(false) => return Err(rejected(ErrorKind::OtherBrowser, "not the browser that was sent")),
            None => return Err(rejected(ErrorKind::NoCookie, "no cookie for that state")),
        }
        let account = &context.tenant.account.account_id;
        let digest = Digest::of(state);
        let attempt = store::sso_attempts::take(context.db(), account, digest, context.now)
            .await?
            .ok_or_else(|| rejected(ErrorKind::ExpiredInteraction, "the state is used or too old"))?;
        if connection != Some(attempt.connection.as_str()) {
            return Err(rejected(
                ErrorKind::InvalidRequest,
                "the answer of another connection",
            ));
        }
        let connection = enabled(context, attempt.connection.as_str())
            .await?
            .filter(|connection| connection.kind == kind)
            .ok_or_else(|| rejected(ErrorKind::NotFound, "the connection is gone or disabled"))?;
        Ok(Self {
            connection,
            attempt,
            bond,
        })
    }

    /// Logs in the user whose login name was proved, or sends them to the application that will; tells both if nobody was.
    pub(super) async fn answer(
        self,
        account: &OfAccount,
        proved: Result<String, Fault>,
    ) -> Result<Response, PageError> {
        let mut response = match proved {
            Ok(login_name) => self.let_in(account, &login_name).await,
            Err(fault) => self.refuse(account, fault).await,
        }?;
        if let Ok(cookie) = self.bond.untie().parse() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    }

    async fn let_in(&self, account: &OfAccount, login_name: &str) -> Result<Response, PageError> {
        let context: &Context = account;
        let (owner, request_id) = (&context.tenant.account, &context.request_id);
        let source = Source { ip: context.ip };
        let vouched = user::vouched_for(&context.services, owner, request_id, source, login_name).await;
        let user = match vouched {
            Ok(user) => user,
            Err(refusal) => return self.turned_away(context, refusal).await,
        };
        if let Some(return_to) = &self.attempt.return_to {
            return self.send_on(context, return_to, &user).await;
        }
        let name = &self.connection.name;
        let begun = user::begin_by_sso(&context.services, request_id, source, user, name).await;
        match begun {
            Ok(logged_in) => {
                figures::login("done");
                answered(account, &logged_in)
                    .await
                    .map_err(|_| PageError::with_detail(ErrorKind::Internal, "the login can't be answered"))
            }
            Err(refusal) => self.turned_away(context, refusal).await,
        }
    }

    /// To the application, with a ticket that serves once.
    async fn send_on(&self, context: &Context, return_to: &str, user: &User) -> Result<Response, PageError> {
        let ticket = OneTime::<SsoTicket>::fresh(&context.services.entropy);
        let whose = (&self.attempt.account_id, self.attempt.digest);
        let until = context.now + TICKET_LASTS;
        store::sso_attempts::give_ticket(context.db(), whose, ticket.digest(), user.user_id, until).await?;
        self.onward(return_to, ("ticket", ticket.expose()))
    }

    fn onward(&self, return_to: &str, (name, value): (&str, &str)) -> Result<Response, PageError> {
        let mut url = Url::parse(return_to)
            .map_err(|_| PageError::with_detail(ErrorKind::Internal, "return_to is no URL"))?;
        url.query_pairs_mut().append_pair(name, value);
        if let Some(state) = &self.attempt.app_state {
            url.query_pairs_mut().append_pair("state", state);
        }
        see_other(url.as_str())
    }

    async fn turned_away(&self, context: &Context, refusal: NotLoggedIn) -> Result<Response, PageError> {
        let reason = match refusal {
            NotLoggedIn::Refused(UserRefusal::Store(error)) => return Err(error.into()),
            NotLoggedIn::Failed(error) => return Err(PageError::busy(error.to_string())),
            refusal => refusal.to_string(),
        };
        self.refuse(context, Fault::refused(reason)).await
    }

    async fn refuse(&self, context: &Context, fault: Fault) -> Result<Response, PageError> {
        figures::login("refused");
        let (code, error) = match fault {
            Fault::Refused(reason) => {
                let recorded = record_refused(context, &self.connection, &reason).await;
                recorded.map_err(|error| PageError::busy(error.to_string()))?;
                (
                    "access_denied",
                    PageError::with_detail(ErrorKind::SignInRefused, reason),
                )
            }
            Fault::Upstream(error) => {
                tracing::warn!(
                    target: "audit", event = "federation.upstream_error", request_id = %context.request_id,
                    account = %self.connection.account_id, connection = %self.connection.name, error,
                    "an identity provider can't be asked"
                );
                ("temporarily_unavailable", PageError::busy(error))
            }
        };
        match &self.attempt.return_to {
            Some(return_to) => self.onward(return_to, ("error", code)),
            None => Err(error),
        }
    }
}
