use oauth::{ApplicationType, RedirectUri, RedirectUriRefusal as Refusal, RegistrationRules};

use ApplicationType::{Native, Web};

const OWN: &[&str] = &["https://server.example/a/brand", "http://localhost:8080"];

fn register(application_type: ApplicationType, uri: &str) -> Result<RedirectUri, Refusal> {
    let rules = RegistrationRules {
        application_type,
        own_origins: OWN,
        loopback_for_web: false,
    };
    RedirectUri::register(uri, &rules)
}

#[track_caller]
pub(crate) fn assert_refused(application_type: ApplicationType, reason: Refusal, uris: &[&str]) {
    for uri in uris {
        assert_eq!(register(application_type, uri), Err(reason), "{uri:?}");
    }
}

#[track_caller]
pub(crate) fn assert_accepted(application_type: ApplicationType, uris: &[&str]) {
    for uri in uris {
        let registered = register(application_type, uri);
        assert_eq!(registered.as_ref().map(RedirectUri::as_str), Ok(*uri));
    }
}

#[test]
fn what_clients_register_is_kept_as_it_is() {
    let everyones = [
        "https://client.example/cb",
        "https://client.example",
        "https://client.example/",
        "https://client.example:8443/cb",
        "https://client.example:443/cb",
        "https://client.example/cb?dummy1=lorem&dummy2=ipsum",
        "https://client.example?x=y",
        "https://client.example/a%20b/%7Euser/(x)!$'+,:@=~",
        "https://client.example/..a/b../...",
        "https://client.example//double",
        "https://xn--bcher-kva.example/cb",
        "https://under_score.example/cb",
        "https://192.0.2.7/cb",
        "https://[2001:db8::1]:8443/cb",
        "https://localhost/cb",
    ];
    assert_accepted(Web, &everyones);
    assert_accepted(Native, &everyones);
}

#[test]
fn native_apps_register_what_rfc_8252_section_7_gives_them() {
    assert_accepted(
        Native,
        &[
            "com.example.app:/oauth2redirect/example-provider",
            "com.example.app:/",
            "com.example.app://callback",
            "com.example.app:///cb",
            "com.brand.app:/callback?x=1",
            "http://127.0.0.1/oauth2redirect/example-provider",
            "http://127.0.0.1:51004/oauth2redirect/example-provider",
            "http://[::1]:61023/oauth2redirect/example-provider",
            "http://localhost:3000/cb",
        ],
    );
}

#[test]
fn sec_065_web_clients_use_https() {
    assert_refused(
        Web,
        Refusal::Insecure,
        &[
            "http://client.example/cb",
            "http://127.0.0.1/cb",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
        ],
    );
    assert_refused(
        Native,
        Refusal::Insecure,
        &[
            "http://client.example/cb",
            "http://127.0.0.2/cb",
            "http://127.1/cb",
            "http://0x7f.1/cb",
            "http://2130706433/cb",
            "http://0177.0.0.1/cb",
            "http://[::ffff:127.0.0.1]/cb",
            "http://[0:0:0:0:0:0:0:1]/cb",
            "http://localhost.evil.example/cb",
            "http://localhost./cb",
            "http://LOCALHOST/cb",
            "http://app.localhost/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://0.0.0.0/cb",
        ],
    );
}

#[test]
fn development_lets_web_clients_use_loopback_and_nothing_more() {
    let rules = RegistrationRules {
        application_type: Web,
        own_origins: &[],
        loopback_for_web: true,
    };
    for uri in [
        "http://localhost:3000/cb",
        "http://127.0.0.1:3000/cb",
        "http://[::1]:3000/cb",
    ] {
        assert!(RedirectUri::register(uri, &rules).is_ok(), "{uri}");
    }
    assert_eq!(
        RedirectUri::register("http://client.example/cb", &rules),
        Err(Refusal::Insecure)
    );
    assert_eq!(
        RedirectUri::register("com.example.app:/cb", &rules),
        Err(Refusal::CustomScheme)
    );
}

#[test]
fn sec_065_schemes_that_run_or_read_something_are_refused() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::ForbiddenScheme,
            &[
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "javascript://client.example/%250aalert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "blob:https://client.example/x",
                "about:blank",
            ],
        );
    }
}

#[test]
fn sec_065_an_apps_scheme_is_a_domain_name_turned_round() {
    assert_refused(
        Native,
        Refusal::SchemeWithoutDot,
        &[
            "myapp:/cb",
            "myapp://cb",
            "ftp://client.example/",
            "ws://client.example",
            "urn:ietf:wg:oauth:2.0:oob",
            "com.:/cb",
            "com..app:/cb",
            "mailto:a.example",
        ],
    );
    assert_refused(Web, Refusal::CustomScheme, &["com.example.app:/cb", "myapp:/cb"]);
    assert_refused(
        Native,
        Refusal::NotAbsolute,
        &["com.example.app:cb", "com.example.app:", "com.example.app:?x=1"],
    );
    assert_refused(Native, Refusal::Userinfo, &["com.example.app://user@host/cb"]);
    assert_refused(
        Native,
        Refusal::SchemeSyntax,
        &[
            "com.Example.app:/cb",
            "HTTPS://client.example/cb",
            "1com.example:/cb",
            "com.ex_ample:/cb",
            ".com.example:/cb",
        ],
    );
}

#[test]
fn a_redirect_uri_is_absolute() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::NotAbsolute,
            &[
                "",
                "/cb",
                "cb",
                "//client.example/cb",
                "//client.example:443/cb",
                "client.example/cb",
                "?a=b:c",
                "https:client.example/cb",
                "https:/client.example/cb",
                "https:",
            ],
        );
        assert_refused(
            application_type,
            Refusal::Host,
            &[
                "https://",
                "https:///client.example/cb",
                "https://?x",
                "https://:443/cb",
            ],
        );
    }
}

#[test]
fn sec_065_fragments_wildcards_and_backslashes_are_refused() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::Fragment,
            &[
                "https://client.example/cb#",
                "https://client.example/cb#x",
                "https://client.example#@evil.example/",
            ],
        );
        assert_refused(
            application_type,
            Refusal::Wildcard,
            &[
                "https://*.client.example/cb",
                "https://client.example/*",
                "https://client.example/cb?x=*",
                "*",
            ],
        );
        assert_refused(
            application_type,
            Refusal::Backslash,
            &[
                "https://client.example\\@evil.example/cb",
                "https:\\\\client.example\\cb",
                "https://client.example/\\evil.example",
                "https://client.example/%5Cevil.example",
                "https://client.example/cb?x=%5c",
                "\\\\client.example",
            ],
        );
    }
}

#[test]
fn sec_065_control_and_non_ascii_characters_are_refused() {
    for application_type in ApplicationType::ALL {
        for code in (0x00..=0x20).chain([0x7F]) {
            let character = char::from_u32(code).unwrap();
            for uri in [
                format!("https://client.example/c{character}b"),
                format!("{character}https://client.example/cb"),
                format!("https://client.example/cb{character}"),
                format!("java{character}script:alert(1)"),
            ] {
                assert_eq!(register(application_type, &uri), Err(Refusal::Control), "{uri:?}");
            }
        }
        assert_refused(
            application_type,
            Refusal::Control,
            &[
                "https://client.example/%0d%0aSet-Cookie:x",
                "https://client.example/%00",
                "https://client.example/?x=%7F",
                "https://client.example/%09",
            ],
        );
        assert_refused(
            application_type,
            Refusal::NotAscii,
            &[
                "https://bücher.example/cb",
                "https://cl\u{456}ent.example/cb",
                "https://client\u{3002}example/cb",
                "https://client.example/\u{202e}bc",
                "https://client.example\u{ff0f}cb",
                "https://\u{2460}27.0.0.1/cb",
            ],
        );
    }
}

#[test]
fn characters_that_uris_do_not_have_are_refused() {
    assert_refused(
        Web,
        Refusal::Character,
        &[
            "https://client.example/<script>",
            "https://client.example/\"",
            "https://client.example/{x}",
            "https://client.example/a|b",
            "https://client.example/^",
            "https://client.example/`",
            "https://client.example/%",
            "https://client.example/%4",
            "https://client.example/%zz",
            "https://client.example/a[1]",
            "https://client.example/cb?a[]=1",
        ],
    );
}

#[test]
fn sec_065_dot_segments_and_path_parameters_are_refused() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::DotSegment,
            &[
                "https://client.example/.",
                "https://client.example/..",
                "https://client.example/./cb",
                "https://client.example/cb/../evil",
                "https://client.example/cb/..",
                "https://client.example/%2e%2e/evil",
                "https://client.example/.%2E/evil",
                "https://client.example/%2e/cb",
                "https://client.example/cb%2f..%2Fevil",
                "https://client.example/..%2fevil",
            ],
        );
        assert_refused(
            application_type,
            Refusal::PathParameter,
            &[
                "https://client.example/cb;jsessionid=1",
                "https://client.example/a;/cb",
                "https://client.example/..;/evil",
            ],
        );
    }
    assert_refused(
        Native,
        Refusal::DotSegment,
        &["com.example.app:/a/../b", "com.example.app://host/.."],
    );
}

#[test]
fn sec_065_names_of_responses_are_reserved() {
    for name in [
        "code",
        "state",
        "error",
        "iss",
        "id_token",
        "access_token",
        "response",
        "error_description",
    ] {
        for uri in [
            format!("https://client.example/cb?{name}=x"),
            format!("https://client.example/cb?{name}"),
            format!("https://client.example/cb?a=1&{name}=x"),
            format!("https://client.example/cb?{}=x", name.to_uppercase()),
            format!(
                "https://client.example/cb?%{:02x}{}=x",
                name.as_bytes().first().unwrap(),
                name.split_at(1).1
            ),
        ] {
            assert_eq!(register(Web, &uri), Err(Refusal::ReservedQueryName), "{uri}");
        }
    }
    assert_accepted(Web, &["https://client.example/cb?v=1&coded=1&x=code"]);
}

#[test]
fn sec_062_a_redirect_uri_has_at_most_2_kib() {
    let of_length = |length: usize| format!("https://client.example/{}", "a".repeat(length - 23));
    assert!(register(Web, &of_length(2048)).is_ok());
    assert_eq!(register(Web, &of_length(2049)), Err(Refusal::TooLong));
}

/// Whatever single character is put wherever: what is accepted is printable ASCII, and a browser that reads it
/// comes to the host that is written in it.
#[test]
fn sec_065_what_is_accepted_is_read_alike_by_everyone() {
    let base = "https://client.example:8443/a/cb?x=1";
    for application_type in ApplicationType::ALL {
        for position in 0..=base.len() {
            for code in 0..=0x2FF_u32 {
                let mut uri = base.to_owned();
                uri.insert(position, char::from_u32(code).unwrap());
                let Ok(registered) = register(application_type, &uri) else {
                    continue;
                };
                assert!(
                    registered.as_str().bytes().all(|byte| byte.is_ascii_graphic()),
                    "{uri:?}"
                );
                let read = url::Url::parse(&uri).unwrap();
                let host = read.host_str().unwrap();
                let authority = uri.split('/').nth(2).unwrap().split('?').next().unwrap();
                assert!(
                    authority == host || authority.starts_with(&format!("{host}:")),
                    "{uri:?} {host}"
                );
                let path = read.path();
                assert!(
                    uri.contains(&format!("{authority}{path}")) || path == "/",
                    "{uri:?} {path}"
                );
            }
        }
    }
}
