use super::interaction::AuthorizationRequest;
use crate::base::id::AccountId;
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that the last part of a pushed request's `request_uri` is.
#[derive(Debug)]
pub enum RequestUri {}
impl OneTimeKind for RequestUri {
    const NAME: &'static str = "request_uri";
}

impl RequestUri {
    /// What stands before it (RFC 9126 §2.2).
    pub const PREFIX: &'static str = "urn:ietf:params:oauth:request_uri:";
}

/// An authorization request that a client has pushed, and that waits for a browser to come with its `request_uri`.
#[derive(Clone, Debug)]
pub struct PushedRequest {
    /// The digest of its `request_uri`.
    pub digest: Digest<RequestUri>,
    /// Whose it is.
    pub account_id: AccountId,
    /// The request, checked in full. It names its client.
    pub request: AuthorizationRequest,
    /// When it ends.
    pub expires_at: Timestamp,
}
