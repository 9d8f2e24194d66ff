//! Every command in the documents runs.
//!
//! The `sh` blocks of one document run in order, in one folder that holds what a reader has (`files/`), as they would
//! type them; `cargo run --release
//! --` stands for the binary under test, and servers go to the background until the document ends. Blocks marked
//! `console` can't: they need a container engine, or are the scripts that run these very tests.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod named;

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a reader's shell has beside the commands: the binary, a port of its own, and servers in the background.
const PRELUDE: &str = r#"
set -euo pipefail
servers=""
stop() { for pid in $servers; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done; servers=""; }
trap stop EXIT
cargo() { [ "$1 $2 $3" = "run --release --" ] || { echo "not a command for readers: cargo $*" >&2; return 2; }; shift 3; signet "$@"; }
curl() { local url=() word; for word in "$@"; do url+=("${word//localhost:8080/localhost:$PORT}"); done; command curl --fail "${url[@]}"; }
signet() {
    case "$1" in
    serve) stop; "$SIGNET" "$@" 2>>server.log & servers="$servers $!" ;;
    demo) stop; "$SIGNET" "$@" --listen "127.0.0.1:$PORT" >demo.out 2>>server.log & servers="$servers $!" ;;
    # Whoever reads has stopped their server: else it refuses.
    restore) stop; "$SIGNET" "$@"; return ;;
    *) "$SIGNET" "$@"; return ;;
    esac
    for _ in $(seq 300); do
        # The demo answers a moment before its manifest is there; what it prints comes after that.
        command curl -fsS "http://localhost:$PORT/health/ready" >/dev/null 2>&1 \
            && { [ "$1" = serve ] || [ -s demo.out ]; } && return
        sleep 0.1
    done
    echo "signet $1 did not become ready" >&2; cat server.log >&2; return 1
}
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The blocks of a document that are marked with `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let (mut found, mut open): (Vec<String>, Option<String>) = (Vec::new(), None);
    for line in text.lines() {
        match &mut open {
            Some(block) if line.trim() == "```" => found.push(std::mem::take(block)),
            Some(block) => {
                let _ = writeln!(block, "{line}");
                continue;
            }
            None if line.trim() == format!("```{language}") => {
                open = Some(String::new());
                continue;
            }
            None => continue,
        }
        open = None;
    }
    found
}

fn documents() -> Vec<PathBuf> {
    let docs = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = docs
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect();
    all.push(root().join("README.md"));
    all.sort();
    all
}

fn run(document: &Path) {
    let commands = blocks(&std::fs::read_to_string(document).unwrap(), "sh");
    if commands.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root().join("tests/documents/files")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let output = Command::new("bash")
        .arg("-c")
        .arg(format!("{PRELUDE}\n{}", commands.concat()))
        .current_dir(folder.path())
        .env("SIGNET", env!("CARGO_BIN_EXE_signet"))
        .env("PORT", port.to_string())
        .env("SIGNET_SERVER__LISTEN", format!("localhost:{port}"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: a command failed\n--- stdout\n{}\n--- stderr\n{}",
        document.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_command_of_the_readme_runs() {
    run(&root().join("README.md"));
}

#[test]
fn every_command_of_the_manual_runs() {
    for document in documents().iter().filter(|path| !path.ends_with("README.md")) {
        run(document);
    }
}

#[test]
fn what_is_not_run_needs_a_container_engine_or_runs_the_tests() {
    for document in documents() {
        for block in blocks(&std::fs::read_to_string(&document).unwrap(), "console") {
            assert!(
                block.contains("docker ") || block.contains("scripts/"),
                "{}: mark it sh, so that it runs:\n{block}",
                document.display()
            );
        }
    }
}

#[test]
fn a_command_that_fails_fails_its_document() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("wrong.md");
    std::fs::write(&document, "# Wrong\n\n```sh\nsignet nonsense\n```\n").unwrap();
    assert!(
        std::panic::catch_unwind(|| run(&document)).is_err(),
        "a wrong command went unnoticed"
    );
}
