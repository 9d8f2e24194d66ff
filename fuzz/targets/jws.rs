//! Signed tokens: bytes as they come are never accepted; what is signed by the right key, whatever it says, is accepted
//! only when its claims are what the policy asks for.
#![no_main]

use std::sync::LazyLock;

use jose::{Algorithm, Policy, PrivateKey, verify};
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    let pem = include_str!("../../crates/jose/tests/it/keys/ed25519.pkcs8.pem");
    PrivateKey::from_pem(Some(Algorithm::EdDSA), pem)
        .expect("a key")
        .with_kid("k")
});

const NOW: i64 = 1_800_000_000;

fuzz_target!(|bytes: &[u8]| {
    let policy = Policy::id_token("https://id.example.test", "client", NOW);
    if let Ok(token) = std::str::from_utf8(bytes) {
        assert!(
            verify(token, |_| Some(KEY.public()), &policy).is_err(),
            "nobody can forge"
        );
    }
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(claims)) = (parts.next(), parts.next()) else {
        return;
    };
    let token = KEY.sign_compact(header, claims).expect("signed");
    if let Ok(verified) = verify(&token, |_| Some(KEY.public()), &policy) {
        assert_eq!(verified.str("iss"), Some("https://id.example.test"));
        assert!(verified.audiences().contains(&"client"));
        assert!(verified.subject().is_some());
        assert!(verified.time("exp").is_some_and(|exp| exp > NOW));
        assert!(verified.time("iat").is_some());
    }
});
