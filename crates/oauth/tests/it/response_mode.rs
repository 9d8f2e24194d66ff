use oauth::{ResponseMode, ResponseType};

#[test]
fn a_code_alone_goes_to_the_query_and_all_else_to_the_fragment() {
    for response_type in ResponseType::ALL {
        let expected = if response_type == ResponseType::Code {
            ResponseMode::Query
        } else {
            ResponseMode::Fragment
        };
        assert_eq!(
            ResponseMode::default_for(response_type),
            expected,
            "{response_type}"
        );
    }
}

#[test]
fn sec_022_no_token_goes_to_the_query() {
    for response_type in ResponseType::ALL {
        assert_eq!(
            ResponseMode::Query.may_carry(response_type),
            response_type == ResponseType::Code
        );
        assert!(ResponseMode::Fragment.may_carry(response_type));
        assert!(ResponseMode::FormPost.may_carry(response_type));
        assert!(ResponseMode::default_for(response_type).may_carry(response_type));
    }
}

#[test]
fn names_are_case_sensitive() {
    assert_eq!("form_post".parse(), Ok(ResponseMode::FormPost));
    for text in ["", "Query", "form-post", "web_message", "query "] {
        assert!(text.parse::<ResponseMode>().is_err(), "{text:?}");
    }
}

#[test]
fn sec_022_a_jwt_is_carried_where_what_is_in_it_may_be() {
    for response_type in ResponseType::ALL {
        let meant = ResponseMode::Jwt.resolve(response_type);
        assert_eq!(
            meant.plain(),
            ResponseMode::default_for(response_type),
            "{response_type}"
        );
        assert!(meant.is_jwt() && meant.may_carry(response_type));
        for mode in ResponseMode::ALL
            .into_iter()
            .filter(|mode| *mode != ResponseMode::Jwt)
        {
            assert_eq!(mode.resolve(response_type), mode);
            assert_eq!(
                mode.may_carry(response_type),
                mode.plain().may_carry(response_type),
                "{mode}"
            );
        }
    }
    assert_eq!("form_post.jwt".parse(), Ok(ResponseMode::FormPostJwt));
}
