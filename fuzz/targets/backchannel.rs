//! What device and back-channel requests carry, and the codes that people type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{BindingMessage, UserCode};

fuzz_target!(|text: &str| {
    let _ = oauth::is_notification_token(text);
    assert!(oauth::requested_expiry(text).is_none_or(|seconds| seconds > 0));
    if let Ok(message) = BindingMessage::parse(text) {
        assert!(message.as_str().chars().count() <= BindingMessage::LONGEST);
        assert!(!message.as_str().chars().any(char::is_control));
    }
    if let Some(code) = UserCode::typed(text) {
        assert_eq!(
            UserCode::typed(&code.shown()).map(|code| code.letters()),
            Some(code.letters())
        );
    }
});
