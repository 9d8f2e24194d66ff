//! Too often is too often (SEC-165), and strangers can't fill the database (SEC-173).

use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

on_both_databases! {
    async fn sec_173_beyond_the_limit_no_interaction_is_stored(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.authorize = 3).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut stranger = app.browser();
        for _ in 0..3 {
            assert_eq!(stranger.ask(&client.ask()).await.page(), "login");
        }
        let answer = stranger.ask(&client.ask()).await;
        assert_eq!(answer.page_error(), ErrorKind::RateLimited);
        assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        assert_eq!(app.count("interactions").await, 3);
        // Who needs no page is not counted: nothing is stored for them.
        assert_eq!(stranger.ask(&client.ask().with("prompt", "none")).await.sent_error(), "login_required");
        let mut browser = app.signed_in(&ana).await;
        assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
    }

    async fn f_34_an_app_that_signs_its_consumer_in_for_ever_is_turned_away(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.authorize = 3).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let mut other = app.signed_in(&app.consumer("ben").await).await;
        for _ in 0..3 {
            assert!(browser.ask(&client.ask().with("prompt", "none")).await.sent().get("code").is_some());
        }
        let answer = browser.ask(&client.ask().with("prompt", "none")).await;
        assert_eq!(answer.page_error(), ErrorKind::RateLimited);
        assert!(answer.header("retry-after").is_some());
        // Somebody else from the same address is another consumer.
        assert!(other.ask(&client.ask()).await.sent().get("code").is_some());
    }

    async fn sec_173_an_account_begins_only_so_many_sign_ins_whoever_begins_them(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.interactions = 3).await;
        let client = NewClient::web("web").on(&app).await;
        let other = app.other_account("other").await;
        let elsewhere = NewClient::web("web").of(&app, &other).await;
        for _ in 0..3 {
            assert_eq!(app.browser().ask(&client.ask()).await.page(), "login");
        }
        let answer = app.browser().ask(&client.ask()).await;
        assert_eq!(answer.page_error(), ErrorKind::RateLimited);
        // Three within half an hour: the next one has its place after ten minutes.
        let wait = answer.header("retry-after").unwrap().parse::<u64>().unwrap();
        assert!((1..=601).contains(&wait), "{wait}");
        assert_eq!(app.count("interactions").await, 3);
        assert_eq!(app.browser().ask(&elsewhere.ask()).await.page(), "login");
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert!(browser.ask(&client.ask()).await.sent().get("code").is_some(), "nothing is stored for her");
    }

    async fn sec_173_a_long_request_counts_for_each_kilobyte_that_it_takes(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.interactions = 20).await;
        let client = NewClient::web("web").on(&app).await;
        let state = "s".repeat(9 * 1024);
        for _ in 0..2 {
            let answer = app.browser().ask(&client.ask().with("state", &state)).await;
            assert_eq!(answer.page(), "login");
        }
        let answer = app.browser().ask(&client.ask().with("state", &state)).await;
        assert_eq!(answer.page_error(), ErrorKind::RateLimited);
        assert_eq!(app.count("interactions").await, 2);
    }

    async fn sec_165_failed_client_authentications_are_counted(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.token_failures = 3).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        for _ in 0..3 {
            assert_eq!(client.redeem(&code).basic("web", "wrong").send(&app).await.status, 401);
        }
        let answer = client.redeem(&code).basic("web", "wrong").send(&app).await;
        assert_eq!(answer.oauth_error(), (429, "temporarily_unavailable".to_owned()));
        assert!(answer.header("retry-after").is_some());
        assert_eq!(client.redeem(&code).send(&app).await.status, 200, "who knows the secret goes on");
    }

    async fn sec_165_unknown_codes_and_tokens_are_counted(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.token_failures = 2).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(client.redeem("x").send(&app).await.status, 400);
        assert_eq!(userinfo(&app, "x").await.status, 401);
        assert_eq!(client.redeem("x").send(&app).await.status, 429);
        assert_eq!(userinfo(&app, "x").await.status, 429);
        // No guesses: what is missing, and what was known once.
        assert_eq!(app.get("/userinfo").await.status, 401);
        assert_eq!(client.redeem(&code).send(&app).await.status, 200);
        assert_eq!(client.redeem(&code).send(&app).await.status, 400);
    }
}

#[test]
fn sec_173_by_default_strangers_fill_less_than_fifty_megabytes() {
    let interactions = u64::from(signet::config::Settings::default().limits.interactions);
    // Twice: a burst at once, and what is allowed again before the first of it is too old. A quarter more for digests,
    // times and indexes.
    let most = interactions * 2 * (1024 + 256);
    assert!((1..=50 * 1024 * 1024).contains(&most), "{most}");
}
