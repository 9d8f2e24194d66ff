use std::net::IpAddr;

use serde_json::Value;

use crate::base::id::{AccountId, AppKeyId, ClientId, Realm};
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::{Administrator, User};

/// Who makes a change, as the record of changes names them.
#[derive(Clone, Debug)]
pub struct By {
    /// `command`, `system`, `admin:` and an administrator's name, `user:` and a user's id, or `client:` and a
    /// client's id.
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

    /// An administrator, through the console or the admin API.
    pub fn administrator(who: &Administrator, request_id: &str, ip: IpAddr) -> Self {
        Self {
            actor: who.actor(),
            request_id: Some(request_id.to_owned()),
            ip: Some(ip.to_string()),
        }
    }

    /// A user, at the gateway.
    pub fn user(user: &User, request_id: &str, ip: IpAddr) -> Self {
        Self {
            actor: user.actor(),
            request_id: Some(request_id.to_owned()),
            ip: Some(ip.to_string()),
        }
    }

    /// A program, by its API key.
    pub fn app_key(app_key: &AppKeyId, request_id: &str, ip: IpAddr) -> Self {
        Self {
            actor: format!("app_key:{app_key}"),
            request_id: Some(request_id.to_owned()),
            ip: Some(ip.to_string()),
        }
    }

    /// A client, by what it says of a consumer.
    pub fn client(client: &ClientId, request_id: &str, ip: IpAddr) -> Self {
        Self {
            actor: format!("client:{client}"),
            request_id: Some(request_id.to_owned()),
            ip: Some(ip.to_string()),
        }
    }

    /// A consumer, about themselves.
    pub fn consumer(request_id: &str, ip: IpAddr) -> Self {
        Self {
            actor: "consumer".to_owned(),
            request_id: Some(request_id.to_owned()),
            ip: Some(ip.to_string()),
        }
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
