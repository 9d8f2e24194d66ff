//! `Authorization` headers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{BasicCredentials, BearerToken};

fuzz_target!(|header: &str| {
    let _ = BearerToken::from_value(header);
    let Ok(basic) = BasicCredentials::parse(header) else {
        return;
    };
    for pair in [Some(basic.raw()), basic.decoded()].into_iter().flatten() {
        assert!(!pair.client_id().is_empty());
        assert!(
            !pair
                .client_id()
                .chars()
                .chain(pair.client_secret().chars())
                .any(char::is_control)
        );
    }
    assert_eq!(
        format!("{basic:?}").matches('…').count(),
        1 + usize::from(basic.decoded().is_some())
    );
});
