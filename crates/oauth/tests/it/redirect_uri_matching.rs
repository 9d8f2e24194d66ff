use oauth::{ApplicationType, RedirectUri, ValidRedirectUri};

use ApplicationType::{Native, Web};

fn registered(uris: &[&str]) -> Vec<RedirectUri> {
    uris.iter()
        .map(|uri| RedirectUri::rehydrate(*uri).unwrap())
        .collect()
}

fn found(known: &str, application_type: ApplicationType, presented: &str) -> bool {
    ValidRedirectUri::find(&registered(&[known]), application_type, presented).is_some()
}

#[test]
fn sec_064_the_same_bytes_match_and_come_back() {
    for uri in [
        "https://client.example/cb",
        "https://client.example/cb?a=1",
        "com.example.app:/cb",
        "http://127.0.0.1/cb",
    ] {
        let list = registered(&["https://other.example/cb", uri]);
        for application_type in ApplicationType::ALL {
            assert_eq!(
                ValidRedirectUri::find(&list, application_type, uri)
                    .unwrap()
                    .as_str(),
                uri
            );
        }
    }
    assert!(ValidRedirectUri::find(&[], Web, "https://client.example/cb").is_none());
}

#[test]
fn sec_064_nothing_else_is_equivalent() {
    for presented in [
        "",
        "https://client.example/CB",
        "HTTPS://client.example/cb",
        "https://CLIENT.example/cb",
        "https://client.example:443/cb",
        "https://client.example./cb",
        "https://client.example/cb/",
        "https://client.example//cb",
        "https://client.example/cb?",
        "https://client.example/cb#",
        "https://client.example/cb#x",
        "https://client.example/cb?a=1",
        "https://client.example/cb ",
        " https://client.example/cb",
        "https://client.example/c%62",
        "https://client.example/%63b",
        "https://client.example/./cb",
        "https://client.example/x/../cb",
        "https://client.example/cb/../cb",
        "https://client.example/cb/%2e%2e/evil",
        "https://client.example/cb;x",
        "https://client.example/cb\\",
        "https:\\\\client.example\\cb",
        "https://client.example/cb\r\n",
        "https://client.example/cb\0",
        "https://client.example/cb%00",
        "https://client.example",
        "https://client.example/",
        "https://client.example/cbx",
        "https://client.example.evil.example/cb",
        "https://client.example@evil.example/cb",
        "https://evil.example/https://client.example/cb",
        "https://evil.example?https://client.example/cb",
        "https://evil.example#https://client.example/cb",
        "https://evil.example\\https://client.example/cb",
        "https://sub.client.example/cb",
        "https://user@client.example/cb",
        "https://:@client.example/cb",
        "http://client.example/cb",
        "//client.example/cb",
        "/cb",
        "https:client.example/cb",
        "https:/client.example/cb",
        "https:///client.example/cb",
        "https://cl\u{456}ent.example/cb",
        "https://client\u{3002}example/cb",
        "https://client.example\u{ff0f}cb",
        "https://client.ex\u{ad}ample/cb",
    ] {
        for application_type in ApplicationType::ALL {
            assert!(
                !found("https://client.example/cb", application_type, presented),
                "{presented:?}"
            );
        }
    }
}

#[test]
fn sec_064_a_registered_prefix_or_pattern_is_taken_literally() {
    assert!(!found(
        "https://client.example/",
        Web,
        "https://client.example/anything"
    ));
    assert!(!found("https://client.example", Web, "https://client.example/"));
    assert!(!found("https://client.example/", Web, "https://client.example"));
    assert!(!found(
        "https://client.example/c.",
        Web,
        "https://client.example/cb"
    ));
    assert!(!found(
        "https://client.example/cb?a=1&b=2",
        Web,
        "https://client.example/cb?b=2&a=1"
    ));
    assert!(!found(
        "https://client.example/cb?a=1",
        Web,
        "https://client.example/cb?a=1&b=2"
    ));
}

#[test]
fn sec_064_a_native_client_may_use_any_port_of_a_loopback_address() {
    for (known, presented) in [
        (
            "http://127.0.0.1/oauth2redirect/example-provider",
            "http://127.0.0.1:51004/oauth2redirect/example-provider",
        ),
        (
            "http://[::1]/oauth2redirect/example-provider",
            "http://[::1]:61023/oauth2redirect/example-provider",
        ),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:1/cb"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1:65535/cb"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1", "http://127.0.0.1:9"),
        ("http://127.0.0.1/cb?a=1", "http://127.0.0.1:9/cb?a=1"),
        ("http://127.0.0.1?a=1", "http://127.0.0.1:9?a=1"),
    ] {
        let matched = ValidRedirectUri::find(&registered(&[known]), Native, presented);
        assert_eq!(matched.unwrap().as_str(), presented);
        assert!(!found(known, Web, presented), "{presented} for a web client");
    }
}

#[test]
fn sec_064_the_port_is_the_only_exception() {
    for presented in [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:00080/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:99999999999999999999/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:-80/cb",
        "http://127.0.0.1:80a/cb",
        "http://127.0.0.1: 80/cb",
        "http://127.0.0.1:80:80/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://evil.example@127.0.0.1:80/cb",
        "http://127.0.0.1:80\\@evil.example/cb",
        "http://127.0.0.1:80#@evil.example/cb",
        "http://127.0.0.1:\u{661}/cb",
        "http://127.0.0.1:80//cb",
        "http://127.0.0.1:80/cb/",
        "http://127.0.0.1:80/CB",
        "http://127.0.0.1:80/x/../cb",
        "http://127.0.0.1:80/cb?a=1",
        "http://127.0.0.1:80/cb?",
        "http://127.0.0.1:80/cb#x",
        "http://127.0.0.1:80",
        "http://127.0.0.1.:80/cb",
        "http://127.0.0.1.evil.example:80/cb",
        "http://127.0.0.1evil.example/cb",
        "http://127.0.0.2:80/cb",
        "http://127.1:80/cb",
        "http://127.0.0.01:80/cb",
        "http://0x7f.1:80/cb",
        "http://0177.0.0.1:80/cb",
        "http://2130706433:80/cb",
        "http://0:80/cb",
        "http://0.0.0.0:80/cb",
        "http://localhost:80/cb",
        "http://[::1]:80/cb",
        "http://[::ffff:127.0.0.1]:80/cb",
        "http://[127.0.0.1]:80/cb",
        "https://127.0.0.1:80/cb",
        "HTTP://127.0.0.1:80/cb",
        "http:/127.0.0.1:80/cb",
        "http:127.0.0.1:80/cb",
        "http:\\\\127.0.0.1:80/cb",
    ] {
        assert!(!found("http://127.0.0.1/cb", Native, presented), "{presented:?}");
    }
    for presented in [
        "http://[::1]x:80/cb",
        "http://[::1]:80]/cb",
        "http://[0:0:0:0:0:0:0:1]:80/cb",
        "http://[::1%25lo]:80/cb",
    ] {
        assert!(!found("http://[::1]/cb", Native, presented), "{presented:?}");
    }
}

#[test]
fn sec_064_the_name_localhost_has_no_exception() {
    assert!(found(
        "http://localhost:3000/cb",
        Native,
        "http://localhost:3000/cb"
    ));
    assert!(!found(
        "http://localhost:3000/cb",
        Native,
        "http://localhost:3001/cb"
    ));
    assert!(!found(
        "https://127.0.0.1/cb",
        Native,
        "https://127.0.0.1:8443/cb"
    ));
}

#[test]
fn sec_064_without_a_redirect_uri_only_a_single_one_will_do() {
    let one = registered(&["https://client.example/cb"]);
    assert_eq!(
        ValidRedirectUri::only(&one).unwrap().as_str(),
        "https://client.example/cb"
    );
    assert!(ValidRedirectUri::only(&[]).is_none());
    assert!(ValidRedirectUri::only(&registered(&["https://a.example/", "https://b.example/"])).is_none());
}

#[test]
fn sec_033_a_consent_page_can_tell_where_it_leads() {
    for (uri, host, shown, origin, on_device) in [
        (
            "https://client.example/cb?a=1",
            Some("client.example"),
            "client.example",
            Some("https://client.example"),
            false,
        ),
        (
            "https://client.example:8443",
            Some("client.example"),
            "client.example:8443",
            Some("https://client.example:8443"),
            false,
        ),
        (
            "https://client.example:443/",
            Some("client.example"),
            "client.example:443",
            Some("https://client.example"),
            false,
        ),
        (
            "http://[::1]:61023/cb",
            Some("[::1]"),
            "[::1]:61023",
            Some("http://[::1]:61023"),
            true,
        ),
        (
            "http://localhost/cb",
            Some("localhost"),
            "localhost",
            Some("http://localhost"),
            true,
        ),
        ("com.example.app:/cb", None, "com.example.app", None, true),
        ("com.example.app:///cb", None, "com.example.app", None, true),
        ("com.example.app://open/cb", Some("open"), "open", None, true),
    ] {
        let uri = ValidRedirectUri::rehydrate(uri).unwrap();
        assert_eq!(uri.host(), host, "{uri}");
        assert_eq!(uri.shown(), shown, "{uri}");
        assert_eq!(uri.origin().as_deref(), origin, "{uri}");
        assert_eq!(uri.is_on_device(), on_device, "{uri}");
    }
}

#[test]
fn sec_067_even_a_stored_uri_cannot_break_a_header() {
    for stored in [
        "https://a.example/\r\nSet-Cookie: x",
        "https://a.example/\0",
        "https://a.example/ü",
        "https://a.example/#",
    ] {
        assert!(ValidRedirectUri::rehydrate(stored).is_err(), "{stored:?}");
        assert!(RedirectUri::rehydrate(stored).is_err(), "{stored:?}");
    }
}

#[test]
fn a_stored_record_can_hold_one() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Record {
        #[serde(deserialize_with = "ValidRedirectUri::deserialize_stored")]
        redirect_uri: ValidRedirectUri,
    }
    let json = r#"{"redirect_uri":"https://client.example/cb"}"#;
    let record: Record = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), json);
    assert!(serde_json::from_str::<Record>(r#"{"redirect_uri":"https://client.example/\r\n"}"#).is_err());
}
