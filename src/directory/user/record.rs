//! What the record of changes keeps of users: no name of a person, which would outlive them; but a login name that was changed,
//! before and after, since it is by those that other rows and other systems speak of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Changer;
use crate::model::audit::AuditEvent;
use crate::model::{User, UserId};

/// A user that something was done to, and what of it weighs more than the rest.
#[derive(Clone, Copy)]
pub(super) struct Told<'u> {
    /// As they are now.
    pub(super) user: &'u User,
    /// They have another password.
    pub(super) password_set: bool,
    /// The login name that they had, if they have another one.
    pub(super) former_name: Option<&'u str>,
}

impl Told<'_> {
    fn renamed(&self) -> Option<Value> {
        let before = self.former_name?;
        Some(json!({"before": before, "after": self.user.login_name}))
    }
}

impl<'u> From<&'u User> for Told<'u> {
    fn from(user: &'u User) -> Self {
        Self {
            user,
            password_set: false,
            former_name: None,
        }
    }
}

/// A row for each of a few; of more, one for all who have the same rights and to whom the same was done, so many at a time.
pub(super) fn told<'u, T: Into<Told<'u>>>(
    changer: &Changer,
    event: &'static str,
    users: impl IntoIterator<Item = T>,
) -> Vec<AuditEvent> {
    const FEW: usize = 10;
    const TOGETHER: usize = 500;
    let users: Vec<Told<'u>> = users.into_iter().map(Into::into).collect();
    let few = users.len() <= FEW;
    let mut alike: BTreeMap<_, Vec<Told<'u>>> = BTreeMap::new();
    for (at, told) in users.into_iter().enumerate() {
        let own = few.then_some(at);
        let rights = (&told.user.profile.profile_ids, told.user.is_enabled);
        let kind = (told.user.kind.as_str(), told.password_set);
        alike.entry((own, rights, kind)).or_default().push(told);
    }
    let together = alike.values().flat_map(|alike| alike.chunks(TOGETHER));
    together.filter_map(|some| did(changer, some, event)).collect()
}

fn did(changer: &Changer, some: &[Told<'_>], event: &'static str) -> Option<AuditEvent> {
    let first = some.first()?;
    let mut detail = json!({
        "user_type": first.user.kind.as_str(),
        "enabled": first.user.is_enabled,
        "profile_ids": first.user.profile.profile_ids,
        "password_set": first.password_set,
    });
    let ids: Vec<UserId> = some.iter().map(|told| told.user.user_id).collect();
    let (name, value) = match ids.as_slice() {
        [id] => ("user_id", json!(id)),
        ids => ("user_ids", json!(ids)),
    };
    if let Value::Object(members) = &mut detail {
        members.insert(name.to_owned(), value);
        match some {
            [one] => members.extend(one.renamed().map(|names| ("login_name".to_owned(), names))),
            several => {
                let names: Map<String, Value> = several
                    .iter()
                    .filter_map(|told| Some((told.user.user_id.to_string(), told.renamed()?)))
                    .collect();
                if !names.is_empty() {
                    members.insert("login_names".to_owned(), names.into());
                }
            }
        }
    }
    Some(changer.by.did(&first.user.account_id, event, None, detail))
}
