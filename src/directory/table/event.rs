use std::sync::Arc;

/// What an import tells while it runs.
#[derive(Clone, Debug)]
pub enum Event<'e> {
    /// A row isn't imported.
    Refused {
        /// Where it begins in the file, from 1.
        line: u64,
        /// The key that is wrong; empty where it is the row as such.
        key: &'e str,
        /// What is wrong with it.
        reason: &'e str,
    },
    /// A row is imported, but not without a remark.
    Warned {
        /// Where it begins in the file, from 1.
        line: u64,
        /// The key that is meant.
        key: &'e str,
        /// The remark.
        message: &'e str,
    },
    /// So far has the file been read.
    Read {
        /// In bytes.
        bytes: u64,
        /// In rows, refused ones among them.
        rows: u64,
    },
}

/// Told of what happens, from whichever thread it happens on.
pub type Told = Arc<dyn Fn(Event<'_>) + Send + Sync>;
