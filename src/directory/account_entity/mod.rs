//! Skills, agent groups and profiles: what an account's users are given, and put into.

mod fields;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::error::Problems;
use super::user::{self, Changer, Written};
use super::{Error, Result};
use crate::context::Services;
use crate::model::account_entity::{AccountEntity, EntityKind, MAIN_GROUP};
use crate::model::audit::AuditEvent;
use crate::model::user::random_number;
use crate::model::{Account, Privilege, Privileges, RoleType};
use crate::store;

/// The longest content, in bytes of JSON.
const LONGEST: usize = 64 * 1024;

/// How many of a kind an account has at most: each change of its users reads them all.
const MOST: i64 = 1000;

/// What ends a transaction after which there would be more than that.
const FULL: &str = "an account has no room for more of a kind";

/// All of a kind, those that every account has first.
pub async fn list(
    services: &Services,
    account: &Account,
    kind: EntityKind,
    deleted_too: bool,
) -> Result<Vec<AccountEntity>> {
    let own = store::account_entities::list(&services.db, &account.account_id, kind, deleted_too).await?;
    Ok(built_in(account, kind).into_iter().chain(own).collect())
}

/// How many users have each profile that any of them has.
pub async fn assigned(services: &Services, account: &Account) -> Result<BTreeMap<i64, i64>> {
    let assigned = store::users::assigned(&services.db, &account.account_id).await?;
    let each = assigned.into_iter().map(|one| (one.profile_id, one.users));
    Ok(each.collect())
}

/// The one of that number, deleted or not.
pub async fn find(
    services: &Services,
    account: &Account,
    kind: EntityKind,
    id: i64,
) -> Result<AccountEntity> {
    let given = built_in(account, kind)
        .into_iter()
        .find(|entity| entity.entity_id == id);
    let found = match given {
        Some(given) => Some(given),
        None => store::account_entities::find(&services.db, &account.account_id, kind, id).await?,
    };
    found.ok_or_else(|| unknown(kind, id))
}

/// Makes them from documents, all or none; with the account's revision after that.
pub async fn create_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    kind: EntityKind,
    documents: &[Map<String, Value>],
) -> Result<(Vec<AccountEntity>, i64)> {
    let now = services.clock.now();
    let mut made = Vec::with_capacity(documents.len());
    let there = there(services, account, kind).await?;
    for document in documents {
        let id = random_number(&services.entropy);
        let (name, content) = read(services, account, kind, id, document, &there).await?;
        let entity = AccountEntity {
            account_id: account.account_id.clone(),
            kind,
            entity_id: id,
            name,
            deleted: false,
            content,
            created_at: now,
            updated_at: now,
        };
        changer.may_give(&gives(&entity))?;
        made.push(entity);
    }
    let (rows, account_id) = (made.clone(), account.account_id.clone());
    let events = made
        .iter()
        .map(|entity| did(changer, entity, "created"))
        .collect();
    let revision = changer
        .write(services, &account.account_id, events, move |tx, _| {
            Box::pin(async move {
                // Makers of one account take turns, so that nobody's are missing here.
                let there = store::account_entities::count(tx, &account_id, kind).await?;
                let more = i64::try_from(rows.len()).unwrap_or(i64::MAX);
                if there.saturating_add(more) > MOST {
                    return Err(store::Error::Fault(FULL.to_owned()));
                }
                for entity in &rows {
                    store::account_entities::insert(tx, entity).await?;
                }
                Ok(Written::Done)
            })
        })
        .await
        .map_err(taken)?;
    Ok((made, revision))
}

/// Replaces one by a document.
pub async fn update(
    services: &Services,
    changer: &Changer,
    account: &Account,
    kind: EntityKind,
    id: i64,
    document: &Map<String, Value>,
) -> Result<(AccountEntity, i64)> {
    let former = own(services, account, kind, id).await?;
    let before = (gives(&former), former.role());
    changer.may_give(&before.0)?;
    // What it refers to may be gone since, and is read back.
    let there = &there(services, account, kind).await? | &fields::references(&former.content);
    let (name, content) = read(services, account, kind, id, document, &there).await?;
    let read_at = former.updated_at;
    let next = AccountEntity {
        name,
        content,
        updated_at: services.clock.now().max(read_at + Duration::from_millis(1)),
        ..former
    };
    changer.may_give(&gives(&next))?;
    // Whoever has it gets what it gives more.
    changer.may_promote(&before.0, &gives(&next))?;
    // Another role is no less: an administrator's and the platform's own give the same.
    if before != (gives(&next), next.role()) {
        holds_none(services, changer, account, kind, &[id]).await?;
    }
    let loses_administrators = before.1 == Some(RoleType::Admin) && next.role() != before.1;
    let row = next.clone();
    let events = vec![did(changer, &next, "updated")];
    let revision = changer
        .write(services, &account.account_id, events, move |tx, _| {
            Box::pin(async move {
                if store::account_entities::update(tx, &row, read_at).await? == 0 {
                    return Ok(Written::Changed);
                }
                if loses_administrators && user::were_the_last(tx, &row.account_id, &[id]).await? {
                    return Ok(Written::LastAdministrator);
                }
                Ok(Written::Done)
            })
        })
        .await
        .map_err(taken)?;
    Ok((next, revision))
}

/// Deletes some; the account's revision after that. Users who have one lose what it gave.
pub async fn delete_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    kind: EntityKind,
    ids: &[i64],
) -> Result<i64> {
    let mut gone = Vec::with_capacity(ids.len());
    for id in ids {
        let entity = own(services, account, kind, *id).await?;
        changer.may_give(&gives(&entity))?;
        if !gone.iter().any(|other: &AccountEntity| other.entity_id == *id) {
            gone.push(entity);
        }
    }
    holds_none(services, changer, account, kind, ids).await?;
    let administrators: Vec<i64> = gone
        .iter()
        .filter(|entity| kind == EntityKind::Profile && entity.role() == Some(RoleType::Admin))
        .map(|entity| entity.entity_id)
        .collect();
    let now = services.clock.now();
    let events = gone
        .iter()
        .map(|entity| did(changer, entity, "deleted"))
        .collect();
    changer
        .write(services, &account.account_id, events, move |tx, _| {
            Box::pin(async move {
                for entity in &gone {
                    let id = entity.entity_id;
                    if store::account_entities::delete(tx, &entity.account_id, kind, id, now).await? == 0 {
                        return Ok(Written::Changed);
                    }
                }
                let account = gone.first().map(|entity| &entity.account_id);
                if let Some(account) = account.filter(|_| !administrators.is_empty())
                    && user::were_the_last(tx, account, &administrators).await?
                {
                    return Ok(Written::LastAdministrator);
                }
                Ok(Written::Done)
            })
        })
        .await
}

/// Refuses whoever changes a profile that they have themselves: nobody changes what they may do themselves (SEC-129).
async fn holds_none(
    services: &Services,
    changer: &Changer,
    account: &Account,
    kind: EntityKind,
    ids: &[i64],
) -> Result<()> {
    let (EntityKind::Profile, Some(own)) = (kind, changer.user) else {
        return Ok(());
    };
    let own = user::find(services, &account.account_id, own).await?;
    if own.profile.profile_ids.iter().any(|id| ids.contains(id)) {
        return Err(Error::BeyondOwn);
    }
    Ok(())
}

/// One that the account has made itself; nobody changes the others.
async fn own(services: &Services, account: &Account, kind: EntityKind, id: i64) -> Result<AccountEntity> {
    if built_in(account, kind)
        .iter()
        .any(|entity| entity.entity_id == id)
    {
        return Err(Error::BeyondOwn);
    }
    let found = store::account_entities::find(&services.db, &account.account_id, kind, id).await?;
    found
        .filter(|entity| !entity.deleted)
        .ok_or_else(|| unknown(kind, id))
}

/// What those of a kind may refer to.
async fn there(
    services: &Services,
    account: &Account,
    kind: EntityKind,
) -> Result<BTreeSet<(EntityKind, i64)>> {
    let mut there = BTreeSet::new();
    if kind == EntityKind::Skill {
        for kind in [EntityKind::Skill, EntityKind::AgentGroup] {
            let all = list(services, account, kind, false).await?;
            there.extend(all.into_iter().map(|entity| (kind, entity.entity_id)));
        }
    }
    Ok(there)
}

/// Name and content of a document, which refers to nothing but what is `there`.
async fn read(
    services: &Services,
    account: &Account,
    kind: EntityKind,
    id: i64,
    document: &Map<String, Value>,
    there: &BTreeSet<(EntityKind, i64)>,
) -> Result<(String, Map<String, Value>)> {
    let mut problems = Problems::default();
    let name = document
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
        .to_owned();
    problems.unless(
        (1..=255).contains(&name.chars().count()) && !name.chars().any(char::is_control),
        "name",
        &name,
        "1 to 255 characters without control characters",
    );
    let content = match fields::read(kind, document) {
        Ok(content) => content,
        Err(member) => {
            problems.push(member, None, "what the documents say of it");
            Map::new()
        }
    };
    let bytes = serde_json::to_string(&content).map_or(usize::MAX, |json| json.len());
    problems.unless(bytes <= LONGEST, "content", bytes, "at most 65536 bytes of JSON");
    match kind {
        EntityKind::Profile => {
            let role = content.get("roleTypeId").and_then(Value::as_i64);
            problems.unless(
                role.and_then(RoleType::of_number).is_some(),
                "roleTypeId",
                role.unwrap_or_default(),
                "1 to 5",
            );
        }
        EntityKind::AgentGroup => {
            let parent = content.get("parentGroupId").and_then(Value::as_i64);
            let parent = parent.unwrap_or(MAIN_GROUP);
            let sound = is_below_the_main_one(services, account, id, parent).await?;
            problems.unless(
                sound,
                "parentGroupId",
                parent,
                "another group, which isn't below this one",
            );
        }
        EntityKind::Skill => {
            for (kind, id) in &fields::references(&content) - there {
                problems.push(kind.as_str(), Some(id.to_string()), "one that the account has");
            }
        }
    }
    problems.finish()?;
    Ok((name, content))
}

/// Whether a group that is put below `parent` is below the main one, and not below itself.
async fn is_below_the_main_one(services: &Services, account: &Account, id: i64, parent: i64) -> Result<bool> {
    const DEEPEST: usize = 100;
    let mut above = parent;
    for _ in 0..DEEPEST {
        if above == MAIN_GROUP {
            return Ok(true);
        }
        if above == id {
            return Ok(false);
        }
        let found =
            store::account_entities::find(&services.db, &account.account_id, EntityKind::AgentGroup, above);
        let Some(group) = found.await?.filter(|group| !group.deleted) else {
            return Ok(false);
        };
        above = group
            .content
            .get("parentGroupId")
            .and_then(Value::as_i64)
            .unwrap_or(MAIN_GROUP);
    }
    Ok(false)
}

/// What it gives to whoever has it (SEC-129): an administrator's profile gives all.
pub(in crate::directory) fn gives(entity: &AccountEntity) -> Privileges {
    match (entity.kind, entity.role()) {
        (EntityKind::Skill | EntityKind::AgentGroup, _) => Privileges::default(),
        (EntityKind::Profile, Some(RoleType::Admin | RoleType::Lpa)) => {
            Privilege::ALL.iter().copied().collect()
        }
        (EntityKind::Profile, _) => entity.privileges(),
    }
}

/// What every account has.
fn built_in(account: &Account, kind: EntityKind) -> Vec<AccountEntity> {
    let entity = |id: i64, name: &str, content: Value| AccountEntity {
        account_id: account.account_id.clone(),
        kind,
        entity_id: id,
        name: name.to_owned(),
        deleted: false,
        content: match content {
            Value::Object(members) => members,
            _ => Map::new(),
        },
        created_at: account.created_at,
        updated_at: account.created_at,
    };
    match kind {
        EntityKind::Skill => Vec::new(),
        EntityKind::AgentGroup => vec![entity(
            MAIN_GROUP,
            "Main Group",
            json!({"parentGroupId": null, "isEnabled": true, "description": null}),
        )],
        EntityKind::Profile => RoleType::BUILT_IN
            .iter()
            .map(|role| {
                let content = json!({
                    "description": null,
                    "roleTypeId": role.number(),
                    "permissionPackages": [],
                    "permissions": role.privileges().numbers(),
                    "isAssignedToLPA": false,
                });
                entity(role.number(), role.name(), content)
            })
            .collect(),
    }
}

fn did(changer: &Changer, entity: &AccountEntity, what: &'static str) -> AuditEvent {
    let event = match (entity.kind, what) {
        (EntityKind::Skill, "created") => "skill.created",
        (EntityKind::Skill, "updated") => "skill.updated",
        (EntityKind::Skill, _) => "skill.deleted",
        (EntityKind::AgentGroup, "created") => "agent_group.created",
        (EntityKind::AgentGroup, "updated") => "agent_group.updated",
        (EntityKind::AgentGroup, _) => "agent_group.deleted",
        (EntityKind::Profile, "created") => "profile.created",
        (EntityKind::Profile, "updated") => "profile.updated",
        (EntityKind::Profile, _) => "profile.deleted",
    };
    let detail = json!({"id": entity.entity_id, "name": entity.name, "gives": gives(entity).numbers()});
    changer.by.did(&entity.account_id, event, None, detail)
}

/// A name that is taken, or no room.
fn taken(error: Error) -> Error {
    if matches!(&error, Error::Store(store::Error::Fault(why)) if why == FULL) {
        let mut problems = Problems::default();
        problems.push("name", None, format!("one of at most {MOST} of its kind"));
        return problems.finish().err().unwrap_or(error);
    }
    let is_taken = matches!(&error, Error::Invalid(_) | Error::Store(store::Error::Taken(_)));
    if !is_taken {
        return error;
    }
    let mut problems = Problems::default();
    problems.push("name", None, "one that no other of its kind has");
    problems.finish().err().unwrap_or(error)
}

fn unknown(kind: EntityKind, id: i64) -> Error {
    Error::NotFound {
        what: kind.as_str(),
        id: id.to_string(),
    }
}
