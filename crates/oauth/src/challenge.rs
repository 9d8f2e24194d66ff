//! `WWW-Authenticate`.

use std::fmt;

use crate::{error::Error, scope::Scope};

/// The value of a `WWW-Authenticate` header (RFC 9110 §11.6.1), in printable ASCII whatever is put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl Challenge {
    /// For a client whose Basic credentials weren't good (RFC 6749 §5.2, RFC 7617 §2).
    pub fn basic(realm: &str) -> Self {
        Self {
            scheme: "Basic",
            parameters: Vec::new(),
        }
        .with("realm", realm)
    }

    /// For a request whose access token is missing or not good (RFC 6750 §3).
    pub fn bearer(realm: &str) -> Self {
        Self {
            scheme: "Bearer",
            parameters: Vec::new(),
        }
        .with("realm", realm)
    }

    /// The same where the token is bound to a key, with the algorithms that proofs may be signed with (RFC 9449 §7.1).
    pub fn dpop(realm: &str, algorithms: &str) -> Self {
        Self {
            scheme: "DPoP",
            parameters: Vec::new(),
        }
        .with("realm", realm)
        .with("algs", algorithms)
    }

    /// The same, saying what was wrong. "If the request lacks any authentication information […], the resource server
    /// SHOULD NOT include an error code or other error information." (RFC 6750 §3.1)
    pub fn with_error(self, error: &Error) -> Self {
        let challenge = self.with("error", error.code.as_str());
        match error.description() {
            "" => challenge,
            description => challenge.with("error_description", description),
        }
    }

    /// The same, saying what scope is needed.
    pub fn with_scope(self, scope: &Scope) -> Self {
        self.with("scope", &scope.to_string())
    }

    /// The same with one parameter more: `acr_values`, `max_age`, `algs` …
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.parameters.push((name, value.to_owned()));
        self
    }
}

impl fmt::Display for Challenge {
    /// Values are quoted strings (RFC 9110 §5.6.4): `"` and `\` get a backslash before them; what isn't printable ASCII becomes `?`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.scheme)?;
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            formatter.write_str(if index == 0 { " " } else { ", " })?;
            write!(formatter, "{name}=\"")?;
            for character in value.chars() {
                match character {
                    '"' | '\\' => write!(formatter, "\\{character}")?,
                    ' '..='~' => write!(formatter, "{character}")?,
                    _ => formatter.write_str("?")?,
                }
            }
            formatter.write_str("\"")?;
        }
        Ok(())
    }
}
