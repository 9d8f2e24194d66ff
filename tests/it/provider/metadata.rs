//! What the provider says of itself, word for word.

use std::collections::BTreeSet;

use axum::body::Body;
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};

use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::FreshDb;
use crate::support::tokens::{payload, verified};
use serde_json::{Value, json};
use signet::config::Listen;
use signet::directory::{Assignment, By, account};
use signet::model::account::Registration;

/// Members that are registered (RFC 8414 §7.1's registry, and what OpenID Connect's specifications and CIBA add to it) and that
/// are the address of something.
const ADDRESSES: [&str; 14] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "end_session_endpoint",
    "check_session_iframe",
    "introspection_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
    "service_documentation",
];

/// The same that list names.
const LISTS: [&str; 38] = [
    "acr_values_supported",
    "authorization_details_types_supported",
    "authorization_encryption_alg_values_supported",
    "authorization_encryption_enc_values_supported",
    "authorization_signing_alg_values_supported",
    "backchannel_authentication_request_signing_alg_values_supported",
    "backchannel_token_delivery_modes_supported",
    "claim_types_supported",
    "claims_locales_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "display_values_supported",
    "dpop_signing_alg_values_supported",
    "grant_types_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "id_token_signing_alg_values_supported",
    "introspection_encryption_alg_values_supported",
    "introspection_encryption_enc_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "introspection_signing_alg_values_supported",
    "prompt_values_supported",
    "request_object_encryption_alg_values_supported",
    "request_object_encryption_enc_values_supported",
    "request_object_signing_alg_values_supported",
    "response_modes_supported",
    "response_types_supported",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "ui_locales_supported",
    "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported",
];

/// The same that say yes or no.
const FLAGS: [&str; 11] = [
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_user_code_parameter_supported",
    "claims_parameter_supported",
    "frontchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "tls_client_certificate_bound_access_tokens",
];

/// A member has a registered name and a value of its kind.
fn is_sound(name: &str, value: &Value) {
    if ADDRESSES.contains(&name) {
        let address = value.as_str().unwrap();
        assert!(
            address.starts_with("https://id.example.test"),
            "{name}: {address}"
        );
    } else if FLAGS.contains(&name) {
        assert!(value.is_boolean(), "{name}: {value}");
    } else if name == "mtls_endpoint_aliases" {
        for (alias, address) in value.as_object().unwrap() {
            is_sound(alias, address);
        }
    } else {
        assert!(LISTS.contains(&name), "{name} isn't registered");
        let values = value.as_array().unwrap();
        let names: BTreeSet<&str> = values.iter().map(|it| it.as_str().unwrap()).collect();
        assert!(
            !names.is_empty() && names.len() == values.len(),
            "{name}: {value}"
        );
    }
}

/// A language tag as RFC 5646 §2.1.1 writes it: language small, script with a capital, region in capitals.
fn canonical(tag: &str) -> String {
    let parts = tag.split('-').enumerate().map(|(nth, part)| match part.len() {
        4 if nth > 0 => part[..1].to_uppercase() + &part[1..].to_lowercase(),
        2 if nth > 0 => part.to_uppercase(),
        _ => part.to_lowercase(),
    });
    parts.collect::<Vec<_>>().join("-")
}

#[tokio::test]
async fn every_member_has_a_registered_name_and_a_value_of_its_kind() {
    let fresh = FreshDb::sqlite().await;
    let app = App::with(&fresh, |settings| {
        settings.server.mtls.listen = Some(Listen::localhost(8443));
        settings.server.mtls.client_ca = Some("ca.pem".into());
    })
    .await;
    let path = "/.well-known/openid-configuration";
    let plain = app.get(path).await.json();
    app.change_account(&app.brand, |row| {
        row.settings.registration = Registration::Open;
        row.settings.features.sign_up = true;
        row.settings.authorization_details_types = serde_json::from_value(json!({"payment": {}})).unwrap();
    })
    .await;
    // With the keys that go with it.
    let encrypted = [Assignment::text("features.encrypted_request_objects", "true")];
    let switch = |draft: &mut account::Draft| draft.assign(&encrypted);
    account::update(&app.services, &By::command(), &app.brand, switch)
        .await
        .unwrap();
    let all = app.get(path).await.json();
    for document in [&plain, &all] {
        for (name, value) in document.as_object().unwrap() {
            is_sound(name, value);
        }
        // OpenID Connect Discovery §3.
        let signed_by = document["id_token_signing_alg_values_supported"]
            .as_array()
            .unwrap();
        assert!(signed_by.contains(&json!("RS256")));
        for tag in document["ui_locales_supported"].as_array().unwrap() {
            assert_eq!(tag, &canonical(tag.as_str().unwrap()));
        }
        // RFC 8414 §2: who lists assertions among the methods says how they may be signed.
        for endpoint in ["token", "introspection", "revocation"] {
            let methods = document[format!("{endpoint}_endpoint_auth_methods_supported")]
                .as_array()
                .unwrap();
            let algorithms = &document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
            assert_eq!(
                methods.contains(&json!("private_key_jwt")),
                algorithms
                    .as_array()
                    .is_some_and(|it| it.contains(&json!("ES256"))),
                "{endpoint}"
            );
            assert!(
                algorithms
                    .as_array()
                    .is_none_or(|it| !it.contains(&json!("none")))
            );
        }
    }
    let gained: Vec<&String> = all
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| plain.get(name.as_str()).is_none())
        .collect();
    assert_eq!(
        gained,
        [
            "authorization_details_types_supported",
            "registration_endpoint",
            "request_object_encryption_alg_values_supported",
            "request_object_encryption_enc_values_supported",
        ]
    );
    fresh.throw_away().await;
}

#[tokio::test]
async fn the_discovery_document() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let answer = app.get("/.well-known/openid-configuration").await;
    insta::assert_json_snapshot!(answer.json());
    assert_eq!(answer.header(CACHE_CONTROL), Some("public, max-age=300"));
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
    let other = app.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(other.body, answer.body);
    fresh.throw_away().await;
}

#[tokio::test]
async fn every_advertised_endpoint_is_served() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let document = app.get("/.well-known/openid-configuration").await.json();
    for (name, url) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let status = app.get(url.as_str().unwrap()).await.status.as_u16();
            assert_ne!(status, 404, "{name}");
        }
    }
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_078_no_header_changes_what_it_says() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let path = "/.well-known/openid-configuration";
    let plain = app.get(path).await.body;
    for (name, value) in [
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.test;proto=http"),
        ("x-original-url", "/a/other"),
    ] {
        let answer = app
            .send(
                request("GET", path)
                    .header(name, value)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(answer.body, plain, "{name}");
    }
    let foreign = http::Request::builder()
        .uri(path)
        .header("host", "evil.test")
        .body(Body::empty())
        .unwrap();
    let answer = app.send(foreign).await;
    assert_eq!(answer.status, 421);
    assert!(!answer.body.contains("evil"));
    fresh.throw_away().await;
}

/// Under a fixed clock, key and randomness the claims are always the same.
#[tokio::test]
async fn an_id_token_word_for_word() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let client = NewClient::web("web").on(&app).await;
    let mut browser = app.signed_in(&app.consumer("ana").await).await;
    let code = browser
        .ask(&client.ask().with("max_age", "60"))
        .await
        .sent()
        .code();
    let tokens = client.redeem(&code).send(&app).await.json();
    let id_token = tokens["id_token"].as_str().unwrap();
    verified(&app, id_token, "web").await;
    insta::assert_json_snapshot!(payload(id_token));
    let header: String = id_token.split('.').next().unwrap().to_owned();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    insta::assert_json_snapshot!(
        "an_id_token_header",
        serde_json::from_slice::<serde_json::Value>(&header).unwrap()
    );
    fresh.throw_away().await;
}
