use oauth::{BearerError, BearerToken};

#[test]
fn the_example_of_rfc_6750_section_2_1() {
    for header in [
        "Bearer mF_9.B5f-4.1JqM",
        "bearer mF_9.B5f-4.1JqM",
        "BEARER  mF_9.B5f-4.1JqM ",
    ] {
        assert_eq!(
            BearerToken::from_header(header).unwrap().expose(),
            "mF_9.B5f-4.1JqM"
        );
    }
}

#[test]
fn a_token_is_a_b64token() {
    for token in ["a", "a==", "-._~+/", "eyJ.eyJ.sig"] {
        assert!(BearerToken::from_value(token).is_ok(), "{token}");
    }
    for token in ["", "=", "a=b", "a b", "a,b", "a\"", "a\r\nb", "é", "a%20b", "a\0"] {
        assert_eq!(
            BearerToken::from_value(token).unwrap_err(),
            BearerError::Malformed,
            "{token:?}"
        );
    }
    assert_eq!(
        BearerToken::from_header("Bearer a b").unwrap_err(),
        BearerError::Malformed
    );
    assert_eq!(
        BearerToken::from_header("Bearer ").unwrap_err(),
        BearerError::Malformed
    );
}

#[test]
fn another_scheme_is_told_apart() {
    for header in ["", "Bearer", "Basic YTpi", "DPoP abc", "Bearer:abc", "Bearerabc"] {
        assert_eq!(
            BearerToken::from_header(header).unwrap_err(),
            BearerError::OtherScheme,
            "{header:?}"
        );
    }
}

#[test]
fn sec_006_a_token_has_at_most_16_kib() {
    assert!(BearerToken::from_value(&"a".repeat(16 * 1024)).is_ok());
    assert_eq!(
        BearerToken::from_value(&"a".repeat(16 * 1024 + 1)).unwrap_err(),
        BearerError::TooLong
    );
}

#[test]
fn a_token_does_not_show_itself() {
    assert_eq!(
        format!("{:?}", BearerToken::from_value("s3cret").unwrap()),
        "BearerToken(…)"
    );
}
