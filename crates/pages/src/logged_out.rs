//! The page that says that a consumer is signed out.

use crate::{Frame, Link, Locale, frame};
use askama::Template;

/// The end of a session: `logout-done`.
#[derive(Debug, Clone, Copy)]
pub struct LoggedOut<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the consumer may go on to, and its name.
    pub onward: Option<(&'a Link, &'a str)>,
    /// What clients want loaded, to end their own sessions (OpenID Connect Front-Channel Logout §3). `frame-src` must
    /// allow their origins. Once all are loaded the page goes on by itself, where there is something to go on to.
    pub frames: &'a [String],
}

#[derive(Template)]
#[template(path = "logged_out.html")]
struct Page<'a> {
    view: &'a LoggedOut<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl LoggedOut<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
