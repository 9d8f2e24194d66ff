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
