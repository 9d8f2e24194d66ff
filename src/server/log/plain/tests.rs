use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::layer::SubscriberExt as _;

use super::super::events;
use super::*;

/// Characters that forge lines, move cursors or turn text round.
const ACTIVE: [char; 20] = [
    '\0',
    '\u{7}',
    '\u{8}',
    '\t',
    '\n',
    '\r',
    '\u{b}',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{9d}',
    '\u{61c}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202e}',
    '\u{2066}',
    '\u{feff}',
    '\u{e0041}',
];

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the log makes of text that others wrote, however an event names it.
fn logged(form: Form, text: &str) -> String {
    let kept = Kept::default();
    let (lines, flush) = super::super::Lines::to(kept.clone(), form).unwrap();
    let subscriber = tracing_subscriber::registry().with(events(lines, form));
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("request", request_id = %text);
        let _within = span.enter();
        tracing::info!(shown = %text, said = text, debugged = ?text, "{text}");
    });
    drop(flush);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn sec_162_no_form_of_the_log_holds_a_character_that_acts() {
    for form in [Form::Json, Form::Text, Form::Coloured] {
        for active in ACTIVE {
            let text = format!("name{active}[31mINFO forged");
            let line = logged(form, &text);
            let (line, end) = line.split_at(line.len() - 1);
            assert_eq!(end, "\n");
            // The formatter's own colours.
            let plain = line
                .replace("\u{1b}[0m", "")
                .replace("\u{1b}[2m", "")
                .replace("\u{1b}[3m", "")
                .replace("\u{1b}[32m", "")
                .replace("\u{1b}[1m", "");
            let found: Vec<char> = plain.chars().filter(|character| is_active(*character)).collect();
            assert!(found.is_empty(), "{form:?} {active:?}: {found:?} in {line:?}");
            assert!(plain.contains("forged"), "{line:?}");
            if form == Form::Json {
                let json: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(json["shown"], text);
                assert_eq!(json["said"], text);
            }
        }
    }
}

#[test]
fn sec_162_what_is_no_danger_stays_as_it_is() {
    let text = "Ana Müller, 東京, 🙂 \\ \" ~";
    assert!(logged(Form::Text, text).contains(text));
    let json: serde_json::Value = serde_json::from_str(&logged(Form::Json, text)).unwrap();
    assert_eq!(json["shown"], text);
}

#[test]
fn sec_162_what_others_wrote_begins_no_line_of_its_own() {
    let mut lines = Vec::new();
    line(b"user a\r\nINFO forged\n", Form::Text, &mut lines);
    line(b"\xff\xfe", Form::Text, &mut lines);
    assert_eq!(
        String::from_utf8_lossy(&lines),
        "user a\\u{d}\\u{a}INFO forged\n\u{fffd}\u{fffd}\n"
    );
}
