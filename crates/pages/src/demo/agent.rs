//! The agent's view: who the consumer is, and how we know.

use super::highlight;
use super::labels::label;
use crate::markup::Markup;
use crate::{Frame, frame};
use askama::Template;

/// What an agent sees of a conversation: `agent-view`, with `agent-verified` where every check passed.
#[derive(Debug, Clone, Copy)]
pub struct Agent<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The conversation's id.
    pub conversation_id: &'a str,
    /// How the identity came: `Implicit`, `Code`, `Code with PKCE`.
    pub connector: &'a str,
    /// The consumer's name, else the username, else `Consumer`.
    pub name: &'a str,
    /// The `sub`; empty where nobody is known.
    pub sub: &'a str,
    /// customerInfo (`ctmrinfo`), each by the name that the platform has for it.
    pub customer_info: &'a [Attribute<'a>],
    /// personalInfo (`personal`), the same.
    pub personal_info: &'a [Attribute<'a>],
    /// The other claims about the consumer.
    pub claims: &'a [Attribute<'a>],
    /// The token; empty where it came to none.
    pub token: Token<'a>,
    /// What was checked, in order. The consumer is verified if there are any and all passed.
    pub checks: &'a [Check<'a>],
    /// What happened on the way, in order.
    pub steps: &'a [Step<'a>],
}

/// An attribute with its value as people read it.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'a> {
    /// The platform's name, with dots where it is inside another: `ctype`, `age.year`, `contacts.email`.
    pub name: &'a str,
    /// The value, formatted.
    pub value: &'a str,
}

/// An id_token, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// As it came: `header.payload.signature`.
    pub compact: &'a str,
    /// The header as indented JSON.
    pub header: &'a str,
    /// The payload as indented JSON.
    pub payload: &'a str,
}

/// One check of the token.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// What was checked: `Signature`, `Issuer`, `Audience`, `Times`.
    pub name: &'a str,
    /// Against what, and with which outcome.
    pub detail: &'a str,
    /// Whether it passed.
    pub passed: bool,
}

/// One step on the way from the page's method to the verified consumer.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What was done: `POST /token`.
    pub name: &'a str,
    /// With which outcome: `200 in 4 ms`.
    pub detail: &'a str,
}

#[derive(Template)]
#[template(path = "demo/agent.html")]
struct Page<'a> {
    view: &'a Agent<'a>,
    frame: Frame<'a>,
    initials: String,
    header: Markup,
    payload: Markup,
    parts: Vec<&'a str>,
}

impl Agent<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            initials: initials(self.name),
            header: highlight::json(self.token.header),
            payload: highlight::json(self.token.payload),
            parts: self.token.compact.split('.').collect(),
        })
    }

    fn verified(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.passed)
    }

    /// Whether there is anything to show about the consumer. Where not, the checks take its place.
    fn knows_something(&self) -> bool {
        self.groups()
            .iter()
            .any(|(.., attributes)| !attributes.is_empty())
    }

    fn groups(&self) -> [(&'static str, &'static str, &[Attribute<'_>]); 3] {
        [
            ("Customer info", "ctmrinfo", self.customer_info),
            ("Personal info", "personal", self.personal_info),
            ("Claims", "id_token", self.claims),
        ]
    }
}

impl Attribute<'_> {
    /// What people call it; the platform's own name where we know no better.
    fn label(&self) -> &str {
        label(self.name).unwrap_or(self.name)
    }
}

/// The first letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().map(crate::brand::initial);
    let last = words.next_back().map(crate::brand::initial);
    first.into_iter().chain(last).collect()
}
