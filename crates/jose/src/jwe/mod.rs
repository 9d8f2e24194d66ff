//! Encrypted tokens in compact serialisation (RFC 7516): what goes to one recipient, and nobody else reads.
//!
//! [`EncryptionKey::encrypt`] makes one. [`Jwe::parse`] takes one apart within limits, and refuses before any
//! cryptography what isn't ours to decrypt; [`Jwe::decrypt`] opens it with the key that the caller finds by `kid`.
//! Keys are wrapped by RSA-OAEP-256 or agreed on by ECDH-ES; RSA1_5, `dir`, passwords (PBES2) and compression have no
//! name here (SEC-006).

mod agreement;
mod compact;
mod content;
mod content_encryption;
mod decryption_key;
mod encryption_key;
mod error;
mod header;
mod key_management;

pub use compact::Jwe;
pub use content_encryption::{ContentEncryption, UnknownContentEncryption};
pub use decryption_key::DecryptionKey;
pub use encryption_key::EncryptionKey;
pub use error::{DecryptError, EncryptError, Part};
pub use header::JweHeader;
pub use key_management::{KeyManagement, UnknownKeyManagement};
