//! A program's token for itself: the client credentials grant, in two versions of one path.

use axum::Json;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::HeaderMap;
use oauth::{Error as Refusal, GrantType, Parameters, Scope};
use serde_json::{Value, json};

use super::app_jwt::{LIFETIME, issue};
use crate::context::Context;
use crate::gateway::idp::{Visitor, version};
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::input::{FORM, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, figures};
use crate::model::Client;

/// What programs of the platform's are allowed begins with one of these.
const OURS: [&str; 2] = ["msg.", "users."];

/// `POST /sentinel/api/account/{account_id}/app/token?v=1.0`
pub(super) async fn first(
    visitor: Visitor,
    failures: Failures,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(error) = version(query.as_deref(), &["1.0"]) {
        return error.into_response();
    }
    answer(&visitor, &failures, query.as_deref(), &headers, &body).await
}

/// `POST /sentinel/api/v2/account/{account_id}/app/token`
pub(super) async fn second(
    visitor: Visitor,
    failures: Failures,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&visitor, &failures, query.as_deref(), &headers, &body).await
}

async fn answer(
    context: &Context,
    failures: &Failures,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    match Box::pin(give(context, query, headers, body)).await {
        Ok(answer) => answer.into_response(),
        Err(error) => failures.count(error).into_response(),
    }
}

async fn give(
    context: &Context,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Json<Value>, OAuthError> {
    if media_type(headers) != FORM {
        return Err(Refusal::invalid_request("The body must be a form.").into());
    }
    let form = Parameters::parse(body)
        .map_err(|error| Refusal::invalid_request("The body is malformed.").with_detail(error.to_string()))?;
    if let Some(name) = form.repeated().next() {
        let detail = format!("{name} is repeated");
        return Err(Refusal::invalid_request("A parameter is there twice.")
            .with_detail(detail)
            .into());
    }
    grant(query, &form)?;
    let client = client_auth::by_secret(context, headers, &form).await?;
    let scope = scope(&client, form.get("scope"))?;
    let token = issue(context, &client, &scope)
        .await
        .map_err(|error| Refusal::server_error().with_detail(format!("{error:?}")))?;
    figures::issued("app_token");
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id, ip = %context.ip,
        account = %context.tenant.account.account_id, client = %client.client_id, "a program's own token"
    );
    Ok(Json(
        json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}),
    ))
}

/// `grant_type` stands in the body; one page of the contract's puts it into the query.
fn grant(query: Option<&str>, form: &Parameters) -> Result<(), Refusal> {
    let query = Parameters::parse(query.unwrap_or_default())
        .map_err(|_| Refusal::invalid_request("The query is malformed."))?;
    let asked = form.get("grant_type").or_else(|| query.get("grant_type"));
    match asked {
        Some(asked) if asked == GrantType::ClientCredentials.as_str() => Ok(()),
        Some(_) => Err(Refusal::new(
            oauth::ErrorCode::UnsupportedGrantType,
            "Programs get tokens by client_credentials alone.",
        )),
        None => Err(Refusal::invalid_request("grant_type is missing.")),
    }
}

/// What the client may do for the platform: of its own scopes those that are the platform's, all where it asks for none.
fn scope(client: &AuthenticatedClient, asked: Option<&str>) -> Result<Scope, Refusal> {
    if !may(client) {
        return Err(Refusal::unauthorized_client(
            "The client may not have tokens of its own.",
        ));
    }
    let own = client
        .settings
        .scope
        .filter(|value| OURS.iter().any(|ours| value.starts_with(ours)));
    let given = match asked {
        Some(asked) => asked.parse::<Scope>()?.intersection(&own),
        None => own,
    };
    if given.is_empty() {
        return Err(Refusal::invalid_scope("None of the scopes can be granted."));
    }
    Ok(given)
}

fn may(client: &Client) -> bool {
    client
        .settings
        .grant_types
        .contains(&GrantType::ClientCredentials)
}
