//! What imports of tables show while they run, and how much memory they take.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Signet;

/// Runs on a terminal of 100 columns, and tells what that was shown. `script` makes one, and copies what comes.
fn on_a_terminal(signet: &Signet, arguments: &str) -> String {
    let command = format!(
        "stty cols 100 rows 24; exec {} {arguments}",
        env!("CARGO_BIN_EXE_signet")
    );
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(signet.folder.path())
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    shown
}

/// A bar is drawn and drawn over: with the rows so far, and how much of the file they were.
fn shows_a_bar(signet: &Signet, arguments: &str, file: &str) {
    let length = std::fs::metadata(signet.path(file)).unwrap().len();
    let size = indicatif::HumanBytes(length);
    let shown = on_a_terminal(signet, arguments);
    assert!(
        shown.contains(" rows ") && shown.contains(&format!("/{size}")) && shown.contains('\u{2588}'),
        "{arguments}: {shown:?}"
    );
    // It is gone when the summary is told.
    let (_, after) = shown
        .rsplit_once("Imported.")
        .unwrap_or_else(|| panic!("{shown:?}"));
    assert!(!after.contains('\u{2588}'), "{shown:?}");

    // Nobody looks, or a program does.
    for arguments in [arguments.to_owned(), format!("{arguments} --json")] {
        let output = signet.run(&arguments.split(' ').collect::<Vec<_>>());
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(
            !told.contains(['\u{1b}', '\r', '\u{2588}']) && !told.contains(" rows "),
            "{arguments}: {told:?}"
        );
    }
    let programs = on_a_terminal(signet, &format!("{arguments} --json"));
    assert!(!programs.contains('\u{1b}'), "{programs:?}");
}

#[test]
fn consumers_are_imported_behind_a_bar_where_somebody_looks() {
    let signet = Signet::with_account();
    let mut rows = String::from("username\n");
    for row in 0..3000 {
        let _ = writeln!(rows, "user{row}");
    }
    signet.file("consumers.csv", &rows);
    shows_a_bar(&signet, "consumer import consumers.csv", "consumers.csv");
}

#[test]
fn users_are_imported_behind_a_bar_where_somebody_looks() {
    let signet = Signet::with_account();
    let mut rows = String::from("loginName,fullName,email,profileIds\n");
    for row in 0..300 {
        let _ = writeln!(rows, "user{row},User Number {row},user{row}@acme.example,2");
    }
    signet.file("users.csv", &rows);
    shows_a_bar(&signet, "user import users.csv --update", "users.csv");
}

/// Imports that many consumers into a database of their own; the most that was resident in memory, in KiB.
#[cfg(target_os = "linux")]
fn peak_of_an_import(rows: u32) -> u64 {
    let signet = Signet::with_account();
    let mut text = String::from("username,email,name\n");
    for row in 0..rows {
        let _ = writeln!(text, "user{row},user{row}@mail.example,Consumer Number {row}");
    }
    signet.file("consumers.csv", &text);
    drop(text);
    let mut child = signet.begun(&["consumer", "import", "consumers.csv", "--json"]);
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let most = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = peak.max(most.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["summary"]["created"], rows, "{output:?}");
    peak
}

/// `scripts/import-memory` does the same with a million.
#[cfg(target_os = "linux")]
#[test]
fn ten_times_as_many_consumers_take_no_more_memory() {
    let (few, many) = (peak_of_an_import(5_000), peak_of_an_import(50_000));
    println!("5,000 rows: {few} KiB; 50,000 rows: {many} KiB");
    // 45,000 rows of this file are 2.5 MB, and many times that as values.
    assert!(
        many < few + 6 * 1024,
        "{few} KiB for 5,000 rows, {many} KiB for 50,000"
    );
}
