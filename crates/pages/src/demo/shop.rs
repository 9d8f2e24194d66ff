//! The brand's page.

use super::{Config, Way};
use crate::{Frame, Link, Locale, frame};
use askama::Template;

/// The brand's shop: each button named `way` begins a chat that learns in its way who the consumer is, and `chat-button` opens one
/// in the way of before.
#[derive(Debug, Clone, Copy)]
pub struct Shop<'a> {
    /// What every page has; the brand is [`Shop::BRAND`] and [`Shop::COLOUR`] unless the account says otherwise.
    pub frame: Frame<'a>,
    /// What the scripts are told.
    pub config: &'a Config,
    /// The consumers that a visitor may sign in as.
    pub credentials: &'a [Credentials<'a>],
    /// The page that signs the visitor out.
    pub logout: Option<&'a Link>,
}

/// A consumer of the demo. Its password is no secret: it is made anew at each start, and printed.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The name.
    pub name: &'a str,
    /// What to type as username.
    pub username: &'a str,
    /// What to type as password.
    pub password: &'a str,
}

#[derive(Template)]
#[template(path = "demo/shop.html")]
struct Page<'a> {
    view: &'a Shop<'a>,
    frame: Frame<'a>,
    languages: [Locale; 5],
    ways: [Way; 7],
}

impl Shop<'_> {
    /// The fictional brand's name.
    pub const BRAND: &'static str = "Linden & Clay";
    /// Its colour: fired clay.
    pub const COLOUR: &'static str = "#b04a2b";

    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            languages: Locale::ALL,
            ways: Way::ALL,
        })
    }
}
