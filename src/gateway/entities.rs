//! The APIs of skills, agent groups and profiles (section 9.5 of the platform contract): one shape, three kinds.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::authorisation::Authorised;
use super::users::{Query, Sent, answer, ids, if_match, meant, shown};
use super::{Error, OfAccount};
use crate::context::Services;
use crate::directory::{account_entity, user};
use crate::http::input::{JSON, media_type};
use crate::model::RoleType;
use crate::model::account_entity::{AccountEntity, EntityKind};

/// The part of the path that names one.
#[derive(Deserialize)]
struct Named {
    entity_id: String,
}

/// What a call comes with.
struct Call {
    account: OfAccount,
    who: Authorised,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
    kind: EntityKind,
}

/// The handlers of all of a kind.
pub(super) fn all(kind: EntityKind) -> MethodRouter<Arc<Services>> {
    let write = move |account: OfAccount,
                      who: Authorised,
                      method: Method,
                      RawQuery(query): RawQuery,
                      headers: HeaderMap,
                      body: Bytes| async move {
        let method = meant(&method, &headers).map_err(Error::into_response)?;
        let call = Call::of(kind, account, who, query, headers, body).map_err(Error::into_response)?;
        match method {
            Method::POST => create(&call).await,
            Method::DELETE => delete_many(&call).await,
            _ => Err(StatusCode::METHOD_NOT_ALLOWED.into_response()),
        }
    };
    get(
        move |account: OfAccount, who: Authorised, RawQuery(query): RawQuery, headers: HeaderMap| async move {
            let call = Call::of(kind, account, who, query, headers, Bytes::new());
            list(&call.map_err(Error::into_response)?).await
        },
    )
    .post(write)
    .delete(write)
}

/// The handlers of one of a kind.
pub(super) fn one(kind: EntityKind) -> MethodRouter<Arc<Services>> {
    let write = move |account: OfAccount,
                      who: Authorised,
                      Path(named): Path<Named>,
                      method: Method,
                      RawQuery(query): RawQuery,
                      headers: HeaderMap,
                      body: Bytes| async move {
        let method = meant(&method, &headers).map_err(Error::into_response)?;
        let id = named.id().map_err(Error::into_response)?;
        let call = Call::of(kind, account, who, query, headers, body).map_err(Error::into_response)?;
        match method {
            Method::PUT => replace(&call, id).await,
            Method::DELETE => delete(&call, vec![id]).await,
            _ => Err(StatusCode::METHOD_NOT_ALLOWED.into_response()),
        }
    };
    get(
        move |account: OfAccount,
              who: Authorised,
              Path(named): Path<Named>,
              RawQuery(query): RawQuery,
              headers: HeaderMap| async move {
            let id = named.id().map_err(Error::into_response)?;
            let call = Call::of(kind, account, who, query, headers, Bytes::new());
            find(&call.map_err(Error::into_response)?, id).await
        },
    )
    .post(write)
    .put(write)
    .delete(write)
}

impl Named {
    fn id(&self) -> Result<i64, Error> {
        self.entity_id.parse().map_err(|_| Error::not_found())
    }
}

impl Call {
    fn of(
        kind: EntityKind,
        account: OfAccount,
        who: Authorised,
        query: Option<String>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Self, Error> {
        Ok(Self {
            account,
            who,
            query: Query::parse(query)?,
            headers,
            body,
            kind,
        })
    }

    async fn revision(&self) -> Result<(i64, bool), Response> {
        let account = &self.account.tenant.account.account_id;
        let revision = user::revision(&self.account.services, account)
            .await
            .map_err(answer::failed)?;
        let seen = if_match(&self.headers).map_err(Error::into_response)?;
        Ok((revision, seen == Some(revision)))
    }

    fn json(&self) -> Result<&[u8], Error> {
        if media_type(&self.headers) == JSON {
            Ok(&self.body)
        } else {
            Err(Error::malformed(
                "The body must be JSON, and Content-Type must say so.",
            ))
        }
    }

    fn sent(&self) -> Result<Sent<Map<String, Value>>, Error> {
        Sent::parse(self.json()?, Ok)
    }

    fn changer(&self) -> Result<user::Changer, Error> {
        let seen = if_match(&self.headers)?;
        Ok(self.who.changer(seen, self.account.now))
    }

    /// The documents, each with what is told of it beside what it is.
    async fn shown<'e>(
        &self,
        entities: impl IntoIterator<Item = &'e AccountEntity>,
    ) -> Result<Vec<Value>, Response> {
        let account = &self.account;
        let assigned = match self.kind {
            EntityKind::Profile => account_entity::assigned(&account.services, &account.tenant.account)
                .await
                .map_err(answer::failed)?,
            EntityKind::Skill | EntityKind::AgentGroup => BTreeMap::new(),
        };
        let shown = entities.into_iter().map(|entity| {
            let mut document = document(entity);
            if self.kind == EntityKind::Profile {
                let users = assigned.get(&entity.entity_id).copied().unwrap_or_default();
                document.insert("numOfAssignedUsers".to_owned(), json!(users));
            }
            Value::Object(self.query.pick(document))
        });
        Ok(shown.collect())
    }

    /// One or many of them, at a revision.
    async fn at(
        &self,
        revision: i64,
        status: StatusCode,
        entities: &[AccountEntity],
        is_one: bool,
    ) -> Result<Response, Response> {
        let mut documents = self.shown(entities).await?;
        let document = match documents.pop() {
            Some(one) if is_one => one,
            last => documents.into_iter().chain(last).collect(),
        };
        Ok(self.told(revision, answer::at(revision, status, &document)))
    }

    /// Of profiles, the revision has another name, too (section 9.4).
    fn told(&self, revision: i64, mut response: Response) -> Response {
        if self.kind == EntityKind::Profile {
            response
                .headers_mut()
                .insert("x-lp-last-modified", HeaderValue::from(revision));
        }
        response
    }
}

/// The document.
fn document(entity: &AccountEntity) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("id".to_owned(), json!(entity.entity_id));
    document.insert("deleted".to_owned(), json!(entity.deleted));
    document.insert("name".to_owned(), json!(entity.name));
    document.extend(entity.content.clone());
    if entity.kind == EntityKind::Profile {
        let role = entity.role().map(RoleType::name);
        document.insert("roleTypeName".to_owned(), json!(role));
    }
    document.insert("dateUpdated".to_owned(), json!(shown::date(entity.updated_at)));
    document
}

async fn list(call: &Call) -> Result<Response, Response> {
    let (revision, seen) = call.revision().await?;
    if seen {
        return Ok(call.told(revision, answer::unchanged(revision)));
    }
    let account = &call.account;
    let found = account_entity::list(
        &account.services,
        &account.tenant.account,
        call.kind,
        call.query.include_deleted,
    )
    .await
    .map_err(answer::failed)?;
    call.at(revision, StatusCode::OK, &found, false).await
}

async fn find(call: &Call, id: i64) -> Result<Response, Response> {
    let (revision, seen) = call.revision().await?;
    let account = &call.account;
    let found = account_entity::find(&account.services, &account.tenant.account, call.kind, id)
        .await
        .map_err(answer::failed)?;
    if found.deleted && !call.query.include_deleted {
        return Err(Error::not_found().into_response());
    }
    if seen {
        return Ok(call.told(revision, answer::unchanged(revision)));
    }
    call.at(revision, StatusCode::OK, &[found], true).await
}

async fn create(call: &Call) -> Result<Response, Response> {
    let (documents, is_one) = call.sent().map_err(Error::into_response)?.all();
    let account = &call.account;
    let (made, revision) = account_entity::create_all(
        &account.services,
        &call.changer().map_err(Error::into_response)?,
        &account.tenant.account,
        call.kind,
        &documents,
    )
    .await
    .map_err(answer::failed)?;
    let mut response = call.at(revision, StatusCode::CREATED, &made, is_one).await?;
    if let Some(entity) = made.first().filter(|_| is_one) {
        let place = format!(
            "/api/account/{}/configuration/le-users/{}/{}",
            entity.account_id,
            name(call.kind),
            entity.entity_id
        );
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert(LOCATION, place);
        }
    }
    Ok(response)
}

async fn replace(call: &Call, id: i64) -> Result<Response, Response> {
    let Sent::One(document) = call.sent().map_err(Error::into_response)? else {
        return Err(Error::malformed("The body must be one JSON object.").into_response());
    };
    let account = &call.account;
    let (changed, revision) = account_entity::update(
        &account.services,
        &call.changer().map_err(Error::into_response)?,
        &account.tenant.account,
        call.kind,
        id,
        &document,
    )
    .await
    .map_err(answer::failed)?;
    call.at(revision, StatusCode::OK, &[changed], true).await
}

async fn delete_many(call: &Call) -> Result<Response, Response> {
    let ids = call.json().and_then(ids).map_err(Error::into_response)?;
    delete(call, ids).await
}

async fn delete(call: &Call, ids: Vec<i64>) -> Result<Response, Response> {
    let account = &call.account;
    let revision = account_entity::delete_all(
        &account.services,
        &call.changer().map_err(Error::into_response)?,
        &account.tenant.account,
        call.kind,
        &ids,
    )
    .await
    .map_err(answer::failed)?;
    let gone = ids.iter().map(|id| json!({"id": id, "deleted": true})).collect();
    let gone = answer::at(revision, StatusCode::OK, &Value::Array(gone));
    Ok(call.told(revision, gone))
}

/// The part of the path that names a kind.
const fn name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Skill => "skills",
        EntityKind::AgentGroup => "agentGroups",
        EntityKind::Profile => "profiles",
    }
}
