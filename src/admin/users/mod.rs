//! The console's pages of users.

mod deeds;
mod edit;
mod fields;

use axum::response::Response;
use pages::console::{Notice, Section, UserRow, Users};
use pages::{ErrorKind, Link};

use super::deed::Desk;
use super::keys::minute;
use super::login::once_more;
use super::revision::OUTDATED;
use super::visit::Visit;
use super::{Chosen, Operator, fault};
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::{Error, account_entity, user};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::account_entity::{AccountEntity, EntityKind};
use crate::model::user::UserType;
use crate::model::{Account, User, UserId};

pub(super) use deeds::post as deed;
pub(super) use edit::{get as form, post as save};

/// The name that binds these pages' forms.
const FORM: &str = "users";

/// What is done with users.
pub(super) enum UsersDesk {}

impl Desk for UsersDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/users/edit";
    const ABOUT: &str = "user";
    type Who = Operator;
}
/// Users on one page.
const PAGE: usize = 50;
/// The longest text that is looked for.
const LONGEST_SEARCH: usize = 128;

/// `GET /admin/users`: all, or those that are called like `q`; from after the user `after`.
pub(super) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let invalid = || PageError::new(ErrorKind::InvalidRequest);
    let search = query.get("q").map(str::trim).unwrap_or_default();
    if search.chars().count() > LONGEST_SEARCH {
        return Err(invalid());
    }
    let after: Option<UserId> = match query.get("after") {
        Some(after) => Some(after.parse().map_err(|_| invalid())?),
        None => None,
    };
    let (services, account) = (&visit.services, &chosen.account);
    // One more tells whether there are more.
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let found = if search.is_empty() {
        user::list(services, &account.account_id, false, after, limit).await
    } else {
        user::search(services, &account.account_id, search, after, limit).await
    };
    let found = found.map_err(fault)?;
    let profiles = entities(services, account, EntityKind::Profile).await?;
    let done = done_text(query.get("done").unwrap_or_default());
    Ok(show(
        &visit,
        &operator,
        &chosen,
        (&found, &profiles),
        search,
        done,
    ))
}

fn show(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    (found, profiles): (&[User], &[AccountEntity]),
    search: &str,
    done: &'static str,
) -> Response {
    let (page, more) = found.split_at(found.len().min(PAGE));
    let next = page.last().filter(|_| !more.is_empty()).and_then(|last| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("account", chosen.account.account_id.as_str())
            .append_pair("q", search)
            .append_pair("after", &last.user_id.to_string())
            .finish();
        Link::local(&format!("{}?{query}", Section::Users.path()))
    });
    let words: Vec<[String; 3]> = page
        .iter()
        .map(|user| {
            [
                user.user_id.to_string(),
                profiles_of(user, profiles),
                shown(user.last_login_at),
            ]
        })
        .collect();
    let rows: Vec<UserRow<'_>> = page
        .iter()
        .zip(&words)
        .map(|(user, [id, profiles, last_login])| UserRow {
            id,
            login_name: &user.login_name,
            full_name: &user.full_name,
            profiles,
            enabled: user.is_enabled,
            last_login,
        })
        .collect();
    let notice = good(done);
    let framed = visit.framed(operator, Some(chosen));
    let view = Users {
        shell: framed.shell(Section::Users),
        notice: (!done.is_empty()).then_some(&notice),
        users: &rows,
        search,
        next: next.as_ref(),
    };
    framed.show(view.render())
}

fn profiles_of(user: &User, profiles: &[AccountEntity]) -> String {
    let names = user.profile.profile_ids.iter().filter_map(|id| {
        let found = profiles.iter().find(|profile| profile.entity_id == *id);
        found.map(|profile| profile.name.as_str())
    });
    let bot = (user.kind == UserType::Bot).then_some("Bot");
    bot.into_iter().chain(names).collect::<Vec<_>>().join(", ")
}

/// When, for people; empty where never.
fn shown(at: Option<Timestamp>) -> String {
    at.map(minute).unwrap_or_default()
}

/// What an account's users are given and put into.
async fn entities(
    services: &Services,
    account: &Account,
    kind: EntityKind,
) -> Result<Vec<AccountEntity>, PageError> {
    account_entity::list(services, account, kind, false)
        .await
        .map_err(fault)
}

const fn good(text: &str) -> Notice<'_> {
    Notice {
        good: true,
        text,
        lines: &[],
        force: None,
    }
}

/// What was done, by the word that the address carries.
fn done_text(word: &str) -> &'static str {
    match word {
        "created" => "The user is made.",
        "saved" => "The user is saved.",
        "enabled" => "The user may log in.",
        "disabled" => "The user is disabled, and logged out everywhere.",
        "ended" => "The user is logged out everywhere.",
        "factor" => "The second factor is gone: at the next sign-in the user sets up another.",
        "deleted" => "The user is deleted.",
        _ => "",
    }
}

/// What a refusal is told as on the page; any other error is a page of its own.
fn refusal(error: Error) -> Result<&'static str, PageError> {
    match error {
        Error::BeyondOwn => Ok(
            "Nobody gives what they haven’t themselves, changes whoever may do more than they, or changes what they may do. Nothing was changed.",
        ),
        Error::LastAdministrator => Ok("The account’s last administrator stays. Nothing was changed."),
        Error::Outdated => Ok(OUTDATED),
        Error::Changed | Error::Revision(_) => {
            Ok("Somebody else changed it at the same moment. Nothing was changed: try again.")
        }
        error => Err(fault(error)),
    }
}

/// The user that a query or a form names.
async fn named(visit: &Visit, chosen: &Chosen, parameters: &oauth::Parameters) -> Result<User, PageError> {
    let id: UserId = parameters
        .get("user")
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| PageError::new(ErrorKind::NotFound))?;
    user::find(&visit.services, &chosen.account.account_id, id)
        .await
        .map_err(fault)
}

/// A user's page.
fn place(chosen: &Chosen, id: UserId) -> String {
    format!(
        "/admin/users/edit?account={}&user={id}",
        chosen.account.account_id
    )
}

/// To a user's page, which says what was done.
fn done(chosen: &Chosen, id: UserId, what: &str) -> Result<Response, PageError> {
    see_other(&format!("{}&done={what}", place(chosen, id)))
}
