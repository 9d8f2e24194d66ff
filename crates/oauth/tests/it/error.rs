use oauth::{
    ClaimsRequestError, Error, ErrorCode, InvalidMaxAge, OpaqueError, ParametersError, PkceError,
    PromptError, ScopeError, UnknownGrantType, UnknownResponseMode, UnknownResponseType,
};

#[test]
fn the_token_endpoint_answers_as_rfc_6749_section_5_2_has_it() {
    for code in ErrorCode::ALL {
        let expected = match code.as_str() {
            "invalid_client" => 401,
            "server_error" => 500,
            "temporarily_unavailable" => 503,
            _ => 400,
        };
        assert_eq!(Error::new(code, "").token_endpoint_status(), expected, "{code}");
    }
}

#[test]
fn a_resource_answers_as_rfc_6750_section_3_1_has_it() {
    assert_eq!(Error::invalid_token().resource_status(), 401);
    assert_eq!(Error::insufficient_scope().resource_status(), 403);
    assert_eq!(Error::invalid_request("x").resource_status(), 400);
    assert_eq!(Error::new(ErrorCode::InvalidDpopProof, "").resource_status(), 401);
    assert_eq!(Error::server_error().resource_status(), 500);
}

#[test]
fn a_description_that_is_not_printable_ascii_is_left_out() {
    for description in ["é", "a\"b", "a\\b", "a\nb", "a\0", "\u{7f}"] {
        assert_eq!(
            Error::invalid_request(description).description(),
            "",
            "{description:?}"
        );
    }
    assert_eq!(
        Error::invalid_request("The code is missing.").description(),
        "The code is missing."
    );
}

#[test]
fn sec_058_client_authentication_fails_in_one_way() {
    let (unknown, wrong) = (
        Error::invalid_client().with_detail("unknown"),
        Error::invalid_client().with_detail("wrong"),
    );
    assert_eq!(
        (unknown.code, unknown.description()),
        (wrong.code, wrong.description())
    );
}

#[test]
fn the_log_reads_the_detail() {
    assert_eq!(
        Error::login_required().to_string(),
        "login_required: The user must log in."
    );
    assert_eq!(
        Error::server_error().with_detail("disk full").to_string(),
        "server_error: disk full"
    );
}

#[test]
fn every_small_error_becomes_one_of_the_protocol() {
    let errors: [(Error, ErrorCode); 11] = [
        (ParametersError::TooMany.into(), ErrorCode::InvalidRequest),
        (UnknownResponseType.into(), ErrorCode::UnsupportedResponseType),
        (UnknownResponseMode.into(), ErrorCode::InvalidRequest),
        (UnknownGrantType.into(), ErrorCode::UnsupportedGrantType),
        (ScopeError::Character.into(), ErrorCode::InvalidScope),
        (PkceError::Method.into(), ErrorCode::InvalidRequest),
        (PkceError::Verifier.into(), ErrorCode::InvalidRequest),
        (PromptError::NoneWithOthers.into(), ErrorCode::InvalidRequest),
        (InvalidMaxAge.into(), ErrorCode::InvalidRequest),
        (ClaimsRequestError::TooDeep.into(), ErrorCode::InvalidRequest),
        (OpaqueError::TooLong.into(), ErrorCode::InvalidRequest),
    ];
    for (error, code) in errors {
        assert_eq!(error.code, code);
        assert!(!error.description().is_empty(), "{code}");
    }
}
