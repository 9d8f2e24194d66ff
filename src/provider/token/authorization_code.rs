//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5).

use std::time::Duration;

use oauth::{CodeVerifier, Error, Parameters};

use super::{Request, TokenResponse, answer};
use crate::base::Digest;
use crate::context::Context;
use crate::http::oauth_error::OAuthError;
use crate::http::{figures, leniency};
use crate::issue::access_token::Entitlement;
use crate::issue::code::{self, CodeContent};
use crate::issue::details;
use crate::issue::refresh_token::Chain;
use crate::issue::resource;
use crate::issue::tokens::{self, Granted};
use crate::model::token::{Code, Confirmation};
use crate::model::{Client, Consumer, ConsumerStatus};
use crate::store;

/// Where platforms say that an embedded window's code was sent, whatever the page had asked with (section 1.5 of the
/// platform contract).
const LIVEPERSON: [&str; 2] = ["https://liveperson.net", "https://liveperson.net/"];

/// Redeems a code: checks it, signs, and only then uses it up, in the one statement that stores what it buys.
pub(super) async fn redeem(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let Request {
        context,
        client,
        parameters,
        ..
    } = request;
    let presented = parameters
        .get("code")
        .ok_or_else(|| Error::invalid_request("code is missing."))?;
    let (code, digest) = find(context, client, presented)?;
    let expired = code.expires_at <= context.now;
    match check(client, &code, parameters).and_then(|()| check_key(&code, request.cnf.as_ref())) {
        Ok(()) if expired => return Err(refuse_again(context, client, digest).await?),
        Err(error) if expired => return Err(error.into()),
        Err(error) => return Err(failed(context, client, &code, digest, error).await),
        Ok(()) => {}
    }
    let consumer = consumer(context, &code).await?;

    let wanted = resource::named(context, client, parameters)?;
    let granted = Granted {
        client,
        entitlement: Entitlement {
            resource: resource::narrowed(&code.resource, wanted)?,
            cnf: request.cnf.clone(),
            authorization_details: details::part(code.authorization_details.as_ref(), parameters)?
                .map(|part| part.to_string()),
            ..Entitlement::from(&code)
        },
        code: Some(digest),
        login: Some(((&code).into(), &consumer)),
        chain: Chain::of_code(context, client, &code),
    };
    let (prepared, stored) = tokens::prepare(context, granted).await.map_err(Error::from)?;
    let account = &context.tenant.account.account_id;
    context
        .services
        .sessions
        .note_client(account, &code.sid, client)
        .await?;
    if !store::tokens::insert_all(context.db(), stored).await? {
        return Err(refuse_again(context, client, digest).await?);
    }
    figures::code_age(age(context, client, &code));
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, sub = %code.sub, ip = %context.ip,
        "code redeemed"
    );
    Ok(answer::given(client, prepared))
}

fn invalid(detail: &'static str) -> Error {
    Error::invalid_grant("The code is not valid.").with_detail(detail)
}

/// The code, if it is this client's. Another client's attempt changes nothing (SEC-041).
fn find(
    context: &Context,
    client: &Client,
    presented: &str,
) -> Result<(CodeContent, Digest<Code>), OAuthError> {
    let unknown = || OAuthError::from(invalid("unknown code")).as_guess();
    let (code, digest) = code::open(context, presented).ok_or_else(unknown)?;
    if code.client_id != client.client_id {
        return Err(invalid("another client's code").into());
    }
    // Whether it was redeemed before the database was put back, nobody knows any more (SEC-154).
    let issued_at = code.expires_at - code::lifetime(context, client);
    if context
        .db()
        .restored_at()
        .is_some_and(|restored| issued_at <= restored)
    {
        return Err(unknown());
    }
    Ok((code, digest))
}

/// The redirect URI and the verifier must be those of the request (SEC-042, SEC-044).
fn check(client: &Client, code: &CodeContent, parameters: &Parameters) -> Result<(), Error> {
    match parameters.get("redirect_uri") {
        Some(redirect_uri) if redirect_uri == code.redirect_uri || is_liveperson(client, redirect_uri) => {}
        Some(_) => return Err(invalid("redirect_uri is not that of the authorization request")),
        None if code.redirect_uri_left_out => {}
        None => return Err(Error::invalid_request("redirect_uri is missing.")),
    }
    match (&code.code_challenge, parameters.get("code_verifier")) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid("code_verifier without code_challenge")),
        (Some(_), None) => Err(invalid("code_verifier is missing")),
        (Some(challenge), Some(verifier)) => {
            let verifier: CodeVerifier = verifier.parse().map_err(|_| invalid("malformed code_verifier"))?;
            if challenge.matches(&verifier) {
                Ok(())
            } else {
                Err(invalid("wrong code_verifier"))
            }
        }
    }
}

/// A code that is for a key is worth nothing without it (RFC 9449 §10).
fn check_key(code: &CodeContent, cnf: Option<&Confirmation>) -> Result<(), Error> {
    match (&code.dpop_jkt, cnf) {
        (None, _) => Ok(()),
        (Some(wanted), Some(Confirmation::Key(proved))) if wanted == proved => Ok(()),
        (Some(_), _) => Err(invalid("the code is for another key")),
    }
}

fn is_liveperson(client: &Client, redirect_uri: &str) -> bool {
    let lenient = client.settings.leniency.liveperson_redirect
        && LIVEPERSON.contains(&redirect_uri)
        && client
            .settings
            .redirect_uris
            .iter()
            .any(|registered| LIVEPERSON.contains(&registered.as_str()));
    if lenient {
        leniency::used("liveperson_redirect", client);
    }
    lenient
}

async fn consumer(context: &Context, code: &CodeContent) -> Result<std::sync::Arc<Consumer>, OAuthError> {
    context
        .services
        .consumers
        .find(&context.tenant.account.account_id, &code.sub)
        .await?
        .filter(|consumer| consumer.status == ConsumerStatus::Active)
        .ok_or_else(|| invalid("the consumer may not log in any more").into())
}

/// Counts a failure by the code's own client; the fifth burns the code (SEC-043).
async fn failed(
    context: &Context,
    client: &Client,
    code: &CodeContent,
    digest: Digest<Code>,
    error: Error,
) -> OAuthError {
    let account = &context.tenant.account.account_id;
    match store::codes::count_failure(context.db(), account, digest, code.expires_at).await {
        Ok(failures) => {
            tracing::warn!(
                target: "audit", event = "code.bad_redemption", request_id = %context.request_id, %account,
                client = %client.client_id, failures, reason = error.detail.as_str(), "code not redeemed"
            );
            error.into()
        }
        Err(fault) => fault.into(),
    }
}

/// The code bought something before, is too old, or its session has ended. In the first case what it bought is taken back
/// (SEC-041); the consumer's session goes on.
pub(super) async fn refuse_again(
    context: &Context,
    client: &Client,
    digest: Digest<Code>,
) -> Result<OAuthError, crate::store::Error> {
    let account = context.tenant.account.account_id.clone();
    let now = context.now;
    let owner = account.clone();
    let revoked = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move { store::tokens::revoke_of_code(tx, &owner, digest, now).await })
        })
        .await?;
    if revoked > 0 || store::tokens::was_redeemed(context.db(), &account, digest).await? {
        figures::code_replayed();
        tracing::warn!(
            target: "audit", event = "code.replay", request_id = %context.request_id, %account,
            client = %client.client_id, revoked, "code used twice: what it bought is taken back"
        );
    }
    Ok(invalid("used before, burnt, expired, or its session has ended").into())
}

/// How old the code is: tells whether its lifetime fits (F-16).
fn age(context: &Context, client: &Client, code: &CodeContent) -> Duration {
    let left = code.expires_at.since(context.now);
    code::lifetime(context, client).saturating_sub(left)
}
