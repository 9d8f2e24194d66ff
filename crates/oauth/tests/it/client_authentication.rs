use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth::{BasicCredentials, BasicCredentialsError, ClientIdAndSecret};

fn header(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

fn parse(credentials: &str) -> Result<BasicCredentials, BasicCredentialsError> {
    BasicCredentials::parse(&header(credentials))
}

fn halves(pair: &ClientIdAndSecret) -> (&str, &str) {
    (pair.client_id(), pair.client_secret())
}

#[test]
fn the_example_of_rfc_6749_section_2_3_1() {
    let credentials = BasicCredentials::parse("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3").unwrap();
    assert_eq!(
        halves(credentials.decoded().unwrap()),
        ("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")
    );
    assert_eq!(
        halves(credentials.raw()),
        ("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")
    );
}

#[test]
fn both_halves_are_form_decoded() {
    let credentials = parse("https%3A%2F%2Fclient.example:a%2Bb+c%25%C3%A9").unwrap();
    assert_eq!(
        halves(credentials.decoded().unwrap()),
        ("https://client.example", "a+b c%é")
    );
    assert_eq!(
        halves(credentials.raw()),
        ("https%3A%2F%2Fclient.example", "a%2Bb+c%25%C3%A9")
    );
}

#[test]
fn the_first_colon_divides() {
    let credentials = parse("id:a:b:").unwrap();
    assert_eq!(halves(credentials.raw()), ("id", "a:b:"));
    assert_eq!(halves(parse("id:").unwrap().raw()), ("id", ""));
}

#[test]
fn halves_that_are_no_encoding_are_there_raw_alone() {
    for secret in ["50%", "%zz", "%f", "a%00b", "%FF", "%0A"] {
        let credentials = parse(&format!("id:{secret}")).unwrap();
        assert!(credentials.decoded().is_none(), "{secret}");
        assert_eq!(halves(credentials.raw()), ("id", secret));
    }
}

#[test]
fn the_scheme_may_be_written_in_any_case() {
    for scheme in ["basic", "BASIC", "Basic "] {
        assert!(
            BasicCredentials::parse(&format!("{scheme} aWQ6c2VjcmV0")).is_ok(),
            "{scheme}"
        );
    }
    for header in [
        "",
        "Basic",
        "Bearer aWQ6c2VjcmV0",
        "BasicaWQ6c2VjcmV0",
        "Basic\taWQ6c2VjcmV0",
    ] {
        assert_eq!(
            BasicCredentials::parse(header).unwrap_err(),
            BasicCredentialsError::OtherScheme,
            "{header}"
        );
    }
}

#[test]
fn sec_057_what_is_not_base64_is_refused() {
    for token in [
        "",
        "****",
        "aWQ6c2VjcmV0=",
        "aWQ6c2VjcmV",
        "aWQ6 c2VjcmV0",
        "aWQ6c2Vj-_V0",
        "aWQ6c2VjcmV0, Basic x",
    ] {
        let parsed = BasicCredentials::parse(&format!("Basic {token}"));
        assert!(
            matches!(
                parsed,
                Err(BasicCredentialsError::Base64 | BasicCredentialsError::Malformed)
            ),
            "{token:?} {parsed:?}"
        );
    }
}

#[test]
fn sec_057_what_is_no_id_and_secret_is_refused() {
    for credentials in [
        "",
        "id",
        ":",
        ":secret",
        "id:se\0cret",
        "id:a\r\nb",
        "\tid:secret",
    ] {
        assert_eq!(
            parse(credentials).unwrap_err(),
            BasicCredentialsError::Malformed,
            "{credentials:?}"
        );
    }
    let not_utf_8 = format!("Basic {}", STANDARD.encode(b"id:\xFF"));
    assert_eq!(
        BasicCredentials::parse(&not_utf_8).unwrap_err(),
        BasicCredentialsError::Malformed
    );
}

#[test]
fn sec_058_credentials_do_not_show_themselves() {
    let shown = format!("{:?}", parse("the-id:the-secret").unwrap());
    assert!(!shown.contains("the-"), "{shown}");
}
