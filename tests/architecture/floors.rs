//! The floors of the house, and where each library may be named. A change here is a change of the design.

/// From the roof down. A room may import what lies on a lower floor, and nothing else. `directory` lies below the
/// doors because administrators come through several of them (a command, the admin API, the demo), and each finds the
/// same rules there.
pub(crate) const FLOORS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["demo"],
    &["server"],
    &["provider", "consumer", "gateway", "admin", "jobs"],
    &["directory", "issue", "http"],
    &["mail"],
    &["context"],
    &["keys", "login"],
    &["store"],
    &["model", "config"],
    &["base"],
];

/// Rooms that only one other may enter, although more stand above them.
const ENTERED_ONLY_FROM: &[(&str, &str)] = &[("demo", "cli"), ("cli", "main")];

/// A library, and the only places that may name it.
struct Fence {
    library: &'static str,
    /// Beginnings of paths from the repository's root.
    places: &'static [&'static str],
    reason: &'static str,
}

const FENCES: &[Fence] = &[
    Fence {
        library: "axum",
        places: &[
            "src/provider/",
            "src/consumer/",
            "src/gateway/",
            "src/admin/",
            "src/jobs/",
            "src/http/",
            "src/server/",
            "src/demo/",
        ],
        reason: "only doors, `http`, `server` and `demo` speak HTTP; below them, answers and errors are plain types",
    },
    Fence {
        library: "axum_server",
        places: &["src/server/", "src/demo/"],
        reason: "listeners are the server's",
    },
    Fence {
        library: "sqlx",
        places: &["src/store/"],
        reason: "only the store touches a database",
    },
    Fence {
        library: "rusqlite",
        places: &["src/store/"],
        reason: "only the store touches a database",
    },
    Fence {
        library: "clap",
        places: &["src/cli/"],
        reason: "only `cli` reads the command line",
    },
    Fence {
        library: "jsonwebtoken",
        places: &["crates/jose/"],
        reason: "tokens are verified by `jose`, which pins algorithm, type, issuer and audience",
    },
    Fence {
        library: "rsa",
        places: &["crates/jose/"],
        reason: "`rsa` makes and converts keys, in one module of `jose`; its private-key operations leak time (RUSTSEC-2023-0071)",
    },
    Fence {
        library: "aws_lc_rs",
        places: &[
            "crates/jose/",
            "crates/oauth1/",
            "crates/passwords/",
            "src/keys/seal",
            "src/keys/form_sealer",
            "src/keys/recovery_codes",
            "src/keys/subject_sealer",
        ],
        reason: "cryptography is written in `jose`, `oauth1` (which signs with an HMAC), `passwords` and the sealing of keys, where it can be reviewed",
    },
    Fence {
        library: "bergshamra_dsig",
        places: &["crates/saml/"],
        reason: "XML signatures are verified by `saml`, which reads nothing but what was verified",
    },
    Fence {
        library: "lettre",
        places: &["crates/smtp/"],
        reason: "mail is put into its form and sent by `smtp`, in which no value can add a header",
    },
    Fence {
        library: "reqwest",
        places: &["crates/outbound/", "src/demo/", "src/cli/"],
        reason: "the server calls out through `outbound` only, which guards addresses, sizes and deadlines",
    },
];

/// How many floors above the ground a room stands; `None` if it is no room of the house.
pub(crate) fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().rev().position(|rooms| rooms.contains(&room))
}

/// May `from` import from `to`? The error says what to do about it.
pub(crate) fn import(from: &str, to: &str) -> Result<(), String> {
    if from == to {
        return Ok(());
    }
    let (Some(stands), Some(wanted)) = (floor(from), floor(to)) else {
        return Err(format!(
            "`{from}` imports `crate::{to}`, which is no room of the house: name the room that the thing lies in"
        ));
    };
    if let Some((_, only)) = ENTERED_ONLY_FROM
        .iter()
        .find(|(room, only)| *room == to && *only != from)
    {
        return Err(format!(
            "`{from}` imports `crate::{to}`, which is entered from `{only}` only"
        ));
    }
    match stands.cmp(&wanted) {
        std::cmp::Ordering::Greater => Ok(()),
        std::cmp::Ordering::Equal => Err(format!(
            "`{from}` imports `crate::{to}`, its neighbour on floor {stands}: what both need lies one floor down; \
             what must come back comes through the browser or the store"
        )),
        std::cmp::Ordering::Less => Err(format!(
            "`{from}` on floor {stands} imports `crate::{to}` on floor {wanted}: turn it round, so that `{to}` calls \
             `{from}` and hands down what that needs"
        )),
    }
}

/// May the file at `path` name `library`? The error says why not.
pub(crate) fn library(path: &str, library: &str) -> Result<(), String> {
    match FENCES.iter().find(|fence| fence.library == library) {
        Some(fence) if !fence.places.iter().any(|place| path.starts_with(place)) => {
            Err(format!("names `{library}`: {}", fence.reason))
        }
        _ => Ok(()),
    }
}
