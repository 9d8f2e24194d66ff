//! Settings: layers, what they refuse, and what is shown of them.

mod layers;
mod refusals;
mod shown;
mod values;

use std::path::PathBuf;

use signet::config::{Error, Loaded, Problem, Sources, load};

/// A folder with a `signet.toml` in it.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signet.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn loaded(text: &str) -> Loaded {
    let (_folder, path) = file(text);
    load(&Sources::file(Some(path))).unwrap()
}

fn problems(sources: &Sources) -> Vec<Problem> {
    match load(sources) {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("expected problems, got {other:?}"),
    }
}

/// The one problem of a file.
fn refused(text: &str) -> Problem {
    let (_folder, path) = file(text);
    let mut problems = problems(&Sources::file(Some(path)));
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}
