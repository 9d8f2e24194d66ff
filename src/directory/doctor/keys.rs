//! Each account's keys: whether they sign, and whether their steps are taken in time; and whether the gateway's own can be
//! opened.

use std::time::Duration;

use super::Check;
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::Result;
use crate::directory::key::{Overview, overview};
use crate::keys::rotation::{Step, due};
use crate::keys::{Plan, open_private_key};
use crate::model::Account;
use crate::model::signing_key::{KeyState, SigningKey};

const RESTORE: &str =
    "restore the sealing key that belongs to this database, or the database from its backup";
const YEAR: Duration = Duration::from_hours(24 * 365);
/// A step that is due so long has been missed by every node.
const OVERDUE: Duration = Duration::from_mins(2);
/// How far a clock may be ahead.
const AHEAD: Duration = Duration::from_mins(5);

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let mut check = Check::new("keys");
    if accounts.is_empty() {
        check.warn(
            "accounts",
            "there is no account: nobody can sign in",
            "signet account create --name NAME",
        );
    }
    for account in accounts {
        let keys = overview(services, &account.account_id).await?;
        usable(services, account, &keys, &mut check);
        let plan = Plan::of(&account.settings, &services.settings.keys.rotation);
        in_time(account, &keys, &plan, services.clock.now(), &mut check);
    }
    for error in services.platform_keys.unusable().await? {
        check.wrong("this server's gateway", error.to_string(), RESTORE);
    }
    Ok(check)
}

fn usable(services: &Services, account: &Account, keys: &[Overview], check: &mut Check) {
    let id = &account.account_id;
    let default = account.settings.default_alg;
    if !keys
        .iter()
        .any(|it| it.key.state == KeyState::Active && it.key.alg == default)
    {
        check.wrong(
            id.as_str(),
            format!("no key signs with {default}, its default algorithm: nothing is issued"),
            format!("signet key rotate --force --account {id} --alg {default}"),
        );
    }
    for it in keys.iter().filter(|it| it.key.state != KeyState::Retired) {
        let opened = open_private_key(&services.sealer, &it.key);
        if opened.is_none_or(|private| private.sign_and_verify().is_err()) {
            check.wrong(
                format!("{id}: key {}", it.key.kid),
                format!(
                    "it is {} and can't be used: sealed under another key, or damaged",
                    it.key.state
                ),
                RESTORE,
            );
        }
    }
}

fn in_time(account: &Account, keys: &[Overview], plan: &Plan, now: Timestamp, check: &mut Check) {
    let id = &account.account_id;
    let published: Vec<SigningKey> = keys
        .iter()
        .filter(|it| it.key.state != KeyState::Retired)
        .map(|it| it.key.clone())
        .collect();
    for step in due(&published, plan, now - OVERDUE) {
        let (what, needed) = match &step {
            Step::Publish { alg, .. } => (format!("a new {alg} key is to be published"), false),
            Step::Activate { kid } => (format!("key {kid} is to begin signing"), false),
            Step::Retire { kid } => {
                let it = keys.iter().find(|it| it.key.kid == *kid);
                let needed = it.is_some_and(|it| it.living.tokens > 0 || !it.held_by.is_empty());
                (format!("key {kid} is to be retired"), needed)
            }
        };
        if !needed {
            check.warn(
                id.as_str(),
                format!("{what}, and no node does it"),
                "start signet serve; where it runs, its log says what hinders the rotation",
            );
        }
    }
    for it in keys {
        let SigningKey {
            kid,
            alg,
            created_at,
            activated_at,
            ..
        } = &it.key;
        let place = format!("{id}: key {kid}");
        match it.key.state {
            KeyState::Active if activated_at.unwrap_or(*created_at) + YEAR < now => check.warn(
                place,
                "it has signed for more than a year",
                "signet key rotate, or set keys.rotation.every; where a platform has it pasted, signet key cutover",
            ),
            KeyState::Pending if *created_at > now + AHEAD => check.warn(
                place,
                format!("it was published at {created_at}, which is still to come: some clock was ahead"),
                format!("signet key retire {kid}; the next one is made by itself, or by signet key generate"),
            ),
            KeyState::Active if activated_at.is_some_and(|at| at > now + AHEAD) => check.warn(
                place,
                "it began to sign at a time that is still to come: some clock was ahead, and the plan waits for it",
                "signet key rotate",
            ),
            _ => {}
        }
        if let (KeyState::Active | KeyState::Pending, Some((next, at))) = (it.key.state, &it.next) {
            check.note(format!("{id}: the {alg} key {kid} is to be {next} at {at}"));
        }
    }
    if plan.every.is_none() {
        check.note(format!(
            "{id}: keys are rotated by hand (keys.rotation.every is 0s)"
        ));
    }
}
