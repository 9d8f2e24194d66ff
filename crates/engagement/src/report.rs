//! What is told about attributes that were not taken as they were given.

use serde::Serialize;
use std::fmt;

/// How many violations and warnings are told. Whoever has more has given something else altogether.
const MAX_TOLD: usize = 100;

/// Something in the attributes that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where: `personalInfo.contacts[0].phoneType`.
    pub path: String,
    /// What stands there, shortened.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// For a key that doesn't exist, the one that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<&'static str>,
}

/// Every violation of one object, at least one and at most 100: known keys in the platform's order, then the unknown ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

/// Something that was taken, but not without a remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Where: `customerInfo.storeNumber`.
    pub path: String,
    /// What was done and why.
    pub message: String,
}

/// Attributes that are allowed, and what there is to say about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    /// The attributes.
    pub value: T,
    /// What was left out of them, or looks odd.
    pub warnings: Vec<Warning>,
}

/// What reading finds on its way.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) violations: Vec<Violation>,
    pub(crate) warnings: Vec<Warning>,
}

impl Report {
    pub(crate) fn violation(&mut self, path: String, found: impl Into<String>, allowed: impl Into<String>) {
        self.unknown(path, found, allowed, None);
    }

    pub(crate) fn unknown(
        &mut self,
        path: String,
        found: impl Into<String>,
        allowed: impl Into<String>,
        suggestion: Option<&'static str>,
    ) {
        if self.violations.len() < MAX_TOLD {
            let (found, allowed) = (found.into(), allowed.into());
            self.violations.push(Violation {
                path,
                found,
                allowed,
                suggestion,
            });
        }
    }

    pub(crate) fn warning(&mut self, path: String, message: impl Into<String>) {
        if self.warnings.len() < MAX_TOLD {
            self.warnings.push(Warning {
                path,
                message: message.into(),
            });
        }
    }

    /// The strict reading: one violation and nothing is taken.
    pub(crate) fn into_result<T>(self, value: Option<T>) -> Result<Parsed<T>, Violations> {
        match value {
            Some(value) if self.violations.is_empty() => Ok(Parsed {
                value,
                warnings: self.warnings,
            }),
            _ => Err(Violations(self.violations)),
        }
    }

    /// The lenient reading: what violates has been left out, which is worth a warning.
    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        let mut warnings = self.warnings;
        warnings.extend(self.violations.into_iter().map(Warning::from));
        warnings
    }
}

impl Violations {
    /// The violations.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl From<Violation> for Warning {
    fn from(violation: Violation) -> Self {
        let message = format!("left out: {}", violation.without_path());
        Self {
            path: violation.path,
            message,
        }
    }
}

impl Violation {
    fn without_path(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            write!(f, "found {}, allowed is {}", self.found, self.allowed)?;
            match self.suggestion {
                Some(key) => write!(f, " (did you mean {key}?)"),
                None => Ok(()),
            }
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.without_path())
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}
