//! The plan of the keys against the lifetimes of what they sign: each was checked when it was set, but not all together.

use std::time::Duration;

use super::{Check, clients};
use crate::context::Services;
use crate::directory::Result;
use crate::keys::Plan;
use crate::model::Account;

const HOUR: Duration = Duration::from_hours(1);

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let mut check = Check::new("lifetimes");
    let settings = &services.settings;
    let shortest = settings.keys.shortest_publish_ahead(&settings.server.public_url);
    for account in accounts {
        let id = &account.account_id;
        let plan = Plan::of(&account.settings, &settings.keys.rotation);
        if plan.publish_ahead < shortest.get() {
            check.wrong(
                id.as_str(),
                format!(
                    "a new key is published {} s before it signs: verifiers may not have it",
                    plan.publish_ahead.as_secs()
                ),
                format!("signet account update {id} --set rotation_publish_ahead=, or at least {shortest}"),
            );
        }
        if plan.every.is_some_and(|every| every < plan.publish_ahead) {
            check.wrong(
                id.as_str(),
                "keys are to be rotated more often than a new one can be published ahead",
                "let rotation_every be at least rotation_publish_ahead",
            );
        }
        let server = settings.tokens.id_token_ttl.get();
        let own = account
            .settings
            .id_token_ttl
            .map_or(server, |it| Duration::from_secs(it.into()));
        let mut longest = vec![(format!("{id}"), own)];
        for client in clients(services, account).await? {
            if let Some(ttl) = client.settings.id_token_ttl {
                longest.push((
                    format!("{id}: client {}", client.client_id),
                    Duration::from_secs(ttl.into()),
                ));
            }
        }
        for (place, ttl) in longest {
            if ttl + HOUR > plan.keep_after {
                check.warn(
                    place,
                    format!(
                        "its id_tokens live {} s, and keys.rotation.keep_after is {} s: an hour more is needed",
                        ttl.as_secs(),
                        plan.keep_after.as_secs()
                    ),
                    "raise keep_after, or shorten id_token_ttl; until then a key stays for as long as its tokens",
                );
            }
        }
    }
    Ok(check)
}
