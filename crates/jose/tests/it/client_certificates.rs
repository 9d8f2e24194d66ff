//! Certificates of peers, and what they are called.

use jose::{Algorithm, Certificate, ClientCertificate, DistinguishedName, PrivateKey, RsaBits};

#[test]
fn names_compare_as_directories_do() {
    let name = |text: &str| text.parse::<DistinguishedName>();
    let ours = name("CN=shop,O=Acme,C=DE").unwrap();
    for same in [
        "cn=Shop, o=ACME, c=de",
        "2.5.4.3=shop,O=Acme,C=DE",
        "CN=shop ,O= Acme,C=DE",
        "CN=\\73hop,O=Acme,C=DE",
    ] {
        assert_eq!(name(same).unwrap(), ours, "{same}");
    }
    for other in [
        "C=DE,O=Acme,CN=shop",
        "CN=shop,O=Acme",
        "CN=shop+O=Acme,C=DE",
        "CN=shop2,O=Acme,C=DE",
    ] {
        assert_ne!(name(other).unwrap(), ours, "{other}");
    }
    assert_eq!(
        name("CN=a\\, b+UID=7").unwrap(),
        name("uid=7+cn=a\\2c  b").unwrap()
    );
    for wrong in ["", "shop", "CN=", "XY=shop", "CN=#0c04", "CN=a\\", "CN=a,,C=DE"] {
        assert!(name(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_certificate_tells_its_key_and_its_thumbprint() {
    for algorithm in [
        Algorithm::RS256,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ] {
        let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
        let own = Certificate::self_signed(&key, "shop", 0, 4_000_000_000).unwrap();
        let read = ClientCertificate::parse(own.as_der()).unwrap();
        assert_eq!(
            read.key_thumbprint(),
            Some(key.public().thumbprint().as_str()),
            "{algorithm}"
        );
        assert_eq!(read.thumbprint().len(), 43);
        assert!(read.is_called(&"CN=shop".parse().unwrap()));
        let mut longer = own.as_der().to_vec();
        longer.push(0);
        assert!(ClientCertificate::parse(&longer).is_err());
    }
    assert!(ClientCertificate::parse(b"no certificate").is_err());
}
