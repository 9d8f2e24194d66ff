//! People who haven't logged in for as long as their account allows are switched off (section 7.5 of the platform contract).

use std::time::Duration;

use super::{Changer, Draft, Wanted, update_all};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{By, Error, Result, account};
use crate::model::{Account, AccountStatus, User};
use crate::store;

/// Users that are switched off at once.
const PAGE: i64 = 200;

/// Switches off the inactive users of an account; how many. Whoever was changed lately, as by being switched on again, has as
/// long from there on. The last administrator stays.
pub async fn switch_off_inactive(services: &Services, account: &AccountId) -> Result<usize> {
    let account = account::find(services, Some(account)).await?;
    let Some(longest) = account.settings.user_inactivity_max else {
        return Ok(0);
    };
    if account.status != AccountStatus::Active {
        return Ok(0);
    }
    let before = services.clock.now() - Duration::from_secs(longest.into());
    let (mut after, mut done) = (None, 0);
    loop {
        let page =
            store::users::list_inactive(&services.db, &account.account_id, before, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(done);
        };
        after = Some(last.user_id);
        let people = page.into_iter().filter(User::takes_a_password).collect();
        done += switch_off(services, &account, people).await?;
    }
}

/// All of them, or, where that goes against one, one by one.
async fn switch_off(services: &Services, account: &Account, users: Vec<User>) -> Result<usize> {
    let changer = Changer::unlimited(By::system());
    let off = |user: &User| {
        let mut draft = Draft::from(user);
        draft.is_enabled = false;
        (user.clone(), Wanted::new(draft, None))
    };
    let all = users.iter().map(off).collect();
    match update_all(services, &changer, account, all).await {
        Ok(_) => return Ok(users.len()),
        Err(Error::Store(error)) => return Err(error.into()),
        Err(_) => {}
    }
    let mut done = 0;
    for user in &users {
        match update_all(services, &changer, account, vec![off(user)]).await {
            Ok(_) => done += 1,
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(account = %account.account_id, user = %user.user_id, %error, "an inactive user stays");
            }
        }
    }
    Ok(done)
}
