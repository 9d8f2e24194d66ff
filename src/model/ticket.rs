use crate::base::id::{AccountId, ClientId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that a sign-in ticket is.
#[derive(Debug)]
pub enum SignInTicket {}
impl OneTimeKind for SignInTicket {
    const NAME: &'static str = "sign_in_ticket";
}

/// The token type by which a sign-in ticket is asked for: ours, since no specification has one.
pub const SIGN_IN_TICKET: &str = "urn:signet:params:oauth:token-type:sign-in-ticket";

/// A consumer whom the brand's own program has signed in.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Its digest.
    pub digest: Digest<SignInTicket>,
    /// Whose it is.
    pub account_id: AccountId,
    /// For whose authorization request it is.
    pub client_id: ClientId,
    /// Who is signed in with it.
    pub sub: Subject,
    /// When the brand's program saw them.
    pub auth_time: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}
