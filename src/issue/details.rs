//! What may be asked for in detail (RFC 9396).

use oauth::{AuthorizationDetails, DetailsSchema, Error, ErrorCode, Parameters};

use serde_json::{Map, Value};

use crate::context::Context;
use crate::model::Client;

/// What a client is told of details that can't be granted (RFC 9396 §5).
pub const fn invalid() -> Error {
    Error::new(
        ErrorCode::InvalidAuthorizationDetails,
        "The authorization_details are not valid.",
    )
}

/// What a request asks for in detail, if the client may.
pub fn asked(
    context: &Context,
    client: &Client,
    parameters: &Parameters,
) -> Result<Option<AuthorizationDetails>, Error> {
    let Some(text) = parameters.get("authorization_details") else {
        return Ok(None);
    };
    let asked =
        AuthorizationDetails::parse(text).map_err(|error| invalid().with_detail(error.to_string()))?;
    check(context, client, &asked)?;
    Ok(Some(asked))
}

/// Whether a client may ask for that: types that the account knows and the client registered, each object as its type's
/// schema allows.
fn check(context: &Context, client: &Client, asked: &AuthorizationDetails) -> Result<(), Error> {
    let known = &context.tenant.account.settings.authorization_details_types;
    let registered = &client.settings.authorization_details_types;
    for (kind, object) in asked.iter() {
        let schema = known
            .get(kind)
            .filter(|_| registered.iter().any(|name| name == kind))
            .ok_or_else(|| invalid().with_detail("a type that isn't known, or not registered"))?;
        schema
            .check(object)
            .map_err(|unfit| invalid().with_detail(unfit.to_string()))?;
    }
    Ok(())
}

/// What a token request is to get of what was granted: all of it, or the part that it names (RFC 9396 §6.1).
pub fn part(
    granted: Option<&AuthorizationDetails>,
    parameters: &Parameters,
) -> Result<Option<AuthorizationDetails>, Error> {
    let Some(text) = parameters.get("authorization_details") else {
        return Ok(granted.cloned());
    };
    let asked =
        AuthorizationDetails::parse(text).map_err(|error| invalid().with_detail(error.to_string()))?;
    match granted {
        Some(granted) if asked.is_within(granted) => Ok(Some(asked)),
        _ => Err(invalid().with_detail("more than was granted")),
    }
}

/// An object of details for people: what it is, and its members by what they are called.
pub type Shown = (String, Vec<(String, String)>);

/// What is asked for, as the schemas of the account name it.
pub fn shown(context: &Context, asked: &AuthorizationDetails) -> Vec<Shown> {
    let known = &context.tenant.account.settings.authorization_details_types;
    asked
        .iter()
        .map(|(kind, object)| {
            let schema = known.get(kind);
            let title = schema.and_then(|schema| schema.title.clone());
            let mut facts = Vec::new();
            members(object, schema, "", &mut facts);
            (title.unwrap_or_else(|| kind.to_owned()), facts)
        })
        .collect()
}

fn members(
    object: &Map<String, Value>,
    schema: Option<&DetailsSchema>,
    above: &str,
    facts: &mut Vec<(String, String)>,
) {
    for (name, value) in object {
        if above.is_empty() && name == "type" {
            continue;
        }
        let schema = schema.and_then(|schema| schema.properties.get(name));
        let own = schema.and_then(|schema| schema.title.as_deref()).unwrap_or(name);
        let called = if above.is_empty() {
            own.to_owned()
        } else {
            format!("{above} · {own}")
        };
        match value {
            Value::Object(object) => members(object, schema, &called, facts),
            Value::Array(values) => {
                let texts: Vec<String> = values.iter().map(text).collect();
                facts.push((called, texts.join(", ")));
            }
            value => facts.push((called, text(value))),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
