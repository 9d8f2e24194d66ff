use serde_json::Value;

use crate::base::id::{AccountId, ClientId, Realm};
use crate::model::audit::{AuditEvent, Outcome};

/// Who makes a change, as the record of changes names them.
#[derive(Clone, Debug)]
pub struct By {
    /// `command`, `system`, or a user's name.
    pub actor: String,
    /// The request that asks for it, where one does.
    pub request_id: Option<String>,
    /// Where that came from.
    pub ip: Option<String>,
}

impl By {
    /// Whoever may run commands on the server itself.
    pub fn command() -> Self {
        Self::named("command")
    }

    /// The server, of its own accord.
    pub fn system() -> Self {
        Self::named("system")
    }

    fn named(actor: &str) -> Self {
        Self {
            actor: actor.to_owned(),
            request_id: None,
            ip: None,
        }
    }

    /// What the record of changes keeps of a change that was made in an account.
    pub(in crate::directory) fn did(
        &self,
        account: &AccountId,
        event: &'static str,
        client: Option<&ClientId>,
        detail: Value,
    ) -> AuditEvent {
        self.did_in(&account.into(), event, client, detail)
    }

    /// The same in an account or in the server as a whole.
    pub(in crate::directory) fn did_in(
        &self,
        realm: &Realm,
        event: &'static str,
        client: Option<&ClientId>,
        detail: Value,
    ) -> AuditEvent {
        AuditEvent {
            realm: realm.clone(),
            event,
            actor: self.actor.clone(),
            request_id: self.request_id.clone(),
            client_id: client.cloned(),
            sub: None,
            ip: self.ip.clone(),
            outcome: Outcome::Done,
            detail,
        }
    }
}
