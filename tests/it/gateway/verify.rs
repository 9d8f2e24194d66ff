//! Tokens that pass, and each way not to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jose::{Algorithm, PrivateKey, RsaBits};
use serde_json::{Value, json};
use signet::gateway::consumer_identity::{CheckName, Presented};
use signet::model::{ConnectorKind, JwtValidationType};

use super::brand::{Answer, Brand, CLIENT, ISSUER, KEY, OTHER, claims, claims_with, signed, token};
use crate::support::seed::NOON;

async fn implicit() -> Brand {
    Brand::new(ConnectorKind::Implicit).await
}

#[tokio::test]
async fn a_token_is_verified_by_the_published_key_and_its_attributes_are_kept() {
    let brand = implicit().await;
    let verified = brand
        .authenticate(Presented::IdToken(token(&claims())))
        .await
        .unwrap();
    assert_eq!(verified.header["kid"], KEY.kid());
    assert_eq!(verified.claims["sub"], "c-7f3a9d");
    let info = serde_json::to_value(verified.customer_info).unwrap();
    assert_eq!(
        info,
        json!({"customerId": "c-7f3a9d", "ctype": "gold", "balance": 12.5})
    );
    let personal = serde_json::to_value(verified.personal_info).unwrap();
    assert_eq!(personal, json!({"firstname": "Dana", "language": "en-US"}));
    let checks: Vec<_> = verified
        .trail
        .checks
        .iter()
        .map(|check| (check.name, check.passed))
        .collect();
    let expected = [
        CheckName::Token,
        CheckName::Key,
        CheckName::Signature,
        CheckName::Issuer,
        CheckName::Audience,
        CheckName::Times,
        CheckName::Subject,
    ];
    assert_eq!(checks, expected.map(|name| (name, true)));
    assert_eq!(brand.fetched(), 1);
}

#[tokio::test]
async fn a_pasted_key_verifies_whatever_the_kid_and_asks_nobody() {
    let mut brand = implicit().await;
    let configuration = &mut brand.connector.configuration;
    configuration.jwt_validation_type = JwtValidationType::JwtPublicKey;
    configuration.jwt_public_key = Some(KEY.public().to_spki_line());
    for header in [json!({"alg": "RS256"}), json!({"alg": "RS256", "kid": "another"})] {
        let token = signed(&KEY, &header, &claims());
        brand.authenticate(Presented::IdToken(token)).await.unwrap();
    }
    let forged = signed(&OTHER, &json!({"alg": "RS256"}), &claims());
    assert_eq!(brand.refuses(&forged).await.0, CheckName::Signature);
    assert_eq!(brand.fetched(), 0);
}

#[tokio::test]
async fn a_pasted_key_that_is_none_is_named() {
    let mut brand = implicit().await;
    let configuration = &mut brand.connector.configuration;
    configuration.jwt_validation_type = JwtValidationType::JwtPublicKey;
    configuration.jwt_public_key = Some("MIIB".to_owned());
    let (name, detail) = brand.refuses(&token(&claims())).await;
    assert_eq!(name, CheckName::Key);
    assert!(detail.contains("SubjectPublicKeyInfo"), "{detail}");
}

#[tokio::test]
async fn a_token_that_was_changed_fails_at_its_signature() {
    let brand = implicit().await;
    let token = token(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let changed = claims_with("sub", json!("somebody else")).to_string();
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(changed), parts[2]);
    assert_eq!(brand.refuses(&forged).await.0, CheckName::Signature);
}

#[tokio::test]
async fn a_token_under_another_key_fails_whatever_kid_it_claims() {
    let brand = implicit().await;
    let forged = signed(&OTHER, &json!({"alg": "RS256", "kid": KEY.kid()}), &claims());
    assert_eq!(brand.refuses(&forged).await.0, CheckName::Signature);
    let unknown = signed(&OTHER, &json!({"alg": "RS256", "kid": OTHER.kid()}), &claims());
    assert_eq!(brand.refuses(&unknown).await.0, CheckName::Key);
}

#[tokio::test]
async fn of_several_published_keys_the_kid_chooses() {
    let none = Answer(StatusCode::NOT_FOUND, "application/json", String::new());
    let keys = [OTHER.public(), KEY.public()];
    let brand = Brand::answering(ConnectorKind::Implicit, &keys, none).await;
    brand
        .authenticate(Presented::IdToken(token(&claims())))
        .await
        .unwrap();
    let without = signed(&KEY, &json!({"alg": "RS256"}), &claims());
    assert_eq!(brand.refuses(&without).await.0, CheckName::Key);
}

#[tokio::test]
async fn only_rs256_is_taken() {
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        URL_SAFE_NO_PAD.encode(claims().to_string())
    );
    let brand = implicit().await;
    assert_eq!(brand.refuses(&unsigned).await.0, CheckName::Token);
    let symmetric = token(&claims()).replacen(
        &URL_SAFE_NO_PAD.encode(json!({"alg": "RS256", "typ": "JWT", "kid": KEY.kid()}).to_string()),
        &URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#),
        1,
    );
    assert_eq!(brand.refuses(&symmetric).await.0, CheckName::Token);

    let elliptic = PrivateKey::generate(Algorithm::ES256, RsaBits::Rsa2048).unwrap();
    let none = Answer(StatusCode::NOT_FOUND, "application/json", String::new());
    let brand = Brand::answering(ConnectorKind::Implicit, &[elliptic.public()], none).await;
    let other = signed(
        &elliptic,
        &json!({"alg": "ES256", "kid": elliptic.kid()}),
        &claims(),
    );
    assert_eq!(brand.refuses(&other).await.0, CheckName::Key);
}

#[tokio::test]
async fn each_claim_is_held_to_the_connector() {
    let now = NOON.seconds();
    let brand = implicit().await;
    for (name, value, fails) in [
        ("iss", Value::Null, CheckName::Issuer),
        ("iss", json!("https://login.brand.example/"), CheckName::Issuer),
        ("iss", json!("https://LOGIN.brand.example"), CheckName::Issuer),
        ("aud", Value::Null, CheckName::Audience),
        ("aud", json!("another"), CheckName::Audience),
        ("aud", json!([]), CheckName::Audience),
        ("sub", Value::Null, CheckName::Subject),
        ("sub", json!(""), CheckName::Subject),
        ("exp", Value::Null, CheckName::Times),
        ("iat", Value::Null, CheckName::Times),
        ("exp", json!(now - 61), CheckName::Times),
        ("exp", json!((now + 3600).to_string()), CheckName::Times),
        ("exp", json!((now + 3600) * 1000), CheckName::Times),
        ("iat", json!(now + 61), CheckName::Times),
        ("nbf", json!(now + 61), CheckName::Times),
    ] {
        let (failed, detail) = brand.refuses(&token(&claims_with(name, value.clone()))).await;
        assert_eq!(failed, fails, "{name} = {value}: {detail}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_an_audience_may_be_one_of_several() {
    let now = NOON.seconds();
    let brand = implicit().await;
    for (name, value) in [
        ("exp", json!(now - 59)),
        ("iat", json!(now + 59)),
        ("nbf", json!(now + 59)),
        ("aud", json!(["acc:12345678", CLIENT])),
    ] {
        let token = token(&claims_with(name, value.clone()));
        let outcome = brand.authenticate(Presented::IdToken(token)).await;
        assert!(outcome.is_ok(), "{name} = {value}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_was_expected_is_told_and_what_was_found_is_not() {
    let brand = implicit().await;
    let (_, detail) = brand
        .refuses(&token(&claims_with("iss", json!("https://evil.example"))))
        .await;
    assert!(detail.contains(ISSUER) && !detail.contains("evil"), "{detail}");
    let (_, detail) = brand.refuses(&token(&claims_with("aud", json!("evil")))).await;
    assert!(detail.contains(CLIENT) && !detail.contains("evil"), "{detail}");
}

#[tokio::test]
async fn attributes_in_a_wrong_shape_are_noted_and_the_consumer_stays_verified() {
    let brand = implicit().await;
    for (value, noted) in [
        (json!({"customerInfo": {}, "personalInfo": {}}), "array"),
        (json!([{"type": "cart", "total": 1}]), "left out"),
        (
            json!([{"type": "ctmrinfo", "info": {"companySize": "forty"}}]),
            "companySize",
        ),
    ] {
        let token = token(&claims_with("lp_sdes", value.clone()));
        let verified = brand.authenticate(Presented::IdToken(token)).await.unwrap();
        let steps = format!("{:?}", verified.trail.steps);
        assert!(steps.contains(noted), "{value}: {steps}");
        assert_eq!(verified.personal_info, None);
    }
}

#[tokio::test]
async fn nobody_is_sent_for_keys_by_what_is_no_token() {
    let brand = implicit().await;
    for text in ["", "a code", "a.b", "a.b.c", "a.b.c.d.e.f", &"a".repeat(20_000)] {
        assert_eq!(brand.refuses(text).await.0, CheckName::Token, "{text:.20}");
    }
    assert_eq!(brand.refuses("a.b.c.d.e").await.0, CheckName::Decryption);
    assert_eq!(brand.fetched(), 0);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_fail_their_check() {
    let mut brand = implicit().await;
    let answers = brand.connector.configuration.jwks_endpoint.take().unwrap();
    assert_eq!(brand.refuses(&token(&claims())).await.0, CheckName::Key);
    let missing = answers.replace("/jwks", "/nothing");
    brand.connector.configuration.jwks_endpoint = Some(missing);
    let (name, detail) = brand.refuses(&token(&claims())).await;
    assert_eq!(
        (name, detail.as_str()),
        (CheckName::Key, "the JWKS endpoint answered 404")
    );
    // The guard against addresses that only the server can reach holds for connectors too (SEC-145).
    brand.connector.configuration.jwks_endpoint = Some("https://127.0.0.1:1/jwks".to_owned());
    assert_eq!(brand.refuses(&token(&claims())).await.0, CheckName::Key);
}
