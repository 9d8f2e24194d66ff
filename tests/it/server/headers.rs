//! What every answer of every route carries (SEC-076).

use std::path::Path;

use axum::body::Body;
use http::header::{CONTENT_TYPE, LOCATION};

use super::whole::{ask, assembled};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Every route: those of the doors that list theirs, and what the sources of the others declare.
pub(super) fn routes() -> Vec<String> {
    let listed = signet::admin::all()
        .into_iter()
        .map(|route| route.path.to_owned());
    let listed = listed.chain(signet::gateway::ROUTES.iter().map(|route| route.path.to_owned()));
    let mut routes: Vec<String> = listed.collect();
    for file in [
        "provider/mod.rs",
        "consumer/mod.rs",
        "server/router.rs",
        "server/health.rs",
        "server/metrics.rs",
    ] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        let source = std::fs::read_to_string(source).unwrap();
        let declared: Vec<&str> = source
            .split(".route(")
            .skip(1)
            .map(|rest| {
                rest.trim_start()
                    .strip_prefix('"')
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
            })
            .collect();
        assert!(!declared.is_empty(), "{file} declares none");
        let below = file.starts_with("provider") || file.starts_with("consumer");
        let accounts: Vec<String> = declared
            .iter()
            .filter(|path| below && !path.starts_with("/assets"))
            .map(|path| format!("/a/{{account_id}}{path}"))
            .collect();
        routes.extend(declared.into_iter().map(str::to_owned));
        routes.extend(accounts);
    }
    routes
}

/// A path of the route: its account is `brand`, everything else something.
pub(super) fn filled(route: &str) -> String {
    let parts = route.split('/').map(|part| match part {
        "{account_id}" => "brand",
        part if part.starts_with('{') => "x",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A page that clients' pages put into a frame (OpenID Connect Session Management §3.3).
fn is_framed(path: &str) -> bool {
    path.ends_with("/check_session")
}

fn is_page(answer: &Answer, path: &str) {
    let told = format!("{path}: {answer:?}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name} {told}");
    }
    for (directive, value) in [
        ("default-src", "'none'"),
        ("base-uri", "'none'"),
        ("object-src", "'none'"),
    ] {
        assert_eq!(answer.csp(directive), value, "{directive} {told}");
    }
    answer.csp("form-action");
    assert_eq!(
        answer.header(CONTENT_TYPE),
        Some("text/html; charset=utf-8"),
        "{told}"
    );
    if is_framed(path) && answer.status.is_success() {
        return;
    }
    assert_eq!(answer.csp("frame-ancestors"), "'none'", "{told}");
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name} {told}");
    }
}

fn is_no_page(answer: &Answer, path: &str, method: &str) {
    let told = format!("{method} {path}: {answer:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{told}");
    assert_eq!(answer.csp("default-src"), "'none'", "{told}");
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000; includeSubDomains"),
        "{told}"
    );
    match answer.header(CONTENT_TYPE) {
        None => assert!(
            answer.body.is_empty() || answer.header(LOCATION).is_some(),
            "no type: {told}"
        ),
        // JSON is UTF-8 and has no such parameter (RFC 8259 §11); pictures are no text.
        Some(kind) => assert!(
            kind.starts_with("application/") || kind.starts_with("image/") || kind.contains("charset=utf-8"),
            "{told}"
        ),
    }
}

on_both_databases! {
    async fn sec_076_every_answer_of_every_route_is_safe(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let whole = assembled(&app);
        let (mut pages, mut others) = (0, 0);
        for route in routes() {
            let path = filled(&route);
            for method in METHODS {
                let asked = request(method, &path).body(Body::empty()).unwrap();
                let answer = ask(&whole, asked).await;
                assert!(answer.status.as_u16() != 500, "{method} {path}: {answer:?}");
                if answer.header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
                    is_page(&answer, &path);
                    pages += 1;
                } else {
                    is_no_page(&answer, &path, method);
                    others += 1;
                }
            }
        }
        assert!(pages > 100 && others > 300, "{pages} {others}");
    }
}
