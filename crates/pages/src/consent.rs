//! The consent page.

use crate::{FormTokens, Frame, Link, Locale, Logo, frame};
use askama::Template;

/// The consent page: `consent-form` with `consent-allow` and `consent-deny`. It names client, host, account, user and
/// scopes (SEC-033).
///
/// The form posts `csrf`, `interaction` and `decision`, which is `allow` or `deny`.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The client's name.
    pub client_name: &'a str,
    /// The client's logo; without one its initial stands there.
    pub client_logo: Option<&'a Logo>,
    /// Where the answer will go: the host of the verified redirect URI, or the scheme of a native app.
    pub redirect_host: &'a str,
    /// Who is signed in, as people know them: name, username or e-mail.
    pub user: &'a str,
    /// The scopes asked for. Those of OpenID Connect become sentences; others are named.
    pub scopes: &'a [&'a str],
    /// What is asked for in detail (RFC 9396), one after the other.
    pub details: &'a [Detail<'a>],
    /// The client's privacy policy (`policy_uri`).
    pub policy: Option<&'a Link>,
    /// The client's terms (`tos_uri`).
    pub terms: Option<&'a Link>,
}

/// Something that is asked for in detail.
#[derive(Debug, Clone, Copy)]
pub struct Detail<'a> {
    /// What it is.
    pub title: &'a str,
    /// Its members, by what they are called.
    pub facts: &'a [(String, String)],
}

/// One thing that the client asks for.
pub(crate) struct Permission<'a> {
    /// Which icon stands beside it: the scope, or `other`.
    pub(crate) icon: &'static str,
    /// Key of the sentence.
    pub(crate) key: &'static str,
    /// The scope's name, for those that have no sentence of their own.
    pub(crate) scope: &'a str,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Page<'a> {
    view: &'a Consent<'a>,
    frame: Frame<'a>,
    locale: Locale,
    permissions: Vec<Permission<'a>>,
    client_initial: String,
}

impl Consent<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
            permissions: self.scopes.iter().map(|scope| permission(scope)).collect(),
            client_initial: crate::brand::initial(self.client_name),
        })
    }
}

pub(crate) fn permission(scope: &str) -> Permission<'_> {
    let (icon, key) = match scope {
        "openid" => ("openid", "scope-openid"),
        "profile" => ("profile", "scope-profile"),
        "email" => ("email", "scope-email"),
        "phone" => ("phone", "scope-phone"),
        "address" => ("address", "scope-address"),
        "offline_access" => ("offline", "scope-offline-access"),
        _ => ("other", "scope-other"),
    };
    Permission { icon, key, scope }
}
