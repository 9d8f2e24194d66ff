use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::Frame;
use signet::config::{Period, Settings};
use signet::server::KnownHosts;

use super::{answer, app, default_app, request, text};

/// A body that comes in pieces, and then ends or stays away.
struct Pieces(Vec<String>, Then);

enum Then {
    End,
    Silence,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        match (this.0.pop(), &this.1) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(Bytes::from(piece))))),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Silence) => Poll::Pending,
        }
    }
}

#[tokio::test]
async fn sec_155_a_body_is_taken_up_to_its_limit() {
    let app = default_app();
    for (path, size, expected) in [
        ("/echo", 64 << 10, 200),
        ("/echo", (64 << 10) + 1, 413),
        ("/a/brand/token", 32 << 10, 200),
        ("/a/brand/token", (32 << 10) + 1, 413),
    ] {
        let whole = request("POST", path).body(Body::from("x".repeat(size))).unwrap();
        let response = answer(&app, whole).await;
        assert_eq!(response.status().as_u16(), expected, "{path} {size}");
        assert_eq!(response.headers().contains_key("connection"), expected == 413);

        // The same without a length that says so beforehand.
        let pieces = Pieces(vec!["x".repeat(size / 2), "x".repeat(size - size / 2)], Then::End);
        let streamed = request("POST", path).body(Body::new(pieces)).unwrap();
        assert_eq!(
            answer(&app, streamed).await.status().as_u16(),
            expected,
            "{path} {size} in pieces"
        );
    }
}

#[tokio::test]
async fn sec_157_a_body_that_takes_too_long_is_given_up() {
    let mut settings = Settings::default();
    settings.limits.upload = Period::millis(150);
    let app = app(&settings, KnownHosts::none());
    let endless = Pieces(vec!["x".to_owned()], Then::Silence);
    let response = answer(&app, request("POST", "/echo").body(Body::new(endless)).unwrap()).await;
    assert_eq!(response.status(), 408);
}

#[tokio::test]
async fn sec_157_an_answer_that_takes_too_long_is_given_up() {
    let mut settings = Settings::default();
    settings.limits.request = Period::millis(100);
    let app = app(&settings, KnownHosts::none());
    let response = tokio::time::timeout(Duration::from_millis(350), super::get_path(&app, "/slow"))
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn a_body_arrives_whole() {
    let response = answer(
        &default_app(),
        request("POST", "/echo").body(Body::from("a=b")).unwrap(),
    )
    .await;
    assert_eq!(text(response).await, "a=b");
}
