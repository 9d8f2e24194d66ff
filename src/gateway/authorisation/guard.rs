use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use http::Method;
use http::request::Parts;

use super::denied::{Denial, denied};
use super::{Authorised, Presented, Who};
use crate::context::{Context, Services};
use crate::directory::{By, Error as DirectoryError, user};
use crate::gateway::{Error, Needs, OfAccount, Route};
use crate::http::{Caller, RateLimits};
use crate::model::{Access, Area};

/// A route's handlers behind what it needs.
pub(in crate::gateway) fn guarded(services: &Arc<Services>, route: &Route) -> MethodRouter<Arc<Services>> {
    let handlers = (route.handlers)();
    match route.needs {
        Needs::Nobody | Needs::Session => handlers,
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
    let (mut parts, body) = request.into_parts();
    let access = match parts.method {
        Method::GET | Method::HEAD => Access::Read,
        _ => Access::Write,
    };
    let outcome = match authorised(&account, &caller, &parts).await {
        Ok(authorised) if authorised.may(area, access) => Ok(authorised),
        Ok(authorised) => Err(Denial::NotAllowed(Box::new(authorised), area, access)),
        Err(denial) => Err(denial),
    };
    match outcome {
        Ok(authorised) => {
            parts.extensions.insert(authorised);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(denial) => denied(&services, &limits, &caller, &account, denial)
            .await
            .into_response(),
    }
}

/// Who asks.
async fn authorised(context: &Context, caller: &Caller, request: &Parts) -> Result<Authorised, Denial> {
    match Presented::of(&request.headers) {
        Presented::Bearer(bearer) => by_bearer(context, caller, bearer.expose()).await,
        Presented::Nothing => Err(Denial::Nothing),
        Presented::Unusable => Err(Denial::Unusable),
    }
}

async fn by_bearer(context: &Context, caller: &Caller, bearer: &str) -> Result<Authorised, Denial> {
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let found = services.user_sessions.find_by_bearer(account, bearer);
    let found = found.await.map_err(|error| Denial::Failed(error.into()))?;
    let found = found.ok_or(Denial::Unknown)?;
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
    })
}

fn failed(error: DirectoryError) -> Error {
    match error {
        DirectoryError::Store(error) => error.into(),
        error => Error::internal(error.to_string()),
    }
}
