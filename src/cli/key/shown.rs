//! Keys as commands show them.

use serde_json::{Value, json};

use crate::base::Timestamp;
use crate::directory::key::{self, Lacking};
use crate::model::signing_key::{KeyState, SigningKey};

/// A key for programs.
pub(crate) fn document(key: &SigningKey) -> Value {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    json!({
        "kid": key.kid,
        "state": key.state,
        "alg": key.alg,
        "created_at": key.created_at.to_rfc3339(),
        "activate_at": time(key.activate_at),
        "activated_at": time(key.activated_at),
        "stopped_at": time(key.stopped_at),
        "retire_at": time(key.retire_at),
        "retired_at": time(key.retired_at),
        "burnt_at": time(key.burnt_at),
        "published": key.state != KeyState::Retired,
        "fingerprint": fingerprint(key),
    })
}

/// The SHA-256 of its public half's SubjectPublicKeyInfo: what people compare.
pub(super) fn fingerprint(key: &SigningKey) -> Option<String> {
    Some(key::public(key).ok()?.fingerprint())
}

/// Somebody who has not seen a key, for programs.
pub(super) fn lacking(lacking: &Lacking) -> Value {
    match lacking {
        Lacking::Verifier(client) => json!({"client_id": client}),
        Lacking::Copy {
            address,
            user_agent,
            until,
        } => json!({"address": address, "user_agent": user_agent, "copy_until": until.to_rfc3339()}),
    }
}
