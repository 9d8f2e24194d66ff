//! A chat that was begun without scripts.

use crate::{Frame, frame};
use askama::Template;

/// Who chats.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// Somebody who is proved to be there, by their name.
    Verified(&'a str),
    /// Somebody who has not signed in.
    Nameless,
    /// Somebody who could not be proved to be there.
    Refused,
}

/// The page that a browser without scripts gets to in the place of the chat's window.
#[derive(Debug, Clone, Copy)]
pub struct Talk<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The conversation's id.
    pub conversation: &'a str,
    /// Who is there.
    pub who: Who<'a>,
    /// Whether they may sign in and go on.
    pub steps_up: bool,
}

#[derive(Template)]
#[template(path = "demo/talk.html")]
struct Page<'a> {
    view: &'a Talk<'a>,
    frame: Frame<'a>,
}

impl Talk<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
        })
    }
}
