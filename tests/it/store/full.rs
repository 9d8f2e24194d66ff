//! The disk is full: nothing is written, everything else goes on, and operators are told (SEC-171).

use pages::ErrorKind;
use signet::store::{self, sql};

use crate::support::app::{App, PASSWORD};
use crate::support::client::NewClient;
use crate::support::db::FreshDb;
use crate::support::log::Log;
use crate::support::seed::consumer;

/// A database that may not grow is one whose disk is full: SQLite says the same of both.
async fn limit(db: &store::Db, statement: &'static str) {
    db.transaction(move |tx| {
        Box::pin(async move { sql(statement).fetch_optional_in::<i64>(tx).await.map(|_| ()) })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn sec_171_a_full_disk_refuses_writes_alone_and_is_told_a_few_times() {
    let fresh = FreshDb::sqlite().await;
    let log = Log::listen();
    let app = App::on(&fresh).await;
    log.hear_writer(app.db()).await;
    let ana = app.consumer("ana").await;
    let client = NewClient::web("web").on(&app).await;
    let mut browser = app.signed_in(&ana).await;
    let told = || {
        log.audit()
            .iter()
            .filter(|line| line.contains("storage.full"))
            .count()
    };

    // No page beyond those that there are.
    limit(app.db(), "PRAGMA max_page_count = 1").await;
    let (mut refused, mut written) = (0, Vec::new());
    for index in 0..5000 {
        let row = consumer(&app.brand, &format!("s-{index}"), &format!("user{index}"));
        let sub = row.sub.clone();
        let done = app
            .db()
            .transaction(move |tx| Box::pin(async move { store::consumers::insert(tx, &row).await }))
            .await;
        match done {
            Ok(_) => written.push(sub),
            Err(store::Error::Unavailable(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
        if refused == 40 {
            break;
        }
    }
    assert_eq!(refused, 40, "{} were written", written.len());
    // A minute may have turned meanwhile.
    assert!((1..=20).contains(&told()), "{}", told());
    let line = log.audit().into_iter().find(|line| line.contains("storage.full"));
    let line = line.unwrap();
    assert!(
        line.contains("\"outcome\":\"refused\"") && line.contains("\"reason\":\"full\""),
        "{line}"
    );

    // What was acknowledged is there, reads go on, and writes say that they may be repeated.
    for sub in &written {
        assert!(
            store::consumers::find(app.db(), &app.brand, sub)
                .await
                .unwrap()
                .is_some()
        );
    }
    assert_eq!(app.get("/jwks").await.status, 200);
    assert_eq!(browser.get("/me").await.status, 200);
    let mut answers = Vec::new();
    for _ in 0..200 {
        let sent = app.browser().ask(&client.ask()).await;
        if sent.status != 303 {
            answers.push(sent);
            break;
        }
    }
    let busy = answers.pop().expect("interactions need room");
    assert_eq!(busy.page_error(), ErrorKind::Busy);

    // There is room again: no restart.
    limit(app.db(), "PRAGMA max_page_count = 1000000").await;
    let mut browser = app.browser();
    let asked = browser.ask(&client.ask()).await;
    let answer = browser.enter(&asked, "ana", PASSWORD).await;
    assert_eq!(browser.get(answer.location()).await.sent().mode, "query");
    let whole: Vec<String> = sql("PRAGMA integrity_check").fetch_all(app.db()).await.unwrap();
    assert_eq!(whole, ["ok"]);
    fresh.throw_away().await;
}
