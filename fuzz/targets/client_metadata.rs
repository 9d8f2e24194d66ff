//! Registration requests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::ClientMetadata;

fuzz_target!(|bytes: &[u8]| {
    let Ok(metadata) = serde_json::from_slice::<ClientMetadata>(bytes) else {
        return;
    };
    let within = metadata.check_limits(false).is_ok();
    let written = serde_json::to_vec(&metadata).expect("it is JSON");
    let again: ClientMetadata = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(again, metadata);
    assert_eq!(again.check_limits(false).is_ok(), within);
});
