//! Codes: what the token endpoint is asked, and what is made of its answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, header};
use serde_json::json;
use signet::gateway::consumer_identity::{CheckName, Presented};
use signet::model::ConnectorKind;

use super::brand::{Answer, Brand, CLIENT, KEY, claims, code, failed, token};

/// RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn answering(status: StatusCode, content_type: &'static str, body: &str) -> Brand {
    let answer = Answer(status, content_type, body.to_owned());
    Brand::answering(ConnectorKind::Code, &[KEY.public()], answer).await
}

fn form(body: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_code_is_redeemed_by_form_with_the_credentials_in_the_header() {
    let brand = Brand::new(ConnectorKind::Code).await;
    let presented = code(Some("https://app.brand.example/cb?x=1"), None);
    let verified = brand.authenticate(presented).await.unwrap();
    assert_eq!(verified.token, token(&claims()));
    assert_eq!(verified.trail.checks[0].name, CheckName::Code);
    let [asked] = &brand.asked()[..] else {
        panic!("{:?}", brand.asked())
    };
    // Each half is form-encoded before they are joined (RFC 6749 §2.3.1).
    let basic = STANDARD.encode(format!("{CLIENT}:s3cr%3At%2F%2B+%25"));
    assert_eq!(asked.headers[header::AUTHORIZATION], format!("Basic {basic}"));
    assert_eq!(
        asked.headers[header::CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    let expected = pairs(&[
        ("grant_type", "authorization_code"),
        ("code", "a code"),
        ("redirect_uri", "https://app.brand.example/cb?x=1"),
    ]);
    assert_eq!(form(&asked.body), expected);
}

#[tokio::test]
async fn a_code_without_a_redirect_uri_comes_with_the_default_one() {
    let brand = Brand::new(ConnectorKind::Code).await;
    brand.authenticate(code(None, None)).await.unwrap();
    let fields = form(&brand.asked()[0].body);
    assert_eq!(
        fields[2],
        ("redirect_uri".to_owned(), "https://liveperson.net".to_owned())
    );
}

#[tokio::test]
async fn with_pkce_the_verifier_goes_along_and_without_it_never() {
    let mut brand = Brand::new(ConnectorKind::Code).await;
    brand.authenticate(code(None, Some(VERIFIER))).await.unwrap();
    assert!(!brand.asked()[0].body.contains("verifier"));
    brand.connector.configuration.pkce_enabled = true;
    brand.authenticate(code(None, Some(VERIFIER))).await.unwrap();
    let fields = form(&brand.asked()[1].body);
    assert_eq!(fields[3], ("code_verifier".to_owned(), VERIFIER.to_owned()));
    let refused = brand.authenticate(code(None, None)).await.unwrap_err();
    assert_eq!(failed(&refused).0, CheckName::Connector);
    assert_eq!(brand.asked().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_nothing_else_of_it() {
    let body = r#"{"error":"invalid_grant","error_description":"internal.host says no"}"#;
    let brand = answering(StatusCode::BAD_REQUEST, "application/json", body).await;
    let refused = brand.authenticate(code(None, None)).await.unwrap_err();
    let told = (
        CheckName::Code,
        "the token endpoint answered 400 invalid_grant".to_owned(),
    );
    assert_eq!(failed(&refused), told);
    assert_eq!(refused.token, None);

    let brand = answering(StatusCode::UNAUTHORIZED, "text/html", "<b>internal.host</b>").await;
    let refused = brand.authenticate(code(None, None)).await.unwrap_err();
    assert_eq!(failed(&refused).1, "the token endpoint answered 401");
    assert!(!format!("{refused:?}").contains("internal.host"));
}

#[tokio::test]
async fn answers_without_an_id_token_fail() {
    for (status, content_type, body) in [
        (StatusCode::OK, "application/json", "{}"),
        (StatusCode::OK, "application/json", r#"{"id_token":7}"#),
        (StatusCode::OK, "application/json", "not JSON"),
        (StatusCode::OK, "text/plain", r#"{"id_token":"a.b.c"}"#),
        (StatusCode::FOUND, "application/json", "{}"),
        (StatusCode::INTERNAL_SERVER_ERROR, "application/json", "{}"),
    ] {
        let brand = answering(status, content_type, body).await;
        let refused = brand.authenticate(code(None, None)).await.unwrap_err();
        assert_eq!(failed(&refused).0, CheckName::Code, "{status} {body}");
        // A code is presented once, and a redirect is not followed.
        assert_eq!((brand.asked().len(), brand.fetched()), (1, 0));
    }
}

#[tokio::test]
async fn a_redeemed_token_is_checked_like_any_other() {
    let forged = super::brand::signed(
        &super::brand::OTHER,
        &json!({"alg": "RS256", "kid": KEY.kid()}),
        &claims(),
    );
    let body = json!({ "id_token": forged }).to_string();
    let brand = answering(StatusCode::OK, "application/json", &body).await;
    let refused = brand.authenticate(code(None, None)).await.unwrap_err();
    assert_eq!(failed(&refused).0, CheckName::Signature);
    assert_eq!(refused.token, Some(forged));
}

#[tokio::test]
async fn a_connector_takes_what_is_of_its_type_while_it_is_enabled() {
    let mut implicit = Brand::new(ConnectorKind::Implicit).await;
    let refused = implicit.authenticate(code(None, None)).await.unwrap_err();
    assert_eq!(failed(&refused).0, CheckName::Connector);
    assert!(implicit.asked().is_empty());

    let by_code = Brand::new(ConnectorKind::Code).await;
    let presented = Presented::IdToken(token(&claims()));
    assert_eq!(
        failed(&by_code.authenticate(presented).await.unwrap_err()).0,
        CheckName::Connector
    );

    implicit.connector.enabled = false;
    assert_eq!(implicit.refuses(&token(&claims())).await.0, CheckName::Connector);
    assert_eq!(implicit.fetched(), 0);
}

#[tokio::test]
async fn debug_output_holds_no_code_and_no_token() {
    let shown = format!(
        "{:?} {:?}",
        code(None, Some(VERIFIER)),
        Presented::IdToken(token(&claims()))
    );
    assert!(!shown.contains("a code") && !shown.contains("ey") && !shown.contains(VERIFIER));
}
