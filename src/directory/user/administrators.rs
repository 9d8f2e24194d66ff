//! Whether somebody is left to administer an account's users (SEC-129). It is asked in the transaction of the change, after
//! it, and changes of one account take turns: of two who remove each other, one stays.

use std::collections::BTreeSet;

use crate::base::id::AccountId;
use crate::model::account_entity::EntityKind;
use crate::model::{RoleType, UserProfile};
use crate::store::{self, Result, Tx, account_entities, users};

/// Users that are read at once.
const PAGE: i64 = 1000;

/// Whether anybody who may log in has an administrator's profile.
pub(super) async fn remain(tx: &mut Tx<'_>, account: &AccountId) -> Result<bool> {
    Ok(look(tx, account, &[]).await?.is_some_and(|found| found))
}

/// Whether those profiles, which make nobody an administrator any more, made one of anybody, and nobody else is one.
pub(in crate::directory) async fn were_the_last(
    tx: &mut Tx<'_>,
    account: &AccountId,
    profiles: &[i64],
) -> Result<bool> {
    Ok(look(tx, account, profiles).await? == Some(false))
}

/// Whether there is an administrator; `None` where there is none, and nobody has one of the profiles that are `lost`.
async fn look(tx: &mut Tx<'_>, account: &AccountId, lost: &[i64]) -> store::Result<Option<bool>> {
    let own = account_entities::list_in(tx, account, EntityKind::Profile).await?;
    let own = own
        .iter()
        .filter(|profile| profile.role() == Some(RoleType::Admin));
    let administers: BTreeSet<i64> = own
        .map(|profile| profile.entity_id)
        .chain([RoleType::Admin.number()])
        .collect();
    let has = |profile: &UserProfile, of: &dyn Fn(&i64) -> bool| profile.profile_ids.iter().any(of);
    let (mut after, mut has_lost) = (None, false);
    loop {
        let page = users::list_enabled_in(tx, account, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(has_lost.then_some(false));
        };
        after = Some(last.user_id);
        for user in &page {
            if has(&user.profile, &|id| administers.contains(id)) {
                return Ok(Some(true));
            }
            has_lost |= has(&user.profile, &|id| lost.contains(id));
        }
    }
}
