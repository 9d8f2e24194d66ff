//! Password hashes as other products export them. None is run here: one that is too dear must not be read at all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passwords::StoredHash;

fuzz_target!(|text: &str| {
    if let Ok(hash) = StoredHash::parse(text) {
        let written = hash.to_string();
        let again = StoredHash::parse(&written).expect("its canonical form is read");
        assert_eq!(again.to_string(), written);
    }
});
