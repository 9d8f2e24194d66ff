use super::{answer, default_app, get_path, json, request, text};
use axum::body::Body;
use signet::config::{Settings, Tls};
use signet::server::KnownHosts;

#[tokio::test]
async fn every_answer_carries_an_id_of_its_own() {
    let app = default_app();
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/nowhere", "/panic", "/busy", "/page", "/%2e", "/"] {
        let id = get_path(&app, path).await.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(id.len(), 36, "{path}");
        assert!(seen.insert(id), "{path}");
    }
}

#[tokio::test]
async fn an_incoming_id_is_ignored_unless_a_trusted_proxy_sends_it() {
    let with_id = || {
        request("GET", "/")
            .header("x-request-id", "edge-1234")
            .body(Body::empty())
            .unwrap()
    };
    let stranger = answer(&default_app(), super::from("192.0.2.1:1", with_id())).await;
    assert_ne!(stranger.headers()["x-request-id"], "edge-1234");

    let mut settings = Settings::default();
    settings.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let app = super::app(&settings, KnownHosts::none());
    let proxy = answer(&app, super::from("10.1.1.1:1", with_id())).await;
    assert_eq!(proxy.headers()["x-request-id"], "edge-1234");

    let forged = request("GET", "/")
        .header("x-request-id", "a b\u{1f}c-d-e-f")
        .body(Body::empty());
    if let Ok(forged) = forged {
        let answered = answer(&app, super::from("10.1.1.1:1", forged)).await;
        assert_eq!(answered.headers()["x-request-id"].len(), 36);
    }
}

#[tokio::test]
async fn sec_076_answers_carry_the_headers_that_keep_them_safe() {
    let response = get_path(&default_app(), "/").await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    assert!(
        response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(
        !response.headers().contains_key("strict-transport-security"),
        "plain http"
    );
}

#[tokio::test]
async fn sec_076_https_is_kept_for_a_year() {
    let mut settings = Settings::default();
    settings.server.public_url = "https://id.brand.example".parse().unwrap();
    settings.server.tls = Tls::default();
    let app = super::app(&settings, KnownHosts::none());
    let request = http::Request::get("/")
        .header("host", "id.brand.example")
        .body(Body::empty())
        .unwrap();
    let response = answer(&app, request).await;
    assert_eq!(
        response.headers()["strict-transport-security"],
        "max-age=31536000; includeSubDomains"
    );
}

#[tokio::test]
async fn what_a_door_set_is_never_overwritten_but_for_the_id() {
    let response = get_path(&default_app(), "/page").await;
    assert_eq!(
        response.headers()["content-security-policy"],
        "default-src 'self'"
    );
    assert_eq!(response.headers()["cache-control"], "max-age=60");
    assert_eq!(response.headers()["cross-origin-resource-policy"], "cross-origin");
    assert_ne!(response.headers()["x-request-id"], "forged");
    assert_eq!(response.headers().get_all("x-request-id").iter().count(), 1);
}

#[tokio::test]
async fn sec_160_a_panic_fails_one_request_and_shows_nothing_but_its_id() {
    let app = default_app();
    let response = get_path(&app, "/panic").await;
    assert_eq!(response.status(), 500);
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body = json(response).await;
    assert_eq!(
        body,
        serde_json::json!({"type": "about:blank", "title": "Internal Server Error", "status": 500, "request_id": id})
    );
    assert_eq!(get_path(&app, "/").await.status(), 200);
}

#[tokio::test]
async fn a_problem_says_its_public_sentence_and_never_its_private_one() {
    let response = get_path(&default_app(), "/wrong").await;
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = json(response).await;
    assert_eq!(
        (&body["detail"], &body["key"], &body["status"]),
        (&"Taken.".into(), &"name".into(), &409.into())
    );
    assert!(body["request_id"].is_string());

    let busy = get_path(&default_app(), "/busy").await;
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (503, &http::HeaderValue::from(2))
    );
    assert!(!text(busy).await.contains("secret"));
}

#[tokio::test]
async fn an_error_without_a_body_becomes_a_problem() {
    let response = get_path(&default_app(), "/empty").await;
    assert_eq!(response.status(), 403);
    assert_eq!(json(response).await["title"], "Forbidden");
}

#[tokio::test]
async fn sec_159_a_method_that_a_route_hasn_t_is_answered_with_those_that_it_has() {
    let app = default_app();
    let response = answer(&app, request("DELETE", "/echo").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
    assert_eq!(json(response).await["status"], 405);
    for method in ["TRACE", "CONNECT", "PROPFIND"] {
        let response = answer(&app, request(method, "/").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 405, "{method}");
        assert!(response.headers().contains_key("allow"), "{method}");
    }
}
