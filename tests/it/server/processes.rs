//! The program as a process.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::program::Program;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn sec_174_at_sigterm_the_server_stops_with_status_0() {
    let program = Program::new();
    let mut serving = program.serve();
    serving.signal("TERM");
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reload_doesn_t_end_a_server_that_has_nothing_to_read_again() {
    let program = Program::new();
    let serving = program.serve();
    serving.signal("HUP");
    std::thread::sleep(Duration::from_millis(200));
    assert!(program.run(&["health"]).status.success());
}

#[test]
fn sec_161_no_line_of_the_log_holds_what_a_request_carried() {
    let program = Program::new();
    let mut serving = program.serve();
    let canary = "c4n4ry";
    for request in [
        format!("GET /authorize?code={canary}&login_hint={canary} HTTP/1.1\r\nCookie: s={canary}\r\n"),
        format!(
            "GET /{canary}?x={canary} HTTP/1.1\r\nAuthorization: Bearer {canary}\r\nReferer: http://{canary}/\r\n"
        ),
        format!(
            "POST /token?{canary}={canary} HTTP/1.1\r\nUser-Agent: {canary}\r\nX-Forwarded-For: {canary}\r\n"
        ),
        format!("GET //{canary} HTTP/1.1\r\nX-Request-Id: {canary}{canary}\r\n"),
        format!("{canary} / HTTP/1.1\r\n"),
    ] {
        let mut stream = TcpStream::connect(program.address).unwrap();
        stream
            .write_all(format!("{request}Host: localhost\r\nConnection: close\r\n\r\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
    serving.signal("TERM");
    serving.0.wait().unwrap();
    let log = program.log();
    assert!(log.matches("\"request\"").count() >= 5, "{log}");
    assert!(!log.contains(canary), "{log}");
    // SEC-162: one JSON object a line, in UTC.
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }
}

/// Whatever others write, and wherever they write it; with every part of the program talking as much as it can.
#[test]
fn sec_162_no_line_of_either_log_is_forged_or_acts_on_a_terminal() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{2028}\u{2029}\u{202e}\u{2066}\u{7}\u{b}\u{85}";
    let encoded: String = form_urlencoded::byte_serialize(format!("\0\r\n{hostile}").as_bytes()).collect();
    for format in ["json", "pretty"] {
        let program = Program::new()
            .with("SIGNET_LOG__FORMAT", format.to_owned())
            .with("SIGNET_LOG__LEVEL", "trace".to_owned());
        let mut serving = program.serve();
        let form = format!("csrf=x&username={encoded}&password={encoded}&interaction={encoded}");
        let length = form.len();
        for request in [
            format!("GET /{encoded}/{encoded} HTTP/1.1\r\nHost: localhost\r\n"),
            format!("GET /login?interaction={encoded}&{encoded}={encoded} HTTP/1.1\r\nHost: localhost\r\n"),
            format!(
                "GET /authorize?client_id={encoded}&redirect_uri={encoded}&state={encoded} HTTP/1.1\r\nHost: localhost\r\n"
            ),
            format!("GET /a/{encoded}/login HTTP/1.1\r\nHost: localhost\r\n"),
            format!("GET /{hostile}?{hostile} HTTP/1.1\r\nHost: localhost\r\n"),
            format!("GET / HTTP/1.1\r\nHost: {hostile}\r\n"),
            "GET /\0 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a\0b\r\n".to_owned(),
            format!(
                "GET /login HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {hostile}\r\nCookie: {hostile}\r\nX-Request-Id: {hostile}\r\nX-Forwarded-For: {hostile}\r\n"
            ),
            format!(
                "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: {hostile}\r\nAuthorization: Basic {hostile}\r\n"
            ),
            format!(
                "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
            ),
        ] {
            let body = if request.contains("Content-Length") {
                form.as_str()
            } else {
                ""
            };
            let mut stream = TcpStream::connect(program.address).unwrap();
            stream
                .write_all(format!("{request}Connection: close\r\n\r\n{body}").as_bytes())
                .unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            assert!(answer.starts_with(b"HTTP/1.1 "), "{request:?}");
        }
        serving.signal("TERM");
        serving.0.wait().unwrap();
        let log = program.log();
        assert!(log.contains("signet::access"), "{log}");
        for line in log.split_terminator('\n') {
            let active: Vec<char> = line
                .chars()
                .filter(|it| {
                    it.is_control() || matches!(it, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                })
                .collect();
            assert!(active.is_empty(), "{format}: {active:?} in {line:?}");
            let begins = if format == "json" {
                serde_json::from_str::<serde_json::Value>(line)
                    .is_ok_and(|line| line["timestamp"].is_string())
            } else {
                line.get(..4).is_some_and(|year| year.parse::<u16>().is_ok()) || line.starts_with("WARN ")
            };
            assert!(begins, "{format}: {line:?}");
        }
    }
}

#[test]
fn sec_153_a_second_server_on_the_same_file_is_refused() {
    let program = Program::new();
    let _serving = program.serve();
    let second = program.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        text(&second.stderr).contains("another signet serves data/signet.db already"),
        "{}",
        text(&second.stderr)
    );
    // Other commands work beside it.
    assert!(program.run(&["migrate"]).status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn sec_164_the_server_leaves_no_core_file() {
    let program = Program::new();
    let serving = program.serve();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", serving.0.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().filter(|word| *word == "0").count(),
        2,
        "{core}"
    );
}

#[test]
fn sec_175_a_wrong_setting_stops_the_start_before_anything_listens() {
    let program = Program::new();
    std::fs::write(program.path().join("signet.toml"), "[tokens]\ncode_tl = \"1m\"\n").unwrap();
    let refused = program.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("tokens.code_tl (signet.toml:2)") && told.contains("did you mean tokens.code_ttl?"),
        "{told}"
    );
    assert!(!program.path().join("data").exists());
}

#[test]
fn a_server_that_may_not_migrate_wants_it_done() {
    let program = Program::new().with("SIGNET_DATABASE__MIGRATE", "false".to_owned());
    for command in [&["serve", "--no-migrate"][..], &["serve"], &["account", "list"]] {
        let refused = program.run(command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        let told = text(&refused.stderr);
        assert!(told.contains("run `signet migrate`"), "{told}");
    }
    assert!(program.run(&["migrate"]).status.success());
    drop(program.serve());
}

#[test]
fn health_says_who_is_not_there() {
    let program = Program::new();
    let absent = program.run(&["health"]);
    assert_eq!(absent.status.code(), Some(1));
    assert!(
        text(&absent.stderr).contains("no answer from 127.0.0.1:"),
        "{}",
        text(&absent.stderr)
    );
}

#[test]
fn wrong_usage_is_status_2_and_explains_itself() {
    let program = Program::new();
    for arguments in [&[][..], &["serv"], &["serve", "--password", "x"], &["config"]] {
        let wrong = program.run(arguments);
        assert_eq!(wrong.status.code(), Some(2), "{arguments:?}");
        assert!(text(&wrong.stderr).contains("Usage"), "{arguments:?}");
    }
    assert_eq!(program.run(&["--help"]).status.code(), Some(0));
}

#[test]
fn programs_get_one_json_document() {
    let program = Program::new();
    for arguments in [
        &["config", "show", "--json"][..],
        &["--json", "config", "check"],
        &["config", "schema"],
        &["migrate", "--json"],
        &["config", "keys", "--json"],
    ] {
        let done = program.run(arguments);
        assert!(done.status.success(), "{arguments:?}: {}", text(&done.stderr));
        serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap();
    }
    let failed = program.run(&["health", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert!(document["error"].is_string());
}
