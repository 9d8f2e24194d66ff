use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use http::request::Parts;
use http::{Method, StatusCode};
use oauth::GrantType;
use secrecy::ExposeSecret as _;

use super::denied::{Denial, denied};
use super::{Authorised, Presented, Who};
use crate::context::{Context, Services};
use crate::directory::{By, Error as DirectoryError, user};
use crate::gateway::oauth1::{self, SignedCaller};
use crate::gateway::{Error, Needs, OfAccount, Route, login, sentinel};
use crate::http::{Caller, RateLimits, stale_id};
use crate::model::{Access, Area, Privileges};

/// A route's handlers behind what it needs.
pub(in crate::gateway) fn guarded(services: &Arc<Services>, route: &Route) -> MethodRouter<Arc<Services>> {
    let handlers = (route.handlers)();
    match route.needs {
        Needs::Nobody | Needs::Session | Needs::Program => handlers,
        Needs::Area(area) => handlers.layer(from_fn_with_state(
            Arc::clone(services),
            move |state: State<Arc<Services>>,
                  limits: Extension<Arc<RateLimits>>,
                  caller: Caller,
                  account: OfAccount,
                  request: Request,
                  next: Next| guard(area, state, limits, caller, account, request, next),
        )),
    }
}

async fn guard(
    area: Area,
    State(services): State<Arc<Services>>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    account: OfAccount,
    request: Request,
    next: Next,
) -> Response {
    let (signed_by, request) = if oauth1::is_signed(request.headers()) {
        match oauth1::signed(&account, &limits, &caller, request).await {
            Ok((signed_by, request)) => (Some(signed_by), request),
            Err(refused) => return refused.into_response(),
        }
    } else {
        (None, request)
    };
    let (mut parts, body) = request.into_parts();
    let access = match parts.method {
        Method::GET | Method::HEAD => Access::Read,
        _ => Access::Write,
    };
    let authorised = match signed_by {
        Some(signed_by) => Ok(by_signature(&caller, signed_by)),
        None => authorised(&account, &caller, &parts).await,
    };
    let outcome = match authorised {
        Ok(authorised) if authorised.may(area, access) => {
            if authorised.must_show_more(area, access, account.now) {
                Err(Denial::Stale(Box::new(authorised), area))
            } else {
                Ok(authorised)
            }
        }
        Ok(authorised) => Err(Denial::NotAllowed(Box::new(authorised), area, access)),
        Err(denial) => Err(denial),
    };
    match outcome {
        Ok(authorised) => {
            parts.extensions.insert(authorised);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(denial) => {
            let is_signed = oauth1::is_signed(&parts.headers);
            let error = denied(&services, &limits, &caller, &account, denial).await;
            if is_signed && error.status() == StatusCode::FORBIDDEN {
                oauth1::Refused::denied("the key has no such privilege").into_response()
            } else {
                error.into_response()
            }
        }
    }
}

/// Who asks.
async fn authorised(context: &Context, caller: &Caller, request: &Parts) -> Result<Authorised, Denial> {
    match Presented::of(&request.headers) {
        Presented::Bearer(bearer) => by_bearer(context, caller, bearer.expose()).await,
        Presented::Token(token) => by_token(context, caller, token.expose_secret()).await,
        Presented::Nothing => Err(Denial::Nothing),
        Presented::Unusable => Err(Denial::Unusable),
    }
}

fn by_signature(caller: &Caller, signed_by: SignedCaller) -> Authorised {
    Authorised {
        by: By::app_key(&signed_by.key().app_key, &caller.request_id, caller.ip),
        who: Who::Program(signed_by),
        privileges: Privileges::default(),
        demands_factor: false,
    }
}

async fn by_token(context: &Context, caller: &Caller, token: &str) -> Result<Authorised, Denial> {
    let shown = sentinel::verified(context, token).await.map_err(Denial::Failed)?;
    let (client, scope) = shown.map_err(|_| Denial::Unknown)?;
    let settings = &client.settings;
    if !settings.grant_types.contains(&GrantType::ClientCredentials) {
        return Err(Denial::Unknown);
    }
    Ok(Authorised {
        by: By::client(&client.client_id, &caller.request_id, caller.ip),
        // What the client has lost since isn't the token's to give.
        who: Who::Client(scope.intersection(&settings.scope)),
        privileges: Privileges::default(),
        demands_factor: false,
    })
}

async fn by_bearer(context: &Context, caller: &Caller, bearer: &str) -> Result<Authorised, Denial> {
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let found = services.user_sessions.find_by_bearer(account, bearer);
    let found = found.await.map_err(|error| Denial::Failed(error.into()))?;
    let found = found.map_err(|none| {
        stale_id::tell(services, none, login::shown(context));
        Denial::Unknown
    })?;
    let stands = login::stands(context, &found.session).await;
    if !stands.map_err(|error| Denial::Failed(error.into()))? {
        return Err(Denial::Unknown);
    }
    let (privileges, _) = user::privileges(services, &found.user)
        .await
        .map_err(|error| Denial::Failed(failed(error)))?;
    Ok(Authorised {
        by: By::user(&found.user, &caller.request_id, caller.ip),
        who: Who::User {
            user: Arc::new(found.user),
            session: Arc::new(found.session),
        },
        privileges,
        demands_factor: services.settings.login.admin_factor,
    })
}

fn failed(error: DirectoryError) -> Error {
    match error {
        DirectoryError::Store(error) => error.into(),
        error => Error::internal(error.to_string()),
    }
}
