//! Distinguished names as text (RFC 4514), to be compared with a certificate's subject (RFC 8705 §2.1.2).

use std::str::FromStr;

/// Short names of attribute types (RFC 4514 §3, and those that certificates have besides) and their numbers.
const TYPES: [(&str, &str); 15] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("T", "2.5.4.12"),
    ("GN", "2.5.4.42"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// A name: its parts, the most specific one first. Values compare without regard to case and to how many spaces stand
/// between words (RFC 4517 §4.2.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName(Vec<Vec<(String, String)>>);

/// A text that is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a distinguished name such as CN=shop,O=Acme,C=DE")]
pub struct NotADistinguishedName;

impl DistinguishedName {
    /// From the numbers of attribute types and their values.
    pub(crate) fn from_pairs(parts: Vec<Vec<(String, String)>>) -> Self {
        let parts = parts.into_iter().map(|pairs| {
            let mut pairs: Vec<_> = pairs
                .into_iter()
                .map(|(kind, value)| (kind, folded(&value)))
                .collect();
            pairs.sort();
            pairs
        });
        Self(parts.collect())
    }
}

impl FromStr for DistinguishedName {
    type Err = NotADistinguishedName;

    fn from_str(text: &str) -> Result<Self, NotADistinguishedName> {
        let mut parts = Vec::new();
        for part in split(text, ',') {
            let mut pairs = Vec::new();
            for pair in split(&part, '+') {
                let (kind, value) = pair.split_once('=').ok_or(NotADistinguishedName)?;
                pairs.push((
                    number(kind.trim()).ok_or(NotADistinguishedName)?,
                    unescaped(value)?,
                ));
            }
            parts.push(pairs);
        }
        Ok(Self::from_pairs(parts))
    }
}

/// At each `separator` before which there is no backslash.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in text.chars() {
        if character == separator && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = character == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
}

/// The number of an attribute type, by its short name or as it is.
fn number(kind: &str) -> Option<String> {
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
    match known {
        Some((_, number)) => Some((*number).to_owned()),
        None => (kind.contains('.') && kind.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
            .then(|| kind.to_owned()),
    }
}

/// A value without its escapes (RFC 4514 §2.4): a backslash before a character, or before two hexadecimal digits.
fn unescaped(value: &str) -> Result<String, NotADistinguishedName> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.trim().as_bytes();
    if rest.first() == Some(&b'#') {
        return Err(NotADistinguishedName);
    }
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        match rest {
            [high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
                let (high, low) = (digit(*high), digit(*low));
                bytes.push(high.unwrap_or_default() << 4 | low.unwrap_or_default());
                rest = tail;
            }
            [escaped, tail @ ..] => {
                bytes.push(*escaped);
                rest = tail;
            }
            [] => return Err(NotADistinguishedName),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| NotADistinguishedName)?;
    if text.is_empty() {
        Err(NotADistinguishedName)
    } else {
        Ok(text)
    }
}

fn folded(value: &str) -> String {
    let words: Vec<String> = value.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
