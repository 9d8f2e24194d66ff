//! The life of signing keys, proved: as a machine in memory through thousands of random lives, and as processes that are
//! killed while consumers log in. A target of its own, since a minute of logins is a minute.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that can't go on fails"
)]

mod house;
mod leaks;
mod machine;
mod proof;

/// The databases of the other tests.
#[path = "../it/support"]
mod support {
    #[expect(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "less of it is needed here"
    )]
    pub(crate) mod db;
}
