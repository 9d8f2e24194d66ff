//! What stands around every page of the console.

use crate::{Frame, brand};

/// The frame of the console around a page.
#[derive(Debug, Clone, Copy)]
pub struct Shell<'a> {
    /// What every page has; the brand is the product's own.
    pub frame: Frame<'a>,
    /// Who is signed in.
    pub user: &'a str,
    /// The token of the form that signs out: `sign-out`.
    pub csrf: &'a str,
    /// Where we are.
    pub section: Section,
    /// The account that the page is about.
    pub account: Option<Account<'a>>,
    /// The sections of an account that they may see.
    pub sections: &'a [Section],
    /// Whether there are other accounts to choose from.
    pub chooses: bool,
    /// Whether they look after their second factor themselves: administrators do.
    pub own_factor: bool,
}

impl Shell<'_> {
    /// The id of the account, for links; empty where there is none.
    pub(super) fn account_id(&self) -> &str {
        self.account.map_or("", |account| account.id)
    }
}

/// An account by what people know it by.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Its id: letters, digits, `_` and `-`.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// A section of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// All accounts, to choose one.
    Accounts,
    /// An account's signing keys.
    Keys,
    /// What the messaging platform knows of an account.
    Connectors,
    /// The identity providers of companies, by which an account's users log in.
    Sso,
    /// The people and bots that work in an account.
    Users,
    /// Programs that call the gateway for an account.
    AppKeys,
    /// The record of an account's changes.
    Audit,
}

impl Section {
    /// Those of one account, in the order of the navigation.
    pub const OF_ACCOUNT: &'static [Self] = &[
        Self::Keys,
        Self::Connectors,
        Self::Users,
        Self::Sso,
        Self::AppKeys,
        Self::Audit,
    ];

    /// The one that an account begins with.
    pub const fn of_account() -> Self {
        match Self::OF_ACCOUNT {
            [first, ..] => *first,
            [] => Self::Accounts,
        }
    }

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts",
            Self::Keys => "Signing keys",
            Self::Connectors => "Consumer identity provider",
            Self::Sso => "Single sign-on",
            Self::Users => "Users",
            Self::AppKeys => "API keys",
            Self::Audit => "Audit",
        }
    }

    /// Its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Accounts => "/admin/",
            Self::Keys => "/admin/keys",
            Self::Connectors => "/admin/connectors",
            Self::Sso => "/admin/sso",
            Self::Users => "/admin/users",
            Self::AppKeys => "/admin/app-keys",
            Self::Audit => "/admin/audit",
        }
    }

    /// Its sign: the path of a drawing on 20 by 20, in lines.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Accounts => "M3 8.500 10 3.500l7 5M4.500 8v8h11V8M8.500 16v-4.500h3V16",
            Self::Keys => {
                "M8.500 11.500 16 4M13 7l2.500 2.500M7 9.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7"
            }
            Self::Connectors => "M7 4v4M13 4v4M5 8h10v2.500a5 5 0 0 1-10 0V8M10 15.500V18",
            Self::Users => {
                "M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 16.500a5.500 5.500 0 0 1 11 0M13 3.800a3 3 0 0 1 0 5.400M15 12a5.500 5.500 0 0 1 3 4.500"
            }
            Self::Sso => "M11 4h5v12h-5M4 10h8M9 6.500 12.500 10 9 13.500",
            Self::AppKeys => "M7 6 3 10l4 4M13 6l4 4-4 4M11.500 4l-3 12",
            Self::Audit => "M6.500 5H17M6.500 10H17M6.500 15H17M3 5h.1M3 10h.1M3 15h.1",
        }
    }
}

/// A way to a section, as the navigation shows it.
pub(crate) struct Way<'a> {
    pub(crate) path: &'static str,
    /// The account that it is a section of.
    pub(crate) account: Option<&'a str>,
    pub(crate) label: &'static str,
    pub(crate) sign: &'static str,
    pub(crate) is_current: bool,
}

impl<'a> Shell<'a> {
    pub(crate) fn initial(&self) -> String {
        brand::initial(self.user)
    }

    /// Where to go from here: to the accounts, where there are several, and through the sections of the one at hand.
    pub(crate) fn ways(&self) -> Vec<Way<'a>> {
        let way = |section: Section, account| Way {
            path: section.path(),
            account,
            label: section.label(),
            sign: section.sign(),
            is_current: self.section == section,
        };
        let accounts = self.chooses.then(|| way(Section::Accounts, None));
        let id = self.account.map(|account| account.id);
        let sections = id.map_or(&[][..], |_| self.sections);
        accounts
            .into_iter()
            .chain(sections.iter().map(|section| way(*section, id)))
            .collect()
    }
}

impl Account<'_> {
    pub(crate) fn initial(&self) -> String {
        brand::initial(self.name)
    }
}
