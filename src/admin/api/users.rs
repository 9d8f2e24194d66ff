//! Users: `/admin/api/v1/accounts/{account_id}/users`. The rules are `directory::user`'s.
//!
//! A password that is set here is made here, shown once, and must be changed at the next login (SEC-133).

use axum::Json;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answered::{created, found, joined, keeping};
use super::asked::{Asked, Told as _};
use super::body::{Body, Said};
use super::operation::{AFTER, DONE, LIMIT, Operation, answer};
use super::parameters::{page, wrong};
use super::schemas;
use crate::base::Timestamp;
use crate::directory::generated_password;
use crate::directory::user::{self, Changer, Draft, Wanted};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, Parameter, closed, named};
use crate::model::user::{Membership, UserType};
use crate::model::{User, UserId, UserProfile};

const ALL: (&str, &str) = ("Users", "/admin/api/v1/accounts/{account_id}/users");
const ONE: (&str, &str) = ("Users", "/admin/api/v1/accounts/{account_id}/users/{user_id}");
const PASSWORD: (&str, &str) = (
    "Users",
    "/admin/api/v1/accounts/{account_id}/users/{user_id}/reset-password",
);

const INCLUDE_DELETED: Parameter = Parameter {
    name: "include_deleted",
    what: "Whether deleted ones are listed as well.",
    required: false,
    schema: openapi::truth,
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(Get, ALL, "listUsers", "The people and bots that work in an account.", || get(list))
        .query(&[LIMIT, AFTER, INCLUDE_DELETED])
        .answers(&[answer(200, "A page of users, by their ids.", || {
            openapi::page("users", &named("User"))
        })]),
    Operation::new(
        Post,
        ALL,
        "createUser",
        "Make a user. With generate_password, a password is made that is shown this once and must be changed.",
        || post(create),
    )
    .fresh()
    .repeatable()
    .body(|| {
        let mut properties = schemas::user_members();
        properties.insert("generate_password".to_owned(), openapi::truth());
        closed(properties, &["login_name"])
    })
    .answers(&[answer(201, "The user, with a password where one was made.", || named("User"))]),
    Operation::new(Get, ONE, "readUser", "A user.", || get(read))
        .answers(&[answer(200, "The user.", || named("User"))]),
    Operation::new(
        Patch,
        ONE,
        "updateUser",
        "Change a user. What isn't named stays, and null takes away.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(|| closed(schemas::user_members(), &[]))
    .answers(&[answer(200, "The user as it is now.", || named("User"))]),
    Operation::new(
        Delete,
        ONE,
        "deleteUser",
        "Delete a user. The id is never used again; the names are free.",
        || delete(remove),
    )
    .fresh()
    .conditional()
    .answers(DONE),
    Operation::new(
        Post,
        PASSWORD,
        "resetUserPassword",
        "Make a user a new password, which is shown this once and must be changed. They are logged out.",
        || post(reset),
    )
    .fresh()
    .repeatable()
    .answers(&[answer(200, "The user, with the password.", || {
        openapi::open(json!({"user_id": openapi::number()}))
    })]),
];

/// Of a new user, what a repeat of the request is told: nothing of the person.
const KEPT: &[&str] = &[
    "account_id",
    "user_id",
    "type",
    "enabled",
    "created_at",
    "updated_at",
];

/// What somebody wants of a user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "type")]
    kind: Option<Kind>,
    login_name: Option<String>,
    full_name: Option<String>,
    #[serde(default)]
    pid: Said<String>,
    enabled: Option<bool>,
    must_change_password: Option<bool>,
    #[serde(default)]
    profile: Map<String, Value>,
    generate_password: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Human,
    Bot,
}

/// A profile as it is sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the Users API's")]
struct Profile {
    nickname: String,
    email: String,
    disabled_manually: bool,
    max_chats: i64,
    max_async_chats: Option<i64>,
    skill_ids: Vec<i64>,
    profile_ids: Vec<i64>,
    lob_ids: Vec<i64>,
    member_of: Option<Group>,
    manager_of: Vec<Group>,
    permission_groups: Vec<i64>,
    picture_id: Option<String>,
    picture_url: Option<String>,
    backgnd_img_uri: Option<String>,
    pn_cert_name: Option<String>,
    description: Option<String>,
    mobile_number: Option<String>,
    employee_id: Option<String>,
    is_api_user: bool,
    allowed_app_keys: Option<String>,
}

/// A group; since when somebody is in it is the server's to say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    agent_group_id: i64,
}

impl From<Group> for Membership {
    fn from(group: Group) -> Self {
        Self {
            agent_group_id: group.agent_group_id,
            assignment_date: Timestamp::from_millis(0),
        }
    }
}

impl Members {
    /// Puts them into a draft; those that aren't said stay.
    fn put(self, draft: &mut Draft) -> Result<(), Problem> {
        if let Some(kind) = self.kind {
            draft.kind = match kind {
                Kind::Human => UserType::Human,
                Kind::Bot => UserType::Bot,
            };
        }
        if let Some(name) = self.login_name {
            draft.login_name = name;
        }
        if let Some(name) = self.full_name {
            draft.full_name = name;
        }
        if let Said::Is(pid) = self.pid {
            draft.pid = pid;
        }
        if let Some(enabled) = self.enabled {
            draft.is_enabled = enabled;
        }
        if let Some(must) = self.must_change_password {
            draft.must_change_password = must;
        }
        draft.profile = merged(&draft.profile, self.profile)?;
        Ok(())
    }
}

/// A profile with those members that are said.
fn merged(profile: &UserProfile, said: Map<String, Value>) -> Result<UserProfile, Problem> {
    let mut members = match serde_json::to_value(profile) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    };
    members.extend(said);
    let profile: Profile = serde_json::from_value(Value::Object(members)).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("The profile has a member that is unknown or not valid.")
            .because(error.to_string())
    })?;
    Ok(UserProfile {
        nickname: profile.nickname,
        email: profile.email,
        disabled_manually: profile.disabled_manually,
        max_chats: profile.max_chats,
        max_async_chats: profile.max_async_chats,
        skill_ids: profile.skill_ids,
        profile_ids: profile.profile_ids,
        lob_ids: profile.lob_ids,
        member_of: profile.member_of.map(Membership::from),
        manager_of: profile.manager_of.into_iter().map(Membership::from).collect(),
        permission_groups: profile.permission_groups,
        picture_id: profile.picture_id,
        picture_url: profile.picture_url,
        backgnd_img_uri: profile.backgnd_img_uri,
        pn_cert_name: profile.pn_cert_name,
        description: profile.description,
        mobile_number: profile.mobile_number,
        employee_id: profile.employee_id,
        is_api_user: profile.is_api_user,
        allowed_app_keys: profile.allowed_app_keys,
    })
}

async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[INCLUDE_DELETED.name])?;
    let services = &asked.services;
    let deleted_too = asked.listing.truth(INCLUDE_DELETED.name)?;
    let which = if deleted_too { "all" } else { "" };
    let (limit, list) = (asked.listing.limit()?, ["users", asked.account().as_str(), which]);
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(after.parse::<UserId>().map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = user::list(services, asked.account(), deleted_too, after, limit + 1)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, |last| last.user_id.to_string());
    let rows: Vec<Value> = rows.iter().map(user::document).collect();
    Ok(Json(json!({"users": rows, "next": next})))
}

async fn create(asked: Asked, Body(wanted): Body<Members>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let Some(name) = wanted.login_name.clone() else {
        return Err(Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("login_name is missing."));
    };
    // As the command has it: who has no other name is called by the one that they log in with.
    let mut draft = Draft {
        full_name: name.clone(),
        ..Draft::default()
    };
    draft.profile.nickname = name;
    draft.profile.profile_ids = vec![crate::model::RoleType::Agent.number()];
    let makes_one = wanted.generate_password == Some(true);
    wanted.put(&mut draft)?;
    let services = &asked.services;
    let password = makes_one.then(|| generated_password(&services.entropy));
    draft.must_change_password |= makes_one;
    let wanted = Wanted::new(draft, password.clone());
    let user = Box::pin(user::create(services, &asked.by(), &asked.tenant.account, wanted))
        .await
        .told()?;
    let place = format!(
        "/admin/api/v1/accounts/{}/users/{}",
        asked.account(),
        user.user_id
    );
    Ok(created(
        &place,
        user.updated_at,
        shown(&user, password.as_ref()),
        KEPT,
    ))
}

/// A user, with the password that was made, which is never shown again.
fn shown(user: &User, password: Option<&SecretString>) -> Value {
    let made = password.map(|password| ("password", password.expose_secret().into()));
    joined(user::document(user), made)
}

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let user = user::find(&asked.services, asked.account(), asked.part("user_id")?)
        .await
        .told()?;
    Ok(found(user.updated_at, user::document(&user)))
}

async fn update(asked: Asked, Body(wanted): Body<Members>) -> Result<Response, Problem> {
    asked.listing.none()?;
    if wanted.generate_password.is_some() {
        return Err(Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("A new password is made by reset-password."));
    }
    let id: UserId = asked.part("user_id")?;
    let (services, changer) = (&asked.services, Changer::unlimited(asked.by()));
    // What has the wrong shape is told before the directory looks at the user.
    let former = user::find(services, asked.account(), id).await.told()?;
    let read = asked.read()?.or(Some(former.updated_at));
    let mut draft = Draft::from(&former);
    wanted.put(&mut draft)?;
    let edit = |it: &mut Draft| {
        *it = draft;
        Ok(())
    };
    let account = &asked.tenant.account;
    let updated = Box::pin(user::update_read(
        services,
        &changer,
        account,
        (id, read),
        None,
        edit,
    ))
    .await;
    let user = updated.told()?;
    Ok(found(user.updated_at, user::document(&user)))
}

async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let id: UserId = asked.part("user_id")?;
    Box::pin(user::delete_read(
        &asked.services,
        &Changer::unlimited(asked.by()),
        &asked.tenant.account,
        (id, asked.read()?),
    ))
    .await
    .told()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let id: UserId = asked.part("user_id")?;
    let (services, changer) = (&asked.services, Changer::unlimited(asked.by()));
    let password = generated_password(&services.entropy);
    let account = &asked.tenant.account;
    let set = user::set_password(services, &changer, account, id, password.clone(), true);
    let (user, _) = Box::pin(set).await.told()?;
    Ok(keeping(
        found(user.updated_at, shown(&user, Some(&password))),
        KEPT,
    ))
}
