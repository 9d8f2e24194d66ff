//! Who someone is: methods of authentication, and the sessions that remember.

mod passwords;
mod sessions;

pub use passwords::{LoginRefusal, Passwords, Source};
pub use sessions::Sessions;
