//! `signet demo` as a process.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A demo that ends with its test.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
    command.args(arguments).current_dir(folder).env("TMPDIR", folder);
    command
}

fn start(folder: &Path, arguments: &[&str]) -> (Started, Value) {
    let manifest = folder.join("manifest.json");
    let mut command = command(folder, arguments);
    command.arg("--manifest").arg(&manifest);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Started(child);
    for _ in 0..600 {
        if let Ok(text) = std::fs::read_to_string(&manifest) {
            return (started, serde_json::from_str(&text).unwrap());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("not ready within thirty seconds");
}

/// Stops it, and returns what it said on stdout and stderr.
fn stop(mut started: Started, signal: &str) -> (String, String) {
    let id = started.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(started.0.wait().unwrap().code(), Some(0));
    let (mut out, mut err) = (String::new(), String::new());
    started.0.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    started.0.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (out, err)
}

/// The demo's folders in `folder`.
fn left(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| name.to_str().unwrap().starts_with("signet-demo-"))
        .count()
}

#[test]
fn it_says_what_to_open_and_nothing_else_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (started, manifest) = start(folder.path(), &["demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(left(folder.path()), 1);
    let (out, err) = stop(started, "INT");
    for text in [
        &manifest["brand_page"],
        &manifest["consumers"][0]["password"],
        &manifest["config_file"],
    ] {
        assert!(out.contains(text.as_str().unwrap()), "{out}");
    }
    assert!(out.contains("Ctrl-C") && !out.contains('\u{1b}'), "{out}");
    assert_eq!(err, "");
    assert_eq!(left(folder.path()), 0);
    assert!(!folder.path().join("manifest.json").exists());
}

#[test]
fn with_json_it_prints_the_manifest_and_other_commands_work_on_it() {
    let folder = tempfile::tempdir().unwrap();
    // A configuration that happens to lie here is somebody else's.
    std::fs::write(
        folder.path().join("signet.toml"),
        "[database]\nurl = \"sqlite://precious.db\"\n",
    )
    .unwrap();
    let (started, manifest) = start(folder.path(), &["demo", "--json", "--listen", "127.0.0.1:0"]);
    let config = manifest["config_file"].as_str().unwrap();
    for line in [
        "migrate --json",
        "config check",
        "config show",
        "account show",
        "client list --json",
        "key list --json",
        // Its redirect URI at the server's own origin is nothing new, and stays.
        "client update messaging-code --set leniency.legacy_error_names=true",
        "client rotate-secret backend",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = command(folder.path(), &arguments)
            .args(["--config", config])
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
    }
    let (out, err) = stop(started, "TERM");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), manifest);
    assert_eq!(err, "");
    assert!(!folder.path().join("precious.db").exists());
}

#[test]
fn a_port_that_is_taken_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    let output = command(folder.path(), &["demo", "--listen", &taken])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(
        err.contains(&format!("{taken} is taken")) && err.contains("--listen"),
        "{err}"
    );
    assert_eq!(left(folder.path()), 0);
}
