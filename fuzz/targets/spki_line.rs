//! The one-line public key, as people paste it.
#![no_main]

use jose::{Algorithm, EncryptionKey, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    for algorithm in Algorithm::ALL {
        if let Ok(key) = PublicKey::from_spki_line(algorithm, line) {
            let again = PublicKey::from_spki_line(algorithm, &key.to_spki_line()).expect("our own line");
            assert_eq!(again.fingerprint(), key.fingerprint());
            let _ = key.to_jwk();
            assert!(!key.verify(b"message", b"signature"));
        }
    }
    let _ = EncryptionKey::from_spki_line(line);
});
