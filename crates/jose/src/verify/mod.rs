//! Verifying a JWT that somebody hands us: every check explicit, nothing skipped because it's missing.
//!
//! [`verify`] is the way in. It takes the token apart within limits, takes the key from *our* records by
//! `kid`, and the algorithm from that key and never from the token (SEC-001); then the type, the signature
//! and each registered claim must be as the [`Policy`] says. [`Jws`] is the part of it without claims, for
//! tokens of another shape (proofs of possession).

mod claims;
mod error;
mod header;
mod jws;
mod policy;
mod proof;
pub mod unsigned;

use serde_json::{Map, Value};

use crate::PublicKey;

pub use error::{Part, VerifyError};
pub use header::Header;
pub(crate) use header::{refuse_extensions, string as header_string};
pub(crate) use jws::split;
pub use jws::{Jws, unverified_claim};
pub use policy::{Audience, ExpectedTyp, Expiry, Parties, Policy};
pub use proof::Proof;

/// Longest token that is looked at, in bytes (SEC-006).
pub const MAX_TOKEN: usize = 16 * 1024;

/// A token that passed every check of its policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The protected header.
    pub header: Header,
    /// The claims; the registered ones have their right types.
    pub claims: Map<String, Value>,
}

impl Verified {
    /// A claim that is a string.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// `sub`.
    pub fn subject(&self) -> Option<&str> {
        self.str("sub")
    }

    /// `aud`, whichever of its two forms it has.
    pub fn audiences(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(name)) => vec![name],
            _ => Vec::new(),
        }
    }

    /// `exp`, `iat`, `nbf` or another time, in whole seconds since 1970.
    pub fn time(&self, name: &str) -> Option<i64> {
        self.claims.get(name).and_then(claims::numeric_date)
    }
}

/// Verifies `token` with the key that `find_key` has under the token's `kid`, as `policy` demands.
///
/// `find_key` answers from our own records only: it gets no other part of the token, so no header can bring a key along
/// (SEC-002). With a single configured key it may disregard the `kid`.
///
/// # Errors
/// The first check that failed, in this order: size and form, header, key, algorithm, `typ`, signature,
/// claims.
pub fn verify<'k>(
    token: &str,
    find_key: impl FnOnce(Option<&str>) -> Option<&'k PublicKey>,
    policy: &Policy<'_>,
) -> Result<Verified, VerifyError> {
    let jws = Jws::parse(token)?;
    let key = find_key(jws.header().kid.as_deref()).ok_or(VerifyError::UnknownKey)?;
    jws.check_algorithm(key)?;
    if !policy.algorithms.contains(&key.algorithm()) {
        return Err(VerifyError::AlgorithmNotAllowed(key.algorithm()));
    }
    policy.check_typ(jws.header().typ.as_deref())?;
    let (header, claims) = jws.verify(key)?;
    policy.check_claims(&claims)?;
    Ok(Verified { header, claims })
}
