//! Text that is HTML already.

use askama::filters::{Escaper, Html, HtmlSafe};
use std::fmt;

/// A piece of HTML that was built here, by escaping everything that came from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl Markup {
    /// Any text, escaped.
    pub(crate) fn escape(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        // Writing into a string cannot fail.
        let _ = Html.write_escaped_str(&mut html, text);
        Self(html)
    }

    /// HTML whose every part this crate wrote or escaped.
    pub(crate) const fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}
