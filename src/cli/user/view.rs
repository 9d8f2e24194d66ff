use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::base::Timestamp;
use crate::cli::directory as shared;
use crate::cli::{Global, Outcome};
use crate::directory::user::document;
use crate::model::{RoleType, User};

/// Its profiles, by name where they are built in.
pub(super) fn profiles(user: &User) -> String {
    let name =
        |id: &i64| RoleType::of_built_in(*id).map_or_else(|| id.to_string(), |role| role.name().to_owned());
    let names: Vec<String> = user.profile.profile_ids.iter().map(name).collect();
    names.join(", ")
}

/// Whether it may log in, in a word.
pub(super) fn status(user: &User) -> &'static str {
    match (user.deleted, user.is_enabled) {
        (true, _) => "deleted",
        (false, true) => "enabled",
        (false, false) => "disabled",
    }
}

/// A user for people.
pub(super) fn text(user: &User) -> String {
    let when = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339);
    shared::facts([
        ("id", user.user_id.to_string()),
        ("account", user.account_id.to_string()),
        ("login name", user.login_name.clone()),
        ("full name", user.full_name.clone()),
        ("nickname", user.profile.nickname.clone()),
        ("email", user.profile.email.clone()),
        ("type", user.kind.to_string()),
        ("status", status(user).to_owned()),
        ("profiles", profiles(user)),
        ("password set", when(user.password_changed_at)),
        (
            "to be changed",
            if user.must_change_password { "yes" } else { "" }.to_owned(),
        ),
        ("last login", when(user.last_login_at)),
    ])
}

/// Tells of a user who was written, and of the password that was made for them.
pub(super) fn saved(global: &Global, done: &str, user: &User, made: Option<&SecretString>) -> Outcome {
    let mut document = document(user);
    if let (Value::Object(members), Some(made)) = (&mut document, made) {
        members.insert("password".to_owned(), made.expose_secret().into());
    }
    global.output().show(&document, || {
        let password = made.map_or_else(String::new, |made| {
            format!(
                "\nThe password is {}\nIt is not shown again.\n",
                made.expose_secret()
            )
        });
        format!("{done}\n\n{}{password}", text(user))
    })
}
