//! Self-signed certificates.

use jose::{Algorithm, Certificate, PrivateKey, RsaBits};

#[test]
fn a_certificate_holds_the_key_and_is_the_same_each_time() {
    for algorithm in [
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ] {
        let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
        let make = || {
            Certificate::self_signed(&key, "https://id.example.test", 1_795_521_600, 2_110_000_000).unwrap()
        };
        let certificate = make();
        let spki = key.public().to_spki_der();
        let found = certificate.as_der().windows(spki.len()).any(|part| part == spki);
        assert!(found, "{algorithm}");
        assert!(certificate.to_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
        if matches!(algorithm, Algorithm::RS256 | Algorithm::EdDSA) {
            assert_eq!(certificate, make());
        }
    }
}
