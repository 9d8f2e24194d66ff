//! `user_code` (RFC 8628 §6.1): what a person reads on one screen and types on another.

use std::fmt;

/// Eight letters, 34 random bits, with no vowels that could make words, nothing that looks like a digit, and no case.
/// Debug shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode([u8; UserCode::LETTERS]);

impl UserCode {
    /// The letters.
    pub const ALPHABET: &'static [u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    /// How many a code has.
    pub const LETTERS: usize = 8;

    /// A code from random bytes; those that would make some letters more likely than others are passed over, and too few
    /// of the rest make none.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let fair = bytes.iter().filter(|byte| **byte < 240);
        let mut letters = fair.filter_map(|byte| Self::ALPHABET.get(usize::from(*byte % 20)).copied());
        let mut code = [0; Self::LETTERS];
        for place in &mut code {
            *place = letters.next()?;
        }
        Some(Self(code))
    }

    /// What somebody typed: in either case, with spaces and punctuation wherever they like. None where it can't be a code.
    pub fn typed(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let letters: Vec<u8> = text
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        let known = letters.iter().all(|letter| Self::ALPHABET.contains(letter));
        letters.try_into().ok().filter(|_| known).map(Self)
    }

    /// The letters without anything between them: what is compared.
    pub fn letters(&self) -> String {
        self.0.iter().map(|letter| char::from(*letter)).collect()
    }

    /// As it is shown: two groups of four.
    pub fn shown(&self) -> String {
        let letters = self.letters();
        let (first, second) = letters.split_at(Self::LETTERS / 2);
        format!("{first}-{second}")
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UserCode(…)")
    }
}
