//! The page that clients load into a frame, to be told when the session changes.

use crate::frame;
use askama::Template;

/// The page without content of OpenID Connect Session Management §3.2: its script answers messages. `script-src` must
/// allow our own origin, and any site may frame it.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "check_session.html")]
pub struct CheckSession<'a> {
    /// The name of the cookie that changes when the session does.
    pub cookie: &'a str,
}

impl CheckSession<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(self)
    }
}
