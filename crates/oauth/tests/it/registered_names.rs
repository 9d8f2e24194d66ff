use oauth::{ApplicationType, ClientAuthMethod, ErrorCode, GrantType, Prompt, ResponseMode, SubjectType};

/// Every value of a closed set is read back from text and from JSON, and nothing near it is.
macro_rules! round_trips {
    ($($name:ident),+) => {$({
        for value in $name::ALL {
            let text = value.as_str();
            assert_eq!(text.parse(), Ok(value));
            assert_eq!(value.to_string(), text);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<$name>(&json).unwrap(), value);
            assert!(text.to_uppercase().parse::<$name>().is_err());
            assert!(format!("{text} ").parse::<$name>().is_err());
        }
        assert!("".parse::<$name>().is_err());
    })+};
}

#[test]
fn every_name_is_read_as_it_is_written() {
    round_trips!(
        ApplicationType,
        ClientAuthMethod,
        ErrorCode,
        GrantType,
        Prompt,
        ResponseMode,
        SubjectType
    );
}

#[test]
fn sec_049_the_password_grant_does_not_exist() {
    assert!("password".parse::<GrantType>().is_err());
}

#[test]
fn only_none_is_public_and_only_secrets_are_secret() {
    for method in ClientAuthMethod::ALL {
        assert_eq!(method.is_public(), method.as_str() == "none");
        assert_eq!(
            method.needs_secret(),
            method.as_str().starts_with("client_secret")
        );
    }
}
