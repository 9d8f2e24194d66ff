//! JSON as programs send it to the admin API: what is read has one meaning, and can be written and read again to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The server's own file: it needs nothing of the rest.
#[rustfmt::skip]
#[path = "../../src/http/json.rs"]
mod json;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = json::read(bytes) else {
        return;
    };
    let again = json::read(value.to_string().as_bytes()).expect("what was written by the book is read");
    assert_eq!(again, value);
    // The library reads the same: this one refuses more, and never less.
    serde_json::from_slice::<serde_json::Value>(bytes).expect("no more is taken than is JSON");
});
