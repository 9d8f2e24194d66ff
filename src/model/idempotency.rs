use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that the header field `Idempotency-Key` carries, together with who sends it.
#[derive(Debug)]
pub enum IdempotencyKey {}
impl OneTimeKind for IdempotencyKey {
    const NAME: &'static str = "idempotency key";
}

/// The kind of value that a request is, by which its repeat is told from another one.
#[derive(Debug)]
pub enum Fingerprint {}
impl OneTimeKind for Fingerprint {
    const NAME: &'static str = "idempotent request";
}

/// A request that was asked for under a key.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Which request.
    pub fingerprint: Digest<Fingerprint>,
    /// When it came.
    pub created_at: Timestamp,
    /// How it was answered; none while it is being done.
    pub answer: Option<KeptAnswer>,
}

/// What is kept of an answer: neither secrets nor personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptAnswer {
    /// Its status.
    pub status: u16,
    /// Where what was made is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The tag of what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Its body, without the members that aren't kept; none where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}
