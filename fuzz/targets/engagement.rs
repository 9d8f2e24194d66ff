//! customerInfo, personalInfo and the claim that carries them.
#![no_main]

use engagement::{CustomerInfo, LpSdes, PersonalInfo};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let _ = LpSdes::parse(&value);
    if let Ok(parsed) = CustomerInfo::parse(&value) {
        let written = serde_json::to_value(&parsed.value).expect("it is JSON");
        let again = CustomerInfo::parse(&written).expect("what was written is read");
        assert_eq!(serde_json::to_value(&again.value).ok(), Some(written));
    }
    if let Ok(parsed) = PersonalInfo::parse(&value) {
        let written = serde_json::to_value(&parsed.value).expect("it is JSON");
        let again = PersonalInfo::parse(&written).expect("what was written is read");
        assert_eq!(serde_json::to_value(&again.value).ok(), Some(written));
    }
});
