//! The consumers of accounts that a platform is connected with: whether their subjects are what others know of them (F-27).

use oauth::SubjectType;

use super::{Check, clients};
use crate::context::Services;
use crate::directory::{Result, connector};
use crate::model::{Account, Client};
use crate::store;

/// How many of an account are looked at: the first ones by their subjects. An import has one form for all.
const SOME: i64 = 1000;

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let mut check = Check::new("consumers");
    let mut seen = 0;
    for account in accounts {
        let all = clients(services, account).await?;
        let sees_subjects = |client: &&Client| {
            let subject_type = client
                .settings
                .subject_type
                .unwrap_or(account.settings.subject_type);
            client.platform && client.enabled && subject_type == SubjectType::Public
        };
        let Some(client) = all.iter().find(sees_subjects) else {
            continue;
        };
        let consumers = store::consumers::list(&services.db, &account.account_id, None, SOME).await?;
        seen += consumers.len();
        let mut known = consumers.iter().filter_map(|consumer| {
            let sub = consumer.sub.as_str();
            let username = consumer.username.as_deref();
            let is = connector::guessable(sub).or_else(|| connector::repeats(sub, &consumer.claims));
            is.or_else(|| {
                username
                    .is_some_and(|it| it.eq_ignore_ascii_case(sub))
                    .then_some("the name that they sign in with")
            })
        });
        if let Some(is) = known.next() {
            check.warn(
                account.account_id.as_str(),
                format!(
                    "{} of {} consumers have a sub that others know, such as {is}: it is guessed, and one day somebody else's (F-27)",
                    known.count() + 1,
                    consumers.len()
                ),
                format!(
                    "signet client update {} --set subject_type=pairwise shows opaque ones; whoever the platform knows is \
                     somebody new to it then, so before it is connected",
                    client.client_id
                ),
            );
        }
    }
    if seen == 0 {
        return Ok(Check::unchecked(
            "consumers",
            "no platform is told of any consumer's own subject",
        ));
    }
    check.note(format!("{seen} looked at, {SOME} of an account at the most"));
    Ok(check)
}
