//! How long a new RSA key may be.

/// Length of a new RSA key. Less is too weak (SEC-018), more is too slow to sign with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RsaBits {
    /// What the messaging platform's recipe makes (platform contract 1.9).
    #[default]
    Rsa2048,
    /// The strength of 128 bits.
    Rsa3072,
    /// For those who must.
    Rsa4096,
}

/// A length of RSA keys that we don't make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("RSA keys have 2048, 3072 or 4096 bits")]
pub struct UnknownRsaBits;

impl RsaBits {
    /// The number.
    pub const fn bits(self) -> usize {
        match self {
            Self::Rsa2048 => 2048,
            Self::Rsa3072 => 3072,
            Self::Rsa4096 => 4096,
        }
    }
}

impl TryFrom<u32> for RsaBits {
    type Error = UnknownRsaBits;

    fn try_from(bits: u32) -> Result<Self, UnknownRsaBits> {
        match bits {
            2048 => Ok(Self::Rsa2048),
            3072 => Ok(Self::Rsa3072),
            4096 => Ok(Self::Rsa4096),
            _ => Err(UnknownRsaBits),
        }
    }
}
