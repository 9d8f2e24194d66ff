//! Where a consumer lands who signed in without being on the way to a client.

use crate::{Frame, Link, Locale, frame};
use askama::Template;

/// Says who is signed in, and leads to signing out: `signed-in`.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The consumer's name, as people know it.
    pub user: &'a str,
    /// What the consumer signs in with; left out where it is the same as the name.
    pub username: Option<&'a str>,
    /// The page that asks before signing out.
    pub logout: &'a Link,
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct Page<'a> {
    view: &'a SignedIn<'a>,
    frame: Frame<'a>,
    locale: Locale,
    initial: String,
}

impl SignedIn<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
            initial: crate::brand::initial(self.user),
        })
    }
}
