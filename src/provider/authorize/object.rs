//! Request objects, by value and by reference (RFC 9101, OpenID Connect Core §6): from what a client signed to the
//! parameters that count. What is inside wins; in the strict form, it is all there is (SEC-028).

use std::borrow::Cow;
use std::sync::Arc;

use jose::verify::{ExpectedTyp, Parties, unsigned};
use jose::{Algorithm, Policy, Typ};
use oauth::{Error, ErrorCode, Parameters};
use pages::ErrorKind;
use serde_json::{Map, Value};
use url::Url;

use super::Stop;
use super::{encrypted, request};
use crate::context::{ClientKeyError, Context, RequestObjectError};
use crate::http::PageError;
use crate::model::{Client, RequestObjectAlg};

/// How far clocks may differ, in seconds.
const LEEWAY: u32 = 10;
/// How long a request object may live, in seconds (SEC-028).
const LONGEST: i64 = 10 * 60;
/// The same in the certified form, and in FAPI 2.0 (Message Signing §5.3.1).
const LONGEST_CERTIFIED: i64 = 60 * 60;
/// What FAPI 2.0 allows (Security Profile §5.4.1).
const FAPI: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// The longest `request_uri` that is looked at.
const LONGEST_URI: usize = 2048;

/// The parameters that count, and how they came.
pub(super) struct Received<'p> {
    pub(super) parameters: Cow<'p, Parameters>,
    /// In a request object that its client signed.
    pub(super) is_signed: bool,
}

/// The parameters of a request, out of its request object where it has one.
pub(super) async fn open<'p>(context: &Context, parameters: &'p Parameters) -> Result<Received<'p>, Stop> {
    let by_value = parameters.get("request");
    let by_reference = parameters.get("request_uri");
    if by_value.is_none() && by_reference.is_none() {
        return Ok(Received {
            parameters: Cow::Borrowed(parameters),
            is_signed: false,
        });
    }
    let client = request::client(context, parameters).await?;
    let opened = match (by_value, by_reference) {
        (Some(object), None) => read(context, &client, object, parameters).await,
        (None, Some(uri)) => match fetch(context, &client, uri).await {
            Ok(object) => read(context, &client, &object, parameters).await,
            Err(error) => Err(error),
        },
        _ => Err(Error::invalid_request(
            "There must be one of request and request_uri.",
        )),
    };
    match opened {
        Ok(received) => Ok(received),
        Err(error) => Err(refuse(context, parameters, error).await),
    }
}

/// The client is told where the parameters beside the object say where it is; else the person.
async fn refuse(context: &Context, parameters: &Parameters, error: Error) -> Stop {
    if let Ok(identified) = request::identify(context, parameters).await {
        return Stop::client(&identified, error);
    }
    let kind = match error.code {
        ErrorCode::InvalidRequestUri => ErrorKind::RequestUri,
        ErrorCode::TemporarilyUnavailable => ErrorKind::Busy,
        _ => ErrorKind::RequestObject,
    };
    Stop::Page(PageError::with_detail(kind, error.to_string()))
}

pub(super) fn invalid(detail: impl Into<String>) -> Error {
    Error::new(
        ErrorCode::InvalidRequestObject,
        "The request object is not valid.",
    )
    .with_detail(detail)
}

/// What is published at a registered place, and nowhere else: by-reference requests are off for clients that registered none.
async fn fetch(context: &Context, client: &Client, uri: &str) -> Result<Arc<str>, Error> {
    let refuse = |detail: &str| {
        Error::new(ErrorCode::InvalidRequestUri, "The request_uri is not valid.").with_detail(detail)
    };
    if uri.len() > LONGEST_URI {
        return Err(refuse("too long"));
    }
    let url = Url::parse(uri).map_err(|_| refuse("no URL"))?;
    // Behind it may stand a hash of what is there, which changes when that does.
    let place = |uri: &str| uri.split('#').next().unwrap_or_default().to_owned();
    let registered = &client.settings.request_uris;
    if !registered.iter().any(|known| place(known) == place(uri)) {
        return Err(refuse("not registered"));
    }
    let objects = &context.services.request_objects;
    let found = objects.find(&client.account_id, &url).await;
    found.map_err(|error| {
        if let RequestObjectError::Unreachable(error) = &error
            && error.is_blocked()
        {
            tracing::warn!(
                target: "audit", event = "outbound.blocked", request_id = %context.request_id,
                account = %context.tenant.account.account_id, client = %client.client_id, detail = ?error,
                "a request_uri may not be called"
            );
        }
        refuse(&error.to_string())
    })
}

async fn read<'p>(
    context: &Context,
    client: &Client,
    object: &str,
    outer: &'p Parameters,
) -> Result<Received<'p>, Error> {
    let object = encrypted::open(context, client, object).await?;
    let is_signed = !unsigned::is_unsigned(&object);
    let claims = claims(context, client, &object, is_signed).await?;
    check(context, client, &claims)?;
    let inside = Parameters::from_request_object(&claims).map_err(|error| invalid(error.to_string()))?;
    for name in ["request", "request_uri"] {
        if inside.iter().any(|(inner, _)| inner == name) {
            return Err(invalid("a request object in a request object"));
        }
    }
    let certified = client.is_certified_form();
    agree(&inside, outer, "client_id", certified)?;
    if certified {
        agree(&inside, outer, "response_type", true)?;
    }
    // For a client that must sign, what isn't signed counts for nothing (RFC 9101 §10.5).
    let parameters = if certified && !client.settings.require_signed_request_object {
        inside.and_missing(outer, &["request", "request_uri"])
    } else {
        Ok(inside)
    };
    Ok(Received {
        parameters: Cow::Owned(parameters.map_err(|error| invalid(error.to_string()))?),
        is_signed,
    })
}

/// "The values for the […] parameters MUST match those in the Request Object, if present" (OpenID Connect Core §6.1).
fn agree(inside: &Parameters, outer: &Parameters, name: &str, may_lack: bool) -> Result<(), Error> {
    match (inside.get(name), outer.get(name)) {
        (Some(inner), Some(outer)) if inner == outer => Ok(()),
        (Some(_), None) | (None, _) if may_lack => Ok(()),
        _ => Err(invalid(format!("{name} differs inside"))),
    }
}

/// The claims of an object that the client signed with an algorithm that it may use, or of one that it need not sign.
async fn claims(
    context: &Context,
    client: &Client,
    object: &str,
    is_signed: bool,
) -> Result<Map<String, Value>, Error> {
    let registered = client.settings.request_object_signing_alg;
    let only: [Algorithm; 1];
    let algorithms: &[Algorithm] = match registered {
        Some(RequestObjectAlg::Unsigned) if is_signed => {
            return Err(invalid("signed, and registered with none"));
        }
        Some(RequestObjectAlg::Unsigned) => &[],
        _ if !is_signed => return Err(invalid("not signed")),
        None if client.is_fapi2() => &FAPI,
        None => &Algorithm::ALL,
        Some(RequestObjectAlg::Signed(algorithm)) if client.is_fapi2() && !FAPI.contains(&algorithm) => {
            return Err(invalid("an algorithm that FAPI 2.0 doesn't allow"));
        }
        Some(RequestObjectAlg::Signed(algorithm)) => {
            only = [algorithm];
            &only
        }
    };
    let policy = policy(context, client, algorithms);
    if !is_signed {
        return unsigned::read(object, &policy).map_err(|error| invalid(error.to_string()));
    }
    let verified = context.services.client_keys.verify(client, object, &policy).await;
    match verified {
        Ok(verified) => Ok(verified.claims),
        Err(error) if error.passes() => Err(Error::temporarily_unavailable().with_detail(error.to_string())),
        Err(error) => {
            if let ClientKeyError::Verify(jose::VerifyError::AlgorithmNotAllowed(_)) = error {
                tracing::warn!(
                    target: "audit", event = "token.alg_rejected", request_id = %context.request_id,
                    account = %context.tenant.account.account_id, client = %client.client_id,
                    "a request object of another algorithm than the registered one"
                );
            }
            Err(invalid(error.to_string()))
        }
    }
}

fn policy<'a>(context: &'a Context, client: &'a Client, algorithms: &'a [Algorithm]) -> Policy<'a> {
    let strict = Policy::request_object(client.client_id.as_str(), context.issuer(), context.now.seconds())
        .with_algorithms(algorithms)
        .with_leeway(LEEWAY);
    if client.is_fapi2() {
        Policy {
            required: &["iss", "aud", "exp", "nbf"],
            ..strict
        }
    } else if client.is_certified_form() {
        Policy {
            typ: ExpectedTyp::IsOrUntold(Typ::OauthAuthzReqJwt),
            parties: Parties::IfTold,
            required: &[],
            ..strict
        }
    } else {
        strict
    }
}

/// What a policy doesn't say: how far ahead it ends, and that it can't pass for a client assertion (RFC 9101 §10.8).
fn check(context: &Context, client: &Client, claims: &Map<String, Value>) -> Result<(), Error> {
    let longest = if client.is_certified_form() || client.is_fapi2() {
        LONGEST_CERTIFIED
    } else {
        LONGEST
    };
    let now = context.now.seconds();
    let time = |name: &str| claims.get(name).and_then(seconds);
    if time("exp").is_some_and(|ends| ends > now + longest + i64::from(LEEWAY)) {
        return Err(invalid("it lives too long"));
    }
    if client.is_fapi2() && time("nbf").is_some_and(|begins| begins < now - LONGEST_CERTIFIED) {
        return Err(invalid("it is too old"));
    }
    let whole = time("exp").zip(time("nbf")).map(|(ends, begins)| ends - begins);
    if client.is_fapi2() && whole.is_some_and(|seconds| seconds > LONGEST_CERTIFIED) {
        return Err(invalid("it began too long before its end"));
    }
    match claims.get("sub").and_then(Value::as_str) {
        Some(sub) if sub == client.client_id.as_str() => Err(invalid("sub is the client")),
        _ => Ok(()),
    }
}

/// A time that the policy found good, in whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "cuts a fraction off; the range was checked"
)]
fn seconds(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))
}
