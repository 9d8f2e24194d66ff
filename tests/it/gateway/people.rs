//! Users of an account, as tests make them and log them in.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::base::id::AccountId;
use signet::directory::user::{self, Draft, Wanted};
use signet::directory::{By, account};
use signet::model::user::UserType;
use signet::model::{RoleType, User, UserProfile};

use crate::support::answer::Answer;
use crate::support::app::{App, request};

/// Every user's password.
pub(crate) const PASSWORD: &str = "seven quiet herons";

/// What a user of that name and role is like.
pub(crate) fn wanted(name: &str, role: RoleType) -> Wanted {
    let draft = Draft {
        login_name: name.to_owned(),
        full_name: format!("{name} of Acme"),
        profile: UserProfile {
            nickname: name.to_owned(),
            email: format!("{name}@example.test"),
            profile_ids: vec![role.number()],
            ..UserProfile::default()
        },
        ..Draft::default()
    };
    Wanted::new(draft, Some(SecretString::from(PASSWORD)))
}

/// Makes a user.
pub(crate) async fn user(app: &App, of: &AccountId, name: &str, role: RoleType) -> User {
    made(app, of, wanted(name, role)).await
}

/// Makes a bot.
pub(crate) async fn bot(app: &App, of: &AccountId, name: &str) -> User {
    app.change_account(of, |row| row.settings.features.bots = true)
        .await;
    let mut wanted = wanted(name, RoleType::Agent);
    (wanted.draft.kind, wanted.password) = (UserType::Bot, None);
    made(app, of, wanted).await
}

pub(crate) async fn made(app: &App, of: &AccountId, wanted: Wanted) -> User {
    let account = account::find(&app.services, Some(of)).await.unwrap();
    user::create(&app.services, &By::command(), &account, wanted)
        .await
        .unwrap()
}

/// A session of the Login Service.
pub(crate) struct Session {
    pub(super) account: String,
    pub(super) cookie: String,
    pub(super) csrf: String,
    pub(crate) bearer: String,
    pub(super) body: Value,
}

/// Tries to log in.
pub(crate) async fn try_login(app: &App, of: &AccountId, body: Value) -> Answer {
    post(
        app,
        &format!("/api/account/{of}/login?v=1.3"),
        None,
        &body.to_string(),
    )
    .await
}

pub(super) async fn post(app: &App, path: &str, cookie: Option<&str>, body: &str) -> Answer {
    let mut asked = request("POST", path).header(CONTENT_TYPE, "application/json");
    if let Some(cookie) = cookie {
        asked = asked.header(COOKIE, cookie);
    }
    app.send(asked.body(Body::from(body.to_owned())).unwrap()).await
}

/// Logs in.
pub(crate) async fn log_in(app: &App, of: &AccountId, name: &str) -> Session {
    session(
        of,
        &try_login(app, of, json!({"username": name, "password": PASSWORD})).await,
    )
}

pub(super) fn session(of: &AccountId, answer: &Answer) -> Session {
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut cookies = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap());
    let cookie = cookies.find(|it| it.starts_with("session_id=")).unwrap();
    let body = answer.json();
    Session {
        account: of.to_string(),
        cookie: cookie.split_once(';').unwrap().0.to_owned(),
        csrf: body["csrf"].as_str().unwrap().to_owned(),
        bearer: body["bearer"].as_str().unwrap().to_owned(),
        body,
    }
}

impl Session {
    /// `refresh` or `logout`.
    pub(super) async fn call(&self, app: &App, what: &str) -> Answer {
        let body = json!({"csrf": self.csrf}).to_string();
        post(
            app,
            &format!("/api/account/{}/{what}", self.account),
            Some(&self.cookie),
            &body,
        )
        .await
    }

    /// Whether it may ask for its own account's users: 200, or 403 where it is alive without that privilege.
    pub(crate) async fn status(&self, app: &App) -> u16 {
        let path = format!("/api/account/{}/configuration/le-users/users?v=6.0", self.account);
        get(app, &path, Some(&self.bearer)).await.status.as_u16()
    }
}

pub(super) async fn get(app: &App, path: &str, bearer: Option<&str>) -> Answer {
    call(app, "GET", path, bearer, None).await
}

/// Asks an API.
pub(super) async fn call(
    app: &App,
    method: &str,
    path: &str,
    bearer: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    let mut asked = request(method, path);
    if let Some(bearer) = bearer {
        asked = asked.header(AUTHORIZATION, format!("Bearer {bearer}"));
    }
    let body = match body {
        Some(body) => {
            asked = asked.header(CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    app.send(asked.body(body).unwrap()).await
}

/// The error that this is, in the platform's form: its status and its code.
pub(super) fn refused(answer: &Answer) -> (u16, i64) {
    let error = &answer.json()["error"];
    assert!(
        error["time"].is_string() && error["message"].is_string() && error["responseStatus"].is_string(),
        "{answer:?}"
    );
    (answer.status.as_u16(), error["internalCode"].as_i64().unwrap())
}

/// The events of the account's record, latest last.
pub(super) async fn events(app: &App, of: &AccountId) -> Vec<String> {
    let chain = signet::store::audit::list_chain(app.db(), &of.into(), 0, 1000).await;
    chain.unwrap().into_iter().map(|entry| entry.event).collect()
}
