//! Choosing with which account to go on (OpenID Connect Core §3.1.2.1, `prompt=select_account`): as one of those who are
//! signed in in this browser, or as another, who signs in beside them (SEC-143).

use axum::response::Response;
use http::StatusCode;
use pages::{Account, ErrorKind, FormTokens};

use super::choice::Choice;
use super::onward::Onward;
use super::switch::Reissue;
use super::turn;
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::pending::{self, Pending};
use crate::http::{PageError, Visit};
use crate::issue::interaction::Reason;
use crate::model::SignedIn;

/// `GET /select-account?interaction=…`; without an interaction, who is chosen goes on to a page of ours.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = Pending::named(&visit, &query).await?;
    let onward = Onward::of(&query);
    if let Some(elsewhere) = not_its_turn(&visit, pending.as_ref(), &onward).await? {
        return Ok(elsewhere);
    }
    Ok(show(&visit, pending.as_ref(), &onward, &visit.everybody().await?))
}

/// `POST /select-account`
pub(super) async fn post(visit: Visit, Query(query): Query, Form(form): Form) -> Result<Response, PageError> {
    let pending = Pending::named(&visit, &form).await?;
    let onward = Onward::of(&query);
    if let Some(elsewhere) = not_its_turn(&visit, pending.as_ref(), &onward).await? {
        return Ok(elsewhere);
    }
    let pending = pending.as_ref();
    csrf::demand(&visit, Purpose::Choose, about(pending), &form)?;
    let decision = form.get("decision");
    let decision =
        decision.ok_or_else(|| PageError::with_detail(ErrorKind::InvalidRequest, "no decision"))?;
    if decision == "other" {
        return match pending {
            Some(pending) => {
                pending.remember(&visit, |progress| progress.other = true).await?;
                pending.resume(&visit)
            }
            None => visit.send_to(&onward.login_of_another()),
        };
    }
    let everybody = visit.everybody().await?;
    let chosen = everybody
        .iter()
        .find(|known| known.session.sid.as_str() == decision);
    let chosen = match chosen {
        Some(known) if visit.keep(&known.session).await? => known,
        // Their session has ended meanwhile, or was none of this browser's.
        _ => return back(&visit, pending, &onward.select_account()),
    };
    choose(&visit, pending, &onward, chosen).await
}

/// Where somebody must sign in or something else comes first (SEC-032).
async fn not_its_turn(
    visit: &Visit,
    pending: Option<&Pending>,
    onward: &Onward,
) -> Result<Option<Response>, PageError> {
    Ok(match pending {
        Some(pending) => {
            let needed = turn::needed(visit, pending).await?;
            let is_its_turn = needed.is_some_and(|needed| needed.reason == Reason::Choose);
            if is_its_turn {
                None
            } else {
                Some(pending.resume(visit)?)
            }
        }
        None if visit.everybody().await?.is_empty() => Some(visit.send_to(&onward.login())?),
        None => None,
    })
}

/// They go on, and are the current one from now on. Where another was before, both sessions get new ids (SEC-069).
async fn choose(
    visit: &Visit,
    pending: Option<&Pending>,
    onward: &Onward,
    chosen: &SignedIn,
) -> Result<Response, PageError> {
    let context = &visit.context;
    let sessions = &context.services.sessions;
    let here = visit.sessions().await?;
    let session = &chosen.session;
    let (account, sub) = (session.account_id.clone(), session.sub.clone());
    let mut reissues = Vec::new();
    if let Some(left) = Reissue::of_left(sessions, here, &sub) {
        reissues = vec![left, Reissue::of(sessions, session)];
    }
    let note = pending.map(|pending| pending.noting(|progress| progress.chosen = Some(sub)));
    let choice = pending.map(|pending| Choice::of(here, session, &pending.client));
    let writing = reissues.clone();
    let stored = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(note) = note
                    && !Pending::note(tx, &account, &note).await?
                {
                    return Ok(None);
                }
                if let Some(choice) = &choice {
                    choice.write(tx).await?;
                }
                let mut stored = Vec::new();
                for reissue in writing {
                    if reissue.write(tx).await? {
                        stored.push(reissue);
                    }
                }
                Ok(Some(stored))
            })
        })
        .await?;
    let mut response = back(visit, pending, &onward.page())?;
    for reissue in stored.ok_or_else(pending::over)? {
        let is_chosen = reissue.is_of(session);
        reissue.send(visit, here, &mut response, is_chosen);
    }
    Ok(response)
}

fn back(visit: &Visit, pending: Option<&Pending>, page: &str) -> Result<Response, PageError> {
    match pending {
        Some(pending) => pending.resume(visit),
        None => visit.send_to(page),
    }
}

/// The form names whom it chooses, and they must be signed in in this browser.
fn about(pending: Option<&Pending>) -> &str {
    pending.map_or("", |pending| pending.handle.expose())
}

fn show(visit: &Visit, pending: Option<&Pending>, onward: &Onward, everybody: &[SignedIn]) -> Response {
    let request = pending.map(|pending| &pending.interaction.request);
    let pages = visit.pages_in(request.map_or(&[], |request| request.ui_locales.as_slice()));
    let accounts: Vec<Account<'_>> = everybody
        .iter()
        .map(|known| Account {
            session: known.session.sid.as_str(),
            name: known.consumer.shown_name(),
            username: known.consumer.username.as_deref(),
        })
        .collect();
    let view = pages::SelectAccount {
        frame: pages.frame(),
        action: &visit.path(&onward.select_account()),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Choose, about(pending)),
            interaction: about(pending),
        },
        client_name: pending.map(|pending| pending.client.shown_name()),
        accounts: &accounts,
    };
    let permissions = Pending::permissions(pending);
    pages.respond(StatusCode::OK, view.render(pages.locale()), &permissions)
}
