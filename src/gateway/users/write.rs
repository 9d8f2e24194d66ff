//! Writing users: one, or as many as an array holds, all or none.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{self, Described, Sent};
use super::query::{Query, if_match};
use super::{Named, answer, shown};
use crate::directory::user::{self, Changer, Wanted};
use crate::gateway::authorisation::Authorised;
use crate::gateway::{Error, OfAccount};
use crate::http::RetryAfter;
use crate::http::input::{JSON, media_type};
use crate::login::{Source, UserRefusal};
use crate::model::{User, UserId};

/// By which a client that can't send other methods says what it means.
const OVERRIDE: &str = "x-http-method-override";

/// Users that are written into an answer at once.
const PAGE: usize = 500;

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
            changer: who.changer(if_match(headers)?, account.now),
            account,
            query: Query::parse(query)?,
            body,
            is_json: media_type(headers) == JSON,
        })
    }

    fn sent(&self) -> Result<Sent<Described>, Error> {
        Sent::parse(self.json()?, |members| Described::read(&members))
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

    /// Whether this gives whoever asks another password of their own, and proves that they know the former one. A wrong guess
    /// counts as one at the login.
    async fn proves_own_password(&self, former: &User, described: &Described) -> Result<bool, Error> {
        if self.changer.user != Some(former.user_id) {
            return Ok(false);
        }
        let Some(old) = described.own_password() else {
            return Ok(false);
        };
        let context = &self.account;
        let proven = context.services.passwords.authenticate_user(
            &former.account_id,
            &former.login_name,
            old?.expose_secret(),
            Source { ip: context.ip },
            |_| None,
        );
        match proven.await.map_err(|refused| refused.refusal) {
            Ok(_) => Ok(true),
            Err(UserRefusal::NoMatch) => Err(Error::forbidden().because("oldPassword isn't the password")),
            Err(UserRefusal::Locked(seconds) | UserRefusal::Throttled(seconds)) => {
                Err(RetryAfter::after(seconds).into())
            }
            Err(UserRefusal::Busy) => Err(Error::busy("too many logins at once".to_owned())),
            Err(UserRefusal::Store(error)) => Err(error.into()),
        }
    }

    fn shown(&self, user: &User) -> Value {
        Value::Object(self.query.pick(shown::user(user)))
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
    let (described, is_one) = writing.sent().map_err(refused)?.all();
    let wanted: Vec<Wanted> = described.into_iter().map(Described::new_user).collect();
    let account = &writing.account;
    let done = user::create_all(
        &account.services,
        &writing.changer,
        &account.tenant.account,
        wanted,
    );
    let (made, revision) = done.await.map_err(answer::failed)?;
    let Some(user) = made.first().filter(|_| is_one) else {
        return Ok(all(writing, revision, StatusCode::CREATED, made));
    };
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

async fn replace_many(writing: &Writing) -> Result<Response, Response> {
    let (described, _) = writing.sent().map_err(refused)?.all();
    let named: Option<Vec<_>> = described.into_iter().map(|one| Some((one.id?, one))).collect();
    let named = named.ok_or_else(|| refused(Error::malformed("Each user must have its id.")))?;
    let (changed, revision) = replaced(writing, named).await?;
    Ok(all(writing, revision, StatusCode::OK, changed))
}

async fn replace(writing: &Writing, id: UserId) -> Result<Response, Response> {
    let Sent::One(described) = writing.sent().map_err(refused)? else {
        return Err(refused(Error::malformed("The body must be one JSON object.")));
    };
    if described.id.is_some_and(|told| told != id) {
        return Err(refused(Error::malformed("The body is about another user.")));
    }
    let (changed, revision) = replaced(writing, vec![(id, described)]).await?;
    let document = changed
        .first()
        .map(|user| writing.shown(user))
        .unwrap_or_default();
    Ok(answer::at(revision, StatusCode::OK, &document))
}

/// Puts what is described in the place of what is there.
async fn replaced(writing: &Writing, named: Vec<(UserId, Described)>) -> Result<(Vec<User>, i64), Response> {
    let account = &writing.account;
    let ids: Vec<UserId> = named.iter().map(|(id, _)| *id).collect();
    let formers = user::find_all(&account.services, &account.tenant.account.account_id, &ids).await;
    let mut wanted = Vec::with_capacity(named.len());
    for (former, (_, described)) in formers.map_err(answer::failed)?.into_iter().zip(named) {
        let proven = writing
            .proves_own_password(&former, &described)
            .await
            .map_err(refused)?;
        let one = described.instead_of(&former, proven);
        wanted.push((former, one));
    }
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

/// The list is written a page at a time, since it may be long.
fn all(writing: &Writing, revision: i64, status: StatusCode, users: Vec<User>) -> Response {
    let query = writing.query.clone();
    let mut users = users.into_iter().peekable();
    let mut begun = false;
    let pages = std::iter::from_fn(move || {
        if begun && users.peek().is_none() {
            return None;
        }
        let mut text = String::from(if begun { "" } else { "[" });
        for (at, user) in users.by_ref().take(PAGE).enumerate() {
            if begun || at > 0 {
                text.push(',');
            }
            text.push_str(&Value::Object(query.pick(shown::user(&user))).to_string());
        }
        begun = true;
        if users.peek().is_none() {
            text.push(']');
        }
        Some(Ok::<_, Infallible>(Bytes::from(text)))
    });
    answer::body(revision, status, Body::from_stream(stream::iter(pages)))
}

fn refused(error: Error) -> Response {
    error.into_response()
}
