//! The page at the end of a pop-up's errand.

use crate::{Frame, Locale, frame};
use askama::Template;

/// Nothing is left to do: the window closes itself, and says so where it can't.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "closing.html")]
struct Page<'a> {
    frame: Frame<'a>,
    locale: Locale,
}

impl Closing<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            frame: self.frame,
            locale,
        })
    }
}
