//! What the rows of a file look like: our own shape, and those that other products export.

mod auth0;
pub(super) mod column;
mod django;
mod firebase;
mod keycloak;
mod members;
mod own;

use passwords::{FirebaseProject, Refusal as HashRefusal, StoredHash};
use secrecy::SecretString;
use serde_json::{Map, Value};

use self::members::Members;
use crate::directory::consumer::NewPassword;
use crate::model::{Draft, Refusal};

/// What a row says.
#[derive(Debug, Default)]
pub(in crate::directory::consumer) struct Incoming {
    pub(in crate::directory::consumer) draft: Draft,
    pub(in crate::directory::consumer) password: Option<NewPassword>,
    /// Members that say nothing to us.
    pub(in crate::directory::consumer) ignored: Vec<String>,
}

/// Reads JSON rows, each in the shape that it has.
#[derive(Debug)]
pub(super) struct Shapes {
    pub(super) firebase: Option<FirebaseProject>,
}

impl Shapes {
    /// The shape shows by members that no other one has.
    pub(super) fn read(&self, row: Map<String, Value>) -> Result<Incoming, Refusal> {
        let has = |names: &[&str]| names.iter().any(|name| row.contains_key(*name));
        if has(&["localId"]) {
            return firebase::read(Members::new(row), self.firebase.as_ref());
        }
        if has(&[
            "credentials",
            "createdTimestamp",
            "firstName",
            "emailVerified",
            "requiredActions",
        ]) {
            return keycloak::read(Members::new(row));
        }
        if has(&["user_id", "passwordHash", "custom_password_hash"]) {
            return auth0::read(Members::new(row));
        }
        if has(&["date_joined", "is_active"]) || (has(&["model"]) && has(&["fields"])) {
            return django::read(Members::new(row));
        }
        own::read(Members::new(row))
    }
}

/// A hash in any form that we read.
fn hashed(text: &str) -> Result<Option<NewPassword>, Refusal> {
    taken(StoredHash::parse(text))
}

fn taken(parsed: Result<StoredHash, HashRefusal>) -> Result<Option<NewPassword>, Refusal> {
    match parsed {
        Ok(hash) => Ok(Some(NewPassword::Hashed(Box::new(hash)))),
        // The other product says that there is none: so be it.
        Err(HashRefusal::NoPassword) => Ok(None),
        Err(refusal) => Err(Refusal::new("password_hash", refusal.to_string())),
    }
}

/// A password as it is typed.
fn plain(text: &str) -> Result<Option<NewPassword>, Refusal> {
    if StoredHash::parse(text).is_ok() {
        return Err(Refusal::new(
            "password",
            "looks like a hash: give it as password_hash",
        ));
    }
    Ok(Some(NewPassword::Plain(SecretString::from(text))))
}
