//! Connectors by the platform's own API (section 3.2 of the platform contract). The rules are `directory::connector`'s.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use oauth::Parameters;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::authorisation::Authorised;
use super::{Error, InternalCode, OfAccount};
use crate::base::id::ConnectorId;
use crate::directory::connector::{self, Draft};
use crate::directory::{self, Assignment};
use crate::model::connector::Connector;

/// The one version that there is.
const VERSION: &str = "2.0";
/// The most connectors in a list.
const MOST: i64 = 1000;

/// The part of the path that names a connector.
#[derive(Deserialize)]
pub(super) struct Named {
    connector_id: String,
}

/// What the query asks for.
struct Asked {
    /// The members that are wanted; none for all.
    select: Option<Vec<String>>,
    include_deleted: bool,
}

/// `GET …/configuration/le-connectors/connectors?v=2.0`
pub(super) async fn list(account: OfAccount, RawQuery(query): RawQuery) -> Result<Json<Value>, Error> {
    let asked = asked(query)?;
    let id = &account.tenant.account.account_id;
    let all = connector::list(&account.services, id, None, MOST, asked.include_deleted)
        .await
        .map_err(refused)?;
    let entities: Vec<Value> = all.iter().map(|it| asked.of(entity(it))).collect();
    Ok(Json(entities.into()))
}

/// `GET …/connectors/{connector_id}?v=2.0`
pub(super) async fn get(
    account: OfAccount,
    Path(named): Path<Named>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Error> {
    let asked = asked(query)?;
    let (owner, id) = (&account.tenant.account.account_id, named.id()?);
    let found = if asked.include_deleted {
        connector::find_even_deleted(&account.services, owner, &id).await
    } else {
        connector::find(&account.services, owner, &id).await
    };
    Ok(Json(asked.of(entity(&found.map_err(refused)?))))
}

/// `POST …/connectors?v=2.0`: 201.
pub(super) async fn create(
    account: OfAccount,
    authorised: Authorised,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Error> {
    let asked = asked(query)?;
    let mut draft = Draft::default();
    let given = given(&body, None)?;
    draft.assign(&given).map_err(refused)?;
    let owner = &account.tenant.account.account_id;
    let made = connector::create(&account.services, authorised.by(), owner, None, draft)
        .await
        .map_err(refused)?;
    Ok((StatusCode::CREATED, Json(asked.of(entity(&made)))).into_response())
}

/// `PUT …/connectors/{connector_id}?v=2.0`: the whole of it anew. Its secret alone stays where none is given.
pub(super) async fn replace(
    account: OfAccount,
    authorised: Authorised,
    Path(named): Path<Named>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Json<Value>, Error> {
    let asked = asked(query)?;
    let id = named.id()?;
    let given = given(&body, Some(&id))?;
    let owner = &account.tenant.account.account_id;
    let written = connector::update(&account.services, authorised.by(), owner, &id, |draft| {
        // The mark of the first choice is another connector's to take.
        let preferred = draft.configuration.preferred;
        *draft = Draft::default();
        draft.configuration.preferred = preferred;
        draft.assign(&given)
    })
    .await
    .map_err(refused)?;
    Ok(Json(asked.of(entity(&written.connector))))
}

/// `DELETE …/connectors/{connector_id}?v=2.0`
pub(super) async fn delete(
    account: OfAccount,
    authorised: Authorised,
    Path(named): Path<Named>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Error> {
    asked(query)?;
    let owner = &account.tenant.account.account_id;
    connector::delete(&account.services, authorised.by(), owner, &named.id()?)
        .await
        .map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

impl Named {
    fn id(&self) -> Result<ConnectorId, Error> {
        ConnectorId::parse(&self.connector_id).map_err(|_| Error::not_found())
    }
}

impl Asked {
    /// The members of an entity that are wanted.
    fn of(&self, entity: Value) -> Value {
        match (&self.select, entity) {
            (Some(names), Value::Object(members)) => members
                .into_iter()
                .filter(|(name, _)| names.contains(name))
                .collect::<Map<String, Value>>()
                .into(),
            (_, entity) => entity,
        }
    }
}

fn asked(query: Option<String>) -> Result<Asked, Error> {
    let parameters = Parameters::parse(query.unwrap_or_default())
        .map_err(|error| Error::malformed("The query can't be read.").because(error.to_string()))?;
    if parameters.repeated().next().is_some() {
        return Err(Error::malformed("A parameter is given twice."));
    }
    if parameters.get("v") != Some(VERSION) {
        return Err(Error::malformed("v must be 2.0."));
    }
    let select = match parameters.get("select") {
        None | Some("" | "$all") => None,
        Some(names) => Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
    };
    let include_deleted = match parameters.get("include_deleted") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Error::malformed("include_deleted must be true or false.")),
    };
    Ok(Asked {
        select,
        include_deleted,
    })
}

/// A connector in the platform's form. Never its secret.
fn entity(connector: &Connector) -> Value {
    json!({
        "id": connector.connector_id,
        "deleted": connector.deleted,
        "name": connector.name,
        "type": connector.kind,
        "enabled": connector.enabled,
        "configuration": connector.configuration,
    })
}

/// What a body says of the fields. It may repeat what it was given: the id, and that it isn't deleted.
fn given(body: &[u8], id: Option<&ConnectorId>) -> Result<Vec<Assignment>, Error> {
    let malformed = || Error::malformed("The body must be a JSON object.");
    let mut wanted: Value = serde_json::from_slice(body).map_err(|_| malformed())?;
    let members = wanted.as_object_mut().ok_or_else(malformed)?;
    let repeats = match members.remove("id") {
        None => true,
        Some(named) => id.is_some_and(|id| named == id.as_str()),
    };
    let lives = members.remove("deleted").is_none_or(|it| it == false);
    if !repeats || !lives {
        return Err(Error::malformed("id and deleted can't be set."));
    }
    // A client of the platform's writes the type as a number.
    let kind = members
        .get("type")
        .and_then(Value::as_u64)
        .and_then(|number| match number {
            0 => Some("implicit"),
            1 => Some("code"),
            _ => None,
        });
    if let Some(kind) = kind {
        members.insert("type".to_owned(), kind.into());
    }
    connector::assignments(&wanted).map_err(refused)
}

fn refused(error: directory::Error) -> Error {
    match error {
        directory::Error::NotFound { .. } => Error::not_found(),
        directory::Error::Store(error) => error.into(),
        directory::Error::Invalid(problems) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let first = problems.first().map_or("", |problem| problem.key.as_str());
            Error::new(StatusCode::BAD_REQUEST, InternalCode::Malformed, about(first))
                .because(said.join("; "))
        }
        directory::Error::Taken { .. } | directory::Error::Changed => Error::new(
            StatusCode::CONFLICT,
            InternalCode::Malformed,
            "Somebody else changed it at the same moment.",
        ),
        error => Error::internal(error.to_string()),
    }
}

/// What is said of a field that can't be: one sentence for each.
fn about(key: &str) -> &'static str {
    match key {
        "name" => "name can't be that.",
        "type" => "type must be implicit, code or anonymous.",
        "enabled" => "enabled must be true or false.",
        "issuer" => "issuer must be an https URL without query or fragment.",
        "issuerDisplayName" => "issuerDisplayName can't be that.",
        "authorizationEndpoint" => "authorizationEndpoint must be an https URL.",
        "tokenEndpoint" => "tokenEndpoint must be an https URL; the code type needs it.",
        "jwksEndpoint" => "jwksEndpoint must be an https URL.",
        "clientId" => "clientId is needed.",
        "clientSecret" => "clientSecret is needed for the code type, and for no other.",
        "jwtValidationType" => {
            "jwtValidationType must be JWKS_ENDPOINT with jwksEndpoint, or JWT_PUBLIC_KEY with jwtPublicKey."
        }
        "jwtPublicKey" => {
            "jwtPublicKey must be one line of base64: the SubjectPublicKeyInfo of an RSA key of 2048 bits or more."
        }
        "pkceEnabled" => "pkceEnabled is for the code type.",
        "jsMethodName" => "jsMethodName must be a name, or names between dots.",
        "jsContext" => "jsContext must be a name, or names between dots.",
        "acrValues" => "acrValues must be a list of names.",
        "audience" => "audience must be a list of names.",
        "preferred" => {
            "preferred must leave one first choice, of the account's type, which switchFlow changes."
        }
        _ => "The body has a member that is unknown or not valid.",
    }
}
