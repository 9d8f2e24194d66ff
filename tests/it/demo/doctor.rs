//! What `signet doctor` says of a demo that nobody has touched.

use std::sync::Arc;

use signet::base::{Clock, Entropy};
use signet::demo::{self, Prepared, Wishes};
use signet::directory::doctor::{self, Verdict};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn none_of_its_connectors_is_wrong() {
    let wishes = Wishes {
        listen: Some("127.0.0.1:0".to_owned()),
        ..Wishes::default()
    };
    let prepared = Prepared::new(wishes, &Clock::default(), &Entropy::default()).unwrap();
    let services = super::services(&prepared).await;
    let stop = CancellationToken::new();
    let running = Box::pin(demo::start(prepared, Arc::clone(&services), stop.clone()))
        .await
        .unwrap();
    let checks = doctor::examine(&services).await.unwrap();
    let check = checks.iter().find(|it| it.name == "connectors").unwrap();
    assert!(
        matches!(check.verdict, Verdict::Ok | Verdict::Warning),
        "{check:?}"
    );
    // Who doesn't log in has no level to be known.
    assert!(
        check.findings.iter().all(|it| !it.problem.contains("acrValues")),
        "{check:?}"
    );
    stop.cancel();
    running.finished().await;
}
