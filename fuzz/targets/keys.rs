//! Private keys from files that administrators import: PEM of three kinds, JWK, PKCS#8.
#![no_main]

use jose::{Algorithm, DecryptionKey, PrivateKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = PrivateKey::from_jwk(None, bytes);
    let _ = DecryptionKey::from_jwk(bytes);
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        let _ = PrivateKey::from_pkcs8_der(algorithm, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(key) = PrivateKey::from_pem(None, text) {
            key.sign_and_verify().expect("a key that is taken works");
        }
        let _ = DecryptionKey::from_pem(text);
    }
});
