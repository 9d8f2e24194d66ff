//! JWK sets, as clients publish and register them: no private member ever comes in.
#![no_main]

use jose::{Algorithm, EncryptionKey, JwkSet, KeyManagement, KeySet, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(set) = JwkSet::parse(bytes) else {
        assert!(JwkSet::parse_public(bytes).is_err() && JwkSet::parse_strictly(bytes).is_err());
        return;
    };
    let written = serde_json::to_value(&set).expect("it is JSON");
    for key in written["keys"].as_array().expect("keys") {
        assert!(
            ["d", "p", "q", "dp", "dq", "qi", "k", "oth"]
                .iter()
                .all(|name| key.get(name).is_none())
        );
    }
    for jwk in &set.keys {
        if let Ok(key) = PublicKey::from_jwk(jwk, None) {
            let again = PublicKey::from_spki_line(key.algorithm(), &key.to_spki_line());
            assert_eq!(again.expect("its own line").thumbprint(), key.thumbprint());
        }
    }
    for algorithm in Algorithm::ALL {
        let _ = KeySet::from_jwk_set(&set, Some(algorithm)).find(None);
    }
    for management in KeyManagement::ALL {
        let _ = EncryptionKey::choose(&set, management);
    }
});
