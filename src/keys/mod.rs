//! Keys: the sealing key that guards what rests in the database, and each account's ring of signing keys.

mod decryption;
mod form_sealer;
mod platform_keys;
mod recovery_codes;
mod ring;
pub mod rotation;
mod seal;
mod sealed_attributes;
mod sealed_nonce;
mod sealed_text;
mod sealed_value;
mod sealer;
mod sealing_change;
mod sealing_command;
mod sealing_key;
mod sealing_source;
mod subject_sealer;

pub use decryption::{DecryptionStep, OpenedKey, due_decryption, new_decryption_key, open_decryption_key};
pub use form_sealer::FormSealer;
pub use platform_keys::{PlatformKeyError, PlatformKeys};
pub use recovery_codes::RecoveryCodes;
pub use ring::{KeyRing, RingError, RingKey, load_ring, new_signing_key, open_private_key, seal_signing_key};
pub use rotation::Plan;
pub use seal::{CannotOpen, Place};
pub use sealed_attributes::AttributeSealer;
pub use sealed_nonce::NonceSealer;
pub use sealed_text::TextSealer;
pub use sealer::Sealer;
pub use sealing_change::NextKey;
pub use sealing_key::{ROOT, SealingKeyError, open_sealer};
pub use subject_sealer::SubjectSealer;
