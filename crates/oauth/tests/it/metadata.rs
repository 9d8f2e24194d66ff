use oauth::{ApplicationType, ClientAuthMethod, ClientMetadata, GrantType, MetadataError, ResponseType};
use serde_json::json;

fn client(value: serde_json::Value) -> ClientMetadata {
    serde_json::from_value(value).unwrap()
}

#[test]
fn the_example_of_openid_connect_registration_section_3_1_is_read() {
    let metadata = client(json!({
        "application_type": "web",
        "redirect_uris": ["https://client.example.org/callback", "https://client.example.org/callback2"],
        "client_name": "My Example",
        "client_name#ja-Jpan-JP": "クライアント名",
        "logo_uri": "https://client.example.org/logo.png",
        "subject_type": "pairwise",
        "sector_identifier_uri": "https://other.example.net/file_of_redirect_uris.json",
        "token_endpoint_auth_method": "client_secret_basic",
        "jwks_uri": "https://client.example.org/my_public_keys.jwks",
        "userinfo_encrypted_response_alg": "RSA-OAEP-256",
        "userinfo_encrypted_response_enc": "A128CBC-HS256",
        "contacts": ["ve7jtb@example.org", "mary@example.org"],
        "request_uris": ["https://client.example.org/rf.txt#qpXaRLh_n93TTR9F252ValdatUQvQiJi5BDub2BeznA"]
    }));
    assert_eq!(metadata.application_type, Some(ApplicationType::Web));
    assert_eq!(
        metadata.token_endpoint_auth_method,
        Some(ClientAuthMethod::ClientSecretBasic)
    );
    assert_eq!(metadata.redirect_uris.as_ref().unwrap().len(), 2);
    assert_eq!(metadata.check_limits(false), Ok(()));
}

#[test]
fn closed_sets_are_typed_and_absent_members_absent() {
    let metadata = client(json!({
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code", "id_token code"],
        "scope": "openid email",
        "default_max_age": 3600
    }));
    assert_eq!(
        metadata.grant_types,
        Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken])
    );
    assert_eq!(
        metadata.response_types,
        Some(vec![ResponseType::Code, ResponseType::CodeIdToken])
    );
    assert_eq!(metadata.default_max_age.unwrap().seconds(), 3600);
    assert_eq!(metadata.client_name, None);
    assert_eq!(
        serde_json::to_value(&metadata).unwrap(),
        json!({
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code", "code id_token"],
            "scope": "openid email",
            "default_max_age": 3600
        })
    );
}

#[test]
fn sec_062_members_that_are_not_known_are_dropped() {
    let metadata = client(json!({"client_name": "A", "is_admin": true, "client_id": "mine"}));
    assert_eq!(
        serde_json::to_value(&metadata).unwrap(),
        json!({"client_name": "A"})
    );
}

#[test]
fn values_that_are_not_known_are_errors() {
    for value in [
        json!({"grant_types": ["password"]}),
        json!({"response_types": ["none"]}),
        json!({"application_type": "desktop"}),
        json!({"token_endpoint_auth_method": "magic"}),
        json!({"redirect_uris": "https://client.example"}),
        json!({"default_max_age": -1}),
        json!({"scope": "a\"b"}),
        json!({"require_auth_time": "true"}),
    ] {
        assert!(
            serde_json::from_value::<ClientMetadata>(value.clone()).is_err(),
            "{value}"
        );
    }
}

#[test]
fn sec_062_numbers_and_lengths_are_bounded() {
    let uris = |count: usize| vec!["https://client.example/cb"; count];
    assert_eq!(
        client(json!({"redirect_uris": uris(64)})).check_limits(false),
        Ok(())
    );
    for (value, expected) in [
        (
            json!({"redirect_uris": uris(65)}),
            MetadataError::TooManyValues("redirect_uris"),
        ),
        (
            json!({"grant_types": vec!["implicit"; 65]}),
            MetadataError::TooManyValues("grant_types"),
        ),
        (
            json!({"contacts": ["x".repeat(2049)]}),
            MetadataError::Length("contacts"),
        ),
        (
            json!({"client_name": "x".repeat(129)}),
            MetadataError::Length("client_name"),
        ),
        (json!({"client_name": ""}), MetadataError::Length("client_name")),
        (
            json!({"logo_uri": format!("https://a.example/{}", "x".repeat(2048))}),
            MetadataError::Length("logo_uri"),
        ),
    ] {
        assert_eq!(client(value).check_limits(false), Err(expected));
    }
    assert_eq!(
        client(json!({"client_name": "ü".repeat(128)})).check_limits(false),
        Ok(())
    );
}

#[test]
fn sec_062_names_have_no_control_or_direction_characters() {
    for character in [
        '\n', '\0', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}',
    ] {
        let metadata = client(json!({"client_name": format!("Bank{character}moc.live")}));
        assert_eq!(
            metadata.check_limits(false),
            Err(MetadataError::Character("client_name"))
        );
    }
    assert_eq!(
        client(json!({"client_name": "שלום 🎉 Café"})).check_limits(false),
        Ok(())
    );
}

#[test]
fn urls_for_pages_and_for_fetching_are_https() {
    for url in [
        "http://client.example/logo.png",
        "javascript:alert(1)",
        "//client.example",
        "client.example",
        "https:client.example",
        "https://user@client.example",
        "https://user:pw@client.example",
        "https://client.example\\@evil.example",
        "HTTPS://client.example",
    ] {
        for member in [
            "logo_uri",
            "policy_uri",
            "tos_uri",
            "client_uri",
            "jwks_uri",
            "initiate_login_uri",
        ] {
            let refused = client(json!({member: url})).check_limits(false).unwrap_err();
            assert!(
                matches!(refused, MetadataError::Url(name) if name == member),
                "{url}: {refused}"
            );
        }
    }
    let local = client(json!({"initiate_login_uri": "http://localhost:3000/login"}));
    assert_eq!(local.check_limits(true), Ok(()));
}
