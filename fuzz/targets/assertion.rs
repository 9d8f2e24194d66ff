//! Client assertions and request objects: whatever a client's own key signs, only what the policy asks for is taken; and
//! unsecured request objects, which some clients may send.
#![no_main]

use std::sync::LazyLock;

use jose::verify::{unsigned, unverified_claim};
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
    let issuer = "https://id.example.test";
    let policies = [
        Policy::client_assertion("client", NOW),
        Policy::request_object("client", issuer, NOW),
    ];
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = unverified_claim(text, "iss");
        if unsigned::is_unsigned(text) {
            for policy in &policies {
                let _ = unsigned::read(text, policy);
            }
        }
        for policy in &policies {
            assert!(
                verify(text, |_| Some(KEY.public()), policy).is_err(),
                "nobody can forge"
            );
        }
    }
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(header), Some(claims)) = (parts.next(), parts.next()) else {
        return;
    };
    let token = KEY.sign_compact(header, claims).expect("signed");
    for policy in &policies {
        if let Ok(verified) = verify(&token, |_| Some(KEY.public()), policy) {
            assert!(verified.time("exp").is_none_or(|exp| exp > NOW - 10));
            let _ = verified.audiences();
        }
    }
});
