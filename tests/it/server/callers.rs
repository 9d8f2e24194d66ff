use axum::body::Body;
use signet::config::Settings;
use signet::server::KnownHosts;

use super::{answer, app, from, request, text};

/// The address that a door sees.
async fn seen(peer: &str, forwarded: &[&str]) -> String {
    let mut settings = Settings::default();
    settings.server.trusted_proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"]
        .map(|text| text.parse().unwrap())
        .to_vec();
    let mut builder = request("GET", "/who");
    for line in forwarded {
        builder = builder.header("x-forwarded-for", *line);
    }
    let request = from(peer, builder.body(Body::empty()).unwrap());
    text(answer(&app(&settings, KnownHosts::none()), request).await).await
}

#[tokio::test]
async fn sec_079_a_stranger_cannot_choose_their_address() {
    assert_eq!(seen("192.0.2.1:5", &["203.0.113.9"]).await, "192.0.2.1");
}

#[tokio::test]
async fn sec_079_a_trusted_proxy_names_the_client() {
    assert_eq!(seen("10.0.0.1:5", &["203.0.113.9"]).await, "203.0.113.9");
    assert_eq!(
        seen("[2001:db8:ffff::1]:5", &["2001:db8::9"]).await,
        "2001:db8::9"
    );
    assert_eq!(seen("[::ffff:10.0.0.1]:5", &["203.0.113.9"]).await, "203.0.113.9");
    assert_eq!(seen("10.0.0.1:5", &["203.0.113.9:4711"]).await, "203.0.113.9");
    assert_eq!(seen("10.0.0.1:5", &["[2001:db8::9]:4711"]).await, "2001:db8::9");
}

#[tokio::test]
async fn sec_079_of_several_hops_the_right_most_stranger_counts() {
    assert_eq!(
        seen("10.0.0.1:5", &["1.1.1.1, 203.0.113.9, 10.0.0.7"]).await,
        "203.0.113.9"
    );
    assert_eq!(
        seen("10.0.0.1:5", &["1.1.1.1", "203.0.113.9"]).await,
        "203.0.113.9"
    );
    assert_eq!(seen("10.0.0.1:5", &["10.0.0.3, 10.0.0.2"]).await, "10.0.0.3");
}

#[tokio::test]
async fn sec_079_what_can_t_be_read_means_the_proxy_itself() {
    for forwarded in ["unknown", "203.0.113.9, ", "_hidden", "203.0.113.999"] {
        assert_eq!(seen("10.0.0.1:5", &[forwarded]).await, "10.0.0.1", "{forwarded}");
    }
    assert_eq!(seen("10.0.0.1:5", &[]).await, "10.0.0.1");
}
