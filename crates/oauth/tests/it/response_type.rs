use oauth::ResponseType;

#[test]
fn every_spelling_is_read_and_written() {
    for response_type in ResponseType::ALL {
        assert_eq!(response_type.to_string().parse(), Ok(response_type));
    }
}

#[test]
fn sec_021_the_order_of_values_does_not_matter() {
    for (text, expected) in [
        ("id_token code", ResponseType::CodeIdToken),
        ("token id_token", ResponseType::IdTokenToken),
        ("token code", ResponseType::CodeToken),
        ("token id_token code", ResponseType::CodeIdTokenToken),
        ("id_token code token", ResponseType::CodeIdTokenToken),
        ("code token id_token", ResponseType::CodeIdTokenToken),
    ] {
        assert_eq!(text.parse(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_registered_is_not_known() {
    for text in [
        "",
        " ",
        "code ",
        " code",
        "code  token",
        "Code",
        "none",
        "code code",
        "code,token",
        "code\ttoken",
    ] {
        assert!(text.parse::<ResponseType>().is_err(), "{text:?}");
    }
}

#[test]
fn it_tells_what_is_returned() {
    let returned = |response_type: ResponseType| {
        (
            response_type.has_code(),
            response_type.has_id_token(),
            response_type.has_token(),
        )
    };
    assert_eq!(returned(ResponseType::Code), (true, false, false));
    assert_eq!(returned(ResponseType::IdToken), (false, true, false));
    assert_eq!(returned(ResponseType::Token), (false, false, true));
    assert_eq!(returned(ResponseType::CodeIdTokenToken), (true, true, true));
    for response_type in ResponseType::ALL {
        let words: Vec<&str> = response_type.as_str().split(' ').collect();
        let (code, id_token, token) = returned(response_type);
        assert_eq!(code, words.contains(&"code"));
        assert_eq!(id_token, words.contains(&"id_token"));
        assert_eq!(token, words.contains(&"token"));
        assert_eq!(
            response_type.is_front_channel(),
            response_type != ResponseType::Code
        );
    }
}

#[test]
fn openid_connect_has_no_use_for_token_alone() {
    assert!(!ResponseType::OPENID.contains(&ResponseType::Token));
    assert_eq!(ResponseType::OPENID.len() + 1, ResponseType::ALL.len());
}

#[test]
fn json_holds_the_registered_spelling() {
    let json = serde_json::to_string(&ResponseType::CodeIdToken).unwrap();
    assert_eq!(json, r#""code id_token""#);
    assert_eq!(
        serde_json::from_str::<ResponseType>(r#""id_token code""#).unwrap(),
        ResponseType::CodeIdToken
    );
    assert!(serde_json::from_str::<ResponseType>(r#""password""#).is_err());
}
