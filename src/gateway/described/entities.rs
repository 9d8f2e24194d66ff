//! Skills, agent groups and profiles.

use super::{UNCHANGED, USERS, answer, ids, object, objects, one_or_more, read, revised, sent, write};
use crate::http::openapi::{JSON, Operation, Verb};

/// They have the same operations.
macro_rules! entities {
    ($path:literal, $name:literal, $one:literal) => {
        &[
            revised(read(
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("list", $name, "s"),
                    concat!("An account's ", $one, "s."),
                ),
                &[answer(200, "All of them.", objects), UNCHANGED],
            )),
            revised(write(
                Verb::Post,
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("create", $name, "s"),
                    concat!("Make one ", $one, ", or all of an array."),
                ),
                Some(sent(JSON, one_or_more)),
                &[
                    answer(201, "As they are now.", one_or_more),
                    answer(200, "Those that were deleted.", objects),
                ],
            )),
            revised(write(
                Verb::Delete,
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("delete", $name, "s"),
                    concat!("Delete the ", $one, "s of an array of ids."),
                ),
                Some(sent(JSON, ids)),
                &[answer(200, "Those that are gone.", objects)],
            )),
            revised(read(
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (USERS, concat!("read", $name), concat!("One ", $one, ".")),
                &[answer(200, "It.", object), UNCHANGED],
            )),
            revised(write(
                Verb::Post,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (
                    USERS,
                    concat!("override", $name),
                    concat!("What X-HTTP-Method-Override names, done to one ", $one, "."),
                ),
                Some(sent(JSON, object)),
                &[answer(200, "As it is now.", one_or_more)],
            )),
            revised(write(
                Verb::Put,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (
                    USERS,
                    concat!("replace", $name),
                    concat!("Replace one ", $one, " as a whole."),
                ),
                Some(sent(JSON, object)),
                &[answer(200, "As it is now.", object)],
            )),
            revised(write(
                Verb::Delete,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (USERS, concat!("delete", $name), concat!("Delete one ", $one, ".")),
                None,
                &[answer(200, "What is gone.", objects)],
            )),
        ]
    };
}

/// Of skills.
pub(super) const SKILLS: &[Operation] = entities!("skills", "Skill", "skill");
/// Of agent groups.
pub(super) const GROUPS: &[Operation] = entities!("agentGroups", "AgentGroup", "agent group");
/// Of profiles.
pub(super) const PROFILES: &[Operation] = entities!("profiles", "Profile", "profile");
