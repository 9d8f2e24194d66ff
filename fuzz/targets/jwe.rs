//! Encrypted tokens that come to us.
#![no_main]

use std::sync::LazyLock;

use jose::{DecryptionKey, Jwe};
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<DecryptionKey> = LazyLock::new(|| {
    DecryptionKey::from_pem(include_str!("../../crates/jose/tests/it/keys/p256.pkcs8.pem")).expect("a key")
});

fuzz_target!(|token: &str| {
    if let Ok(jwe) = Jwe::parse(token) {
        let _ = jwe.header();
        let _ = jwe.decrypt(&KEY);
    }
});
