//! Redirect URIs: what may be registered is what a browser reads as we do, and only what is registered is found.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{ApplicationType, RedirectUri, RegistrationRules, ValidRedirectUri};

fuzz_target!(|uris: (&str, &str)| {
    let (uri, presented) = uris;
    for application_type in [ApplicationType::Web, ApplicationType::Native] {
        let rules = RegistrationRules {
            application_type,
            own_origins: &["https://id.example.test"],
            loopback_for_web: false,
        };
        let Ok(registered) = RedirectUri::register(uri, &rules) else {
            continue;
        };
        assert!(
            uri.bytes().all(|byte| byte.is_ascii_graphic()),
            "a header could end here"
        );
        assert!(!uri.contains(['#', '\\', '*']));
        let read = url::Url::parse(uri).expect("a browser reads it too");
        assert!(read.username().is_empty() && read.password().is_none());
        assert_ne!(read.origin().ascii_serialization(), "https://id.example.test");
        assert!(!matches!(
            read.scheme(),
            "javascript" | "data" | "vbscript" | "file" | "blob" | "about"
        ));

        let known = [registered];
        assert!(ValidRedirectUri::find(&known, application_type, uri).is_some());
        if let Some(found) = ValidRedirectUri::find(&known, application_type, presented) {
            let other_port = application_type == ApplicationType::Native
                && (uri.starts_with("http://127.0.0.1") || uri.starts_with("http://[::1]"));
            assert!(found.as_str() == uri || other_port);
        }
    }
});
