//! JSON with its colours.

use crate::markup::Markup;
use std::fmt::Write as _;

/// Indented JSON with a span around each key, string, number and literal. Text that isn't JSON comes out escaped, with
/// whatever spans it seems to deserve.
pub(crate) fn json(text: &str) -> Markup {
    let mut html = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string(rest),
            '-' | '0'..='9' | 'a'..='z' => word(rest),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let escaped = Markup::escape(token);
        // Writing into a string cannot fail.
        let _ = match class(token, after) {
            Some(class) => write!(html, "<span class=\"{class}\">{escaped}</span>"),
            None => write!(html, "{escaped}"),
        };
        rest = after;
    }
    Markup::trusted(html)
}

fn class(token: &str, after: &str) -> Option<&'static str> {
    match token.chars().next()? {
        '"' if after.trim_start().starts_with(':') => Some("json-key"),
        '"' => Some("json-string"),
        '-' | '0'..='9' => Some("json-number"),
        'a'..='z' => Some("json-literal"),
        _ => None,
    }
}

/// Length of the string that the text begins with, quotes included; of all that is left where it doesn't end.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (position, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return position + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the number or literal that the text begins with.
fn word(text: &str) -> usize {
    text.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '+' | '.')))
        .unwrap_or(text.len())
}
