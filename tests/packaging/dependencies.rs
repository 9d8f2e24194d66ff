//! `deny.toml`, held without the tool: every package that this platform builds has an allowed licence; no package of the
//! lock file, whatever the platform, is banned or comes from elsewhere than the registry.

use std::process::Command;

use serde_json::Value;
use toml::Table;

use crate::{read, repository, spdx};

fn deny() -> Table {
    read("deny.toml").parse().expect("deny.toml is TOML")
}

/// The texts of a list such as `licenses.allow`.
fn list(section: &str, key: &str) -> Vec<String> {
    deny()[section][key]
        .as_array()
        .unwrap_or_else(|| panic!("deny.toml has {section}.{key}"))
        .iter()
        .map(|entry| {
            entry
                .get("name")
                .unwrap_or(entry)
                .as_str()
                .expect("an entry has a name")
                .to_owned()
        })
        .collect()
}

/// The packages of the lock file, as tables with `name`, `version` and, unless they are ours, `source`.
fn locked() -> Vec<Table> {
    let lock: Table = read("Cargo.lock").parse().expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array().expect("it lists packages");
    assert!(packages.len() > 100, "the whole tree is there");
    packages
        .iter()
        .map(|package| package.as_table().expect("a package is a table").clone())
        .collect()
}

/// The packages that are built on this platform, as `cargo metadata` describes them. Others' may not be downloaded.
fn built() -> Vec<Value> {
    let cargo = env!("CARGO");
    let version = Command::new(cargo).arg("-vV").output().expect("cargo runs");
    let version = String::from_utf8(version.stdout).expect("cargo speaks UTF-8");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo knows its host");
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--locked",
            "--filter-platform",
            host,
        ])
        .current_dir(repository(""))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    metadata["packages"]
        .as_array()
        .expect("it lists packages")
        .clone()
}

#[test]
fn every_package_that_is_built_has_an_allowed_licence() {
    let allow = list("licenses", "allow");
    let refused: Vec<String> = built()
        .iter()
        .filter(|package| {
            let licence = package["license"].as_str().unwrap_or_default();
            !spdx::is_met(licence, &|name| allow.iter().any(|allowed| allowed == name))
        })
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(
        refused.is_empty(),
        "not in deny.toml's licenses.allow:\n{}",
        refused.join("\n")
    );
}

#[test]
fn every_crate_of_ours_says_its_licence() {
    for package in built().iter().filter(|package| package["source"].is_null()) {
        assert_eq!(package["license"], "Apache-2.0", "{}", package["name"]);
    }
    assert!(read("LICENSE").contains("Version 2.0, January 2004"));
}

#[test]
fn no_banned_package_is_in_the_tree() {
    let banned = list("bans", "deny");
    assert!(banned.iter().any(|name| name == "openssl-sys"));
    let found: Vec<String> = locked()
        .iter()
        .map(|package| package["name"].as_str().expect("a package has a name").to_owned())
        .filter(|name| banned.contains(name))
        .collect();
    assert!(
        found.is_empty(),
        "banned in deny.toml: {found:?}; `cargo tree -i NAME` says who brings it"
    );
}

#[test]
fn every_package_comes_from_the_registry_or_from_here() {
    let sources = deny();
    let sources = &sources["sources"];
    assert_eq!(sources["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(sources["unknown-git"].as_str(), Some("deny"));
    let registries = list("sources", "allow-registry");
    for package in locked() {
        let Some(source) = package.get("source").and_then(|source| source.as_str()) else {
            continue;
        };
        let known = source
            .strip_prefix("registry+")
            .is_some_and(|url| registries.iter().any(|allowed| allowed == url));
        assert!(known, "{} comes from {source}", package["name"]);
    }
}

#[test]
fn every_ignored_advisory_has_a_reason() {
    let deny = deny();
    for advisory in deny["advisories"]["ignore"].as_array().expect("a list") {
        let reason = advisory
            .get("reason")
            .and_then(|reason| reason.as_str())
            .unwrap_or_default();
        assert!(reason.len() > 40, "{advisory} is ignored, and why?");
    }
}
