//! What a consumer may type to log in, in the one form that is stored and compared (SEC-093).
//!
//! Usernames and e-mail addresses share one space: what contains an `@` is an address, whatever it is given as. So
//! nobody's username can be another's address. The canonical form of
//!
//! - a **username** is its NFKC form in lower, upper and again lower case (which unites the spellings that a case-blind reader
//!   takes for one: `ß` and `SS`, `ı` and `I`, both small sigmas), in NFKC again;
//! - an **e-mail address** is its local part by the same rule, `@`, and the domain as DNS has it (IDNA, ASCII, lower
//!   case).
//!
//! Refused rather than repaired: control and invisible characters, white space other than single spaces inside a
//! username, a letter of Latin beside one of Greek, Cyrillic or the like that looks the same, quoted local parts,
//! address literals, and more than one `@`. A whole word of another script that looks like another consumer's name is
//! refused where that one is known: see [`Identifier::skeleton`].

mod skeleton;

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// The longest identifier, in characters; also the longest address that SMTP carries (RFC 5321 §4.5.3.1.3).
const MAX: usize = 254;
/// The longest local part, in bytes (RFC 5321 §4.5.3.1.1).
const LOCAL_MAX: usize = 64;

/// A username or an e-mail address in canonical form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    kind: IdentifierKind,
    canonical: String,
}

/// What an identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// A name without an `@`.
    Username,
    /// An e-mail address.
    Email,
}

super::text_enum!(IdentifierKind { Username = "username", Email = "email" });

/// Why a text can't be logged in with. The messages are for people and hold none of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentifier {
    /// Nothing, or too much.
    #[error("must have 1 to {MAX} characters")]
    Length,
    /// Control characters, invisible ones, or white space where none may be.
    #[error("must not hold control characters, invisible characters or white space")]
    Invisible,
    /// Letters of two scripts that look alike.
    #[error("must not mix letters of scripts that look alike")]
    Confusable,
    /// No address that mail could be sent to.
    #[error("must be one e-mail address, such as name@example.com")]
    Address,
}

impl Identifier {
    /// What somebody typed to log in, or gave as a username.
    pub fn parse(text: &str) -> Result<Self, InvalidIdentifier> {
        if text.contains('@') || text.nfkc().any(|char| char == '@') {
            return Self::email(text);
        }
        Ok(Self {
            kind: IdentifierKind::Username,
            canonical: fold(text)?,
        })
    }

    /// An e-mail address.
    pub fn email(text: &str) -> Result<Self, InvalidIdentifier> {
        let (local, domain) = text.split_once('@').ok_or(InvalidIdentifier::Address)?;
        let local = fold(local)?;
        if local.len() > LOCAL_MAX || !is_dot_atom(&local) {
            return Err(InvalidIdentifier::Address);
        }
        let canonical = format!("{local}@{}", domain_name(domain)?);
        if canonical.len() > MAX {
            return Err(InvalidIdentifier::Length);
        }
        Ok(Self {
            kind: IdentifierKind::Email,
            canonical,
        })
    }

    /// What it is.
    pub const fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// Its canonical form.
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// What it looks like, where that is another text. Of one account, no identifier looks like another.
    pub fn skeleton(&self) -> Option<String> {
        let skeleton = skeleton::of(&self.canonical);
        (skeleton != self.canonical).then_some(skeleton)
    }
}

/// An identifier is personal: logs that show a value show none of it.
impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, …)", self.kind)
    }
}

/// Checks a name and folds its case.
fn fold(text: &str) -> Result<String, InvalidIdentifier> {
    let stray = |text: &str| text.trim() != text || text.contains("  ") || text.chars().any(is_invisible);
    let composed: String = text.nfkc().collect();
    let folded: String = composed
        .to_lowercase()
        .to_uppercase()
        .to_lowercase()
        .nfkc()
        .collect();
    if stray(text) || stray(&folded) {
        return Err(InvalidIdentifier::Invisible);
    }
    if folded.is_empty() || folded.chars().count() > MAX {
        return Err(InvalidIdentifier::Length);
    }
    if mixes_scripts(&folded) {
        return Err(InvalidIdentifier::Confusable);
    }
    Ok(folded)
}

/// RFC 5322 §3.2.3, with the letters of RFC 6532: no spaces, no quotes, no empty parts.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|part| {
        !part.is_empty()
            && part.chars().all(|char| {
                !char.is_ascii() || char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char)
            })
    })
}

/// The domain as DNS has it.
fn domain_name(text: &str) -> Result<String, InvalidIdentifier> {
    // `url` would decode percent signs, and take numbers in many notations for an address.
    let odd = |char: char| char.is_whitespace() || is_invisible(char) || "@%:/?#[]\\".contains(char);
    if text.is_empty() || text.len() > 4 * MAX || text.contains(odd) {
        return Err(InvalidIdentifier::Address);
    }
    match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) if !name.split('.').any(str::is_empty) && name.len() <= 253 => Ok(name),
        _ => Err(InvalidIdentifier::Address),
    }
}

/// Control characters, white space but the plain space, and what is drawn as nothing or turns the line round
/// (Unicode's Default_Ignorable_Code_Point and Bidi_Control, private use and noncharacters).
fn is_invisible(char: char) -> bool {
    char.is_control()
        || (char.is_whitespace() && char != ' ')
        || matches!(u32::from(char),
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xE000..=0xF8FF | 0xFDD0..=0xFDEF
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFF | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0x10_FFFF)
}

/// Whether letters of Latin stand beside letters of a script that shares shapes with it. Whole words of another
/// script are fine: so are Latin beside Han, Kana or Hangul, which nobody takes for each other.
fn mixes_scripts(text: &str) -> bool {
    let look_alike = |char: char| {
        matches!(u32::from(char),
            0x0370..=0x03FF | 0x1F00..=0x1FFF                              // Greek
            | 0x0400..=0x052F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F // Cyrillic
            | 0x0530..=0x058F                                              // Armenian
            | 0x13A0..=0x13FF | 0xAB70..=0xABBF                            // Cherokee
            | 0x2C80..=0x2CFF                                              // Coptic
            | 0xA4D0..=0xA4FF)                                             // Lisu
            && char.is_alphabetic()
    };
    let latin = |char: char| {
        char.is_alphabetic() && matches!(u32::from(char), 0x41..=0x02AF | 0x1E00..=0x1EFF | 0x2C60..=0x2C7F)
    };
    text.chars().any(look_alike) && text.chars().any(latin)
}

#[cfg(test)]
mod tests;
