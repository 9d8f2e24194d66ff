use std::fmt;
use std::path::PathBuf;

use super::Origin;

/// Why the configuration can't be used.
#[derive(Debug)]
pub enum Error {
    /// A file can't be read.
    Read(PathBuf, std::io::Error),
    /// Settings are wrong; all that were found.
    Invalid(Vec<Problem>),
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "the configuration file {}: {error}", path.display()),
            Self::Invalid(problems) => {
                f.write_str("the configuration can't be used")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

/// One thing that is wrong: where, what was found (never a secret), what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The dotted key; empty where the file as a whole can't be read.
    pub key: String,
    /// Where it was set.
    pub origin: Origin,
    /// What was found; `None` where it is a secret, or where nothing was.
    pub found: Option<String>,
    /// What is allowed.
    pub allowed: String,
    /// A key that was perhaps meant.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            return write!(f, "{}: {}", self.origin, self.allowed);
        }
        write!(f, "{} ({}): ", self.key, self.origin)?;
        if let Some(found) = &self.found {
            write!(f, "found {found}; ")?;
        }
        write!(f, "allowed: {}", self.allowed)?;
        match &self.hint {
            Some(hint) => write!(f, "; did you mean {hint}?"),
            None => Ok(()),
        }
    }
}
