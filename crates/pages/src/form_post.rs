//! The answer page of `response_mode=form_post` (OAuth 2.0 Form Post Response Mode).

use crate::{Frame, Locale, frame};
use askama::Template;

/// A form that carries an authorization response to the client: it sends itself, and has a button where it can't.
#[derive(Debug, Clone, Copy)]
pub struct FormPost<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The client's redirect URI, validated for this client. `form-action` must allow its origin.
    pub redirect_uri: &'a str,
    /// The response's parameters, in order.
    pub parameters: &'a [(&'a str, &'a str)],
    /// The client's name.
    pub client_name: &'a str,
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct Page<'a> {
    view: &'a FormPost<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl FormPost<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
