use oauth::Scope;
use serde::{Deserialize, Serialize};

use super::Sealed;
use super::device::Decision;
use crate::base::id::{AccountId, ClientId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that an `auth_req_id` is.
#[derive(Debug)]
pub enum AuthReqId {}
impl OneTimeKind for AuthReqId {
    const NAME: &'static str = "auth_req_id";
}

/// The kind of value that the consumer's page calls a request by. It is no secret: only who is asked can use it.
#[derive(Debug)]
pub enum RequestHandle {}
impl OneTimeKind for RequestHandle {
    const NAME: &'static str = "backchannel_handle";
}

/// A client's request that waits for its consumer (CIBA §7).
#[derive(Clone, Debug)]
pub struct BackchannelRequest {
    /// The digest of its `auth_req_id`.
    pub digest: Digest<AuthReqId>,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the consumer's page calls it.
    pub handle: String,
    /// Which client asks.
    pub client_id: ClientId,
    /// Whom.
    pub sub: Subject,
    /// For what.
    pub scope: Scope,
    /// The levels of authentication that it asks for, the best first.
    pub acr_values: Vec<String>,
    /// What both screens show.
    pub binding_message: Option<String>,
    /// What the client is called with, sealed ([`Ping`]).
    pub ping: Option<Sealed>,
    /// How many seconds it waits between two questions.
    pub interval: i64,
    /// When it asked last.
    pub asked_at: Option<Timestamp>,
    /// What the consumer said.
    pub decision: Option<Decision>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a client is called with once its consumer has answered (CIBA §10.2).
#[derive(Serialize, Deserialize)]
pub struct Ping {
    /// `auth_req_id`
    pub auth_req_id: String,
    /// `client_notification_token`: the bearer token of the call.
    pub token: String,
}

/// Nothing of it is shown.
impl std::fmt::Debug for Ping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ping(…)")
    }
}
