//! A signed token out of an encrypted one (section 1.10 of the platform contract).

use std::borrow::Cow;

use jose::Jwe;

use super::{Check, CheckName, Gate, Trail};

/// Dots of the compact form of an encrypted token, which has five parts (RFC 7516 §7.1).
const DOTS: usize = 4;

impl Gate<'_> {
    /// The signed token: the one inside, where it is encrypted to the platform's key, which its `kid` must name (F-08).
    pub(super) fn opened<'t>(&self, token: &'t str, trail: &mut Trail) -> Result<Cow<'t, str>, Check> {
        if token.bytes().filter(|byte| *byte == b'.').count() != DOTS {
            return Ok(Cow::Borrowed(token));
        }
        let failed = |detail: String| Check::failed(CheckName::Decryption, detail);
        let key = self
            .decryption
            .ok_or_else(|| failed("the platform's encryption key can't be had".to_owned()))?;
        let jwe = Jwe::parse(token).map_err(|error| failed(error.to_string()))?;
        match (jwe.header().kid.as_deref(), key.kid()) {
            (Some(named), Some(ours)) if named == ours => {}
            (None, _) => return Err(failed("the header has no kid".to_owned())),
            _ => {
                return Err(failed(
                    "the header's kid isn't that of the platform's key".to_owned(),
                ));
            }
        }
        let encryption = jwe.header().encryption;
        let inner = jwe
            .decrypt_nested(key)
            .map_err(|error| failed(error.to_string()))?;
        trail.pass(
            CheckName::Decryption,
            format!("with the platform's key, {}", encryption.as_str()),
        );
        Ok(Cow::Owned(inner))
    }
}
