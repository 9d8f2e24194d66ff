//! Our own shape, which `export` writes:
//!
//! ```json
//! {"sub": "…", "username": "ana", "status": "active", "email": "ana@example.test", "name": "Ana Lee",
//!  "address": {"country": "ES"}, "customerInfo": {"ctype": "gold"}, "personalInfo": {"firstname": "Ana"},
//!  "password": "…", "password_hash": "$argon2id$…"}
//! ```
//!
//! Standard claims stand at the top. Everything may be missing but a `sub`, a `username` or an `email`.

use super::{Incoming, Members, hashed, plain};
use crate::directory::consumer::NewPassword;
use crate::model::{Draft, Refusal, claim};

pub(super) fn read(mut row: Members) -> Result<Incoming, Refusal> {
    let mut draft = Draft {
        sub: row.text("sub")?,
        username: row.text("username")?,
        status: status(row.text("status")?.as_deref())?,
        customer_info: row.take("customerInfo"),
        personal_info: row.take("personalInfo"),
        ..Draft::default()
    };
    for claim in claim::STANDARD {
        if let Some(value) = row.take(claim.name) {
            draft.claims.insert(claim.name.to_owned(), value);
        }
    }
    let password = password(
        row.text("password")?.as_deref(),
        row.text("password_hash")?.as_deref(),
    )?;
    match row.rest().into_iter().next() {
        // In a shape of our own, what is unknown is a slip of the pen.
        Some(unknown) => Err(Refusal::new(unknown, "is not a member of a consumer")),
        None => Ok(Incoming {
            draft,
            password,
            ignored: Vec::new(),
        }),
    }
}

pub(super) fn status(text: Option<&str>) -> Result<Option<crate::model::ConsumerStatus>, Refusal> {
    text.map(|text| {
        text.parse()
            .map_err(|_| Refusal::new("status", "must be active or disabled"))
    })
    .transpose()
}

pub(super) fn password(plain_text: Option<&str>, hash: Option<&str>) -> Result<Option<NewPassword>, Refusal> {
    match (plain_text, hash) {
        (Some(_), Some(_)) => Err(Refusal::new("password", "must not stand beside a password_hash")),
        (Some(text), None) => plain(text),
        (None, Some(text)) => hashed(text),
        (None, None) => Ok(None),
    }
}
