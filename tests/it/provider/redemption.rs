//! A code buys once, for the one who asked for it, in time.

use std::time::Duration;

use signet::model::ConsumerStatus;

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;
use crate::support::tokens::userinfo;

on_both_databases! {
    async fn sec_040_of_fifty_redemptions_at_once_on_two_nodes_one_succeeds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();

        let request = client.redeem(&code);
        let (mut done, mut refused) = (0, 0);
        let redemptions = (0..50).map(|turn| request.send(if turn % 2 == 0 { &app } else { &other }));
        for answer in together(redemptions.collect()).await {
            if answer.status == 200 {
                done += 1;
            } else {
                assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
                refused += 1;
            }
        }
        assert_eq!((done, refused), (1, 49));
        assert_eq!(app.count("tokens").await, 1);
        other.db().close().await;
    }

    async fn sec_041_a_code_used_twice_revokes_what_its_first_use_issued(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let access_token = tokens["access_token"].as_str().unwrap();
        assert_eq!(userinfo(&app, access_token).await.status, 200);

        let again = client.redeem(&code).send(&app).await;
        assert_eq!(again.oauth_error(), (400, "invalid_grant".to_owned()));
        let told = userinfo(&app, access_token).await;
        assert_eq!(told.oauth_error(), (401, "invalid_token".to_owned()));
        // The consumer stays signed in: platforms show a code again after a reload.
        assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
    }

    async fn sec_041_a_code_used_again_after_its_end_revokes_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();

        app.clock.advance(Duration::from_mins(10));
        let again = client.redeem(&code).send(&app).await;
        assert_eq!(again.oauth_error(), (400, "invalid_grant".to_owned()));
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(told.status, 401);
    }

    async fn sec_041_another_clients_attempt_changes_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let thief = NewClient::web("thief").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();

        for _ in 0..6 {
            let stolen = thief.redeem(&code).send(&app).await;
            assert_eq!(stolen.oauth_error(), (400, "invalid_grant".to_owned()));
            let forged = client.redeem(&code).basic("web", "wrong").send(&app).await;
            assert_eq!(forged.oauth_error(), (401, "invalid_client".to_owned()));
        }
        let tokens = client.redeem(&code).send(&app).await.json();
        let access_token = tokens["access_token"].as_str().unwrap();
        thief.redeem(&code).send(&app).await;
        assert_eq!(userinfo(&app, access_token).await.status, 200);
    }

    async fn sec_042_everything_about_a_code_must_be_right(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let good = client.redeem(&code);
        let other_verifier = "x".repeat(43);
        for (wrong, error) in [
            (good.clone().with("code", &format!("{code}A")), "invalid_grant"),
            (good.clone().with("code", &code[1..]), "invalid_grant"),
            (good.clone().with("code", &code.to_lowercase()), "invalid_grant"),
            (good.clone().with("code", &format!(" {code}")), "invalid_grant"),
            (good.clone().without("code"), "invalid_request"),
            (good.clone().without("redirect_uri"), "invalid_request"),
            (good.clone().with("redirect_uri", "https://app.example.test/cb/"), "invalid_grant"),
        ] {
            assert_eq!(wrong.send(&app).await.oauth_error(), (400, error.to_owned()), "{wrong:?}");
        }
        let answer = good.clone().with("code_verifier", &other_verifier).send(&app).await;
        assert_eq!(answer.oauth_error().1, "invalid_grant");
        assert_eq!(good.send(&app).await.status, 200);
    }

    async fn sec_042_a_code_ends_with_its_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let cookie = browser.session_cookie().unwrap().to_owned();
        let session = app.services.sessions.find(&app.brand, &cookie).await.unwrap().unwrap();
        app.services.sessions.end(&session).await.unwrap();
        let answer = client.redeem(&code).send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
    }

    async fn sec_042_a_code_ends_with_its_consumers_right_to_log_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        let answer = client.redeem(&code).send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
        assert_eq!(browser.ask(&client.ask()).await.page(), "login");
    }

    async fn sec_043_a_code_lives_a_minute(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let first = browser.ask(&client.ask()).await.sent().code();
        let second = browser.ask(&client.ask()).await.sent().code();
        app.clock.advance(Duration::from_secs(59));
        assert_eq!(client.redeem(&first).send(&app).await.status, 200);
        app.clock.advance(Duration::from_secs(1));
        let late = client.redeem(&second).send(&app).await;
        assert_eq!(late.oauth_error(), (400, "invalid_grant".to_owned()));
    }

    async fn sec_043_four_failures_leave_a_code_alone_and_the_fifth_burns_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (failures, status) in [(4, 200), (5, 400)] {
            let code = browser.ask(&client.ask()).await.sent().code();
            let wrong = client.redeem(&code).with("redirect_uri", "https://app.example.test/other");
            for _ in 0..failures {
                assert_eq!(wrong.send(&app).await.oauth_error().1, "invalid_grant");
            }
            assert_eq!(client.redeem(&code).send(&app).await.status, status, "after {failures}");
        }
    }

    async fn sec_044_a_verifier_and_a_challenge_belong_together(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let with_challenge = client.ask();
        let without = client.ask().without("code_challenge").without("code_challenge_method");

        let code = browser.ask(&without).await.sent().code();
        let answer = client.redeem(&code).send(&app).await;
        assert_eq!(answer.oauth_error().1, "invalid_grant", "a verifier without a challenge");
        assert_eq!(client.redeem(&code).without("code_verifier").send(&app).await.status, 200);

        let code = browser.ask(&with_challenge).await.sent().code();
        for verifier in ["", "short", &"x".repeat(42), &"x".repeat(129), &format!("{}!", "x".repeat(43))] {
            // Four of them only: the fifth would burn the code.
            let code = browser.ask(&with_challenge).await.sent().code();
            let answer = client.redeem(&code).with("code_verifier", verifier).send(&app).await;
            let (status, error) = answer.oauth_error();
            assert_eq!(status, 400);
            assert!(["invalid_grant", "invalid_request"].contains(&error.as_str()), "{verifier:?}");
        }
        assert_eq!(client.redeem(&code).send(&app).await.status, 200);
    }
}
