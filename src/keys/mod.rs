//! Keys: the sealing key that guards what rests in the database, and each account's ring of signing keys.

mod form_sealer;
mod ring;
mod seal;
mod sealed_code;
mod sealing_key;

pub use form_sealer::FormSealer;
pub use ring::{KeyRing, RingError, load_ring, new_signing_key};
pub use seal::{Place, Sealer};
pub use sealed_code::CodeSealer;
pub use sealing_key::{SealingKeyError, open_sealing_key};
