//! All accounts, to choose one.

use super::Shell;
use crate::Link;

/// The accounts of the server.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// This page of them.
    pub accounts: &'a [AccountRow<'a>],
    /// The next page.
    pub next: Option<&'a Link>,
    /// The command that makes the first, where there is none.
    pub command: &'a str,
}

/// An account in the list.
#[derive(Debug, Clone, Copy)]
pub struct AccountRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its issuer.
    pub issuer: &'a str,
    /// Whether it may be used.
    pub active: bool,
    /// Whether it is the one that is served at the public URL itself.
    pub is_default: bool,
    /// The day of its making.
    pub created: &'a str,
}

in_shell!(Accounts, "console/accounts.html");

impl AccountRow<'_> {
    fn initial(&self) -> String {
        crate::brand::initial(self.name)
    }
}
