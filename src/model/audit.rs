mod entry;

use serde_json::Value;

pub use entry::{Entry, GENESIS, Head, Hexed};

use crate::base::id::{AccountId, ClientId, Realm, Subject};

/// Who changed what, or tried to. Stored in the transaction of the change.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// In which account; the server's own where it concerns no single one.
    pub realm: Realm,
    /// What, such as `key.generated` or `code.replay`.
    pub event: &'static str,
    /// Who: `command`, `system`, `consumer`, `client`, or `admin:` and an administrator's name.
    pub actor: String,
    /// The request that did it.
    pub request_id: Option<String>,
    /// The client concerned.
    pub client_id: Option<ClientId>,
    /// The consumer concerned.
    pub sub: Option<Subject>,
    /// Where the request came from.
    pub ip: Option<String>,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Before and after, without secrets.
    pub detail: Value,
}

impl AuditEvent {
    /// A change that the server makes of its own accord.
    pub fn by_system(account_id: &AccountId, event: &'static str, detail: Value) -> Self {
        Self {
            realm: account_id.into(),
            event,
            actor: "system".to_owned(),
            request_id: None,
            client_id: None,
            sub: None,
            ip: None,
            outcome: Outcome::Done,
            detail,
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused.
    Refused,
}

super::text_enum!(Outcome { Done = "done", Refused = "refused" });
