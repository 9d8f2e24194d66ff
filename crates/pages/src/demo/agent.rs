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
    /// How the identity came: `Implicit`, `Code`, `Code with PKCE`, `Anonymous`.
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
    /// Whether nobody has signed in, and nobody claims to have.
    pub anonymous: bool,
    /// Whom the platform takes them for, and took them for before, newest first.
    pub chain: &'a [Identity<'a>],
    /// The tokens: the brand's, the platform's own.
    pub tokens: &'a [Token<'a>],
    /// What was asked and answered on the way, first to last.
    pub exchanges: &'a [Exchange<'a>],
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

/// One of the names that the platform has for a consumer.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Who: `Ana Lúcia Moreira`, `Anonymous visitor`.
    pub name: &'a str,
    /// Since when, or how: `signed in with Code with PKCE`.
    pub detail: &'a str,
    /// The platform's id of them.
    pub id: &'a str,
    /// Whether they had signed in.
    pub verified: bool,
}

/// Something that was asked and answered. Secrets and codes in it are shortened.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Who asked.
    pub from: &'a str,
    /// Who was asked.
    pub to: &'a str,
    /// `POST /token`
    pub line: &'a str,
    /// Headers of the request that matter, and its body below them.
    pub request: &'a str,
    /// `200`, or what else came of it.
    pub status: &'a str,
    /// The answer's body.
    pub answer: &'a str,
    /// The tokens in it, each with where it stood as its title.
    pub tokens: &'a [Token<'a>],
}

/// A token, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// Whose it is: `The brand’s token`.
    pub title: &'a str,
    /// As it came: `header.payload.signature`, or the five parts of an encrypted one.
    pub compact: &'a str,
    /// The header of the encryption as indented JSON; empty where it is only signed.
    pub encryption: &'a str,
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
}

impl Agent<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            initials: initials(self.name),
        })
    }

    fn verified(&self) -> bool {
        !self.anonymous && !self.checks.is_empty() && self.checks.iter().all(|check| check.passed)
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

impl<'a> Token<'a> {
    /// The parts between the dots.
    fn parts(&self) -> Vec<&'a str> {
        self.compact.split('.').collect()
    }

    fn encryption(&self) -> Markup {
        highlight::json(self.encryption)
    }

    fn header(&self) -> Markup {
        highlight::json(self.header)
    }

    fn payload(&self) -> Markup {
        highlight::json(self.payload)
    }
}

impl Exchange<'_> {
    /// Whether it came to what was wanted, as far as the status tells.
    fn failed(&self) -> bool {
        !self.status.starts_with(['1', '2', '3']) && !self.status.is_empty()
    }

    fn request(&self) -> Markup {
        coloured(self.request)
    }

    fn answer(&self) -> Markup {
        coloured(self.answer)
    }
}

impl Attribute<'_> {
    /// What people call it; the platform's own name where we know no better.
    fn label(&self) -> &str {
        label(self.name).unwrap_or(self.name)
    }
}

/// Headers and a body, or a body alone: JSON gets its colours, and all else stays as it is.
fn coloured(text: &str) -> Markup {
    let body = |text: &str| match text.trim_start().chars().next() {
        Some('{' | '[') => highlight::json(text),
        _ => Markup::escape(text),
    };
    match text.split_once("\n\n") {
        Some((headers, rest)) => Markup::trusted(format!("{}\n\n{}", Markup::escape(headers), body(rest))),
        None => body(text),
    }
}

/// The first letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().map(crate::brand::initial);
    let last = words.next_back().map(crate::brand::initial);
    first.into_iter().chain(last).collect()
}
