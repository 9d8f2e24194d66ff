//! The source files that the rules are about.

use std::{fs, path::Path};

/// One file of `src/` or `crates/*/src/`.
pub(crate) struct SourceFile {
    /// From the repository's root, with `/` between: `src/store/codes.rs`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// The room of the house that this file lies in: `src/store/codes.rs` → `store`, `src/main.rs` → `main`.
    /// None for `src/lib.rs`, which is the map of the rooms, and for the libraries.
    pub(crate) fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split('/').next()?;
        let room = room.strip_suffix(".rs").unwrap_or(room);
        (room != "lib").then_some(room)
    }

    /// The module that this file is: `src/store/codes.rs` → `["store", "codes"]`; `mod.rs`, `lib.rs` and `main.rs`
    /// add nothing.
    pub(crate) fn module(&self) -> Vec<String> {
        let inside = self.path.rsplit_once("src/").map_or("", |(_, inside)| inside);
        let inside = inside.strip_suffix(".rs").unwrap_or(inside);
        inside
            .split('/')
            .filter(|part| !matches!(*part, "mod" | "lib" | "main"))
            .map(str::to_owned)
            .collect()
    }

    /// Tests that stand in a file of their own.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.ends_with("_tests.rs") || self.path.contains("/tests/")
    }
}

/// All of them, in the order of their paths.
pub(crate) fn source_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, &root.join("src"), &mut files);
    for library in fs::read_dir(root.join("crates")).expect("crates/ lies beside src/") {
        collect(
            root,
            &library.expect("crates/ can be listed").path().join("src"),
            &mut files,
        );
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("a source folder can be listed").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("the folder lies below the root");
            files.push(SourceFile {
                path: relative.to_string_lossy().replace('\\', "/"),
                text: fs::read_to_string(&path).expect("a source file is UTF-8"),
            });
        }
    }
}
