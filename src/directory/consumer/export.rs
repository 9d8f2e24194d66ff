//! The inverse of an import: what it writes, an import takes, and makes the same consumers of.

use std::io::Write;

use engagement::{CustomerInfo, PersonalInfo};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::import::Format;
use crate::base::id::{AccountId, Subject};
use crate::context::Services;
use crate::directory::By;
use crate::directory::table::guarded;
use crate::model::claim::{ADDRESS_MEMBERS, ClaimType, STANDARD};
use crate::model::{Consumer, ConsumerStatus};
use crate::store;

/// Consumers that are read at a time.
const PAGE: i64 = 500;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What it is written to takes no more.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What to write.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In which form.
    pub format: Format,
    /// The hashes of passwords as well.
    pub password_hashes: bool,
}

/// Writes all consumers of an account, by their subjects, and tells how many; deleted ones are left out. `told` hears
/// the number as it grows. The record of changes tells that it was done, before it is.
pub async fn run(
    services: &Services,
    by: &By,
    account: &AccountId,
    options: Options,
    out: impl Write,
    told: impl Fn(u64),
) -> Result<u64, Error> {
    let Options {
        format,
        password_hashes,
    } = options;
    let event = by.did(
        account,
        "consumer.exported",
        None,
        json!({"password_hashes": password_hashes}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
        })
        .await?;
    let mut writer = Writer::open(out, format, password_hashes)?;
    let mut after: Option<Subject> = None;
    let mut exported = 0;
    loop {
        let page = store::consumers::list_with_passwords(&services.db, account, after.as_ref(), PAGE).await?;
        for row in &page {
            writer.write(&row.consumer, row.hash.as_deref().filter(|_| password_hashes))?;
            exported += 1;
        }
        told(exported);
        match page.into_iter().last() {
            Some(last) => after = Some(last.consumer.sub),
            None => break,
        }
    }
    writer.finish()?;
    Ok(exported)
}

enum Writer<W: Write> {
    Csv {
        out: Box<csv::Writer<W>>,
        with_hashes: bool,
    },
    JsonLines(W),
}

/// A line of JSON, in the import's own shape.
#[derive(Serialize)]
struct Row<'c> {
    sub: &'c Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'c str>,
    status: ConsumerStatus,
    #[serde(flatten)]
    claims: &'c Map<String, Value>,
    #[serde(rename = "customerInfo", skip_serializing_if = "Option::is_none")]
    customer_info: Option<&'c CustomerInfo>,
    #[serde(rename = "personalInfo", skip_serializing_if = "Option::is_none")]
    personal_info: Option<&'c PersonalInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_hash: Option<&'c str>,
}

impl<W: Write> Writer<W> {
    fn open(out: W, format: Format, with_hashes: bool) -> Result<Self, Error> {
        match format {
            Format::JsonLines => Ok(Self::JsonLines(out)),
            Format::Csv => {
                let mut out = Box::new(csv::Writer::from_writer(out));
                out.write_record(headings(with_hashes)).map_err(io)?;
                Ok(Self::Csv { out, with_hashes })
            }
        }
    }

    fn write(&mut self, consumer: &Consumer, hash: Option<&str>) -> Result<(), Error> {
        match self {
            Self::JsonLines(out) => {
                let row = Row {
                    sub: &consumer.sub,
                    username: consumer.username.as_deref(),
                    status: consumer.status,
                    claims: &consumer.claims,
                    customer_info: consumer.customer_info.as_ref(),
                    personal_info: consumer.personal_info.as_ref(),
                    password_hash: hash,
                };
                serde_json::to_writer(&mut *out, &row).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
            Self::Csv { out, with_hashes } => {
                let mut cells = cells(consumer);
                if *with_hashes {
                    cells.push(hash.unwrap_or_default().to_owned());
                }
                out.write_record(cells.into_iter().map(guarded)).map_err(io)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Self::JsonLines(mut out) => out.flush()?,
            Self::Csv { mut out, .. } => out.flush()?,
        }
        Ok(())
    }
}

fn io(error: csv::Error) -> Error {
    Error::Io(error.into())
}

fn headings(with_hashes: bool) -> Vec<String> {
    let mut headings: Vec<String> = ["sub", "username", "status"].map(str::to_owned).into();
    for claim in STANDARD {
        match claim.kind {
            ClaimType::Address => {
                headings.extend(ADDRESS_MEMBERS.iter().map(|member| format!("address.{member}")));
            }
            ClaimType::String | ClaimType::Boolean => headings.push(claim.name.to_owned()),
        }
    }
    headings.extend(["customerInfo", "personalInfo"].map(str::to_owned));
    if with_hashes {
        headings.push("password_hash".to_owned());
    }
    headings
}

fn cells(consumer: &Consumer) -> Vec<String> {
    let mut cells = vec![
        consumer.sub.to_string(),
        consumer.username.clone().unwrap_or_default(),
        consumer.status.to_string(),
    ];
    for claim in STANDARD {
        let value = consumer.claims.get(claim.name);
        match claim.kind {
            ClaimType::Address => {
                cells.extend(
                    ADDRESS_MEMBERS
                        .iter()
                        .map(|member| cell(value.and_then(|value| value.get(member)))),
                );
            }
            ClaimType::String | ClaimType::Boolean => cells.push(cell(value)),
        }
    }
    let json = |info: Option<serde_json::Result<String>>| info.and_then(Result::ok).unwrap_or_default();
    cells.push(json(consumer.customer_info.as_ref().map(serde_json::to_string)));
    cells.push(json(consumer.personal_info.as_ref().map(serde_json::to_string)));
    cells
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
