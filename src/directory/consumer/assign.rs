use serde_json::{Map, Value};

use super::import::{Column, Incoming};
use crate::directory::{Assignment, Error, Result};
use crate::model::draft::{Draft, Refusal};

/// Sets members of a consumer by their text, as an import's columns do: `name=Ana Lee`, `address.country=ES`,
/// `customerInfo.ctype=gold`. An empty text unsets one.
///
/// Who changes an address or a telephone number without saying that it is verified, has not verified it (SEC-092).
pub fn assign(draft: &mut Draft, given: &[Assignment]) -> Result<()> {
    let mut refusals = Vec::new();
    let mut row = Incoming {
        draft: std::mem::take(draft),
        ..Incoming::default()
    };
    for Assignment { key, given } in given {
        let text = given.to_string();
        match Column::parse(key) {
            None | Some(Column::Sub | Column::Password | Column::PasswordHash) => {
                let allowed = "can't be set: take username, status, a standard claim, address.MEMBER, customerInfo.MEMBER \
                               or personalInfo.MEMBER";
                refusals.push(Refusal::new(key, allowed));
            }
            Some(column) if text.is_empty() => column.clear(&mut row.draft),
            Some(column) => refusals.extend(column.read(&text, &mut row).err()),
        }
    }
    *draft = row.draft;
    unverify(draft, |key| given.iter().any(|assignment| assignment.key == key));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

/// Changes those claims of a consumer that are named: a null takes one away (RFC 7396). Verification ends as it does in
/// [`assign`].
pub fn merge(draft: &mut Draft, claims: Map<String, Value>) {
    unverify(draft, |key| claims.contains_key(key));
    for (name, value) in claims {
        if value.is_null() {
            draft.claims.remove(&name);
        } else {
            draft.claims.insert(name, value);
        }
    }
}

/// Takes back that an address or a number is verified which is named without that.
fn unverify(draft: &mut Draft, is_named: impl Fn(&str) -> bool) {
    for (value, verified) in [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ] {
        if is_named(value) && !is_named(verified) {
            draft.claims.remove(verified);
        }
    }
}
