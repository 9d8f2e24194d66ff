//! Who someone is: methods of authentication, and the sessions that remember.

mod guesses;
mod hash_pool;
mod password_rules;
mod passwords;
mod sessions;

pub use guesses::Device;
pub use hash_pool::{Busy, HashPool};
pub use password_rules::{PasswordRules, WeakPassword};
pub use passwords::{LoginRefusal, Passwords, Source};
pub use sessions::Sessions;
