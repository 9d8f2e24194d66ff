//! Who someone is: methods of authentication, and the sessions that remember.

mod admin_sessions;
mod factor_guesses;
mod guesses;
mod hash_pool;
mod password_rules;
mod passwords;
pub mod recovery_requests;
mod sessions;
mod totp;
mod under_way;
mod user_sessions;

pub use admin_sessions::AdminSessions;
pub use factor_guesses::FactorGuess;
pub use guesses::{Device, Guess};
pub use hash_pool::{Busy, HashPool};
pub use password_rules::{PasswordRules, WeakPassword};
pub use passwords::{AdministratorRefusal, LoginRefusal, Passwords, Source, UserRefusal, UserRefused};
pub use sessions::{SESSIONS_IN_A_BROWSER, Sessions};
pub use totp::Totp;
pub use user_sessions::{LoginValues, UserSessions};
