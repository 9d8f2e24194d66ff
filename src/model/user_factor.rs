use super::{Sealed, UserId};
use crate::base::id::AccountId;
use crate::base::{Digest, OneTimeKind, Timestamp, hex};

/// The kind of value that a browser carries between a password and a second factor.
#[derive(Debug)]
pub enum SignInStep {}
impl OneTimeKind for SignInStep {
    const NAME: &'static str = "console sign-in";
}

/// A user who has shown their password at the console, and must show a second factor next.
#[derive(Clone, Debug)]
pub struct ConsoleSignIn {
    /// What the browser is known by.
    pub digest: Digest<SignInStep>,
    /// The account.
    pub account_id: AccountId,
    /// Who.
    pub user_id: UserId,
    /// When the password that they showed was set.
    pub password_changed_at: Option<Timestamp>,
    /// When they showed it.
    pub created_at: Timestamp,
    /// When they must begin anew.
    pub expires_at: Timestamp,
}

impl ConsoleSignIn {
    /// The id of a factor that is set up at this sign-in.
    pub fn factor_id(&self) -> String {
        hex(self.digest.as_bytes())
    }
}

/// A user's second factor: what codes are made of (RFC 6238).
#[derive(Clone, Debug)]
pub struct UserFactor {
    /// The account.
    pub account_id: AccountId,
    /// Its id.
    pub factor_id: String,
    /// Whose it is.
    pub user_id: UserId,
    /// The seed.
    pub seed: Sealed,
    /// The last step whose code was taken.
    pub step: i64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it is gone unless its owner has shown a code of it; none where they have.
    pub expires_at: Option<Timestamp>,
}
