//! Certificates that clients show, and the names that are registered for them.
#![no_main]

use jose::{ClientCertificate, DistinguishedName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let certificate = ClientCertificate::parse(bytes).ok();
    if let Some(certificate) = &certificate {
        assert!(oauth::is_thumbprint(certificate.thumbprint()));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(name) = text.parse::<DistinguishedName>()
    {
        assert_eq!(text.parse::<DistinguishedName>().ok(), Some(name.clone()));
        assert!(certificate.is_none_or(|certificate| !certificate.is_called(&name)));
    }
});
