use axum::body::Body;
use http::Request;
use signet::config::Settings;
use signet::server::KnownHosts;

use super::{answer, app, default_app, get_path, request};

async fn status(builder: http::request::Builder, body: &str) -> u16 {
    answer(&default_app(), builder.body(Body::from(body.to_owned())).unwrap())
        .await
        .status()
        .as_u16()
}

#[tokio::test]
async fn sec_078_a_host_that_isn_t_ours_is_refused() {
    let named = |host: &str| Request::get("/").header("host", host);
    for ours in [
        "localhost",
        "localhost:8080",
        "LOCALHOST:1",
        "127.0.0.1",
        "[::1]:8080",
    ] {
        assert_eq!(status(named(ours), "").await, 200, "{ours}");
    }
    for foreign in ["evil.example", "localhost.evil.example", "10.0.0.1"] {
        assert_eq!(status(named(foreign), "").await, 421, "{foreign}");
    }
    for malformed in ["", "a b", "user@localhost"] {
        assert_eq!(status(named(malformed), "").await, 400, "{malformed:?}");
    }
    assert_eq!(status(Request::get("/"), "").await, 400, "none");
    assert_eq!(
        status(named("localhost").header("host", "localhost"), "").await,
        400,
        "two"
    );
    assert_eq!(
        status(Request::get("http://localhost/"), "").await,
        200,
        "in the target"
    );
    assert_eq!(
        status(
            Request::get("http://evil.example/").header("host", "localhost"),
            ""
        )
        .await,
        400,
        "two names"
    );
}

#[tokio::test]
async fn sec_078_accounts_issuers_are_known_and_loopback_is_no_name_of_a_public_server() {
    let mut settings = Settings::default();
    settings.server.public_url = "https://id.brand.example".parse().unwrap();
    let app = app(
        &settings,
        KnownHosts::asking(|host| async move { host == "id.other.example" }),
    );
    for (host, expected) in [
        ("id.brand.example", 200),
        ("ID.Other.Example:443", 200),
        ("localhost", 421),
        ("127.0.0.1", 421),
    ] {
        let request = Request::get("/")
            .header("host", host)
            .body(Body::empty())
            .unwrap();
        assert_eq!(answer(&app, request).await.status().as_u16(), expected, "{host}");
    }
}

#[tokio::test]
async fn sec_078_probes_may_come_by_any_name() {
    assert_eq!(
        status(Request::get("/health/live").header("host", "10.2.3.4:8080"), "").await,
        404
    );
    assert_eq!(status(Request::get("/metrics"), "").await, 404);
}

#[tokio::test]
async fn sec_159_a_path_that_two_programs_read_differently_leads_nowhere() {
    let app = default_app();
    for path in [
        "//who",
        "/./who",
        "/a/../who",
        "/%2e%2e/who",
        "/a%2fb",
        "/who;x=1",
        "/%77ho",
        "/who//",
    ] {
        assert_eq!(get_path(&app, path).await.status(), 404, "{path}");
    }
    assert_eq!(get_path(&app, "/who?a=//b/../c;d").await.status(), 200);
}

#[tokio::test]
async fn sec_156_a_compressed_body_is_refused() {
    let post = |coding| request("POST", "/echo").header("content-encoding", coding);
    assert_eq!(status(post("gzip"), "x").await, 415);
    assert_eq!(status(post("identity"), "x").await, 200);
}

#[tokio::test]
async fn sec_155_a_target_of_32_kib_is_taken_and_one_byte_more_is_not() {
    let longest = format!("/who?{}", "x".repeat((32 << 10) - 5));
    assert_eq!(status(request("GET", &longest), "").await, 200);
    assert_eq!(status(request("GET", &format!("{longest}x")), "").await, 414);
}

#[tokio::test]
async fn sec_155_a_hundred_fields_of_64_kib_are_taken_and_no_more() {
    let fields = |count: usize| {
        (1..count).fold(request("GET", "/"), |builder, number| {
            builder.header(format!("x-{number}"), "y")
        })
    };
    assert_eq!(status(fields(100), "").await, 200);
    assert_eq!(status(fields(101), "").await, 431);
    let long = |bytes| request("GET", "/").header("x-long", "y".repeat(bytes));
    assert_eq!(status(long(65_000), "").await, 200);
    assert_eq!(status(long(66_000), "").await, 431);
}
