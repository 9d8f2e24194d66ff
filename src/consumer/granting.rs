//! What is remembered when a consumer allows something on their own screen.

use std::time::Duration;

use oauth::Scope;
use serde_json::json;

use crate::base::Timestamp;
use crate::base::id::GrantId;
use crate::http::Visit;
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::device::Allowed;
use crate::model::grant::Grant;
use crate::model::{Client, SignedIn};
use crate::store::{self, Tx};

/// A consent that is about to be given, with the record of it.
pub(super) struct Granting {
    grant: Option<Grant>,
    event: AuditEvent,
}

/// Whoever has signed in within this time is taken to have done so for what waits: the pages take people a while.
const FOR_THIS: Duration = Duration::from_mins(5);

/// Whether a consumer must sign in anew before they allow a client something elsewhere (`default_max_age`, OpenID Connect
/// Registration §2): no request says more there.
pub(super) fn must_sign_in_again(client: &Client, known: &SignedIn, now: Timestamp) -> bool {
    let greatest = client.settings.default_max_age;
    greatest.is_some_and(|seconds| {
        let greatest = Duration::from_secs(seconds.into()).max(FOR_THIS);
        now.since(known.session.auth_time) > greatest
    })
}

impl Granting {
    /// What `known` allows `client`, beside what they allowed it before. The brand's own clients need no grant.
    pub(super) async fn of(
        visit: &Visit,
        client: &Client,
        known: &SignedIn,
        asked: &Scope,
    ) -> store::Result<Self> {
        let context = &visit.context;
        let services = &context.services;
        let (account, sub) = (&known.session.account_id, &known.session.sub);
        let grant = if client.settings.first_party {
            None
        } else {
            let former = store::grants::find(context.db(), account, sub, &client.client_id).await?;
            let scope = match &former {
                Some(former) => Scope::from_values(former.scope.iter().chain(asked.iter()))
                    .unwrap_or_else(|_| asked.clone()),
                None => asked.clone(),
            };
            Some(Grant {
                account_id: account.clone(),
                grant_id: former.map_or_else(
                    || GrantId::fresh(&services.clock, &services.entropy),
                    |it| it.grant_id,
                ),
                sub: sub.clone(),
                client_id: client.client_id.clone(),
                scope,
                created_at: context.now,
                updated_at: context.now,
            })
        };
        let event = AuditEvent {
            realm: account.into(),
            event: "consent.given",
            actor: "consumer".to_owned(),
            request_id: Some(context.request_id.as_ref().to_owned()),
            client_id: Some(client.client_id.clone()),
            sub: Some(sub.clone()),
            ip: Some(context.ip.to_string()),
            outcome: Outcome::Done,
            detail: json!({ "scope": asked.to_string() }),
        };
        Ok(Self { grant, event })
    }

    /// Who allowed it, and under which grant; what their login was worth, where one of these levels was asked for.
    pub(super) fn allowed(&self, known: &SignedIn, acr_values: &[String]) -> Allowed {
        Allowed {
            sub: known.session.sub.clone(),
            sid: known.session.sid.clone(),
            auth_time: known.session.auth_time,
            login: (!acr_values.is_empty()).then(|| (&*known.session).into()),
            grant_id: self.grant.as_ref().map(|grant| grant.grant_id.clone()),
        }
    }

    /// Writes grant and record, in the transaction of the decision.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        clock: &crate::base::Clock,
        entropy: &crate::base::Entropy,
    ) -> store::Result<()> {
        if let Some(grant) = &self.grant {
            store::grants::upsert(tx, grant).await?;
        }
        store::audit::insert(tx, &self.event, clock, entropy).await
    }
}
