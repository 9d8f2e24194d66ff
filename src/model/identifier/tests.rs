use super::{Identifier, IdentifierKind, InvalidIdentifier};

fn canonical(text: &str) -> String {
    Identifier::parse(text).unwrap().as_str().to_owned()
}

#[test]
fn sec_093_spellings_of_one_name_are_one() {
    for spellings in [
        &["Ana Lee", "ana lee", "ANA LEE", "ａｎａ ｌｅｅ"][..],
        &["straße", "STRASSE", "Strasse", "straẞe"],
        &["όσος", "ΌΣΟΣ", "όσοσ"],
        &["é", "e\u{301}", "É"],
        &["\u{212A}elvin", "kelvin"],
        &["mıke", "MIKE", "mike"],
        &["ana@example.test", "ANA@EXAMPLE.TEST", "Ana@Example.Test"],
        &[
            "ana@bücher.example",
            "Ana@BÜCHER.example",
            "ana@xn--bcher-kva.example",
        ],
    ] {
        let forms: Vec<String> = spellings.iter().map(|text| canonical(text)).collect();
        assert!(
            forms.iter().all(|form| *form == forms[0]),
            "{spellings:?} {forms:?}"
        );
        // A canonical form is its own.
        assert_eq!(canonical(&forms[0]), forms[0]);
    }
}

#[test]
fn what_has_an_at_sign_is_an_address() {
    assert_eq!(Identifier::parse("ana").unwrap().kind(), IdentifierKind::Username);
    assert_eq!(
        Identifier::parse("+34 600 000 000").unwrap().kind(),
        IdentifierKind::Username
    );
    assert_eq!(
        Identifier::parse("ana@example.test").unwrap().kind(),
        IdentifierKind::Email
    );
    assert_eq!(
        Identifier::parse("o'hara+shop@example.test").unwrap().kind(),
        IdentifierKind::Email
    );
}

#[test]
fn sec_093_confusable_and_broken_names_are_refused() {
    use InvalidIdentifier::{Address, Confusable, Invisible, Length};
    for (text, expected) in [
        ("", Length),
        (" ana", Invisible),
        ("ana ", Invisible),
        ("ana  lee", Invisible),
        ("ana\u{A0}lee", Invisible),
        ("ana\tlee", Invisible),
        ("ana\0", Invisible),
        ("a\u{200B}na", Invisible),
        ("\u{202E}ana", Invisible),
        ("ana\u{FE0F}", Invisible),
        ("\u{3164}", Invisible),
        // A Cyrillic а, a Greek ο.
        ("аna", Confusable),
        ("anοn", Confusable),
        ("аna@example.test", Confusable),
        ("ana@", Address),
        ("@example.test", Length),
        ("a@b@example.test", Address),
        ("ana＠example.test", Address),
        ("ana@example..test", Address),
        ("ana@.test", Address),
        ("ana@example.test.", Address),
        ("ana@[192.0.2.1]", Address),
        ("ana@192.0.2.1", Address),
        ("ana@0x7f.1", Address),
        ("ana@ex%61mple.test", Address),
        ("ana@example.test:25", Address),
        ("ana@exam ple.test", Address),
        (".ana@example.test", Address),
        ("a..b@example.test", Address),
        ("\"a b\"@example.test", Address),
        ("ana lee@example.test", Address),
        ("ana(x)@example.test", Address),
    ] {
        assert_eq!(Identifier::parse(text).err(), Some(expected), "{text:?}");
    }
    assert_eq!(Identifier::parse(&"x".repeat(255)).err(), Some(Length));
    assert!(Identifier::parse(&"x".repeat(254)).is_ok());
    assert_eq!(
        Identifier::parse(&format!("{}@example.test", "x".repeat(65))).err(),
        Some(Address)
    );
    // Whole words of one script are nobody's double, nor are scripts that nobody mixes up.
    for text in [
        "анна",
        "Ελένη",
        "田中ana",
        "müller",
        "ana-лена-ok".split('-').next().unwrap(),
    ] {
        assert!(Identifier::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn sec_093_what_looks_like_another_word_has_its_skeleton() {
    for (text, looks_like) in [
        ("асе", "ace"),
        ("ѕсоре", "scope"),
        ("ονο", "ovo"),
        ("ΟΝΟ", "ovo"),
        ("օհո", "ohn"),
        ("асе@example.test", "ace@example.test"),
        ("ana@аре.example", "ana@ape.example"),
        ("анна", "aʜʜa"),
    ] {
        let skeleton = Identifier::parse(text).unwrap().skeleton();
        assert_eq!(skeleton.as_deref(), Some(looks_like), "{text}");
    }
    // One alphabet's own letters stay apart, and accents are no disguise.
    for text in [
        "ace",
        "modem",
        "modern",
        "user1",
        "userl",
        "bob0",
        "bobo",
        "müller",
        "josé",
        "山田",
        "ana@bücher.example",
    ] {
        assert_eq!(Identifier::parse(text).unwrap().skeleton(), None, "{text}");
    }
}

#[test]
fn no_log_shows_a_name() {
    assert_eq!(
        format!("{:?}", Identifier::parse("ana@example.test").unwrap()),
        "Identifier(email, …)"
    );
}
