//! The house rules of `src/` and `crates/`, held against the source text: imports run downwards, each library stays in
//! its rooms, SQL in the store, and files stay short. `floors.rs` has the tables; `scan.rs` reads the imports.
#![expect(clippy::expect_used, reason = "a test tells what it expected")]

mod files;
mod floors;
mod floors_tests;
mod scan;
mod scan_tests;
mod sql;

use files::{SourceFile, source_files};

/// Fails with one line per finding, so that one run names everything that there is to mend.
fn demand_nothing_of(findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{} against the house rules:\n{}\n",
        findings.len(),
        findings.join("\n")
    );
}

/// What `rule` finds in each file, with the file's name before it.
fn findings(rule: impl Fn(&SourceFile) -> Vec<String>) -> Vec<String> {
    source_files()
        .iter()
        .flat_map(|file| {
            rule(file)
                .into_iter()
                .map(|finding| format!("  {}:{finding}", file.path))
        })
        .collect()
}

#[test]
fn the_scan_sees_the_house() {
    let files = source_files();
    assert!(files.iter().any(|file| file.path == "src/lib.rs"));
    assert!(files.iter().any(|file| file.path == "crates/jose/src/lib.rs"));
}

/// `src/lib.rs` is what a newcomer reads first.
#[test]
fn the_map_names_every_room_and_every_library() {
    let files = source_files();
    let map = files
        .iter()
        .find(|file| file.path == "src/lib.rs")
        .map(|file| {
            file.text
                .lines()
                .filter(|line| line.starts_with("//!"))
                .collect::<String>()
        })
        .expect("the house has a map");
    let libraries = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("crates/")?.split('/').next());
    let rooms = files
        .iter()
        .filter_map(SourceFile::room)
        .chain(floors::FLOORS.iter().copied().flatten().copied());
    let mut unnamed: Vec<String> = rooms
        .chain(libraries)
        .filter(|name| *name != "main" && !map.contains(&format!("`{name}`")))
        .map(|name| format!("  src/lib.rs: says nothing of `{name}`"))
        .collect();
    unnamed.dedup();
    demand_nothing_of(&unnamed);
    let empty = floors::FLOORS
        .iter()
        .copied()
        .flatten()
        .filter(|room| !files.iter().any(|file| file.room() == Some(room)));
    demand_nothing_of(
        &empty
            .map(|room| format!("  floors.rs: no room is called `{room}`"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn imports_run_downwards() {
    demand_nothing_of(&findings(|file| {
        let Some(room) = file.room() else {
            return Vec::new();
        };
        if floors::floor(room).is_none() {
            return vec![format!(
                "1: `{room}` is no room of the house: give it a floor in tests/architecture/floors.rs"
            )];
        }
        let mut found: Vec<String> = scan::paths(&file.text, &file.module())
            .expect("a source file is Rust")
            .iter()
            .filter_map(|named| Some((named.line, floors::import(room, named.room()?).err()?)))
            .map(|(line, why)| format!("{line}: {why}"))
            .collect();
        found.dedup();
        found
    }));
}

#[test]
fn each_library_stays_in_its_rooms() {
    demand_nothing_of(&findings(|file| {
        let mut found: Vec<String> = scan::paths(&file.text, &file.module())
            .expect("a source file is Rust")
            .iter()
            .filter_map(|named| Some((named.line, floors::library(&file.path, named.library()?).err()?)))
            .map(|(line, why)| format!("{line}: {why}"))
            .collect();
        found.dedup();
        found
    }));
}

#[test]
fn sql_is_written_in_the_store_only() {
    demand_nothing_of(&findings(|file| {
        if file.path.starts_with("src/store/") {
            return Vec::new();
        }
        scan::texts(&file.text)
            .expect("a source file is Rust")
            .into_iter()
            .filter(|text| sql::is_statement(&text.content))
            .map(|text| {
                format!(
                    "{}: a statement outside `src/store`: give it a verb there, and call that",
                    text.line
                )
            })
            .collect()
    }));
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    demand_nothing_of(&findings(|file| {
        let lines = file.text.lines().count();
        if lines <= 500 || file.is_test() {
            return Vec::new();
        }
        vec![format!(
            "{lines}: longer than 500 lines: split it by what changes together"
        )]
    }));
}

#[test]
fn the_libraries_know_nothing_of_signet() {
    demand_nothing_of(&findings(|file| {
        if !file.path.starts_with("crates/") {
            return Vec::new();
        }
        (1..)
            .zip(file.text.lines())
            .filter(|(_, line)| line.to_lowercase().contains("signet"))
            .map(|(line, _)| {
                format!("{line}: a library in `crates/` could be published: take the word in as an argument")
            })
            .collect()
    }));
}
