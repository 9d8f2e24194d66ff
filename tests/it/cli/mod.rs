//! Commands, as a process: what they print, and how they end.

mod account;
mod admin;
mod app_key;
mod audit;
mod backup;
mod claims;
mod client;
mod connect;
mod connector;
mod consumer;
mod doctor;
mod doctor_brand;
mod gateway;
mod imports;
mod key;
mod key_files;
mod sso;
mod user;
mod verifier_test;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Makes a client for the platform.
const PLATFORM_CLIENT: &[&str] = &[
    "client",
    "create",
    "--platform",
    "--id",
    "messaging",
    "--redirect-uri",
    "https://liveperson.net",
];

/// Makes the connector `brand` for that client, which gets a new secret for it.
const BRAND_CONNECTOR: &[&str] = &[
    "connector",
    "create",
    "--id",
    "brand",
    "--from-client",
    "messaging",
    "--new-secret",
];

/// A folder with a database, and the program in it.
struct Signet {
    folder: tempfile::TempDir,
}

impl Signet {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With the default account.
    fn with_account() -> Self {
        let signet = Self::new();
        signet.text(&["account", "create", "--name", "Acme Shop"]);
        signet
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_signet"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs with something on standard input.
    fn fed(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self.begun(arguments);
        // A program that takes none of it may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn begun(&self, arguments: &[&str]) -> std::process::Child {
        Command::new(env!("CARGO_BIN_EXE_signet"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What is printed for people.
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The one document that is printed for programs.
    fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.text(&arguments)).unwrap()
    }

    /// A path in the folder.
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A file in the folder; its path.
    fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Ends with that status, and says that on the way; what it printed.
    fn fails(&self, arguments: &[&str], status: i32, says: &str) -> String {
        let output = self.run(arguments);
        let (out, error) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {out}{error}");
        assert!(
            out.contains(says) || error.contains(says),
            "{arguments:?}: {out}{error}"
        );
        out
    }

    /// Status, and what stderr says.
    fn refused(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        assert!(output.stdout.is_empty(), "{output:?}");
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}
