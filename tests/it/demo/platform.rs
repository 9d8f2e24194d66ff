//! What the platform's server makes of requests that its own script would never send.

use http::{Method, StatusCode};
use serde_json::json;

use super::Demo;

const CHALLENGES: &str = "/demo/platform/challenges";
const CONVERSATIONS: &str = "/demo/platform/conversations";

#[tokio::test]
async fn bad_requests_get_a_clear_answer() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let connector = &demo.running.manifest.gateway.connectors.code;
    for (path, content_type, body, status) in [
        (CHALLENGES, "application/json", "{", StatusCode::BAD_REQUEST),
        (CHALLENGES, "application/json", "{}", StatusCode::BAD_REQUEST),
        (
            CHALLENGES,
            "application/json",
            r#"{"connector":"none"}"#,
            StatusCode::NOT_FOUND,
        ),
        (
            CHALLENGES,
            "application/json",
            r#"{"connector":"../x"}"#,
            StatusCode::NOT_FOUND,
        ),
        (
            CHALLENGES,
            "text/plain",
            r#"{"connector":"none"}"#,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (CONVERSATIONS, "application/json", "{}", StatusCode::BAD_REQUEST),
        (
            CONVERSATIONS,
            "application/json",
            r#"{"connector":"none","token":"x"}"#,
            StatusCode::NOT_FOUND,
        ),
        (
            CONVERSATIONS,
            "application/x-www-form-urlencoded",
            "token=x",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
    ] {
        let answer = visitor
            .send(Method::POST, path, Some((content_type, body.to_owned())))
            .await;
        assert_eq!(answer.status, status, "{path} {body}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(
            !answer.body.contains("line 1"),
            "no word of the parser's: {answer:?}"
        );
    }
    let without = json!({"connector": connector});
    let answer = visitor.post_json(CONVERSATIONS, &without).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let strange = json!({"connector": connector, "token": "a code", "conversation_id": "none"});
    let answer = visitor.post_json(CONVERSATIONS, &strange).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let long = json!({"connector": connector, "token": "x".repeat(100_000)});
    assert_eq!(
        visitor.post_json(CONVERSATIONS, &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    demo.end().await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused_and_shown_for_what_it_is() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let connectors = &demo.running.manifest.gateway.connectors;
    for (connector, token) in [
        (&connectors.implicit, json!("<script>alert(1)</script>")),
        (
            &connectors.implicit,
            json!({"ssoKey": "a code", "redirect_uri": "https://x.example"}),
        ),
        (&connectors.code, json!("a code")),
        (&connectors.code_pkce, json!("a code")),
    ] {
        let body = json!({"connector": connector, "token": token});
        let answer = visitor.post_json(CONVERSATIONS, &body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{body}");
        let view = visitor.agent_view(&answer).await;
        assert!(view.contains("id=\"agent-unverified\"") && !view.contains("<script>alert"));
    }
    demo.end().await;
}

#[tokio::test]
async fn a_conversation_that_nobody_had_is_not_found() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    for path in ["/demo/agent/0123456789abcdef0123456789abcdef", "/demo/agent/x"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND);
    }
    demo.end().await;
}

#[tokio::test]
async fn what_a_page_says_that_it_saw_is_shown_as_text_and_not_without_end() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    let connector = &demo.running.manifest.gateway.connectors.anonymous;
    let seen = |line: String| json!({"from": "<b>The shop</b>", "to": "The login", "line": line});
    let journal: Vec<_> = (0..40)
        .map(|number| seen(format!("GET /number-{number}-<script>")))
        .collect();
    let body = json!({"connector": connector, "journal": journal});
    let answer = visitor.post_json(CONVERSATIONS, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let view = visitor.agent_view(&answer).await;
    assert!(view.contains("GET /number-0-&#60;script&#62;") && !view.contains("<b>The shop"));
    assert!(!view.contains("GET /number-39-"));
    demo.end().await;
}
