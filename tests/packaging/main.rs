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

use signet::config::{Error, Settings, Sources};

/// A path from the repository's root.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What the server makes of these environment variables, over its defaults. It refuses names that are no setting's.
fn settings(variables: impl IntoIterator<Item = (String, String)>) -> Result<Settings, Error> {
    let sources = variables
        .into_iter()
        .fold(Sources::default(), |sources, (name, value)| {
            sources.variable(&name, &value)
        });
    Settings::load(&sources)
}

#[test]
fn a_variable_that_is_no_setting_is_refused() {
    let variable = |name: &str| [(name.to_owned(), "0.0.0.0:8080".to_owned())];
    assert!(settings(variable("SIGNET_SERVER__LISTENS")).is_err());
    assert!(settings(variable("SIGNET_SERVER_LISTEN")).is_err());
}
