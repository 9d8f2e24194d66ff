use oauth::{Parameters, ParametersError};

fn names<'a>(repeated: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    repeated.collect()
}

#[test]
fn the_example_of_rfc_6749_appendix_b_is_decoded() {
    let parameters = Parameters::parse("value=+%25%26%2B%C2%A3%E2%82%AC").unwrap();
    assert_eq!(parameters.get("value"), Some(" %&+£€"));
}

#[test]
fn an_authorization_request_of_rfc_6749_is_read() {
    let query = "response_type=code&client_id=s6BhdRkqt3&state=xyz\
                 &redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb";
    let parameters = Parameters::parse(query).unwrap();
    assert_eq!(parameters.get("client_id"), Some("s6BhdRkqt3"));
    assert_eq!(
        parameters.get("redirect_uri"),
        Some("https://client.example.com/cb")
    );
    assert_eq!(parameters.get("scope"), None);
    assert_eq!(parameters.len(), 4);
    assert_eq!(parameters.iter().next(), Some(("response_type", "code")));
}

#[test]
fn a_parameter_without_a_value_is_omitted() {
    for encoded in ["state=", "state", "state&a=b", ""] {
        assert_eq!(
            Parameters::parse(encoded).unwrap().get("state"),
            None,
            "{encoded:?}"
        );
    }
}

#[test]
fn empty_pairs_are_nothing() {
    assert_eq!(Parameters::parse("&&a=b&").unwrap().len(), 1);
    assert!(Parameters::parse("").unwrap().is_empty());
}

#[test]
fn only_the_first_equals_sign_divides() {
    assert_eq!(
        Parameters::parse("code=a=b==").unwrap().get("code"),
        Some("a=b==")
    );
}

#[test]
fn a_stray_percent_sign_stays() {
    for value in ["100%", "%zz", "%4", "%%41", "%-1"] {
        let expected = value.replace("%41", "A");
        let parameters = Parameters::parse(format!("state={value}")).unwrap();
        assert_eq!(parameters.get("state"), Some(expected.as_str()));
    }
}

#[test]
fn sec_020_a_repeated_parameter_has_no_value_and_is_named() {
    let parameters = Parameters::parse("scope=openid&state=1&scope=openid&scope=x&client_id=a").unwrap();
    assert_eq!(parameters.get("scope"), None);
    assert_eq!(names(parameters.repeated()), ["scope"]);
    assert!(parameters.is_repeated("scope"));
    assert!(!parameters.is_repeated("state"));
    assert_eq!(parameters.get("client_id"), Some("a"));
}

#[test]
fn sec_020_an_empty_value_repeats_too() {
    let parameters = Parameters::parse("client_id=a&client_id=").unwrap();
    assert_eq!(names(parameters.repeated()), ["client_id"]);
    assert_eq!(parameters.get("client_id"), None);
}

#[test]
fn sec_020_another_encoding_of_the_name_repeats_it() {
    let parameters = Parameters::parse("client_id=a&client%5Fid=b").unwrap();
    assert_eq!(names(parameters.repeated()), ["client_id"]);
}

#[test]
fn sec_020_a_parameter_in_query_and_body_is_repeated() {
    let query = Parameters::parse("client_id=a&state=s").unwrap();
    let body = Parameters::parse("client_id=a&nonce=n").unwrap();
    let merged = Parameters::merge(query, body).unwrap();
    assert_eq!(names(merged.repeated()), ["client_id"]);
    assert_eq!((merged.get("state"), merged.get("nonce")), (Some("s"), Some("n")));
}

#[test]
fn sec_020_brackets_and_dots_mean_nothing() {
    let parameters = Parameters::parse("client_id[]=a&client_id.x=b&client_id%5B0%5D=c").unwrap();
    assert_eq!(parameters.get("client_id"), None);
    assert_eq!(parameters.repeated().count(), 0);
    assert_eq!(parameters.get("client_id[]"), Some("a"));
}

#[test]
fn resource_and_audience_may_be_repeated() {
    let parameters =
        Parameters::parse("resource=https://a.example&resource=&resource=https://b.example").unwrap();
    assert_eq!(parameters.repeated().count(), 0);
    assert_eq!(
        names(parameters.all("resource")),
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(parameters.all("audience").count(), 0);
}

#[test]
fn sec_155_a_hundred_parameters_pass_and_one_more_does_not() {
    let encoded = |count: usize| {
        (0..count)
            .map(|n| format!("p{n}=v"))
            .collect::<Vec<_>>()
            .join("&")
    };
    assert_eq!(Parameters::parse(encoded(100)).unwrap().len(), 100);
    assert_eq!(Parameters::parse(encoded(101)), Err(ParametersError::TooMany));

    let half = || Parameters::parse(encoded(51)).unwrap();
    assert_eq!(Parameters::merge(half(), half()), Err(ParametersError::TooMany));
}

#[test]
fn sec_156_bytes_that_are_not_utf_8_and_nul_are_errors() {
    for encoded in ["a=%FF", "%C3=1", "a=%ED%A0%80", "a=%C0%80"] {
        assert_eq!(
            Parameters::parse(encoded),
            Err(ParametersError::NotUtf8),
            "{encoded}"
        );
    }
    assert_eq!(Parameters::parse(b"a=\xFF"), Err(ParametersError::NotUtf8));
    assert_eq!(Parameters::parse("a=b%00c"), Err(ParametersError::Nul));
    assert_eq!(Parameters::parse("a%00=b"), Err(ParametersError::Nul));
}

#[test]
fn a_json_object_of_strings_is_read() {
    let body =
        br#"{"code":"Q2x","grant_type":"authorization_code","redirect_uri":"https:\/\/client.example"}"#;
    let parameters = Parameters::from_json_object(body).unwrap();
    assert_eq!(parameters.get("redirect_uri"), Some("https://client.example"));
    assert_eq!(parameters.len(), 3);
}

#[test]
fn a_json_body_of_another_shape_is_an_error() {
    let bodies: [&[u8]; 14] = [
        b"",
        b"{",
        b"null",
        b"[]",
        br#""code""#,
        br#"{"code":1}"#,
        br#"{"code":null}"#,
        br#"{"code":["a"]}"#,
        br#"{"code":{"a":"b"}}"#,
        br#"{"code":"a","code":"a"}"#,
        br#"{"code":"a","\u0063ode":"a"}"#,
        br#"{"code":"a"} {}"#,
        br#"{"code":"\ud800"}"#,
        b"{\"code\":\"\xFF\"}",
    ];
    for body in bodies {
        assert_eq!(
            Parameters::from_json_object(body),
            Err(ParametersError::Json),
            "{body:?}"
        );
    }
    assert_eq!(
        Parameters::from_json_object(br#"{"code":"\u0000"}"#),
        Err(ParametersError::Nul)
    );
}

#[test]
fn debug_output_shows_names_alone() {
    let parameters = Parameters::parse("client_secret=hunter2&code=abc").unwrap();
    assert_eq!(
        format!("{parameters:?}"),
        r#"Parameters["client_secret", "code"]"#
    );
}

#[test]
fn a_request_objects_claims_are_parameters_but_for_its_own() {
    let claims = serde_json::json!({
        "iss": "c", "aud": "i", "exp": 1, "jti": "j", "client_id": "c", "scope": "openid", "max_age": 10, "nothing": null,
        "claims": {"userinfo": {"name": null}}, "resource": ["https://a.example", "https://b.example"],
    });
    let parameters = Parameters::from_request_object(claims.as_object().unwrap()).unwrap();
    assert_eq!(parameters.get("client_id"), Some("c"));
    assert_eq!(parameters.get("max_age"), Some("10"));
    assert_eq!(parameters.get("claims"), Some(r#"{"userinfo":{"name":null}}"#));
    assert_eq!(
        parameters.all("resource").collect::<Vec<_>>(),
        ["https://a.example", "https://b.example"]
    );
    for own in ["iss", "aud", "exp", "jti", "nothing"] {
        assert_eq!(parameters.get(own), None, "{own}");
    }
    let outer = Parameters::parse("scope=email&state=s&request=x&state2=t").unwrap();
    let merged = parameters.and_missing(&outer, &["request"]).unwrap();
    assert_eq!(
        (merged.get("scope"), merged.get("state"), merged.get("request")),
        (Some("openid"), Some("s"), None)
    );
    let wrong = serde_json::json!({"resource": [1]});
    assert_eq!(
        Parameters::from_request_object(wrong.as_object().unwrap()),
        Err(ParametersError::Json)
    );
    let nul = serde_json::json!({"state": "a\0b"});
    assert_eq!(
        Parameters::from_request_object(nul.as_object().unwrap()),
        Err(ParametersError::Nul)
    );
}
