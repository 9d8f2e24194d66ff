//! An account's signing keys: where each stands, and what may be done with it.

use super::Shell;

/// The signing keys of an account.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The token of this page's forms.
    pub csrf: &'a str,
    /// What was done, or why not.
    pub notice: Option<&'a Notice<'a>>,
    /// How keys are rotated, in a sentence.
    pub plan: &'a str,
    /// The keys, published ones first.
    pub keys: &'a [KeyRow<'a>],
    /// The published keys' life as a picture.
    pub timeline: Timeline<'a>,
    /// The algorithms that an account may have keys for, the default first.
    pub algorithms: &'a [&'a str],
    /// Platforms that have a key pasted.
    pub pasted: &'a [PastedKey<'a>],
}

/// What was done, or why it was not.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// Whether it was done.
    pub good: bool,
    /// In a sentence.
    pub text: &'a str,
    /// Who or what it is about, a line each.
    pub lines: &'a [String],
    /// The algorithm whose rotation was refused and may be forced.
    pub force: Option<&'a str>,
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub struct KeyRow<'a> {
    /// Its id.
    pub kid: &'a str,
    /// `pending`, `active`, `retiring` or `retired`.
    pub state: &'a str,
    /// Whether it was burnt.
    pub burnt: bool,
    /// What it signs with, and its length: `RS256, 2048 bits`.
    pub algorithm: &'a str,
    /// When it was made, for people.
    pub made: &'a str,
    /// How long ago.
    pub age: &'a str,
    /// Its next step and when, in a few words; empty where there is none.
    pub next: &'a str,
    /// How many tokens that it signed are alive.
    pub tokens: i64,
    /// Who has fetched it, in a few words.
    pub readers: &'a str,
    /// The one line to paste; empty where it can't be read.
    pub line: &'a str,
    /// The SHA-256 of what that line holds.
    pub fingerprint: &'a str,
}

impl KeyRow<'_> {
    /// Enough of the id to tell keys apart.
    fn short(&self) -> &str {
        self.kid.get(..10).unwrap_or(self.kid)
    }

    fn is(&self, state: &str) -> bool {
        self.state == state
    }
}

/// The life of the published keys, from left to right.
#[derive(Debug, Clone, Copy)]
pub struct Timeline<'a> {
    /// A line for each key.
    pub lives: &'a [Life<'a>],
    /// Where now is, in thousandths of the width.
    pub now: u16,
    /// The first instant, for people.
    pub from: &'a str,
    /// The last one.
    pub until: &'a str,
}

/// A key's life, in thousandths of the width.
#[derive(Debug, Clone, Copy)]
pub struct Life<'a> {
    /// The beginning of its id.
    pub kid: &'a str,
    /// What it signs with.
    pub alg: &'a str,
    /// Its spans: the state, where it begins, and how wide it is.
    pub spans: &'a [(&'static str, u16, u16)],
    /// All of that in words, for who can't see it.
    pub words: &'a str,
}

/// A platform's client that has a key pasted, or may have.
#[derive(Debug, Clone, Copy)]
pub struct PastedKey<'a> {
    /// The client.
    pub client_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The key; none where it follows the active one.
    pub kid: Option<&'a str>,
}

in_shell!(Keys, "console/keys.html");

/// Burning a key: what it touches, before it is done.
#[derive(Debug, Clone, Copy)]
pub struct BurnKey<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// The key.
    pub kid: &'a str,
    /// Whether it signs now: then a new one will.
    pub signs: bool,
    /// How many tokens that it signed are alive.
    pub tokens: i64,
    /// At how many clients.
    pub clients: i64,
    /// For how many consumers.
    pub subjects: i64,
    /// When the last of them ends, for people; empty where there is none.
    pub until: &'a str,
    /// The clients whose platform has it pasted.
    pub held_by: &'a [String],
}

in_shell!(BurnKey, "console/burn_key.html");

/// Changing the key of one platform.
#[derive(Debug, Clone, Copy)]
pub struct CutOverKey<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The key that signs for it now; empty where none is known.
    pub from: &'a str,
    /// The key to paste, and the line to paste for it; none where one must be published first.
    pub to: Option<(&'a str, &'a str)>,
    /// The SHA-256 of what that line holds.
    pub fingerprint: &'a str,
}

in_shell!(CutOverKey, "console/cut_over_key.html");
