use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use super::super::events;
use super::super::lines::Lines;
use super::super::plain::Form;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The one line that `log` makes, without its time.
fn logged(log: impl FnOnce()) -> (String, Value) {
    let kept = Kept::default();
    let (lines, flush) = Lines::to(kept.clone(), Form::Json).unwrap();
    let subscriber = tracing_subscriber::registry().with(events(lines, Form::Json));
    tracing::subscriber::with_default(subscriber, log);
    drop(flush);
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let mut line: Value = serde_json::from_str(text.trim_end()).unwrap();
    let time = line.as_object_mut().unwrap().remove("timestamp").unwrap();
    assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
    (text, line)
}

#[test]
fn an_event_is_one_object_with_its_own_members_and_those_of_the_request() {
    let (text, line) = logged(|| {
        let request = tracing::info_span!("request", request_id = %"0c6f", ip = tracing::field::Empty);
        request.record("ip", "::1");
        let _within = request.enter();
        let none: Option<&str> = None;
        tracing::warn!(
            target: "audit", event = "token.issued", r#type = ?Some("a"), count = 3_u64, below = -3, share = 0.5, nothing = f64::NAN,
            is_new = true, none, "said {}", "aloud"
        );
    });
    assert!(text.starts_with(r#"{"timestamp":"20"#), "{text}");
    let expected = json!({
        "level": "WARN", "event": "token.issued", "type": "Some(\"a\")", "count": 3, "below": -3, "share": 0.5, "nothing": null,
        "is_new": true, "message": "said aloud", "target": "audit",
        "span": {"request_id": "0c6f", "ip": "::1", "name": "request"}
    });
    assert_eq!(line, expected);
}

#[test]
fn what_has_no_members_is_an_object_too() {
    let (_, line) = logged(|| {
        let _within = tracing::info_span!("job").entered();
        tracing::info!("done");
    });
    let span = json!({"name": "job"});
    assert_eq!(
        line,
        json!({"level": "INFO", "message": "done", "target": module_path!(), "span": span})
    );
}

#[test]
fn a_line_of_another_library_names_that_library() {
    let (_, line) = logged(|| {
        tracing::error!(
            log.target = "hyper::proto",
            log.line = 7,
            log.file = "io.rs",
            "gone"
        );
    });
    assert_eq!(
        line,
        json!({"level": "ERROR", "message": "gone", "target": "hyper::proto"})
    );
}

#[test]
fn sec_162_no_text_ends_its_string() {
    for text in ["\"", "\\", "\\\"", "a\"b\\c\nd\u{0}e\u{7f}\u{2028}é", ""] {
        let (_, line) = logged(|| tracing::info!(shown = %text, said = text, debugged = ?text, "{text}"));
        assert_eq!([&line["shown"], &line["said"], &line["message"]], [text; 3]);
        assert_eq!(line["debugged"], format!("{text:?}"));
    }
}
