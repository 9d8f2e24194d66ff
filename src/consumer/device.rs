//! Where a consumer lets a device in that has no screen to sign in at (RFC 8628 §3.3).

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use oauth::UserCode;
use pages::{CodeProblem, DecidedOutcome, ErrorKind, FormTokens, Link, ShownThere};

use super::granting::{Granting, must_sign_in_again};
use super::onward::Onward;
use crate::base::Digest;
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::page::Permissions;
use crate::http::{PageError, Visit, rate};
use crate::model::device::{self, Decision, DeviceAuthorization};
use crate::model::{Client, SignedIn};
use crate::store;

/// `GET /device`, with the code in `user_code` where the device showed a link (§3.3.1): it is filled in, and must still be
/// sent on by hand.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let typed = query.get("user_code").and_then(UserCode::typed);
    match visit.signed_in().await? {
        Some(known) => {
            let shown = typed.as_ref().map(UserCode::shown).unwrap_or_default();
            Ok(show_form(&visit, &known, &shown, None))
        }
        None => sign_in_first(&visit, typed.as_ref()),
    }
}

/// `POST /device`: a code, or what the consumer says to what waits under one.
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let said = form.get("decision");
    let text = match said {
        Some(_) => form.get("interaction"),
        None => form.get("user_code"),
    };
    let text = text.unwrap_or_default();
    let typed = UserCode::typed(text);
    let deciding = said.zip(typed.as_ref());
    let theirs = |known: &SignedIn| about(known, deciding.map(|(_, code)| code));
    let Some(known) = csrf::whose(&visit, Purpose::Device, theirs, &form).await? else {
        return sign_in_first(&visit, typed.as_ref());
    };
    if let Some((said, code)) = deciding {
        return decide(&visit, &known, code, said).await;
    }
    look_up(&visit, &known, typed.as_ref(), text).await
}

/// Signing in leads back here, with the code.
fn sign_in_first(visit: &Visit, code: Option<&UserCode>) -> Result<Response, PageError> {
    visit.send_to(&Onward::Device(code.cloned()).login())
}

/// A form is bound to who is signed in now, and to the code that it is about.
fn about(known: &SignedIn, code: Option<&UserCode>) -> String {
    let letters = code.map(UserCode::letters).unwrap_or_default();
    format!("{letters}.{}", known.session.sid)
}

/// Shows what waits under a code. Guesses are counted by where they come from and by who makes them (§5.1).
async fn look_up(
    visit: &Visit,
    known: &SignedIn,
    code: Option<&UserCode>,
    text: &str,
) -> Result<Response, PageError> {
    let counted = visit
        .count(rate::Purpose::UserCode)
        .and_then(|()| visit.count_consumer(rate::Purpose::UserCode, &known.session.sub));
    if counted.is_err() {
        return Ok(show_form(visit, known, text, Some(CodeProblem::Throttled)));
    }
    if let Some((code, device, client)) = waiting(visit, code).await? {
        if must_sign_in_again(&client, known, visit.context.now) {
            return visit.send_to(&Onward::Device(Some(code.clone())).login_of_another());
        }
        return Ok(show_approval(visit, known, code, &device, &client));
    }
    tracing::warn!(
        target: "audit", event = "device.unknown_code", request_id = %visit.context.request_id,
        account = %known.session.account_id, sub = %known.session.sub, ip = %visit.context.ip,
        "a user code that nobody waits under"
    );
    Ok(show_form(visit, known, text, Some(CodeProblem::Unknown)))
}

/// What waits under a code, undecided, with a client that may still act.
async fn waiting<'c>(
    visit: &Visit,
    code: Option<&'c UserCode>,
) -> Result<Option<(&'c UserCode, DeviceAuthorization, Arc<Client>)>, PageError> {
    let Some(code) = code else { return Ok(None) };
    let context = &visit.context;
    let account = &context.tenant.account.account_id;
    let found =
        store::devices::find_undecided(context.db(), account, digest(visit, code), context.now).await?;
    let Some(device) = found else { return Ok(None) };
    let client = context.services.clients.find(account, &device.client_id).await?;
    Ok(client
        .filter(|client| client.enabled)
        .map(|client| (code, device, client)))
}

fn digest(visit: &Visit, code: &UserCode) -> Digest<device::UserCode> {
    device::user_code_digest(&visit.context.tenant.account.account_id, code)
}

async fn decide(visit: &Visit, known: &SignedIn, code: &UserCode, said: &str) -> Result<Response, PageError> {
    let Some((_, device, client)) = waiting(visit, Some(code)).await? else {
        return Ok(show_form(visit, known, "", Some(CodeProblem::Unknown)));
    };
    let context = &visit.context;
    if must_sign_in_again(&client, known, context.now) {
        return visit.send_to(&Onward::Device(Some(code.clone())).login_of_another());
    }
    let (account, digest, now) = (known.session.account_id.clone(), device.user_code, context.now);
    let (granting, decision) = match said {
        "allow" => {
            let granting = Granting::of(visit, &client, known, &device.scope).await?;
            let allowed = granting.allowed(known, &client.settings.default_acr_values);
            (Some(granting), Decision::Allowed(allowed))
        }
        "deny" => (None, Decision::Denied),
        _ => return Err(PageError::with_detail(ErrorKind::InvalidRequest, "no decision")),
    };
    let (clock, entropy) = (context.services.clock.clone(), context.services.entropy.clone());
    let decided = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::devices::decide(tx, &account, digest, &decision, now).await? {
                    return Ok(false);
                }
                if let Some(granting) = &granting {
                    granting.write(tx, &clock, &entropy).await?;
                }
                Ok(true)
            })
        })
        .await?;
    if !decided {
        return Ok(show_form(visit, known, "", Some(CodeProblem::Unknown)));
    }
    tracing::info!(
        target: "audit", event = "device.decided", request_id = %context.request_id,
        account = %known.session.account_id, client = %client.client_id, sub = %known.session.sub, ip = %context.ip,
        decision = said, "a device's request was decided"
    );
    Ok(show_outcome(visit, said == "allow"))
}

/// Where another account is chosen to let the device in with.
fn others(visit: &Visit, code: Option<&UserCode>) -> Option<Link> {
    Link::local(&visit.path(&Onward::Device(code.cloned()).select_account()))
}

fn show_form(visit: &Visit, known: &SignedIn, text: &str, problem: Option<CodeProblem>) -> Response {
    let pages = visit.pages();
    let others = others(visit, None);
    let view = pages::DeviceCode {
        frame: pages.frame(),
        action: &visit.path("device"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Device, &about(known, None)),
            interaction: "",
        },
        user: known.consumer.shown_name(),
        others: others.as_ref(),
        user_code: text,
        problem,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(CodeProblem::Unknown) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(CodeProblem::Throttled) => StatusCode::TOO_MANY_REQUESTS,
    };
    pages.respond(status, view.render(pages.locale()), &Permissions::default())
}

fn show_approval(
    visit: &Visit,
    known: &SignedIn,
    code: &UserCode,
    device: &DeviceAuthorization,
    client: &Client,
) -> Response {
    let pages = visit.pages();
    let scopes: Vec<&str> = device.scope.iter().collect();
    let others = others(visit, Some(code));
    let view = pages::Approval {
        frame: pages.frame(),
        action: &visit.path("device"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Device, &about(known, Some(code))),
            interaction: &code.letters(),
        },
        client_name: client.shown_name(),
        user: known.consumer.shown_name(),
        others: others.as_ref(),
        shown_there: Some(ShownThere::Code(&code.shown())),
        scopes: &scopes,
    };
    pages.show(view.render(pages.locale()))
}

fn show_outcome(visit: &Visit, allowed: bool) -> Response {
    let pages = visit.pages();
    let view = pages::Decided {
        frame: pages.frame(),
        outcome: if allowed {
            DecidedOutcome::Allowed
        } else {
            DecidedOutcome::Denied
        },
    };
    pages.show(view.render(pages.locale()))
}
