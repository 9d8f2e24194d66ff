//! What was checked and done on the way, for people who look into it.

use std::fmt;

use super::Refused;

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckName {
    /// Whether the connector can be used, and takes what was handed over.
    Connector,
    /// Whether the token endpoint gave an id_token for the code.
    Code,
    /// Whether the token, where it is encrypted, is so to the platform's key.
    Decryption,
    /// Whether the token is a signed JWT of a kind that is taken.
    Token,
    /// Whether the key is there that it names.
    Key,
    /// Whether that key made the signature.
    Signature,
    /// `iss`
    Issuer,
    /// `aud`
    Audience,
    /// `iat`, `nbf` and `exp`
    Times,
    /// `sub`
    Subject,
}

impl CheckName {
    /// Its name, for people and for figures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connector => "Connector",
            Self::Code => "Code",
            Self::Decryption => "Decryption",
            Self::Token => "Token",
            Self::Key => "Key",
            Self::Signature => "Signature",
            Self::Issuer => "Issuer",
            Self::Audience => "Audience",
            Self::Times => "Times",
            Self::Subject => "Subject",
        }
    }
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: CheckName,
    /// Whether it passed.
    pub passed: bool,
    /// Against what, or what is wrong.
    pub detail: String,
}

impl Check {
    pub(super) fn passed(name: CheckName, detail: impl Into<String>) -> Self {
        Self {
            name,
            passed: true,
            detail: detail.into(),
        }
    }

    pub(super) fn failed(name: CheckName, detail: impl Into<String>) -> Self {
        Self {
            name,
            passed: false,
            detail: detail.into(),
        }
    }
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What: `POST https://login.brand.example/token`.
    pub name: String,
    /// With which outcome: `200 in 4 ms`.
    pub detail: String,
}

/// What was checked and done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// What was checked, up to the first check that failed.
    pub checks: Vec<Check>,
    /// What was done.
    pub steps: Vec<Step>,
}

impl Trail {
    /// The check that failed, if one did.
    pub fn failed(&self) -> Option<&Check> {
        self.checks.iter().find(|check| !check.passed)
    }

    pub(super) fn pass(&mut self, name: CheckName, detail: impl Into<String>) {
        self.checks.push(Check::passed(name, detail));
    }

    pub(super) fn step(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.steps.push(Step {
            name: name.into(),
            detail: detail.into(),
        });
    }

    pub(super) fn refuse(mut self, token: Option<String>, failed: Check) -> Refused {
        self.checks.push(failed);
        Refused { token, trail: self }
    }
}
