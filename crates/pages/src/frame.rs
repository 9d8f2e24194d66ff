//! What all pages of an account share.

use crate::Brand;
use crate::markup::Markup;

/// The frame around a page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Whose page it is.
    pub brand: &'a Brand,
    /// The nonce of this answer's Content-Security-Policy (SEC-076), without the `nonce-`.
    pub nonce: &'a str,
}

impl Frame<'_> {
    pub(crate) const fn theme(&self) -> &Markup {
        self.brand.theme()
    }
}

/// The two hidden fields of every form: `csrf` and `interaction`.
#[derive(Debug, Clone, Copy)]
pub struct FormTokens<'a> {
    /// The token bound to this browser's session or pre-session (SEC-074).
    pub csrf: &'a str,
    /// The handle of the interaction that the form belongs to (SEC-031); empty where there is none.
    pub interaction: &'a str,
}

/// Renders a page. Its parts are plain values and its target is a string, so that nothing in it can fail.
pub(crate) fn html(page: &impl askama::Template) -> String {
    page.render().unwrap_or_default()
}
