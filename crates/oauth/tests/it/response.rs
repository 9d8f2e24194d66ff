use oauth::{AuthorizationResponse, Delivery, Error, ErrorCode, ResponseMode, State, ValidRedirectUri};

const ISSUER: &str = "https://honest.as.example";

fn uri(text: &str) -> ValidRedirectUri {
    ValidRedirectUri::rehydrate(text).unwrap()
}

fn state(text: &str) -> State {
    text.parse().unwrap()
}

fn location(response: &AuthorizationResponse, redirect_uri: &str, mode: ResponseMode) -> String {
    match response.deliver(&uri(redirect_uri), mode) {
        Delivery::Redirect(location) => location,
        Delivery::FormPost { .. } => String::new(),
    }
}

#[test]
fn the_success_of_rfc_9207_section_2_1() {
    let response =
        AuthorizationResponse::success(ISSUER, Some(state("ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI")))
            .with("code", "x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58");
    assert_eq!(
        location(&response, "https://client.example/cb", ResponseMode::Query),
        "https://client.example/cb?code=x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58\
         &state=ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI&iss=https%3A%2F%2Fhonest.as.example"
    );
}

#[test]
fn sec_026_an_error_carries_the_issuer_and_the_state_too() {
    let error = Error::new(ErrorCode::AccessDenied, "The user said no.").with_detail("button deny");
    let response = AuthorizationResponse::error(ISSUER, Some(state("N1zAy")), &error);
    assert_eq!(
        location(&response, "https://client.example/cb", ResponseMode::Query),
        "https://client.example/cb?error=access_denied&error_description=The%20user%20said%20no.\
         &state=N1zAy&iss=https%3A%2F%2Fhonest.as.example"
    );
}

#[test]
fn an_absent_state_stays_absent() {
    let response = AuthorizationResponse::success(ISSUER, None).with("code", "c");
    let names: Vec<_> = response.fields().map(|(name, _)| name).collect();
    assert_eq!(names, ["code", "iss"]);
}

#[test]
fn a_registered_query_is_kept() {
    let response = AuthorizationResponse::success("i", None).with("code", "c");
    for (redirect_uri, expected) in [
        (
            "https://c.example/cb?a=1&b=%20",
            "https://c.example/cb?a=1&b=%20&code=c&iss=i",
        ),
        ("https://c.example/cb?", "https://c.example/cb?code=c&iss=i"),
        (
            "https://c.example/cb?a=1&",
            "https://c.example/cb?a=1&code=c&iss=i",
        ),
        ("https://c.example", "https://c.example?code=c&iss=i"),
        ("com.example.app:/cb", "com.example.app:/cb?code=c&iss=i"),
    ] {
        assert_eq!(location(&response, redirect_uri, ResponseMode::Query), expected);
    }
    assert_eq!(
        location(&response, "https://c.example/cb?a=1", ResponseMode::Fragment),
        "https://c.example/cb?a=1#code=c&iss=i"
    );
}

#[test]
fn sec_025_a_state_of_any_characters_comes_back_unchanged() {
    for text in [
        "a b+c%20&d=e#f?g",
        "ü€😀",
        "\"<>'\\",
        "a\r\nb\tc",
        &"%".repeat(8192),
    ] {
        let response = AuthorizationResponse::success(ISSUER, Some(state(text))).with("code", "c");
        for mode in [ResponseMode::Query, ResponseMode::Fragment] {
            let location = url::Url::parse(&location(&response, "https://c.example/cb", mode)).unwrap();
            let encoded = location.query().or(location.fragment()).unwrap();
            let returned = form_urlencoded::parse(encoded.as_bytes())
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            assert_eq!(returned, text);
        }
    }
}

#[test]
fn a_script_that_decodes_uri_components_reads_spaces_too() {
    let response = AuthorizationResponse::success(ISSUER, Some(state("a b+c")));
    assert!(location(&response, "https://c.example", ResponseMode::Fragment).contains("state=a%20b%2Bc&"));
}

#[test]
fn sec_067_nothing_that_breaks_a_header_gets_into_a_location() {
    let hostile = "\r\nSet-Cookie: a=b\0\u{85}\u{2028}";
    let response = AuthorizationResponse::success(hostile, Some(state(hostile))).with("code", hostile);
    for mode in [ResponseMode::Query, ResponseMode::Fragment] {
        let location = location(&response, "https://c.example/cb?a=1", mode);
        assert!(
            location.bytes().all(|byte| byte.is_ascii_graphic()),
            "{location:?}"
        );
        assert!(location.contains("%0D%0ASet-Cookie%3A%20a%3Db%00"));
    }
}

#[test]
fn a_form_posts_to_the_redirect_uri_what_a_redirect_would_carry() {
    let redirect_uri = uri("https://c.example/cb");
    let response = AuthorizationResponse::success("i", Some(state("<s>"))).with("id_token", "a.b.c");
    let expected = Delivery::FormPost {
        action: &redirect_uri,
        fields: vec![("id_token", "a.b.c"), ("state", "<s>"), ("iss", "i")],
    };
    assert_eq!(response.deliver(&redirect_uri, ResponseMode::FormPost), expected);
}

#[test]
fn debug_output_shows_no_values() {
    let response = AuthorizationResponse::success(ISSUER, Some(state("s3cret"))).with("code", "c0de");
    let redirect_uri = uri("https://c.example/cb");
    let delivery = response.deliver(&redirect_uri, ResponseMode::Query);
    assert_eq!(
        format!("{response:?} {delivery:?}"),
        r#"AuthorizationResponse["code", "state", "iss"] Redirect(…)"#
    );
}
