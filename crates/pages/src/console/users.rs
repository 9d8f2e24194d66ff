//! An account's users.

use super::connectors::FormField;
use super::keys::Notice;
use super::{CheckGroup, Shell};
use crate::Link;

/// The users of an account.
#[derive(Debug, Clone, Copy)]
pub struct Users<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// This page of them.
    pub users: &'a [UserRow<'a>],
    /// The text that is looked for; empty for all.
    pub search: &'a str,
    /// The next page.
    pub next: Option<&'a Link>,
}

/// A user in the list.
#[derive(Debug, Clone, Copy)]
pub struct UserRow<'a> {
    /// The id.
    pub id: &'a str,
    /// The login name.
    pub login_name: &'a str,
    /// The whole name.
    pub full_name: &'a str,
    /// The profiles, in a few words; of a bot, that it is one.
    pub profiles: &'a str,
    /// Whether it may log in.
    pub enabled: bool,
    /// When it last logged in, for people; empty where never.
    pub last_login: &'a str,
}

impl Users<'_> {
    const fn is_empty(&self) -> bool {
        self.users.is_empty()
    }
}

in_shell!(Users, "console/users.html");

/// A user, to be written.
#[derive(Debug, Clone, Copy)]
pub struct UserForm<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The forms' token.
    pub csrf: &'a str,
    /// What it was filled in from, compared when it is saved; empty for something new.
    pub read: &'a str,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// How the user stands; none for a new one.
    pub standing: Option<UserStanding<'a>>,
    /// The fields.
    pub fields: &'a [FormField<'a>],
    /// Profiles, skills and groups.
    pub groups: &'a [CheckGroup<'a>],
}

/// How a user stands.
#[derive(Debug, Clone, Copy)]
pub struct UserStanding<'a> {
    /// The id.
    pub id: &'a str,
    /// The login name, as it is stored.
    pub login_name: &'a str,
    /// Whether it may log in.
    pub enabled: bool,
    /// Whether it may have a password.
    pub has_password: bool,
    /// Whether it has a second factor.
    pub has_factor: bool,
    /// Whether it is whoever looks at the page.
    pub is_self: bool,
    /// When it was made, for people.
    pub made: &'a str,
    /// When it last logged in, for people; empty where never.
    pub last_login: &'a str,
}

in_shell!(UserForm, "console/user_form.html");

impl UserForm<'_> {
    fn is_refused(&self) -> bool {
        self.notice.is_some_and(|notice| !notice.good)
    }
}
