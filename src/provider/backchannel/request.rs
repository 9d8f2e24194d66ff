//! What a backchannel request asks for, plain or signed (CIBA §7.1, §7.1.1), and of whom.

use std::time::Duration;

use jose::{Algorithm, Policy};
use oauth::{BindingMessage, Error, ErrorCode, Parameters, Scope};
use serde_json::{Map, Value};

use crate::base::id::{SessionId, Subject};
use crate::context::Context;
use crate::http::client_auth::{self, FAPI_ALGORITHMS};
use crate::http::oauth_error::OAuthError;
use crate::issue::hint::Hint;
use crate::issue::subject;
use crate::model::client::DeliveryMode;
use crate::model::{Client, Consumer, ConsumerStatus, Identifier};
use crate::provider::authorize::acr_values;
use crate::store;

/// How far a client's clock may be ahead, in seconds.
const LEEWAY: u32 = 10;
/// How long a signed request may last, in seconds (FAPI-CIBA §5.2.2).
const LONGEST_SIGNED: i64 = 3600;
/// How long a request may wait for its consumer.
const LONGEST: u32 = 3600;

/// A request that was checked.
pub(super) struct Asked {
    pub(super) sub: Subject,
    pub(super) scope: Scope,
    pub(super) acr_values: Vec<String>,
    pub(super) binding_message: Option<String>,
    pub(super) notification_token: Option<String>,
    pub(super) lifetime: Option<Duration>,
}

/// Checks what is asked, and finds whom.
pub(super) async fn read(
    context: &Context,
    client: &Client,
    parameters: &Parameters,
) -> Result<Asked, OAuthError> {
    let inner = match parameters.get("request") {
        Some(token) => Some(signed(context, client, token).await?),
        None if must_be_signed(client) => {
            return Err(Error::invalid_request("The request must be signed.").into());
        }
        None => None,
    };
    let parameters = inner.as_ref().unwrap_or(parameters);
    let scope = super::scope(client, parameters)?;
    if parameters.get("scope").is_none() || !scope.contains(Scope::OPENID) {
        return Err(Error::invalid_scope("The scope must have openid.").into());
    }
    let binding_message = match parameters.get("binding_message") {
        Some(message) => Some(binding_message(message)?),
        // Whoever approves must see that it is the same thing (FAPI-CIBA §5.2.2).
        None if client.is_fapi2() => {
            let missing = "binding_message is missing.";
            return Err(Error::new(ErrorCode::InvalidBindingMessage, missing).into());
        }
        None => None,
    };
    let lifetime = match parameters.get("requested_expiry") {
        None => None,
        Some(text) => {
            let seconds = oauth::requested_expiry(text)
                .ok_or_else(|| Error::invalid_request("requested_expiry is not a positive integer."))?;
            Some(Duration::from_secs(seconds.min(LONGEST).into()))
        }
    };
    Ok(Asked {
        notification_token: notification_token(client, parameters)?,
        sub: whom(context, client, parameters).await?,
        acr_values: acr_values(client, parameters),
        scope,
        binding_message,
        lifetime,
    })
}

/// A client that registered an algorithm signs, and so does one that keeps the FAPI profile (FAPI-CIBA §5.2.2).
fn must_be_signed(client: &Client) -> bool {
    client
        .settings
        .backchannel_authentication_request_signing_alg
        .is_some()
        || client.is_fapi2()
}

fn binding_message(text: &str) -> Result<String, Error> {
    let message = BindingMessage::parse(text).map_err(|error| {
        Error::new(
            ErrorCode::InvalidBindingMessage,
            "The binding message can not be shown.",
        )
        .with_detail(error.to_string())
    })?;
    Ok(message.as_str().to_owned())
}

/// What the client wants to be called with: needed for ping, and of no use else.
fn notification_token(client: &Client, parameters: &Parameters) -> Result<Option<String>, Error> {
    let token = parameters.get("client_notification_token");
    if client.settings.backchannel_token_delivery_mode != Some(DeliveryMode::Ping) {
        return Ok(None);
    }
    match token {
        Some(token) if oauth::is_notification_token(token) => Ok(Some(token.to_owned())),
        Some(_) => Err(Error::invalid_request("client_notification_token is malformed.")),
        None => Err(Error::invalid_request("client_notification_token is missing.")),
    }
}

/// The parameters of a signed request: all of them are inside (§7.1.1).
async fn signed(context: &Context, client: &Client, token: &str) -> Result<Parameters, OAuthError> {
    let refuse =
        |detail: String| Error::invalid_request("The signed request is not valid.").with_detail(detail);
    let registered = client.settings.backchannel_authentication_request_signing_alg;
    let single = registered.map(|algorithm| [algorithm]);
    let algorithms: &[Algorithm] = match &single {
        Some(single) => single,
        None if client.is_fapi2() => &FAPI_ALGORITHMS,
        None => &Algorithm::ALL,
    };
    let policy = Policy {
        required: &["iss", "aud", "exp", "iat", "nbf", "jti"],
        audience: jose::verify::Audience::Contains(context.issuer()),
        ..Policy::client_assertion(client.client_id.as_str(), context.now.seconds())
    }
    .with_algorithms(algorithms)
    .with_leeway(LEEWAY);
    let verified = context
        .services
        .client_keys
        .verify(client, token, &policy)
        .await
        .map_err(|error| refuse(error.to_string()))?;
    let (begins, ends) = (verified.time("nbf"), verified.time("exp"));
    let Some(times) = begins
        .zip(ends)
        .filter(|(begins, ends)| ends.saturating_sub(*begins) <= LONGEST_SIGNED)
    else {
        return Err(refuse("the request lasts too long".to_owned()).into());
    };
    // One that somebody shows once more makes nobody approve it twice (FAPI-CIBA §5.2.2).
    let id = verified.str("jti").unwrap_or_default();
    if !client_auth::is_first_use(context, client, &format!("request\0{id}"), times).await? {
        return Err(refuse("the request was sent before".to_owned()).into());
    }
    Ok(inside(&verified.claims)?)
}

/// Claims as parameters: texts as they are, and numbers as they are written.
fn inside(claims: &Map<String, Value>) -> Result<Parameters, Error> {
    let registered = ["iss", "aud", "exp", "iat", "nbf", "jti"];
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in claims
        .iter()
        .filter(|(name, _)| !registered.contains(&name.as_str()))
    {
        match value {
            Value::String(text) => form.append_pair(name, text),
            Value::Number(number) => form.append_pair(name, &number.to_string()),
            Value::Bool(truth) => form.append_pair(name, &truth.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => &mut form,
        };
    }
    Ok(Parameters::parse(form.finish())?)
}

/// Whom the one hint names (§7.1): by an id_token of ours, or by what they log in with.
async fn whom(context: &Context, client: &Client, parameters: &Parameters) -> Result<Subject, OAuthError> {
    let hints = ["login_hint", "id_token_hint", "login_hint_token"];
    let given = hints
        .into_iter()
        .filter(|name| parameters.get(name).is_some())
        .count();
    if given != 1 {
        return Err(Error::invalid_request("There must be exactly one hint.").into());
    }
    let unknown = || Error::new(ErrorCode::UnknownUserId, "Nobody is known by that hint.");
    let found = if let Some(hint) = parameters.get("login_hint") {
        by_name(context, hint).await?
    } else if let Some(hint) = parameters.get("id_token_hint") {
        by_id_token(context, client, hint).await?
    } else {
        return Err(Error::invalid_request("login_hint_token is not supported.").into());
    };
    let consumer = found.filter(|it| it.status == ConsumerStatus::Active);
    Ok(consumer.ok_or_else(unknown)?.sub)
}

async fn by_name(context: &Context, hint: &str) -> Result<Option<Consumer>, OAuthError> {
    let account = &context.tenant.account.account_id;
    if let Ok(identifier) = Identifier::parse(hint)
        && let Some(found) = store::consumers::find_by_identifier(context.db(), account, &identifier).await?
    {
        return Ok(Some(found));
    }
    match Subject::parse(hint) {
        Ok(sub) => Ok(store::consumers::find(context.db(), account, &sub).await?),
        Err(_) => Ok(None),
    }
}

/// By an id_token that was issued to this very client: what others were told is no business of its.
async fn by_id_token(context: &Context, client: &Client, hint: &str) -> Result<Option<Consumer>, OAuthError> {
    let hint = Hint::verify(context, hint).map_err(|error| {
        Error::invalid_request("id_token_hint is not an id_token of this issuer.").with_detail(error)
    })?;
    if !hint.is_for(client) {
        return Err(Error::invalid_request("id_token_hint was issued to another client.").into());
    }
    let Some(shown) = hint.subject().and_then(|sub| Subject::parse(sub).ok()) else {
        return Ok(None);
    };
    let account = &context.tenant.account.account_id;
    let sub = if subject::is_pairwise(context, client) {
        in_session(context, &hint).await?
    } else {
        Some(shown.clone())
    };
    match sub.filter(|sub| subject::is_meant(context, client, &shown, sub)) {
        Some(sub) => Ok(store::consumers::find(context.db(), account, &sub).await?),
        None => Ok(None),
    }
}

/// Whose session an id_token is of: a subject that one sector alone sees leads nowhere by itself.
async fn in_session(context: &Context, hint: &Hint) -> store::Result<Option<Subject>> {
    let Some(sid) = hint.session().and_then(|sid| SessionId::parse(sid).ok()) else {
        return Ok(None);
    };
    let account = &context.tenant.account.account_id;
    let session = store::sessions::find_by_sid(context.db(), account, &sid).await?;
    Ok(session.map(|session| session.sub))
}
