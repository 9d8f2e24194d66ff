//! Forms, queries and JSON bodies of requests: whatever is read can be written and read again to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::Parameters;

fuzz_target!(|bytes: &[u8]| {
    let _ = Parameters::from_json_object(bytes);
    let Ok(read) = Parameters::parse(bytes) else {
        return;
    };
    let encoded: Vec<String> = read
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let again = Parameters::parse(encoded.join("&")).expect("what was written by the book is read");
    assert!(read.iter().eq(again.iter()));
    for (name, value) in read.iter() {
        let count = read.iter().filter(|(other, _)| *other == name).count();
        let may_repeat = Parameters::REPEATABLE.contains(&name);
        assert_eq!(read.is_repeated(name), count > 1 && !may_repeat);
        assert_eq!(read.get(name).is_some(), count == 1 && !value.is_empty());
    }
});

/// Every byte in percent, which any reader of forms takes.
fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
