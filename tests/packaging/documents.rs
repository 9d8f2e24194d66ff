//! The documents: every link inside the repository leads somewhere, and every decision is in the list.

use std::path::{Path, PathBuf};

use crate::{read, repository};

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// The targets of `[text](target)` and `![text](target)`, those on the web apart.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
}

#[test]
fn every_link_leads_somewhere() {
    let mut found = vec![repository("keys/README.md")];
    documents(&repository("docs"), &mut found);
    found.extend(Some(repository("README.md")).filter(|readme| readme.exists()));
    for document in found {
        let text = std::fs::read_to_string(&document).expect("a document is UTF-8");
        for link in links(&text) {
            let path = link.split('#').next().unwrap_or_default();
            let target = document.parent().expect("a document lies in a folder").join(path);
            assert!(target.exists(), "{} links to {link}", document.display());
        }
    }
}

#[test]
fn every_decision_is_in_the_list() {
    let list = read("docs/decisions/README.md");
    let mut found = Vec::new();
    documents(&repository("docs/decisions"), &mut found);
    for document in found.iter().filter(|document| !document.ends_with("README.md")) {
        let name = document
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(list.contains(&format!("({name})")), "{name} isn't listed");
    }
}

#[test]
fn links_are_seen() {
    let text = "[a](b.md) ![c](d.png) [e](https://example.test/) [f](g.md#h)";
    assert_eq!(links(text).collect::<Vec<_>>(), ["b.md", "d.png", "g.md#h"]);
}
