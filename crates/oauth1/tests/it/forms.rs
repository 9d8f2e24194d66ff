//! How texts are written.

use oauth1::{BaseUrl, Problem, Secrets, encode, is_body_hash, is_oauth};

#[test]
fn all_but_the_unreserved_is_encoded_in_upper_case() {
    assert_eq!(encode("AZaz09-._~"), "AZaz09-._~");
    assert_eq!(encode(" +*/=&%\"'!()"), "%20%2B%2A%2F%3D%26%25%22%27%21%28%29");
    assert_eq!(encode("é€"), "%C3%A9%E2%82%AC");
    assert_eq!(encode([0, 255]), "%00%FF");
}

#[test]
fn a_base_url_has_no_default_port_and_keeps_its_path() {
    for (from, to) in [
        ("HTTPS://Example.COM:443/A%2fb/?q#f", "https://example.com/A%2fb/"),
        ("http://example.com:80", "http://example.com/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
    ] {
        assert_eq!(BaseUrl::parse(from).unwrap().as_str(), to);
    }
    for bad in [
        "",
        "example.com/",
        "ftp://a/",
        "https:///p",
        "https://u@h/",
        "https://h/a b",
    ] {
        assert!(BaseUrl::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_scheme_is_recognised_in_whichever_case() {
    assert!(is_oauth("OAuth a") && is_oauth("oauth a") && is_oauth("OAUTH"));
    assert!(!is_oauth("OAuth2 a") && !is_oauth("Bearer OAuth"));
}

#[test]
fn a_body_hash_is_that_of_the_body_and_the_method() {
    use oauth1::SignatureMethod::{HmacSha1, HmacSha256};
    assert!(is_body_hash(
        "Lve95gjOVATpfV8EL5X4nxwjKHE=",
        HmacSha1,
        b"Hello World!"
    ));
    assert!(!is_body_hash(
        "Lve95gjOVATpfV8EL5X4nxwjKHE=",
        HmacSha1,
        b"Hello World"
    ));
    assert!(!is_body_hash(
        "Lve95gjOVATpfV8EL5X4nxwjKHE=",
        HmacSha256,
        b"Hello World!"
    ));
    assert!(!is_body_hash("", HmacSha1, b""));
}

#[test]
fn secrets_and_problems_are_told_as_they_should_be() {
    assert_eq!(format!("{:?}", Secrets::new("one", "two")), "Secrets(…)");
    let names: Vec<_> = Problem::ALL.into_iter().map(Problem::as_str).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(names.len(), once.len());
}
