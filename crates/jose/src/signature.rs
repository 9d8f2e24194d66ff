//! A signature, and why there may be none.

use std::fmt;

/// Length in bytes of the longest signature that we make: RSA of 4096 bits.
const MAX_SIGNATURE: usize = 512;

/// The library could not sign: no memory, or a hardware fault that it noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signing failed")]
pub struct SignError;

/// A signature, on the stack: signing allocates nothing of its own.
pub struct Signature {
    bytes: [u8; MAX_SIGNATURE],
    len: usize,
}

impl Signature {
    /// Room for a signature of `len` bytes.
    pub(crate) fn zeroed(len: usize) -> Result<Self, SignError> {
        if len <= MAX_SIGNATURE {
            Ok(Self {
                bytes: [0; MAX_SIGNATURE],
                len,
            })
        } else {
            Err(SignError)
        }
    }

    pub(crate) fn new(signature: &[u8]) -> Result<Self, SignError> {
        let mut copy = Self::zeroed(signature.len())?;
        copy.as_mut().copy_from_slice(signature);
        Ok(copy)
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl AsMut<[u8]> for Signature {
    fn as_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len).unwrap_or_default()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} bytes)", self.len)
    }
}
