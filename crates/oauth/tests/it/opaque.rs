use oauth::{Nonce, OpaqueError, State};

#[test]
fn sec_025_a_state_of_16_kib_passes_and_one_byte_more_does_not() {
    for length in [1, 8 * 1024, 16 * 1024] {
        let text = "x".repeat(length);
        assert_eq!(text.parse::<State>().unwrap().as_str(), text);
    }
    assert_eq!(
        "x".repeat(16 * 1024 + 1).parse::<State>(),
        Err(OpaqueError::TooLong)
    );
    assert_eq!("".parse::<State>(), Err(OpaqueError::Empty));
}

#[test]
fn a_nonce_is_kept_as_it_is() {
    let nonce: Nonce = "n-0S6_WzA2Mj \u{e9}\"".parse().unwrap();
    assert_eq!(nonce.as_str(), "n-0S6_WzA2Mj \u{e9}\"");
    assert!("n".repeat(Nonce::MAX_BYTES).parse::<Nonce>().is_ok());
    assert_eq!(
        "n".repeat(Nonce::MAX_BYTES + 1).parse::<Nonce>(),
        Err(OpaqueError::TooLong)
    );
}

#[test]
fn both_are_stored_as_strings_and_shown_as_lengths() {
    let state: State = serde_json::from_str(r#""af0ifjsldkj""#).unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap(), r#""af0ifjsldkj""#);
    assert_eq!(format!("{state:?}"), "State(11 bytes)");
    assert!(serde_json::from_str::<Nonce>(r#""""#).is_err());
}
