//! Who is signed in.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use pages::{ErrorKind, Link};

use super::login::path_of;
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::page::{PageError, Pages, Permissions};
use crate::http::redirect::see_other;
use crate::model::Consumer;

/// `GET /me`
pub(super) async fn get(context: Context, headers: HeaderMap) -> Response {
    let outcome = show(&context, &headers).await;
    outcome.unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

async fn show(context: &Context, headers: &HeaderMap) -> Result<Response, PageError> {
    let account = &context.tenant.account.account_id;
    let session = match Cookie::Session.read(context, headers) {
        Some(cookie) => context.services.sessions.find(account, cookie).await?,
        None => None,
    };
    let internal = || PageError::new(ErrorKind::Internal);
    let consumer = match &session {
        Some(session) => context.services.consumers.find(account, &session.sub).await?,
        None => None,
    };
    let Some(consumer) = consumer else {
        return see_other(&format!("{}/login", context.issuer())).ok_or_else(internal);
    };
    let pages = Pages::new::<&str>(context, headers, &[]);
    let user = shown_name(&consumer);
    let logout = Link::local(&format!("{}/logout", path_of(context))).ok_or_else(internal)?;
    let view = pages::SignedIn {
        frame: pages.frame(),
        user: &user,
        username: consumer.username.as_deref().filter(|username| *username != user),
        logout: &logout,
    };
    Ok(pages.respond(
        StatusCode::OK,
        view.render(pages.locale()),
        &Permissions::default(),
    ))
}

/// A consumer's name, as people know them.
pub(super) fn shown_name(consumer: &Consumer) -> String {
    let claim = |name: &str| {
        consumer
            .claims
            .get(name)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    claim("name")
        .or_else(|| consumer.username.clone())
        .or_else(|| claim("email"))
        .unwrap_or_else(|| consumer.sub.to_string())
}
