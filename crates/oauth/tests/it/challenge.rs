use oauth::{Challenge, Error, ErrorCode};

#[test]
fn the_examples_of_rfc_6750_section_3() {
    assert_eq!(
        Challenge::bearer("example").to_string(),
        r#"Bearer realm="example""#
    );
    let expired = Error::new(ErrorCode::InvalidToken, "The access token expired");
    assert_eq!(
        Challenge::bearer("example").with_error(&expired).to_string(),
        r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#
    );
}

#[test]
fn the_example_of_rfc_9470_section_3() {
    let error = Error::new(
        ErrorCode::InsufficientUserAuthentication,
        "A different authentication level is required",
    );
    let challenge = Challenge::bearer("r")
        .with_error(&error)
        .with("acr_values", "myACR");
    assert!(challenge.to_string().ends_with(
        r#"error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="myACR""#
    ));
}

#[test]
fn it_tells_the_scope_that_is_needed() {
    let challenge = Challenge::bearer("r")
        .with_error(&Error::insufficient_scope())
        .with_scope(&"openid email".parse().unwrap());
    assert!(challenge.to_string().ends_with(r#", scope="openid email""#));
}

#[test]
fn sec_067_nothing_breaks_out_of_a_challenge() {
    let challenge = Challenge::basic("a\"b\\c\r\nSet-Cookie: x\0é");
    assert_eq!(challenge.to_string(), r#"Basic realm="a\"b\\c??Set-Cookie: x??""#);
}

#[test]
fn the_private_detail_stays_private() {
    let error = Error::invalid_token().with_detail("kid 7 is retired");
    assert!(
        !Challenge::bearer("r")
            .with_error(&error)
            .to_string()
            .contains("kid")
    );
}
