use crate::base::OneTimeKind;

/// The kind of value that lets its holder register clients (RFC 7591 §3).
#[derive(Debug)]
pub enum InitialAccessToken {}
impl OneTimeKind for InitialAccessToken {
    const NAME: &'static str = "initial_access_token";
}

/// The kind of value by which a client manages its own registration (RFC 7592 §1.3).
#[derive(Debug)]
pub enum RegistrationToken {}
impl OneTimeKind for RegistrationToken {
    const NAME: &'static str = "registration_token";
}
