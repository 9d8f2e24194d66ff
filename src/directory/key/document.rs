//! Keys as programs see them, whether they ask by a command or by the admin API.

use serde_json::{Map, Value, json};

use super::{Burnt, Exposure, Lacking, Needed, Overview, Readiness, public};
use crate::base::Timestamp;
use crate::model::signing_key::{KeyState, SigningKey};

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::to_rfc3339)
}

/// A key.
pub fn document(key: &SigningKey) -> Value {
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

/// The SHA-256 of a key's public half as SubjectPublicKeyInfo: what people compare. None where that can't be read.
pub fn fingerprint(key: &SigningKey) -> Option<String> {
    Some(public(key).ok()?.fingerprint())
}

/// `document` with further members.
fn with(document: Value, members: Value) -> Value {
    match (document, members) {
        (Value::Object(document), Value::Object(members)) => {
            document.into_iter().chain(members).collect::<Map<_, _>>().into()
        }
        (document, _) => document,
    }
}

impl Overview {
    /// The key, and how it is used.
    pub fn document(&self) -> Value {
        let next = self
            .next
            .map(|(state, at)| json!({"state": state, "at": at.to_rfc3339()}));
        let readers = self.readers.iter().map(|reader| {
            json!({"client_id": reader.client_id, "address": reader.address, "user_agent": reader.user_agent,
                   "seen_at": reader.seen_at.to_rfc3339()})
        });
        with(
            document(&self.key),
            json!({
                "next": next,
                "tokens_alive": self.living.tokens,
                "tokens_alive_until": time(self.living.until),
                "held_by": self.held_by,
                "readers": readers.collect::<Vec<Value>>(),
            }),
        )
    }
}

impl Lacking {
    fn document(&self) -> Value {
        match self {
            Self::Verifier(client) => json!({"client_id": client}),
            Self::Copy {
                address,
                user_agent,
                until,
            } => json!({"address": address, "user_agent": user_agent, "copy_until": until.to_rfc3339()}),
        }
    }
}

impl Readiness {
    /// Who is waited for, and until when.
    pub fn document(&self) -> Value {
        json!({
            "lacking": self.lacking.iter().map(Lacking::document).collect::<Vec<Value>>(),
            "unknown_copies_until": time(self.unknown_copies_until),
            "waits_until": self.waits_until.to_rfc3339(),
        })
    }
}

impl Needed {
    /// What the key is needed for.
    pub fn document(&self) -> Value {
        match self {
            Self::Signs => json!({"needed": "signs"}),
            Self::Tokens(living) => json!({
                "needed": "tokens", "tokens": living.tokens, "clients": living.clients, "subjects": living.subjects,
                "until": time(living.until),
            }),
            Self::Clients(clients) => json!({"needed": "clients", "clients": clients}),
            Self::Until(until) => json!({"needed": "quiet", "until": until.to_rfc3339()}),
        }
    }
}

impl Exposure {
    /// What burning the key touches.
    pub fn document(&self) -> Value {
        json!({
            "kid": self.key.kid,
            "state": self.key.state,
            "tokens": self.living.tokens,
            "clients": self.living.clients,
            "subjects": self.living.subjects,
            "until": time(self.living.until),
            "held_by": self.held_by,
        })
    }
}

impl Burnt {
    /// What burning the key touched, and what signs instead.
    pub fn document(&self) -> Value {
        with(
            self.exposure.document(),
            json!({"successor": self.successor.as_ref().map(document)}),
        )
    }
}
