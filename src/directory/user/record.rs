//! What the record of changes keeps of users: no name of a person, which would outlive them.

use serde_json::json;

use super::Changer;
use crate::model::audit::AuditEvent;
use crate::model::{User, UserId};

/// A row for each of a few, and one for every so many of more.
pub(super) fn told<'u>(
    changer: &Changer,
    event: &'static str,
    users: impl IntoIterator<Item = &'u User>,
) -> Vec<AuditEvent> {
    const FEW: usize = 10;
    const TOGETHER: usize = 500;
    let users: Vec<&User> = users.into_iter().collect();
    if users.len() <= FEW {
        return users.iter().map(|user| did(changer, user, event)).collect();
    }
    let together = users.chunks(TOGETHER).filter_map(|some| {
        let account = &some.first()?.account_id;
        let ids: Vec<UserId> = some.iter().map(|user| user.user_id).collect();
        Some(changer.by.did(account, event, None, json!({"user_ids": ids})))
    });
    together.collect()
}

fn did(changer: &Changer, user: &User, event: &'static str) -> AuditEvent {
    let detail = json!({
        "user_id": user.user_id,
        "user_type": user.kind.as_str(),
        "enabled": user.is_enabled,
        "profile_ids": user.profile.profile_ids,
    });
    changer.by.did(&user.account_id, event, None, detail)
}
