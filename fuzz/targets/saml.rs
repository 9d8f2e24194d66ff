//! SAML responses, as they are posted or in XML. The seeds are signed by a key that was thrown away: whatever is believed is
//! what it signed, wherever it was put and whatever was put around it (SEC-110, SEC-111).
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use saml::{AuthnRequest, Expected, LARGEST};

/// The certificate of that key, in DER.
static CERTIFICATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    STANDARD
        .decode(concat!(
            "MIIBFTCBu6ADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCGlkcC50ZXN0MCAXDTI2MTEyNDAwMDAwMFoYDzIxMjYx",
            "MDMxMDAwMDAwWjATMREwDwYDVQQDDAhpZHAudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABP8YCCStku+5dVqSUb8L",
            "VG81LxDa/N/vVjs0dAJh3U9ZfF7VjxyGQwEXIhRUYmyo4BkVzem8I5mpGGtFfn38/CkwCgYIKoZIzj0EAwIDSQAwRgIhAOmm",
            "ztWpiQmW8KfAnpKtkKssPyYOJb6TLJ5uxiI6uriqAiEAkEWjvcghavNTmlx+8dZzFgjak0PnLGJO9mb6eWlZ848=",
        ))
        .unwrap()
});

fuzz_target!(|input: &str| {
    let decoded = saml::decode(input).ok();
    let xml = decoded.as_deref().unwrap_or(input);
    assert!(decoded.as_ref().is_none_or(|xml| xml.len() <= LARGEST));
    let certificates = [CERTIFICATE.clone()];
    let expected = Expected {
        issuer: "https://idp.test/metadata",
        certificates: &certificates,
        audience: "SAML-1-corp",
        assertion_consumer_service: "https://sp.test/acs?connection=SAML-1-corp",
        in_response_to: Some("_request"),
        // 2026-11-24T12:00:00Z
        now: 1_795_521_600,
    };
    if let Ok(identity) = expected.verify(xml) {
        assert_eq!(identity.assertion_id, "_assertion");
        assert_eq!(identity.text("loginName"), Ok("dana"));
        assert_eq!(identity.text("NameID"), Ok("dana@corp.test"));
    }

    let request = AuthnRequest {
        id: "_request",
        issued_at: 1_795_521_600,
        issuer: "SAML-1-corp",
        destination: "https://idp.test/sso?tenant=1",
        assertion_consumer_service: "https://sp.test/acs",
    };
    let url = url::Url::parse(&request.url(input)).unwrap();
    let relayed = url.query_pairs().find(|(name, _)| name == "RelayState");
    assert_eq!(relayed.unwrap().1, input);
});
