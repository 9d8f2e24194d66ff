//! Where the simulated app comes back to.

use crate::{Frame, frame};
use askama::Template;

/// The page that stands for `com.brand.app:/callback`: its script passes the answer on to the app, and closes the browser.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "demo/callback.html")]
pub struct AppCallback<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
}

impl AppCallback<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(self)
    }
}
