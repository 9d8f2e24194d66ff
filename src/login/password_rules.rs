//! What a new password must be (SEC-082, SEC-083). Of one that comes as a hash nobody can tell.

use passwords::{BreachedList, MAX_PASSWORD_BYTES};
use unicode_normalization::UnicodeNormalization as _;

use crate::config;
use crate::model::{AccountSettings, CharacterKind};

/// Sorted by bytes, in lower case, a line each; `common_passwords/README.md` says where it is from.
const COMMON: &str = include_str!("common_passwords/list.txt");

/// This product's name: one that every guesser knows.
const PRODUCT: &str = "signet";

/// Context words below this length would forbid too much.
const WORD_MIN: usize = 4;

/// Why a password can't be set. The messages are for people and hold none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error("must have at least {0} characters")]
    TooShort(usize),
    /// More bytes than are hashed.
    #[error("must have at most {0} bytes")]
    TooLong(usize),
    /// One of those that are guessed first, as it is or with digits and signs after it.
    #[error("must not be one of the passwords that are guessed first")]
    Common,
    /// One that became known where others lost it.
    #[error("must not be one of the passwords that are known from breaches")]
    Breached,
    /// The list of those can't be read.
    #[error("can't be checked against the list of breached passwords now; try again later")]
    Unchecked,
    /// Little more than a name that a guesser knows.
    #[error("must not be made of the username, the e-mail address or the brand's name")]
    Context,
    /// One short pattern, again and again.
    #[error("must not repeat one short pattern")]
    Repeated,
    /// Too long a run such as `1234` or `dcba`; an account's rule for its users.
    #[error("must not have more than {0} characters in a row as they follow each other, such as 1234")]
    Sequence(usize),
    /// Too long a run such as `aaaa`; an account's rule for its users.
    #[error("must not have one character more than {0} times in a row")]
    Run(usize),
    /// Without a kind of character that an account demands of its users.
    #[error("must have a character of this kind: {0}")]
    Lacks(CharacterKind),
}

/// The rules of this server.
#[derive(Clone, Debug)]
pub struct PasswordRules {
    min_length: usize,
    max_bytes: usize,
    breached: Option<BreachedList>,
    max_sequence: Option<usize>,
    max_repeats: Option<usize>,
    characters: Vec<CharacterKind>,
}

impl PasswordRules {
    /// As the operator chose.
    pub fn new(settings: &config::Login) -> Self {
        Self {
            min_length: settings.password_min_length,
            max_bytes: settings.password_max_bytes.as_usize().min(MAX_PASSWORD_BYTES),
            breached: settings.passwords.breached.as_ref().map(BreachedList::at),
            max_sequence: None,
            max_repeats: None,
            characters: Vec::new(),
        }
    }

    /// With what an account has for its users beside that (section 7.5 of the platform contract).
    pub fn for_users(settings: &config::Login, account: &AccountSettings) -> Self {
        let number = |given: Option<u32>| given.and_then(|given| usize::try_from(given).ok());
        let rules = Self::new(settings);
        Self {
            min_length: rules
                .min_length
                .max(number(account.user_password_min_length).unwrap_or(0)),
            max_sequence: number(account.user_password_max_sequence),
            max_repeats: number(account.user_password_max_repeats),
            characters: account.user_password_characters.clone(),
            ..rules
        }
    }

    /// The list of breached passwords, where there is one.
    pub const fn breached(&self) -> Option<&BreachedList> {
        self.breached.as_ref()
    }

    /// For whoever has no other factor than the password (SEC-082): it is longer.
    #[must_use]
    pub fn as_the_only_factor(self) -> Self {
        Self {
            min_length: self.min_length.max(15),
            ..self
        }
    }

    /// The longest password that is hashed, in bytes.
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Checks a new password. `context` holds words that a guesser knows: username, e-mail address, the brand's name. Where
    /// there is a list of breached passwords, it is read from the disk: keep this off threads that serve connections.
    ///
    /// Any character may be in it, and none must. Nothing is normalised: it is hashed as it was typed.
    pub fn check(&self, password: &str, context: &[&str]) -> Result<(), WeakPassword> {
        // The cheap end first: a megabyte is not worth a look.
        if password.len() > self.max_bytes {
            return Err(WeakPassword::TooLong(self.max_bytes));
        }
        if password.chars().count() < self.min_length {
            return Err(WeakPassword::TooShort(self.min_length));
        }
        let folded: String = password.nfkc().collect::<String>().to_lowercase();
        if is_common(&folded) || is_common(stem(&folded)) {
            return Err(WeakPassword::Common);
        }
        if repeats(&folded) {
            return Err(WeakPassword::Repeated);
        }
        if let Some(most) = self.max_repeats.filter(|most| longest_run(password, 0) > *most) {
            return Err(WeakPassword::Run(most));
        }
        let in_order = || longest_run(&folded, 1).max(longest_run(&folded, -1));
        if let Some(most) = self.max_sequence.filter(|most| in_order() > *most) {
            return Err(WeakPassword::Sequence(most));
        }
        let lacks = |kind: &&CharacterKind| !password.chars().any(|char| kind.has(char));
        if let Some(kind) = self.characters.iter().find(lacks) {
            return Err(WeakPassword::Lacks(*kind));
        }
        if context
            .iter()
            .chain([&PRODUCT])
            .flat_map(|word| parts(word))
            .any(|word| self.leans_on(&folded, &word))
        {
            return Err(WeakPassword::Context);
        }
        self.check_breached(password)
    }

    /// As it is typed: what makes a breached password another one is the consumer's to choose.
    fn check_breached(&self, password: &str) -> Result<(), WeakPassword> {
        let Some(list) = &self.breached else {
            return Ok(());
        };
        match list.contains(password.as_bytes()) {
            Ok(false) => Ok(()),
            Ok(true) => Err(WeakPassword::Breached),
            Err(error) => {
                tracing::error!(list = %list.path().display(), %error, "the list of breached passwords can't be searched");
                Err(WeakPassword::Unchecked)
            }
        }
    }

    /// Whether too little is left of a password once a known word is taken out.
    fn leans_on(&self, folded: &str, word: &str) -> bool {
        folded.contains(word) && folded.replace(word, "").chars().count() < self.min_length.min(8)
    }
}

/// The most characters in a row of which each is the one before plus `step`.
fn longest_run(text: &str, step: i64) -> usize {
    let (mut longest, mut run, mut before) = (0, 0, None);
    for char in text.chars() {
        let number = i64::from(u32::from(char));
        run = if before == Some(number - step) { run + 1 } else { 1 };
        longest = longest.max(run);
        before = Some(number);
    }
    longest
}

/// A password without the digits and signs that are put at its end to please a rule; itself where nothing is left.
fn stem(folded: &str) -> &str {
    let stem = folded.trim_end_matches(|char: char| !char.is_alphabetic());
    if stem.chars().count() < WORD_MIN {
        folded
    } else {
        stem
    }
}

fn is_common(folded: &str) -> bool {
    let (mut low, mut high) = (0, COMMON.len());
    // Invariant: both ends are beginnings of lines.
    while low < high {
        let middle = low.midpoint(high);
        let begin = COMMON
            .get(low..middle)
            .and_then(|head| head.rfind('\n'))
            .map_or(low, |at| low + at + 1);
        let rest = COMMON.get(begin..high).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        match line.cmp(folded) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = begin + line.len() + 1,
            std::cmp::Ordering::Greater => high = begin,
        }
    }
    false
}

/// Whether it is a pattern of one to four characters, again and again.
fn repeats(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    (1..=4).any(|length| {
        chars.len() > 2 * length
            && chars
                .iter()
                .zip(chars.iter().skip(length))
                .all(|(one, next)| one == next)
    })
}

/// The words of a name: all of it, and what stands between its signs; of an e-mail address, on either side of its sign.
fn parts(name: &str) -> Vec<String> {
    let folded: String = name.nfkc().collect::<String>().to_lowercase();
    let local = folded.split('@').next().unwrap_or_default();
    let joined: String = local.chars().filter(|char| char.is_alphanumeric()).collect();
    let mut words: Vec<String> = folded
        .split(|char: char| !char.is_alphanumeric())
        .map(str::to_owned)
        .collect();
    words.extend([local.to_owned(), joined, folded.clone()]);
    words.retain(|word| word.chars().count() >= WORD_MIN);
    words
}

#[cfg(test)]
mod tests;
