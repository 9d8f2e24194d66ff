//! The page that names tests names none that isn't there.
//!
//! `provider::prompts::a_name` is a test below tests/it, `jose::forgery::a_name` one of the crate `jose`, and
//! `tests/clients/node/fapi.mjs` a file.

use std::collections::BTreeSet;
use std::path::Path;

use crate::root;

const PAGE: &str = "docs/conformance.md";

/// The names of the tests of a file: functions marked as such, and those in the macro that makes one of each for both databases.
fn tests_of(source: &str) -> BTreeSet<&str> {
    let (mut found, mut marked, mut for_both) = (BTreeSet::new(), false, false);
    for line in source.lines() {
        let code = line.trim_start();
        if code.starts_with("on_both_databases!") {
            for_both = true;
        } else if line == "}" {
            for_both = false;
        } else if code.starts_with("#[test]") || code.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some(name) = function(code) {
            if marked || (for_both && line.starts_with("    async fn ")) {
                found.insert(name);
            }
            marked = false;
        }
    }
    found
}

fn function(code: &str) -> Option<&str> {
    let code = code.strip_prefix("async ").unwrap_or(code);
    code.strip_prefix("fn ")?.split('(').next()
}

/// Whether there is a test of that name, by its path from the root of a crate's tests.
fn is_there(named: &str) -> bool {
    let mut parts: Vec<&str> = named.split("::").collect();
    let name = parts.pop().unwrap_or_default();
    let below = |folder: &str, parts: &[&str]| {
        let module = root().join(folder).join(parts.join("/"));
        [module.with_extension("rs"), module.join("mod.rs")]
    };
    let mut files: Vec<_> = below("tests/it", &parts).into();
    if let [of, rest @ ..] = parts.as_slice() {
        for folder in ["tests/it", "tests"] {
            files.extend(below(&format!("crates/{of}/{folder}"), rest));
        }
    }
    let sources = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    sources.into_iter().any(|source| tests_of(&source).contains(name))
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What is wrong with a page that names tests: each name without a test, and each row of a table without a name.
fn wrong_with(page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        let rows = line.starts_with('|') && !line.starts_with("|---") && !line.contains("| shown by |");
        let mut names = 0;
        for word in quoted(line) {
            let is_file = word.starts_with("tests/") && Path::new(word).extension().is_some();
            if word.contains("::") && !is_there(word) {
                wrong.push(format!(
                    "{PAGE}:{number} names the test {word}, and there is none: name what took its place"
                ));
            } else if is_file && !root().join(word).is_file() {
                wrong.push(format!(
                    "{PAGE}:{number} names the file {word}, and there is none: name what took its place"
                ));
            }
            names += usize::from(is_file || word.contains("::"));
        }
        if rows && names == 0 {
            wrong.push(format!(
                "{PAGE}:{number} says something that no test shows: name one"
            ));
        }
    }
    wrong
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let wrong = wrong_with(&page);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let names = page
        .lines()
        .flat_map(quoted)
        .filter(|word| word.contains("::"))
        .count();
    assert!(
        names > 100,
        "only {names} tests are named: is the page read as it is written?"
    );
}

#[test]
fn a_name_without_a_test_is_told_with_its_line() {
    let page = "# X\n\n| what holds | shown by |\n|---|---|\n| a | `provider::prompts::sec_029_none_stands_alone` |\n\
                | b | `provider::prompts::sec_029_none_stands` |\n| c | `jose::forgery::is_there` |\n| d | `tests/clients/x.mjs` |\n\
                | e | `provider::nothing::at_all` |\n| f | |\n| g | `jose::forgery::a_token_of_ours_passes`, `tests/clients/run.sh` |\n\
                | h | `provider::prompts::last_seen` |\n";
    let lines: Vec<String> = wrong_with(page)
        .iter()
        .map(|it| {
            it.split_whitespace()
                .next()
                .unwrap()
                .rsplit(':')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(lines, ["6", "7", "8", "9", "10", "11", "12"]);
}
