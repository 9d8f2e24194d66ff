//! Where signing in leads that no client asked for: one of our own pages, by name, never an address (SEC-067).

use oauth::{Parameters, UserCode};

/// The parameter by which another than who is signed in is to sign in.
const ANOTHER: &str = "another";

/// A page of ours that needs somebody signed in.
pub(super) enum Onward {
    /// Who is signed in.
    Me,
    /// Letting a device in, with the code that it shows.
    Device(Option<UserCode>),
    /// Answering clients that wait elsewhere.
    Approve,
}

impl Onward {
    /// The page that a request for the login page names; `/me` where it names none that we know.
    pub(super) fn of(query: &Parameters) -> Self {
        match query.get("onward") {
            Some("device") => Self::Device(query.get("user_code").and_then(UserCode::typed)),
            Some("approve") => Self::Approve,
            _ => Self::Me,
        }
    }

    pub(super) const fn is_named(&self) -> bool {
        !matches!(self, Self::Me)
    }

    /// The page, below the issuer.
    pub(super) fn page(&self) -> String {
        match self {
            Self::Me => "me".to_owned(),
            Self::Device(None) => "device".to_owned(),
            Self::Device(Some(code)) => format!("device?user_code={}", code.letters()),
            Self::Approve => "approve".to_owned(),
        }
    }

    /// The login page that leads there, below the issuer.
    pub(super) fn login(&self) -> String {
        format!("login{}", self.query())
    }

    /// The same, also where somebody is signed in already: another is to sign in beside them.
    pub(super) fn login_of_another(&self) -> String {
        match self {
            Self::Me => "login".to_owned(),
            Self::Device(_) | Self::Approve => format!("login{}&{ANOTHER}=1", self.query()),
        }
    }

    /// Whether a request for the login page says so.
    pub(super) fn is_for_another(query: &Parameters) -> bool {
        query.get(ANOTHER).is_some()
    }

    /// The page on which one of those is chosen who are signed in.
    pub(super) fn select_account(&self) -> String {
        format!("select-account{}", self.query())
    }

    fn query(&self) -> String {
        match self {
            Self::Me => String::new(),
            Self::Device(None) => "?onward=device".to_owned(),
            Self::Device(Some(code)) => format!("?onward=device&user_code={}", code.letters()),
            Self::Approve => "?onward=approve".to_owned(),
        }
    }
}
