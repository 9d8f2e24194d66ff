//! An account's API keys.

use super::connectors::FormField;
use super::keys::Notice;
use super::{CheckGroup, Shell};

/// The API keys of an account.
#[derive(Debug, Clone, Copy)]
pub struct AppKeys<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// The keys, in the order of their making.
    pub keys: &'a [AppKeyRow<'a>],
}

/// An API key in the list.
#[derive(Debug, Clone, Copy)]
pub struct AppKeyRow<'a> {
    /// What requests call it.
    pub id: &'a str,
    /// The application that uses it.
    pub application: &'a str,
    /// Who wrote that.
    pub developer: &'a str,
    /// What it may do, in a few words.
    pub privileges: &'a str,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether its time is over.
    pub expired: bool,
    /// When it was last used, for people; empty where never.
    pub last_used: &'a str,
}

impl AppKeys<'_> {
    const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

in_shell!(AppKeys, "console/app_keys.html");

/// An API key, to be written.
#[derive(Debug, Clone, Copy)]
pub struct AppKeyForm<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The forms' token.
    pub csrf: &'a str,
    /// What it was filled in from, compared when it is saved; empty for something new.
    pub read: &'a str,
    /// What was done.
    pub notice: Option<&'a Notice<'a>>,
    /// The key as it stands; none for a new one.
    pub key: Option<AppKeyRow<'a>>,
    /// The fields.
    pub fields: &'a [FormField<'a>],
    /// The privileges, by category.
    pub groups: &'a [CheckGroup<'a>],
}

in_shell!(AppKeyForm, "console/app_key_form.html");

impl AppKeyForm<'_> {
    fn is_refused(&self) -> bool {
        self.notice.is_some_and(|notice| !notice.good)
    }
}
