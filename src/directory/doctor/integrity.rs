//! Whether the rows agree with each other, and every key with itself (SEC-170).

use jose::{Jwk, PublicKey};

use super::Check;
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::directory::{Result, audit};
use crate::keys::{Sealer, open_private_key};
use crate::model::AccountStatus;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::integrity::{RULES, RULES_OF_DELETED};
use crate::store::{self, Db};

const RESTORE: &str = "restore the database from its backup";

/// Looks at every row that must agree with another. Without a sealer, keys stay closed, and that is told.
pub async fn integrity(db: &Db, sealer: Option<&Sealer>, now: Timestamp) -> Result<Vec<Check>> {
    let mut checks = vec![damage(db).await?];
    checks.extend(accounts(db, sealer, now).await?);
    checks.push(record(db).await?);
    Ok(checks)
}

async fn damage(db: &Db) -> Result<Check> {
    let mut check = Check::new("database");
    for line in store::integrity::damage(db).await? {
        check.wrong(db.kind(), line, RESTORE);
    }
    if db.kind() == "postgres" {
        check.note("PostgreSQL's files are looked at by its own tools: amcheck, pg_checksums");
    }
    Ok(check)
}

async fn accounts(db: &Db, sealer: Option<&Sealer>, now: Timestamp) -> Result<[Check; 2]> {
    let (mut keys, mut rows) = (Check::new("keys"), Check::new("rows"));
    if sealer.is_none() {
        keys.note("private halves were not opened: there is no sealing key");
    }
    for (account, status) in store::accounts::list_every(db).await? {
        let deleted = status == AccountStatus::Deleted;
        let rules = if deleted { RULES_OF_DELETED } else { RULES };
        for rule in rules {
            let check = if rule.table == "signing_keys" {
                &mut keys
            } else {
                &mut rows
            };
            for row in rule.find(db, &account, now).await? {
                check.wrong(place(&account, rule.table, &row), rule.broken, rule.mend);
            }
        }
        if !deleted {
            of_account(db, sealer, &account, &mut keys).await?;
        }
    }
    Ok([keys, rows])
}

fn place(account: &AccountId, table: &str, row: &str) -> String {
    format!("{account}: {table} {row}")
}

async fn of_account(db: &Db, sealer: Option<&Sealer>, account: &AccountId, check: &mut Check) -> Result<()> {
    let mut seen = Vec::new();
    for key in store::signing_keys::list(db, account).await? {
        let at = place(account, "signing_keys", key.kid.as_str());
        match public(&key) {
            Ok(public) if public.thumbprint() == key.kid.as_str() => {}
            Ok(_) => check.wrong(
                &at,
                "the key's id is not the thumbprint of its public half (RFC 7638)",
                RESTORE,
            ),
            Err(error) => check.wrong(&at, format!("the public half can't be read: {error}"), RESTORE),
        }
        if let Some(sealer) = sealer.filter(|_| key.state != KeyState::Retired && key.private_key.is_some()) {
            match open_private_key(sealer, &key) {
                Some(private) if private.sign_and_verify().is_ok() => {}
                Some(_) => check.wrong(&at, "the key signs what it doesn't verify", RESTORE),
                None => check.wrong(
                    &at,
                    "the private half can't be opened with the sealing key",
                    RESTORE,
                ),
            }
        }
        seen.push((key.kid, key.state));
    }
    let mut after = None;
    loop {
        let page = store::clients::list(db, account, after.as_ref(), 500).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.client_id.clone());
        for client in page {
            let Some(pasted) = client.settings.pasted_key else {
                continue;
            };
            let known = seen
                .iter()
                .any(|(kid, state)| *kid == pasted && *state != KeyState::Retired);
            if !known {
                check.wrong(
                    place(account, "clients", client.client_id.as_str()),
                    format!("its platform has the key {pasted} pasted, which is not published"),
                    "signet key cutover: choose a published key, and paste that",
                );
            }
        }
    }
}

fn public(key: &SigningKey) -> std::result::Result<PublicKey, jose::JwkError> {
    PublicKey::from_jwk(&Jwk::parse(key.public_jwk.as_bytes())?, Some(key.alg))
}

async fn record(db: &Db) -> Result<Check> {
    let mut check = Check::new("record");
    let mut chains = 0;
    for followed in audit::verify_all(db).await? {
        match followed {
            Ok(_) => chains += 1,
            Err(broken) => check.wrong(
                format!("{}: audit {}", broken.account_id, broken.seq),
                broken.to_string(),
                "somebody changed the record of changes: find out who may write to the database",
            ),
        }
    }
    check.note(format!("{chains} chains of the record of changes are unbroken"));
    Ok(check)
}
