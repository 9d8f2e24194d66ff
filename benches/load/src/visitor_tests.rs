use super::{basic, member, parameter};

#[test]
fn parameters_are_found_in_query_and_fragment() {
    assert_eq!(
        parameter("https://a.test/cb?code=a.b&state=1", "code"),
        Some("a.b")
    );
    assert_eq!(
        parameter("https://a.test/cb#state=1&id_token=x.y.z", "id_token"),
        Some("x.y.z")
    );
    assert_eq!(parameter("https://a.test/cb?error=access_denied", "code"), None);
}

#[test]
fn members_are_found_with_and_without_spaces() {
    assert_eq!(member(r#"{"id_token":"x.y.z","a":1}"#, "id_token"), Some("x.y.z"));
    assert_eq!(member(r#"{ "id_token": "x.y.z" }"#, "id_token"), Some("x.y.z"));
    assert_eq!(member("{}", "id_token"), None);
}

#[test]
fn a_client_authenticates_with_both_parts_encoded() {
    // "a%2Bb:c%3Ad"
    assert_eq!(basic("a+b", "c:d"), "Basic YSUyQmI6YyUzQWQ=");
}
