use oauth::{CodeChallenge, CodeVerifier, PkceError};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn challenge(text: &str) -> CodeChallenge {
    text.parse().unwrap()
}

fn verifier(text: &str) -> CodeVerifier {
    text.parse().unwrap()
}

#[test]
fn the_example_of_rfc_7636_appendix_b() {
    assert_eq!(CodeChallenge::of(&verifier(VERIFIER)).as_str(), CHALLENGE);
    assert!(challenge(CHALLENGE).matches(&verifier(VERIFIER)));
}

#[test]
fn another_verifier_does_not_match() {
    let last_changed = format!("{}l", &VERIFIER.split_at(42).0);
    assert!(!challenge(CHALLENGE).matches(&verifier(&last_changed)));
    assert!(!challenge(CHALLENGE).matches(&verifier(&format!("{VERIFIER}a"))));
    assert!(!challenge(CHALLENGE).matches(&verifier(&VERIFIER.to_lowercase())));
}

#[test]
fn sec_023_a_challenge_never_serves_as_its_own_verifier() {
    assert!(!challenge(CHALLENGE).matches(&verifier(CHALLENGE)));
}

#[test]
fn sec_023_only_s256_is_accepted() {
    let read = |method| CodeChallenge::from_request(Some(CHALLENGE), method);
    assert_eq!(read(Some("S256")).unwrap().unwrap().as_str(), CHALLENGE);
    for method in [None, Some("plain"), Some("s256"), Some("S512"), Some("S256 ")] {
        assert_eq!(read(method), Err(PkceError::Method), "{method:?}");
    }
    assert_eq!(CodeChallenge::from_request(None, None), Ok(None));
    assert_eq!(
        CodeChallenge::from_request(None, Some("S256")),
        Err(PkceError::MethodWithoutChallenge)
    );
}

#[test]
fn sec_023_a_challenge_is_43_base64url_characters() {
    let long = format!("{CHALLENGE}a");
    let padded = format!("{CHALLENGE}=");
    let plus = CHALLENGE.replace('-', "+");
    let wide = CHALLENGE.replace('E', "É");
    for text in ["", "a", &long, &padded, &plus, &wide, CHALLENGE.split_at(42).0] {
        assert_eq!(
            text.parse::<CodeChallenge>(),
            Err(PkceError::Challenge),
            "{text:?}"
        );
    }
}

#[test]
fn sec_044_a_verifier_is_43_to_128_unreserved_characters() {
    for length in [43, 44, 127, 128] {
        assert!("~".repeat(length).parse::<CodeVerifier>().is_ok(), "{length}");
    }
    for length in [0, 1, 42, 129, 4096] {
        assert_eq!(
            "a".repeat(length).parse::<CodeVerifier>().unwrap_err(),
            PkceError::Verifier,
            "{length}"
        );
    }
    for code in 0..=255_u32 {
        let character = char::from_u32(code).unwrap();
        let text = format!("{character}{}", "a".repeat(60));
        let unreserved = character.is_ascii_alphanumeric() || "-._~".contains(character);
        assert_eq!(text.parse::<CodeVerifier>().is_ok(), unreserved, "{character:?}");
    }
}

#[test]
fn a_verifier_does_not_show_itself() {
    assert_eq!(format!("{:?}", verifier(VERIFIER)), "CodeVerifier(…)");
}

#[test]
fn a_challenge_is_stored_as_a_string() {
    let json = serde_json::to_string(&challenge(CHALLENGE)).unwrap();
    assert_eq!(
        serde_json::from_str::<CodeChallenge>(&json).unwrap().as_str(),
        CHALLENGE
    );
    assert!(serde_json::from_str::<CodeChallenge>(r#""plain""#).is_err());
}
