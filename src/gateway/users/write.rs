//! Writing users: one, or as many as an array holds, all or none.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{self, Sent};
use super::query::{Query, if_match};
use super::{Named, answer, shown};
use crate::directory::user::{self, Changer, Wanted};
use crate::gateway::authorisation::Authorised;
use crate::gateway::{Error, OfAccount};
use crate::http::input::{JSON, media_type};
use crate::model::{User, UserId};

/// By which a client that can't send other methods says what it means.
const OVERRIDE: &str = "x-http-method-override";

/// What a request comes with, whichever method it has.
pub(in crate::gateway) struct Writing {
    account: OfAccount,
    changer: Changer,
    query: Query,
    body: Bytes,
    is_json: bool,
}

impl Writing {
    pub(in crate::gateway) fn of(
        account: OfAccount,
        who: &Authorised,
        query: Option<String>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Self, Error> {
        Ok(Self {
            changer: who.changer(if_match(headers)?),
            account,
            query: Query::parse(query)?,
            body,
            is_json: media_type(headers) == JSON,
        })
    }

    fn sent(&self) -> Result<Sent, Error> {
        Sent::parse(self.json()?)
    }

    fn json(&self) -> Result<&[u8], Error> {
        if self.is_json {
            Ok(&self.body)
        } else {
            Err(Error::malformed(
                "The body must be JSON, and Content-Type must say so.",
            ))
        }
    }

    fn shown(&self, user: &User) -> Value {
        Value::Object(self.query.pick(shown::user(user)))
    }

    async fn former(&self, id: UserId) -> Result<User, Response> {
        let account = &self.account.tenant.account.account_id;
        user::find(&self.account.services, account, id)
            .await
            .map_err(answer::failed)
    }
}

/// The method that a request means.
pub(in crate::gateway) fn meant(method: &Method, headers: &HeaderMap) -> Result<Method, Error> {
    let Some(given) = headers.get(OVERRIDE) else {
        return Ok(method.clone());
    };
    match (method, given.as_bytes()) {
        (&Method::POST, b"PUT") => Ok(Method::PUT),
        (&Method::POST, b"DELETE") => Ok(Method::DELETE),
        (&Method::POST, b"POST") => Ok(Method::POST),
        _ => Err(Error::malformed(
            "X-HTTP-Method-Override goes with POST, and is PUT or DELETE.",
        )),
    }
}

/// `POST`, `PUT` and `DELETE …/le-users/users`
pub(in crate::gateway) async fn many(
    account: OfAccount,
    who: Authorised,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let method = meant(&method, &headers).map_err(refused)?;
    let writing = Writing::of(account, &who, query, &headers, body).map_err(refused)?;
    match method {
        Method::POST => create(&writing).await,
        Method::PUT => replace_many(&writing).await,
        _ => delete_many(&writing).await,
    }
}

/// `POST` (with an override), `PUT` and `DELETE …/le-users/users/{user_id}`
pub(in crate::gateway) async fn one(
    account: OfAccount,
    who: Authorised,
    Path(named): Path<Named>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let method = meant(&method, &headers).map_err(refused)?;
    let id = named.id().map_err(refused)?;
    let writing = Writing::of(account, &who, query, &headers, body).map_err(refused)?;
    match method {
        Method::PUT => replace(&writing, id).await,
        Method::DELETE => delete(&writing, id).await,
        _ => Err(StatusCode::METHOD_NOT_ALLOWED.into_response()),
    }
}

async fn create(writing: &Writing) -> Result<Response, Response> {
    let sent = writing.sent().map_err(refused)?;
    let (documents, is_one) = match sent {
        Sent::One(document) => (vec![document], true),
        Sent::Many(documents) => (documents, false),
    };
    let wanted: Result<Vec<Wanted>, Error> = documents
        .iter()
        .map(|document| body::wanted(document, None))
        .collect();
    let account = &writing.account;
    let done = user::create_all(
        &account.services,
        &writing.changer,
        &account.tenant.account,
        wanted.map_err(refused)?,
    );
    let (made, revision) = done.await.map_err(answer::failed)?;
    match made.first().filter(|_| is_one) {
        Some(user) => {
            let mut response = answer::at(revision, StatusCode::CREATED, &writing.shown(user));
            let place = format!(
                "/api/account/{}/configuration/le-users/users/{}",
                user.account_id, user.user_id
            );
            if let Ok(place) = HeaderValue::from_str(&place) {
                response.headers_mut().insert(LOCATION, place);
            }
            Ok(response)
        }
        None => Ok(all(writing, revision, StatusCode::CREATED, &made)),
    }
}

async fn replace_many(writing: &Writing) -> Result<Response, Response> {
    let documents = match writing.sent().map_err(refused)? {
        Sent::One(document) => vec![document],
        Sent::Many(documents) => documents,
    };
    let mut wanted = Vec::with_capacity(documents.len());
    for document in &documents {
        let id = body::id(document).map_err(refused)?;
        let id = id.ok_or_else(|| refused(Error::malformed("Each user must have its id.")))?;
        wanted.push(replacement(writing, id, document).await?);
    }
    let (changed, revision) = written(writing, wanted).await?;
    Ok(all(writing, revision, StatusCode::OK, &changed))
}

async fn replace(writing: &Writing, id: UserId) -> Result<Response, Response> {
    let Sent::One(document) = writing.sent().map_err(refused)? else {
        return Err(refused(Error::malformed("The body must be one JSON object.")));
    };
    if body::id(&document)
        .map_err(refused)?
        .is_some_and(|told| told != id)
    {
        return Err(refused(Error::malformed("The body is about another user.")));
    }
    let wanted = vec![replacement(writing, id, &document).await?];
    let (changed, revision) = written(writing, wanted).await?;
    let document = changed
        .first()
        .map(|user| writing.shown(user))
        .unwrap_or_default();
    Ok(answer::at(revision, StatusCode::OK, &document))
}

async fn replacement(
    writing: &Writing,
    id: UserId,
    document: &Map<String, Value>,
) -> Result<(UserId, Wanted), Response> {
    let former = writing.former(id).await?;
    Ok((id, body::wanted(document, Some(&former)).map_err(refused)?))
}

async fn written(writing: &Writing, wanted: Vec<(UserId, Wanted)>) -> Result<(Vec<User>, i64), Response> {
    let account = &writing.account;
    user::update_all(
        &account.services,
        &writing.changer,
        &account.tenant.account,
        wanted,
    )
    .await
    .map_err(answer::failed)
}

async fn delete_many(writing: &Writing) -> Result<Response, Response> {
    let ids = body::ids(writing.json().map_err(refused)?).map_err(refused)?;
    let ids: Vec<UserId> = ids.into_iter().map(UserId::from_number).collect();
    let gone: Vec<Value> = ids.iter().map(|id| json!({"id": id, "deleted": true})).collect();
    let revision = deleted(writing, ids).await?;
    Ok(answer::at(revision, StatusCode::OK, &Value::Array(gone)))
}

async fn delete(writing: &Writing, id: UserId) -> Result<Response, Response> {
    let revision = deleted(writing, vec![id]).await?;
    Ok(answer::at(
        revision,
        StatusCode::OK,
        &json!({"id": id, "deleted": true}),
    ))
}

async fn deleted(writing: &Writing, ids: Vec<UserId>) -> Result<i64, Response> {
    let account = &writing.account;
    user::delete_all(&account.services, &writing.changer, &account.tenant.account, ids)
        .await
        .map_err(answer::failed)
}

/// `{"newPassword"}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reset {
    new_password: SecretString,
}

/// `PUT …/le-users/users/{user_id}/resetPassword`
pub(in crate::gateway) async fn reset_password(
    account: OfAccount,
    who: Authorised,
    Path(named): Path<Named>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    if meant(&method, &headers).map_err(refused)? != Method::PUT {
        return Err(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let id = named.id().map_err(refused)?;
    let writing = Writing::of(account, &who, query, &headers, body).map_err(refused)?;
    let reset: Reset = serde_json::from_slice(writing.json().map_err(refused)?).map_err(|_| {
        refused(Error::malformed(
            "The body must be a JSON object with newPassword.",
        ))
    })?;
    let account = &writing.account;
    // Whoever resets another's password knows it: it is good for one login, at which its owner chooses the next one (SEC-133).
    let done = user::set_password(
        &account.services,
        &writing.changer,
        &account.tenant.account,
        id,
        reset.new_password,
        true,
    );
    let (changed, revision) = done.await.map_err(answer::failed)?;
    Ok(answer::at(revision, StatusCode::OK, &writing.shown(&changed)))
}

fn all(writing: &Writing, revision: i64, status: StatusCode, users: &[User]) -> Response {
    let documents = users.iter().map(|user| writing.shown(user)).collect();
    answer::at(revision, status, &Value::Array(documents))
}

fn refused(error: Error) -> Response {
    error.into_response()
}
