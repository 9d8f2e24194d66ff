use oauth::{Scope, ScopeError};

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

#[test]
fn it_keeps_the_order_and_drops_duplicates() {
    let scope = scope("openid  profile email openid ");
    assert_eq!(scope.to_string(), "openid profile email");
    assert_eq!(scope.len(), 3);
    assert!(scope.contains(Scope::OPENID));
    assert!(!scope.contains("OPENID"));
    assert!("".parse::<Scope>().unwrap().is_empty());
}

#[test]
fn it_is_a_set() {
    let (all, some) = (scope("openid profile email phone"), scope("email openid"));
    assert!(some.is_subset(&all));
    assert!(!all.is_subset(&some));
    assert!(Scope::default().is_subset(&some));
    assert_eq!(all.intersection(&some).to_string(), "openid email");
    assert_eq!(all.difference(&some).to_string(), "profile phone");
    assert_eq!(
        all.filter(|value| value.starts_with('p')).to_string(),
        "profile phone"
    );
}

#[test]
fn the_characters_are_those_of_rfc_6749_section_3_3() {
    for code in 0..=255_u32 {
        let character = char::from_u32(code).unwrap();
        let allowed = matches!(code, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        let read = Scope::from_values([character.to_string().as_str()]);
        assert_eq!(read.is_ok(), allowed, "{character:?}");
    }
    for text in ["a\tb", "a\nb", "a\u{a0}b", "a\"b", "a\\b", "a\0", "ü"] {
        assert_eq!(text.parse::<Scope>(), Err(ScopeError::Character), "{text:?}");
    }
    assert_eq!(Scope::from_values([""]), Err(ScopeError::Character));
    assert_eq!(Scope::from_values(["a b"]), Err(ScopeError::Character));
}

#[test]
fn sec_155_a_scope_has_at_most_1_kib_and_64_values() {
    assert!("a".repeat(1024).parse::<Scope>().is_ok());
    assert_eq!("a".repeat(1025).parse::<Scope>(), Err(ScopeError::TooLong));

    let values = |count: usize| (0..count).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!(scope(&values(64)).len(), 64);
    assert_eq!(values(65).parse::<Scope>(), Err(ScopeError::TooManyValues));
    assert_eq!("a ".repeat(65).parse::<Scope>(), Err(ScopeError::TooManyValues));

    let long = "a".repeat(512);
    assert_eq!(
        Scope::from_values([long.as_str(), long.as_str()]),
        Err(ScopeError::TooLong)
    );
}

#[test]
fn json_holds_a_string() {
    assert_eq!(serde_json::to_string(&scope("a b")).unwrap(), r#""a b""#);
    assert_eq!(serde_json::from_str::<Scope>(r#""a b""#).unwrap(), scope("a b"));
    assert!(serde_json::from_str::<Scope>(r#""a\tb""#).is_err());
}
