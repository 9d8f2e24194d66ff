//! A table is read and checked whole, against the account's users too, and then written in one transaction: one row that is
//! refused, and nothing is imported.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use serde::Serialize;

use super::column::{COLUMNS, Column, Row};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::table::{Event, Metered, Table, Told};
use crate::directory::user::references::References;
use crate::directory::user::{Changer, Draft, Wanted, passwords, write};
use crate::directory::{self, By};
use crate::model::{Account, Identifier, Refusal, RoleType, User};
use crate::store;

/// The most rows of a table: all of them are there at once.
const MOST: usize = 1_000_000;
/// Users that are read at once.
const PAGE: i64 = 1000;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Lay a row over the user who has its login name already; such rows are refused otherwise.
    pub update: bool,
    /// Check everything, and import nothing.
    pub dry_run: bool,
}

/// How an import ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the table.
    pub read: u64,
    /// Users that are new.
    pub created: u64,
    /// Users who were there, and are as the row has them now.
    pub updated: u64,
    /// Rows that can't be imported.
    pub refused: u64,
    /// Whether the counts tell what was written; not so after a dry run, or where a row was refused.
    pub written: bool,
}

/// Why an import ended before its table did.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It can't be read as a table of users.
    #[error("{0}")]
    Table(String),
    /// It can't be written.
    #[error(transparent)]
    Directory(#[from] directory::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Directory(error.into())
    }
}

/// A row as it was read: its line, and what each cell says.
struct Given {
    line: u64,
    cells: Vec<(&'static Column, String)>,
}

/// Imports all rows of `source`, or none; `told` hears of each that is refused.
pub async fn import(
    services: &Services,
    by: &By,
    account: &Account,
    source: impl Read + Send + 'static,
    options: Options,
    told: Told,
) -> Result<Summary, Error> {
    let hearing = Told::clone(&told);
    let read = tokio::task::spawn_blocking(move || read(source, &hearing));
    let (rows, mut summary) = read
        .await
        .map_err(|error| Error::Table(error.to_string()))?
        .map_err(Error::Table)?;
    let mut taking = Taking::of(services, account, options.update).await?;
    let (mut made, mut changed) = (Vec::new(), Vec::new());
    for row in rows {
        let line = row.line;
        match taking.take(services, row).await? {
            Ok((None, wanted)) => made.push(wanted),
            Ok((Some(former), wanted)) => changed.push((former, wanted)),
            Err(refusals) => {
                summary.refused += 1;
                for Refusal { key, reason } in &refusals {
                    told(Event::Refused { line, key, reason });
                }
            }
        }
    }
    summary.created = made.len() as u64;
    summary.updated = changed.len() as u64;
    if summary.refused == 0 && !options.dry_run {
        let changer = Changer::unlimited(by.clone());
        write::save_all(services, &changer, account, made, changed, write::Notices::Left).await?;
        summary.written = true;
    }
    Ok(summary)
}

fn read(source: impl Read, told: &Told) -> Result<(Vec<Given>, Summary), String> {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    let (source, meter) = Metered::new(source);
    let mut table = Table::open(source, Column::named, &names.join(", "))?;
    let (mut rows, mut summary) = (Vec::new(), Summary::default());
    while let Some(row) = table.next()? {
        summary.read += 1;
        match row.cells {
            Ok(cells) => rows.push(Given {
                line: row.line,
                cells: cells
                    .into_iter()
                    .map(|(column, cell)| (*column, cell.to_owned()))
                    .collect(),
            }),
            Err(Refusal { key, reason }) => {
                summary.refused += 1;
                told(Event::Refused {
                    line: row.line,
                    key: &key,
                    reason: &reason,
                });
            }
        }
        if rows.len() > MOST {
            return Err(format!("a table of more than {MOST} rows"));
        }
        if summary.read % 500 == 0 {
            told(Event::Read {
                bytes: meter.total(),
                rows: summary.read,
            });
        }
    }
    told(Event::Read {
        bytes: meter.total(),
        rows: summary.read,
    });
    Ok((rows, summary))
}

/// What rows are held against: the account as it is, and the rows before.
struct Taking<'a> {
    account: &'a Account,
    references: References,
    update: bool,
    users: HashMap<String, User>,
    full_names: HashMap<String, String>,
    pids: HashMap<String, String>,
    seen: HashSet<String>,
}

impl<'a> Taking<'a> {
    async fn of(services: &Services, account: &'a Account, update: bool) -> Result<Self, Error> {
        let mut taking = Self {
            account,
            references: References::of(services, &account.account_id).await?,
            update,
            users: HashMap::new(),
            full_names: HashMap::new(),
            pids: HashMap::new(),
            seen: HashSet::new(),
        };
        let mut after = None;
        loop {
            let page = store::users::list(&services.db, &account.account_id, false, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(taking);
            };
            after = Some(last.user_id);
            for user in page {
                let name = canonical(&user.login_name);
                taking.full_names.insert(user.full_name.clone(), name.clone());
                if let Some(pid) = &user.pid {
                    taking.pids.insert(pid.clone(), name.clone());
                }
                taking.users.insert(name, user);
            }
        }
    }

    /// The user whom a row is about, where there is one, and who is wanted; or all that is wrong with the row.
    async fn take(
        &mut self,
        services: &Services,
        row: Given,
    ) -> Result<Result<(Option<User>, Wanted), Vec<Refusal>>, Error> {
        let refuse = |key: &str, reason: &str| Ok(Err(vec![Refusal::new(key, reason)]));
        let login_name = row.cells.iter().find(|(column, _)| column.name == "loginName");
        let Some((_, login_name)) = login_name else {
            return refuse("loginName", "is missing");
        };
        let name = canonical(login_name);
        if !self.seen.insert(name.clone()) {
            return refuse("loginName", "is that of a row before");
        }
        let former = self.users.get(&name).cloned();
        if former.is_some() && !self.update {
            return refuse("loginName", "is that of a user who is there already");
        }
        let mut wanted = Row {
            draft: former.as_ref().map_or_else(new_draft, Draft::from),
            password: None,
        };
        let mut refusals = Vec::new();
        for (column, cell) in &row.cells {
            refusals.extend(column.read(cell, &mut wanted).err());
        }
        let Row { mut draft, password } = wanted;
        // As `signet user create` has it: who has no other name is called as they log in.
        for field in [&mut draft.full_name, &mut draft.profile.nickname] {
            if field.is_empty() {
                field.clone_from(login_name);
            }
        }
        for (key, taken, value) in [
            ("fullName", &mut self.full_names, Some(&draft.full_name)),
            ("pid", &mut self.pids, draft.pid.as_ref()),
        ] {
            let Some(value) = value else { continue };
            match taken.get(value) {
                Some(owner) if *owner != name => refusals.push(Refusal::new(key, "is another user's")),
                _ => {
                    taken.insert(value.clone(), name.clone());
                }
            }
        }
        let mut problems = Problems::default();
        let mut settled = draft.clone();
        settled.settle(former.as_ref(), &self.references, services.clock.now());
        settled.check("", self.account, &self.references, &mut problems);
        let user = write::user(
            self.account,
            crate::model::UserId::from_number(1),
            settled,
            services.clock.now(),
        );
        passwords::check(
            services,
            self.account,
            &user,
            "",
            password.as_ref(),
            &mut problems,
        )
        .await?;
        if let Err(directory::Error::Invalid(problems)) = problems.finish() {
            let told = problems.into_iter().map(|problem| {
                let found = problem
                    .found
                    .map(|found| format!("found {found}; "))
                    .unwrap_or_default();
                Refusal::new(problem.key, format!("{found}allowed: {}", problem.allowed))
            });
            refusals.extend(told);
        }
        if !refusals.is_empty() {
            return Ok(Err(refusals));
        }
        let wanted = Wanted {
            password,
            ..Wanted::new(draft, None)
        };
        Ok(Ok((former, wanted)))
    }
}

fn new_draft() -> Draft {
    let mut draft = Draft::default();
    draft.profile.profile_ids = vec![RoleType::Agent.number()];
    draft
}

/// What a login name is known by; itself where it can't be one, which is refused later.
fn canonical(login_name: &str) -> String {
    let parsed = Identifier::parse(login_name);
    parsed.map_or_else(|_| login_name.to_owned(), |name| name.as_str().to_owned())
}
