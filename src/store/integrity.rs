//! What must hold between rows, whatever was killed at whatever instant (SEC-170): statements that name those of which it
//! doesn't.

use super::query::FromRow;
use super::{Db, Query, Result, Row, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;

/// Something that no row may be.
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// What is wrong with a row that is found.
    pub broken: &'static str,
    /// What to do about it.
    pub mend: &'static str,
    find: fn(&AccountId, Timestamp) -> Query,
}

const RESTORE: &str = "restore the database from its backup, or ask the maintainers with this line";

/// What holds in every account that is in use.
pub const RULES: &[Rule] = &[
    Rule {
        table: "signing_keys",
        broken: "not one key is active of an algorithm that the account has signed with",
        mend: "signet key rotate --force --alg ALG: a new key signs",
        find: |account, _| {
            sql(
                "SELECT alg AS row_name FROM signing_keys WHERE account_id = $1 GROUP BY alg
                 HAVING COUNT(activated_at) > 0 AND SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END) <> 1",
            )
            .bind(account)
        },
    },
    Rule {
        table: "signing_keys",
        broken: "several keys of one algorithm wait to sign",
        mend: "signet key retire KID, for all but one",
        find: |account, _| {
            sql(
                "SELECT alg AS row_name FROM signing_keys WHERE account_id = $1 GROUP BY alg
                 HAVING SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END) > 1",
            )
            .bind(account)
        },
    },
    Rule {
        table: "signing_keys",
        broken: "a retired key has its private half still",
        mend: RESTORE,
        find: |account, _| {
            sql("SELECT kid AS row_name FROM signing_keys
                 WHERE account_id = $1 AND state = 'retired' AND private_key IS NOT NULL ORDER BY kid LIMIT 100")
            .bind(account)
        },
    },
    Rule {
        table: "signing_keys",
        broken: "a published key has no private half",
        mend: RESTORE,
        find: |account, _| {
            sql("SELECT kid AS row_name FROM signing_keys
                 WHERE account_id = $1 AND state <> 'retired' AND private_key IS NULL ORDER BY kid LIMIT 100")
            .bind(account)
        },
    },
    Rule {
        table: "signing_keys",
        broken: "a key was unpublished although a token that it signed lives",
        mend: "nothing brings the key back: those tokens fail until they end",
        find: |account, now| {
            sql("SELECT kid AS row_name FROM signing_keys
                 WHERE account_id = $1 AND state = 'retired' AND burnt_at IS NULL
                   AND (EXISTS (SELECT 1 FROM tokens WHERE tokens.account_id = $1 AND tokens.kid = signing_keys.kid
                                AND tokens.revoked_at IS NULL AND tokens.id_token_expires_at > $2)
                     OR EXISTS (SELECT 1 FROM signed_windows WHERE signed_windows.account_id = $1
                                AND signed_windows.kid = signing_keys.kid AND signed_windows.expires_at > $2))
                 ORDER BY kid LIMIT 100")
            .bind(account)
            .bind(now)
        },
    },
    Rule {
        table: "tokens",
        broken: "a token names a key that the account never had",
        mend: RESTORE,
        find: |account, _| {
            sql("SELECT DISTINCT family AS row_name FROM tokens
                 WHERE account_id = $1 AND kid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signing_keys
                       WHERE signing_keys.account_id = $1 AND signing_keys.kid = tokens.kid) LIMIT 100")
            .bind(account)
        },
    },
    Rule {
        table: "tokens",
        broken: "a living token is of a client that the account doesn't have",
        mend: "nothing takes it: it ends by itself",
        find: |account, now| {
            sql("SELECT DISTINCT family AS row_name FROM tokens
                 WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND NOT EXISTS (SELECT 1 FROM clients
                       WHERE clients.account_id = $1 AND clients.client_id = tokens.client_id) LIMIT 100")
            .bind(account)
            .bind(now)
        },
    },
    Rule {
        table: "tokens",
        broken: "a token speaks for a consumer whom the account doesn't have",
        mend: RESTORE,
        find: |account, _| {
            sql("SELECT DISTINCT family AS row_name FROM tokens
                 WHERE account_id = $1 AND sub IS NOT NULL AND NOT EXISTS (SELECT 1 FROM consumers
                       WHERE consumers.account_id = $1 AND consumers.sub = tokens.sub) LIMIT 100")
            .bind(account)
        },
    },
    Rule {
        table: "tokens",
        broken: "an orphan: the token hangs on a consent that isn't there",
        mend: RESTORE,
        find: |account, _| {
            sql("SELECT DISTINCT family AS row_name FROM tokens
                 WHERE account_id = $1 AND grant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants
                       WHERE grants.account_id = $1 AND grants.grant_id = tokens.grant_id) LIMIT 100")
            .bind(account)
        },
    },
    Rule {
        table: "tokens",
        broken: "one family is of several clients or consumers",
        mend: RESTORE,
        find: |account, _| {
            sql(
                "SELECT family AS row_name FROM tokens WHERE account_id = $1 GROUP BY family
                 HAVING COUNT(DISTINCT client_id) > 1 OR COUNT(DISTINCT sub) > 1 LIMIT 100",
            )
            .bind(account)
        },
    },
    Rule {
        table: "tokens",
        broken: "what a replayed code had bought was taken back in part",
        mend: "it ends by itself; tell the maintainers of it",
        find: |account, now| {
            sql("SELECT DISTINCT family AS row_name FROM tokens
                 WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND family IN
                       (SELECT family FROM tokens WHERE account_id = $1 AND code_digest IS NOT NULL
                               AND revoked_at IS NOT NULL) LIMIT 100")
            .bind(account)
            .bind(now)
        },
    },
];

/// What holds of an account that is deleted.
pub const RULES_OF_DELETED: &[Rule] = &[Rule {
    table: "signing_keys",
    broken: "a deleted account has a private key still",
    mend: RESTORE,
    find: |account, _| {
        sql("SELECT kid AS row_name FROM signing_keys
             WHERE account_id = $1 AND (private_key IS NOT NULL OR state <> 'retired') ORDER BY kid LIMIT 100")
        .bind(account)
    },
}];

impl Rule {
    /// The rows of an account that break it, by name.
    pub async fn find(&self, db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<String>> {
        let names: Vec<Name> = (self.find)(account, now).fetch_all(db).await?;
        Ok(names.into_iter().map(|Name(name)| name).collect())
    }
}

struct Name(String);

impl FromRow for Name {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("row_name")?))
    }
}

/// What SQLite finds damaged in its file, or pointing nowhere. PostgreSQL looks after itself: its own tools tell.
pub async fn damage(db: &Db) -> Result<Vec<String>> {
    let Db::Sqlite(sqlite) = db else {
        return Ok(Vec::new());
    };
    let mut database = sqlite.open().await?;
    let mut told: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut database)
        .await?;
    told.retain(|line| line != "ok");
    let pointing: Vec<(String, Option<i64>, String, i64)> = sqlx::query_as("PRAGMA foreign_key_check")
        .fetch_all(&mut database)
        .await?;
    let nowhere = |(table, row, parent, _): (String, Option<i64>, String, i64)| {
        let row = row.map_or_else(String::new, |row| format!(" {row}"));
        format!("{table} row{row} names a row of {parent} that isn't there")
    };
    told.extend(pointing.into_iter().map(nowhere));
    Ok(told)
}
