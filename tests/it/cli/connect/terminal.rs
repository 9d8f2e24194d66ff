//! The guided command, on a terminal of the test's own.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::PASSWORD;
use super::gateway::with_olga;
use crate::server::program::Program;

/// Somebody at a terminal: the program there, what stands on the screen, and how much of it they have read.
struct Somebody {
    child: Child,
    seen: Arc<Mutex<String>>,
    read: usize,
}

impl Somebody {
    /// `script` (util-linux) is the terminal; what the program prints on stdout goes to a file.
    fn runs(program: &Program, arguments: &str) -> Self {
        let signet = env!("CARGO_BIN_EXE_signet");
        let typed = format!("'{signet}' {arguments} > done.json");
        // The environment of a program of ours, and its folder.
        let like = program.command(&[]);
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &typed, "/dev/null"])
            .current_dir(like.get_current_dir().unwrap())
            .env("SHELL", "/bin/sh")
            .envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = script.spawn().unwrap();
        let (mut screen, seen) = (child.stdout.take().unwrap(), Arc::new(Mutex::new(String::new())));
        let written = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                written.lock().unwrap().push_str(&text);
            }
        });
        Self { child, seen, read: 0 }
    }

    /// Waits for a question, and answers it.
    fn answers(&mut self, question: &str, answer: &str) {
        for _ in 0..400 {
            let seen = self.seen.lock().unwrap().clone();
            if let Some(at) = seen[self.read..].find(question) {
                self.read += at + question.len();
                // The echo is switched off after the question.
                std::thread::sleep(Duration::from_millis(200));
                let mut keys = self.child.stdin.as_ref().unwrap();
                keys.write_all(format!("{answer}\n").as_bytes()).unwrap();
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{question} isn't asked: {}", self.seen.lock().unwrap());
    }
}

#[test]
fn on_a_terminal_it_asks_for_what_it_is_not_told_and_does_nothing_before_that_is_agreed_to() {
    let (program, _serving, base) = with_olga();
    let second = [
        "client",
        "create",
        "--platform",
        "--id",
        "second",
        "--redirect-uri",
        "https://liveperson.net",
    ];
    assert!(program.run(&second).status.success());
    for agrees in [false, true] {
        let mut olga = Somebody::runs(&program, &format!("connect --domain-api {base} --json"));
        olga.answers("Account at the platform: ", "default");
        olga.answers("who may write connectors: ", "olga");
        olga.answers("Password of olga at the platform: ", PASSWORD);
        olga.answers(
            "whose login proves that it works (none, and no login is tried): ",
            "ana",
        );
        olga.answers("Password of ana here: ", PASSWORD);
        olga.answers("The platform's client here: ", "messaging");
        olga.answers("Go on? [y/N]: ", if agrees { "y" } else { "" });
        let status = olga.child.wait().unwrap();
        let screen = olga.seen.lock().unwrap().clone();
        assert_eq!(status.success(), agrees, "{screen}");
        assert!(screen.contains("make a new connector"), "{screen}");
        assert!(
            !screen.contains(PASSWORD),
            "what is secret isn't echoed: {screen}"
        );
        let listed: Value =
            serde_json::from_slice(&program.run(&["connector", "list", "--json"]).stdout).unwrap();
        let count = listed["connectors"].as_array().unwrap().len();
        assert_eq!(count, usize::from(agrees), "{screen}");
        let done = std::fs::read(program.path().join("done.json")).unwrap();
        if agrees {
            let done: Value = serde_json::from_slice(&done).unwrap();
            assert_eq!(done["verified"], json!(true), "{done}{screen}");
        } else {
            assert!(screen.contains("nothing was done"), "{screen}");
        }
    }
}
