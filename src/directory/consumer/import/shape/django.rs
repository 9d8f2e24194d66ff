//! A user of Django: `dumpdata auth.user` (`jq -c '.[]' users.json`), or the model's values alone. Its primary key is no
//! subject: it is short, and tells how many users there are.

use serde_json::Value;

use super::members::full_name;
use super::{Incoming, Members, hashed};
use crate::model::{ConsumerStatus, Draft, Refusal};

pub(super) fn read(mut row: Members) -> Result<Incoming, Refusal> {
    let mut ignored = Vec::new();
    if let Some(Value::Object(fields)) = row.take("fields") {
        ignored = std::mem::replace(&mut row, Members::new(fields)).rest();
    }
    let mut draft = Draft {
        username: row.text("username")?,
        ..Draft::default()
    };
    if row.truth("is_active")? == Some(false) {
        draft.status = Some(ConsumerStatus::Disabled);
    }
    row.claims(
        &[
            ("email", "email"),
            ("first_name", "given_name"),
            ("last_name", "family_name"),
        ],
        &mut draft.claims,
    )?;
    full_name(&mut draft.claims);
    let password = row
        .text("password")?
        .as_deref()
        .map(hashed)
        .transpose()?
        .flatten();
    ignored.extend(row.rest());
    Ok(Incoming {
        draft,
        password,
        ignored,
    })
}
