//! `GET /demo/`: the brand's shop.

use std::sync::Arc;

use axum::Extension;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::HOST;
use http::{HeaderMap, StatusCode, Uri};
use pages::Link;
use pages::demo::{Config, Connector, Connectors, Credentials, Shop};

use super::room::Room;
use super::seed::{Made, Seeded};
use super::{APP_CALLBACK, SHOP};
use crate::context::{Context, Services};
use crate::http::cookies::Cookie;
use crate::http::page::{Pages, Permissions};
use crate::http::{Caller, PageError};
use crate::{model, store};

/// What the scripts of the shop are told.
pub(super) fn config(services: &Services, seeded: &Seeded) -> Config {
    let shop = format!("{}{SHOP}", services.settings.server.public_url);
    let connector = |connector: &model::Connector, made: &Made| {
        let configuration = &connector.configuration;
        Connector {
            connector_id: connector.connector_id.to_string(),
            client_id: configuration.client_id.clone(),
            redirect_uri: shop.clone(),
            response_type: made
                .client
                .settings
                .response_types
                .first()
                .map_or_else(String::new, ToString::to_string),
            scope: made.client.settings.scope.to_string(),
            js_method: configuration.js_method_name.clone(),
            js_context: configuration.js_context.clone(),
            pkce: configuration.pkce_enabled,
        }
    };
    let Seeded {
        clients, connectors, ..
    } = seeded;
    let code_pkce = connector(&connectors.code_pkce, &clients.platform_code);
    Config {
        issuer: seeded.account.issuer.clone(),
        connectors: Connectors {
            implicit: connector(&connectors.implicit, &clients.platform_implicit),
            code: connector(&connectors.code, &clients.platform_code),
            encrypted: connector(&connectors.encrypted, &clients.platform_encrypted),
            // The page's helper goes on as for step-up: it is never asked.
            anonymous: Connector {
                connector_id: connectors.anonymous.connector_id.to_string(),
                ..code_pkce.clone()
            },
            step_up: code_pkce.clone(),
            in_app: Connector {
                redirect_uri: format!("{}{APP_CALLBACK}", services.settings.server.public_url),
                ..connector(&connectors.code, &clients.platform_code)
            },
            code_pkce,
        },
    }
}

pub(super) async fn get(
    Extension(room): Extension<Arc<Room>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Some(there) = elsewhere(&room, &uri, &headers) {
        return there.into_response();
    }
    let context = match room.context(&caller).await {
        Ok(context) => context,
        Err(error) => return Pages::bare(&caller.request_id).error(&error),
    };
    let pages = Pages::new(&context, &headers, &[]);
    let credentials: Vec<Credentials<'_>> = room
        .consumers
        .iter()
        .map(|consumer| Credentials {
            name: &consumer.name,
            username: &consumer.username,
            password: &consumer.password,
        })
        .collect();
    let logout = match is_signed_in(&context, &headers).await {
        Ok(true) => Link::web(&format!("{}/logout", context.issuer())),
        Ok(false) => None,
        Err(error) => return pages.error(&PageError::from(error)),
    };
    let view = Shop {
        frame: pages.frame(),
        config: &room.config,
        credentials: &credentials,
        logout: logout.as_ref(),
    };
    let permissions = Permissions {
        connect: true,
        ..Permissions::default()
    };
    pages.respond(StatusCode::OK, view.render(), &permissions)
}

/// Whether somebody is signed in in this browser: where nobody is, nobody is asked to sign out.
async fn is_signed_in(context: &Context, headers: &HeaderMap) -> store::Result<bool> {
    let account = &context.tenant.account.account_id;
    let kept: Vec<(&str, &str)> = Cookie::Session.of(context).read_tagged(headers).collect();
    for (_, value) in kept {
        let secret = value.split('.').next().unwrap_or_default();
        if context.services.sessions.peek(account, secret).await?.is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The shop at the name that consumers come back to: at the address of `localhost` its scripts would not find again what
/// they had kept.
fn elsewhere(room: &Room, uri: &Uri, headers: &HeaderMap) -> Option<Redirect> {
    let public_url = &room.services.settings.server.public_url;
    // In HTTP/2 it stands in the request's target.
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(HOST)?.to_str().ok()?,
    };
    let by_address = host.starts_with("127.0.0.1") || host.starts_with("[::1]");
    (by_address && public_url.host() == "localhost").then(|| Redirect::to(&format!("{public_url}{SHOP}")))
}
