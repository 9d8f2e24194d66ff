//! Who someone is: methods of authentication, and the sessions that remember.

mod admin_sessions;
mod guesses;
mod hash_pool;
mod password_rules;
mod passwords;
mod sessions;

pub use admin_sessions::AdminSessions;
pub use guesses::Device;
pub use hash_pool::{Busy, HashPool};
pub use password_rules::{PasswordRules, WeakPassword};
pub use passwords::{AdministratorRefusal, LoginRefusal, Passwords, Source};
pub use sessions::Sessions;
