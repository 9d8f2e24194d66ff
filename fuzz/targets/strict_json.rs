//! JSON as tokens carry it: stricter than the library's reader, and never different from it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(object) = jose::parse_object(bytes) {
        let plain: Value = serde_json::from_slice(bytes).expect("what the strict reader takes is JSON");
        assert_eq!(plain, Value::Object(object));
    }
});
