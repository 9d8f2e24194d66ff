//! What every request goes through, on the wire and behind it.

mod answers;
mod apart;
mod callers;
mod connections;
mod doctor;
mod headers;
mod health;
mod http2;
mod limits;
mod mutual_tls;
mod pace;
mod processes;
pub(crate) mod program;
mod refusals;
mod roles;
mod sampled;
mod stopping;
mod tls;
mod upgrades;
mod whole;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::Request;
use http_body_util::BodyExt as _;
use signet::base::{Clock, Entropy};
use signet::config::{Listen, Period, Settings};
use signet::http::{Caller, Problem};
use signet::server::{Apart, KnownHosts, Running, layers, serve};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Routes that do what a test needs, with the layers around.
fn app(settings: &Settings, hosts: KnownHosts) -> Router {
    let routes = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/who", get(|caller: Caller| async move { caller.ip.to_string() }))
        .route("/echo", post(|body: String| async move { body }))
        .route(
            "/a/{account_id}/token",
            post(|body: String| async move { body.len().to_string() }),
        )
        .route("/panic", get(panics))
        .route(
            "/slow",
            get(|| async { tokio::time::sleep(Duration::from_millis(400)).await }),
        )
        .route("/page", get(page))
        .route(
            "/busy",
            get(|| async { Problem::busy("the disk is full of secrets").detail("also secret") }),
        )
        .route(
            "/wrong",
            get(|| async {
                Problem::new(http::StatusCode::CONFLICT)
                    .detail("Taken.")
                    .with("key", "name")
            }),
        )
        .route("/empty", get(|| async { http::StatusCode::FORBIDDEN }));
    layers(routes, settings, &Clock::default(), &Entropy::default(), hosts)
}

async fn panics() -> &'static str {
    panic!("a panic that the test wants")
}

async fn page() -> Response {
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", "default-src 'self'"),
        ("cache-control", "max-age=60"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-request-id", "forged"),
    ];
    (headers, "<p>hello</p>").into_response()
}

fn default_app() -> Router {
    app(&Settings::default(), KnownHosts::none())
}

fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
}

fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn answer(app: &Router, request: Request<Body>) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

async fn get_path(app: &Router, path: &str) -> Response {
    answer(app, request("GET", path).body(Body::empty()).unwrap()).await
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

async fn json(response: Response) -> serde_json::Value {
    serde_json::from_str(&text(response).await).unwrap()
}

/// Settings for real sockets: one port that the system chooses, and little patience.
fn hasty() -> Settings {
    let mut settings = Settings::default();
    settings.server.listen = Listen::localhost(0);
    settings.limits.header = Period::millis(300);
    settings.limits.idle = Period::millis(900);
    settings.limits.stop = Period::millis(1500);
    settings
}

/// A server on a socket, with the routes of [`app`].
async fn start(settings: &Settings) -> (SocketAddr, Running) {
    let router = app(settings, KnownHosts::none());
    let running = serve(router, Apart::default(), settings, CancellationToken::new())
        .await
        .unwrap();
    (*running.addresses().first().unwrap(), running)
}
