//! `prompt`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::names::registered_names;

/// What the user is to be asked (OpenID Connect Core §3.1.2.1; `create`: Initiating User Registration §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prompt {
    /// Nothing: the answer comes without a page, or is an error.
    None,
    /// To log in again.
    Login,
    /// To consent again.
    Consent,
    /// Which account to use.
    SelectAccount,
    /// To make an account.
    Create,
}

/// A prompt that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the prompt is not known")]
pub struct UnknownPrompt;

registered_names! {
    Prompt, UnknownPrompt,
    None => "none",
    Login => "login",
    Consent => "consent",
    SelectAccount => "select_account",
    Create => "create",
}

/// The set of prompts of one request; empty when the parameter is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prompts(u8);

/// What is wrong with a `prompt` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// `none` beside another value (SEC-029).
    #[error("prompt=none can't be combined with another value")]
    NoneWithOthers,
    /// A value that isn't known.
    #[error("prompt has an unknown value")]
    Unknown,
}

impl Prompts {
    /// Whether the request has this prompt.
    pub const fn contains(self, prompt: Prompt) -> bool {
        self.0 & bit(prompt) != 0
    }

    /// Whether there are none (which isn't `prompt=none`).
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same prompts but this one: a login that has happened need not happen again.
    pub const fn without(self, prompt: Prompt) -> Self {
        Self(self.0 & !bit(prompt))
    }

    /// The prompts, in the order of [`Prompt::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Prompt> {
        Prompt::ALL
            .into_iter()
            .filter(move |prompt| self.contains(*prompt))
    }
}

const fn bit(prompt: Prompt) -> u8 {
    match prompt {
        Prompt::None => 1,
        Prompt::Login => 2,
        Prompt::Consent => 4,
        Prompt::SelectAccount => 8,
        Prompt::Create => 16,
    }
}

impl FromStr for Prompts {
    type Err = PromptError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut prompts = Self::default();
        for value in text.split(' ').filter(|value| !value.is_empty()) {
            let prompt: Prompt = value.parse().map_err(|_| PromptError::Unknown)?;
            prompts.0 |= bit(prompt);
        }
        if prompts.contains(Prompt::None) && prompts != Self(bit(Prompt::None)) {
            return Err(PromptError::NoneWithOthers);
        }
        Ok(prompts)
    }
}

impl TryFrom<String> for Prompts {
    type Error = PromptError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Prompts> for String {
    fn from(prompts: Prompts) -> Self {
        prompts.to_string()
    }
}

impl fmt::Display for Prompts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, prompt) in self.iter().enumerate() {
            formatter.write_str(if index == 0 { "" } else { " " })?;
            formatter.write_str(prompt.as_str())?;
        }
        Ok(())
    }
}
