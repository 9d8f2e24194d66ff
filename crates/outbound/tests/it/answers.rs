use std::time::Duration;

use http::StatusCode;
use outbound::{Accept, Basic, Client, Error, Options};

use crate::support::{Server, answer, client, options};

#[tokio::test]
async fn a_document_arrives_with_status_type_and_body() {
    let mut server = Server::prompt(answer("200 OK", "application/json; charset=utf-8", "{\"a\":1}")).await;
    let got = client()
        .get(&server.url("/jwks?x=1"), Accept::Json)
        .await
        .unwrap();
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(
        got.content_type.as_deref(),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(
        got.json::<serde_json::Value>().unwrap(),
        serde_json::json!({"a": 1})
    );
    let [request] = server.requests().try_into().unwrap();
    assert!(request.starts_with("GET /jwks?x=1 HTTP/1.1\r\n"), "{request}");
    assert!(
        request
            .to_lowercase()
            .contains("\r\naccept: application/json\r\n"),
        "{request}"
    );
    assert!(!request.to_lowercase().contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn a_form_arrives_with_the_credentials_of_rfc_6749() {
    let mut server = Server::prompt(answer(
        "400 Bad Request",
        "application/json",
        "{\"error\":\"invalid_grant\"}",
    ))
    .await;
    let basic = Basic::of_client("a:b", "s%c+t");
    let got = client()
        .post_form(
            &server.url("/token"),
            Some(&basic),
            &[("grant_type", "x y"), ("code", "ü&=")],
        )
        .await
        .unwrap();
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    assert_eq!(got.json::<serde_json::Value>().unwrap()["error"], "invalid_grant");
    let [request] = server.requests().try_into().unwrap();
    // base64("a%3Ab:s%25c%2Bt")
    assert!(
        request.contains("\r\nauthorization: Basic YSUzQWI6cyUyNWMlMkJ0\r\n"),
        "{request}"
    );
    assert!(
        request.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("\r\n\r\ngrant_type=x+y&code=%C3%BC%26%3D"),
        "{request}"
    );
}

#[test]
fn credentials_keep_the_password_out_of_debug() {
    let debug = format!("{:?}", Basic::new("user", "s3cret"));
    assert!(debug.contains("user") && !debug.contains("s3cret"), "{debug}");
}

#[tokio::test]
async fn sec_146_a_call_ends_in_time() {
    let server = Server::start("", Duration::from_mins(1)).await;
    let client = Client::new(Options {
        timeout: Duration::from_millis(200),
        ..options()
    })
    .unwrap();
    let error = client.get(&server.url("/"), Accept::Json).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

#[tokio::test]
async fn sec_146_a_body_that_trickles_ends_in_time() {
    // Longer than what is sent, so the client waits for the rest; the server closes nothing before its delay.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if stream.write_all(b" ").await.is_err() {
                break;
            }
        }
    });
    let client = Client::new(Options {
        timeout: Duration::from_millis(200),
        ..options()
    })
    .unwrap();
    let error = client.get(&url, Accept::Json).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

#[tokio::test]
async fn sec_146_a_body_is_read_up_to_its_limit_and_not_beyond() {
    let limit = Options::default().max_body;
    assert_eq!(limit, 256 * 1024);
    for (length, fits) in [(limit, true), (limit + 1, false)] {
        let body = "1".repeat(length);
        let declared = answer("200 OK", "application/json", &body);
        // Without a length: only counting helps.
        let undeclared =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{body}");
        for text in [declared, undeclared] {
            let server = Server::prompt(text).await;
            match client().get(&server.url("/"), Accept::Json).await {
                Ok(got) => assert!(fits && got.body.len() == length),
                Err(error) => assert!(!fits && matches!(error, Error::TooLarge(_)), "{error:?}"),
            }
        }
    }
}

#[tokio::test]
async fn sec_146_the_content_type_is_the_one_asked_for() {
    for (accept, content_type, good) in [
        (Accept::Json, "application/json", true),
        (Accept::Json, "Application/JSON; charset=utf-8", true),
        (Accept::Json, "application/jwk-set+json", true),
        (Accept::Json, "text/html", false),
        (Accept::Json, "text/json", false),
        (Accept::Json, "application/json-seq", false),
        (Accept::Jwt, "application/jwt", true),
        (Accept::Jwt, "application/oauth-authz-req+jwt", true),
        (Accept::Jwt, "application/json", false),
        (Accept::Text, "text/plain", true),
        (Accept::Text, "text/html", false),
    ] {
        let server = Server::prompt(answer("200 OK", content_type, "x")).await;
        let got = client().get(&server.url("/"), accept).await;
        assert_eq!(got.is_ok(), good, "{accept:?} {content_type}");
        assert!(good || matches!(got, Err(Error::ContentType(_))));
    }
}

#[tokio::test]
async fn sec_146_a_missing_content_type_and_a_content_coding_are_refused() {
    for headers in ["", "content-type: application/json\r\ncontent-encoding: gzip\r\n"] {
        let server = Server::prompt(format!(
            "HTTP/1.1 200 OK\r\n{headers}content-length: 2\r\n\r\n{{}}"
        ))
        .await;
        let error = client().get(&server.url("/"), Accept::Json).await.unwrap_err();
        assert!(matches!(error, Error::ContentType(_)), "{error:?}");
    }
}

#[tokio::test]
async fn json_is_taken_from_a_success_only() {
    let server = Server::prompt(answer("404 Not Found", "application/json", "{}")).await;
    let error = client()
        .get_json::<serde_json::Value>(&server.url("/"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Status(_)), "{error:?}");
}

#[tokio::test]
async fn json_that_is_none_is_an_error_that_does_not_quote_it() {
    let server = Server::prompt(answer("200 OK", "application/json", "{\"secret\":\"s3cret\"")).await;
    let error = client()
        .get_json::<serde_json::Value>(&server.url("/"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Json(_)), "{error:?}");
    let server = Server::prompt(answer("200 OK", "application/json", "\"s3cret\"")).await;
    let error = client().get_json::<u32>(&server.url("/")).await.unwrap_err();
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_no_http_is_an_error() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    for bytes in [
        format!("{head}content-length: 100\r\n\r\n{{}}"),
        "SSH-2.0-OpenSSH\r\n".to_owned(),
        String::new(),
    ] {
        let server = Server::prompt(bytes).await;
        let error = client().get(&server.url("/"), Accept::Json).await.unwrap_err();
        assert!(matches!(error, Error::Answer(_)), "{error:?}");
    }
}
