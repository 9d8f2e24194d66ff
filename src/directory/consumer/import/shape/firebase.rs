//! A user of Firebase (`firebase auth:export users.json`, then `jq -c '.users[]' users.json`).

use passwords::FirebaseProject;

use super::{Incoming, Members, taken};
use crate::model::{ConsumerStatus, Draft, Refusal};

pub(super) fn read(mut row: Members, project: Option<&FirebaseProject>) -> Result<Incoming, Refusal> {
    let mut draft = Draft {
        sub: row.text("localId")?,
        ..Draft::default()
    };
    if row.truth("disabled")? == Some(true) {
        draft.status = Some(ConsumerStatus::Disabled);
    }
    row.claims(
        &[
            ("email", "email"),
            ("displayName", "name"),
            ("photoUrl", "picture"),
            ("phoneNumber", "phone_number"),
        ],
        &mut draft.claims,
    )?;
    row.truths(&[("emailVerified", "email_verified")], &mut draft.claims)?;
    let password = match (row.text("passwordHash")?, row.text("salt")?, project) {
        (None, _, _) => None,
        (Some(_), _, None) => {
            return Err(Refusal::new(
                "passwordHash",
                "needs the project's parameters: give them with --firebase FILE",
            ));
        }
        (Some(hash), salt, Some(project)) => {
            taken(project.hash_of(&hash, salt.as_deref().unwrap_or_default()))?
        }
    };
    Ok(Incoming {
        draft,
        password,
        ignored: row.rest(),
    })
}
