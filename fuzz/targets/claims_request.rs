//! The `claims` parameter (OpenID Connect Core §5.5).
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::ClaimsRequest;

fuzz_target!(|text: &str| {
    let Ok(read) = ClaimsRequest::parse(text) else {
        return;
    };
    assert!(text.len() <= 4096, "at most 4 KiB (SEC-035)");
    let written = serde_json::to_string(&read).expect("it is JSON");
    // As a code carries it: what it says in full may be longer than what a request may say.
    let again: ClaimsRequest = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(serde_json::to_string(&again).ok(), Some(written));
    let _ = read.allows_subject("somebody");
});
