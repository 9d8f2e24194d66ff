//! What is wrong with a house, and the mend: a file per check. Nothing here changes anything.

mod certificate;
mod clock;
mod connectors;
mod consumers;
mod integrity;
mod issuer;
mod keys;
mod lifetimes;
mod platform;

pub use integrity::integrity;

use serde::Serialize;

use super::Result;
use crate::context::Services;
use crate::model::Account;

/// Something that is wrong, or may be soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it fails somebody now; otherwise it may.
    pub fails: bool,
    /// Where: a setting, an account, a row by name.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
    /// What to do about it.
    pub mend: String,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing was found.
    Ok,
    /// Something may fail.
    Warning,
    /// Something fails.
    Wrong,
    /// It couldn't be made.
    Unchecked,
}

/// A check that was made, or couldn't be.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// How it went.
    pub verdict: Verdict,
    /// What it found.
    pub findings: Vec<Finding>,
    /// What is good to know besides; or why it couldn't be made.
    pub notes: Vec<String>,
}

impl Check {
    /// One that is to be made.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// One that can't be made.
    pub fn unchecked(name: &'static str, why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unchecked,
            notes: vec![why.into()],
            ..Self::new(name)
        }
    }

    /// Notes something that fails somebody.
    pub fn wrong(&mut self, place: impl Into<String>, problem: impl Into<String>, mend: impl Into<String>) {
        self.find(true, place.into(), problem.into(), mend.into());
    }

    /// Notes something that may fail somebody.
    pub fn warn(&mut self, place: impl Into<String>, problem: impl Into<String>, mend: impl Into<String>) {
        self.find(false, place.into(), problem.into(), mend.into());
    }

    /// Notes what is good to know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Takes over what another check found, at a place of its own.
    pub(super) fn take(&mut self, other: Self, place: &str) {
        for found in other.findings {
            self.find(
                found.fails,
                format!("{place}: {}", found.place),
                found.problem,
                found.mend,
            );
        }
    }

    fn find(&mut self, fails: bool, place: String, problem: String, mend: String) {
        self.verdict = match self.verdict {
            Verdict::Wrong => Verdict::Wrong,
            _ if fails => Verdict::Wrong,
            _ => Verdict::Warning,
        };
        self.findings.push(Finding {
            fails,
            place,
            problem,
            mend,
        });
    }
}

/// Looks at all that an open house can be asked.
pub async fn examine(services: &Services) -> Result<Vec<Check>> {
    let accounts = accounts(services).await?;
    Ok(vec![
        keys::check(services, &accounts).await?,
        lifetimes::check(services, &accounts).await?,
        clock::check(services).await,
        certificate::check(services),
        issuer::check(services, &accounts).await?,
        platform::check(services, &accounts).await?,
        Box::pin(connectors::check(services, &accounts)).await?,
        consumers::check(services, &accounts).await?,
    ])
}

/// Looks at keys alone.
pub async fn keys(services: &Services) -> Result<Check> {
    keys::check(services, &accounts(services).await?).await
}

/// All accounts that are in use.
async fn accounts(services: &Services) -> Result<Vec<Account>> {
    let mut all: Vec<Account> = Vec::new();
    loop {
        let after = all.last().map(|account| account.account_id.clone());
        let page = super::account::list(services, after.as_ref(), 500).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// All clients of an account.
async fn clients(services: &Services, account: &Account) -> Result<Vec<crate::model::Client>> {
    let mut all: Vec<crate::model::Client> = Vec::new();
    loop {
        let after = all.last().map(|client| client.client_id.clone());
        let page =
            crate::store::clients::list(&services.db, &account.account_id, after.as_ref(), 500).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
