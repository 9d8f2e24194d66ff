//! What Signet is made of, and what it is packed into: licences, bans and sources of its dependencies, the image, and
//! the composition with PostgreSQL. The machines that build Signet need have neither cargo-deny nor a container engine, so
//! these tests hold `deny.toml`, `Dockerfile` and `docker-compose.yml` to the same rules without them.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test tells what it expected"
)]

mod compose;
mod dependencies;
mod dockerfile;
mod documents;
mod image;
mod spdx;
mod yaml;

use std::path::{Path, PathBuf};

/// A path from the repository's root.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Does this name look like a setting in the environment: `SIGNET_SECTION__KEY`?
fn is_setting(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.split('_').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            })
    };
    name.strip_prefix("SIGNET_")
        .is_some_and(|rest| rest.contains("__") && rest.split("__").all(part))
}

#[test]
fn a_settings_name_has_a_section_and_a_key() {
    assert!(is_setting("SIGNET_DATABASE__URL"));
    assert!(is_setting("SIGNET_KEYS__ROTATION__PUBLISH_AHEAD"));
    for wrong in [
        "SIGNET_DATABASE_URL",
        "SIGNET__URL",
        "SIGNET_DATABASE__",
        "SIGNET_Database__URL",
        "DATABASE__URL",
    ] {
        assert!(!is_setting(wrong), "{wrong}");
    }
}
