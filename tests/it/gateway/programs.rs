//! Programs with an API key: at the gateway's routes (section 8 of the platform contract), and where they log bots in (7.1).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use signet::base::id::AppKeyId;
use signet::directory::{By, account, app_key, client, user};
use signet::model::RoleType;

use super::people::{self, PASSWORD, bot, events, refused, session, try_login};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signed::Signing;

const USERS: &str = "/api/account/brand/configuration/le-users/users?v=6.0";

fn is_problem(answer: &Answer, status: u16, problem: &str) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert!(
        answer.body.starts_with(&format!("oauth_problem={problem}&")),
        "{answer:?}"
    );
}

/// The body by which a program logs a bot in.
fn application(username: &str, signing: &Signing) -> Value {
    json!({
        "username": username, "appKey": signing.app_key, "secret": signing.secret,
        "accessToken": signing.token, "accessTokenSecret": signing.token_secret,
    })
}

fn by_client(id: &str, secret: &str) -> Value {
    json!({"username": "bot1", "appKey": id, "secret": secret, "accessToken": "dummy", "accessTokenSecret": "dummy"})
}

async fn client_of(app: &App, settings: &[&str]) -> (String, String) {
    let given: Vec<_> = settings.iter().map(|text| text.parse().unwrap()).collect();
    let draft = client::Draft::described(&given).unwrap();
    let made = client::create(&app.services, &By::command(), &app.brand, None, draft)
        .await
        .unwrap();
    (
        made.client.client_id.to_string(),
        made.secret.unwrap().expose().to_owned(),
    )
}

on_both_databases! {
    async fn a_signed_request_comes_through_by_its_privileges(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let reads = Signing::of(&app, &["privileges=Users (Read)"]).await;
        let answer = app.send(reads.get(&format!("{USERS}&select=id,loginName"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body.contains("dana"));
        is_problem(&app.send(reads.get(&format!("{USERS}&select=id,loginName"))).await, 401, "nonce_used");
        let written = app.send(reads.nonce("n-2").post(USERS, "[]")).await;
        is_problem(&written, 403, "permission_denied");
        // A bearer beside it counts for nothing.
        let mut twice = reads.nonce("n-3").get(USERS);
        twice.headers_mut().append(AUTHORIZATION, "Bearer x".parse().unwrap());
        is_problem(&app.send(twice).await, 400, "parameter_rejected");
    }

    async fn sec_123_a_key_is_good_from_its_addresses_at_every_api_that_it_may_use(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let all = "privileges=Users,Skills,Agent Groups,Profiles,Consumer Identity Providers";
        let (here, elsewhere) = (Signing::of(&app, &[all, "ip=127.0.0.0/8"]).await, Signing::of(&app, &[all, "ip=192.0.2.0/24"]).await);
        for (at, place) in ["le-users/users", "le-users/skills", "le-users/agentGroups", "le-users/profiles"].iter().enumerate() {
            let path = format!("/api/account/brand/configuration/{place}");
            let nonce = format!("n-{at}");
            is_problem(&app.send(elsewhere.nonce(&nonce).get(&path)).await, 403, "permission_denied");
            assert_eq!(app.send(here.nonce(&nonce).get(&path)).await.status, 200, "{place}");
        }
        // A change counts at once.
        let id = AppKeyId::parse(&here.app_key).unwrap();
        let set = ["ip=192.0.2.1".parse().unwrap()];
        app_key::update(&app.services, &By::command(), &app.brand, &id, |draft| draft.assign(&set)).await.unwrap();
        is_problem(&app.send(here.nonce("n-x").get(USERS)).await, 403, "permission_denied");
    }

    async fn sec_089_a_bot_that_is_switched_off_is_logged_in_by_no_key_and_no_client(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = bot(&app, &app.brand, "bot1").await;
        let key = Signing::of(&app, &["privileges=User Login"]).await;
        let (client, secret) = client_of(&app, &["grant_types=client_credentials", "scope=bots.login"]).await;
        let by_key = session(&app.brand, &try_login(&app, &app.brand, application("bot1", &key)).await);
        let by_secret = session(&app.brand, &try_login(&app, &app.brand, by_client(&client, &secret)).await);
        let account = account::find(&app.services, None).await.unwrap();
        user::update(&app.services, &By::command(), &account, made.user_id, |draft| draft.is_enabled = false).await.unwrap();
        for open in [&by_key, &by_secret] {
            assert_eq!(open.status(&app).await, 401);
            assert_eq!(refused(&open.call(&app, "refresh").await), (401, 3));
        }
        assert_eq!(refused(&try_login(&app, &app.brand, application("bot1", &key)).await), (401, 23));
        assert_eq!(refused(&try_login(&app, &app.brand, by_client(&client, &secret)).await), (401, 23));
        // It is told to nobody who hasn't the values.
        let wrong = key.but(|it| it.secret.clone_from(&it.token_secret));
        assert_eq!(refused(&try_login(&app, &app.brand, application("bot1", &wrong)).await), (401, 20));
    }

    async fn a_bot_logs_in_by_its_key_where_people_have_single_sign_on_alone_and_whatever_the_age_of_passwords(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        bot(&app, &app.brand, "bot1").await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let key = Signing::of(&app, &["privileges=User Login"]).await;
        app.change_account(&app.brand, |row| {
            (row.settings.sso_only, row.settings.user_password_max_age) = (true, Some(86_400));
        }).await;
        app.clock.advance(Duration::from_hours(48));
        assert_eq!(refused(&try_login(&app, &app.brand, json!({"username": "dana", "password": PASSWORD})).await).0, 401);
        session(&app.brand, &try_login(&app, &app.brand, application("bot1", &key)).await);
    }

    async fn sec_123_a_key_counts_for_nothing_at_the_token_endpoint(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let key = Signing::of(&app, &["privileges=Users,User Login"]).await;
        let asked = request("POST", "/token")
            .header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{}:{}", key.app_key, key.secret))))
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("grant_type=client_credentials"))
            .unwrap();
        assert_eq!(app.send(asked).await.oauth_error(), (401, "invalid_client".to_owned()));
    }

    async fn a_bot_logs_in_by_an_api_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = bot(&app, &app.brand, "bot1").await;
        let key = Signing::of(&app, &["privileges=User Login"]).await;
        let session = session(&app.brand, &try_login(&app, &app.brand, application("Bot1", &key)).await);
        assert_eq!(session.body["config"]["userId"], made.user_id.to_string());
        assert_eq!(session.call(&app, "refresh").await.status, 200);
        // An agent's privileges, which don't reach the Users API; and yet it is alive.
        assert_eq!(session.status(&app).await, 403);
        assert!(events(&app, &app.brand).await.iter().any(|event| event == "user.login"));

        // SEC-124: a bearer ends with its key, and so does the session.
        let id = AppKeyId::parse(&key.app_key).unwrap();
        app_key::set_enabled(&app.services, &By::command(), &app.brand, &id, false).await.unwrap();
        assert_eq!(session.status(&app).await, 401);
        assert_eq!(refused(&session.call(&app, "refresh").await), (401, 3));
        assert_eq!(refused(&try_login(&app, &app.brand, application("bot1", &key)).await), (401, 23));
    }

    async fn sec_118_whatever_is_wrong_with_the_values_is_told_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        bot(&app, &app.brand, "bot1").await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let key = Signing::of(&app, &["privileges=User Login"]).await;
        let foreign = Signing::of_account(&app, &other, &["privileges=User Login"]).await;
        let wrong = [
            application("bot1", &key.but(|it| it.app_key = "0".repeat(32))),
            application("bot1", &key.but(|it| it.app_key = "no key".into())),
            application("bot1", &key.but(|it| it.secret.clone_from(&it.token_secret))),
            application("bot1", &key.but(|it| it.token.clone_from(&it.secret))),
            application("bot1", &key.but(|it| it.token_secret.clear())),
            application("bot1", &foreign),
            application("nobody", &key),
            application("", &key),
            // A person is never logged in by a key.
            application("dana", &key),
            by_client("nobody", "secret"),
            by_client(&key.app_key, &key.secret),
        ];
        let mut bodies = Vec::new();
        for body in wrong {
            let answer = try_login(&app, &app.brand, body).await;
            assert_eq!(refused(&answer), (401, 20));
            assert!(answer.header(http::header::SET_COOKIE).is_none());
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        // Neither this nor that.
        let mut both = application("bot1", &key);
        both["password"] = json!(PASSWORD);
        assert_eq!(refused(&try_login(&app, &app.brand, both).await), (400, 1));
        for name in ["username", "appKey", "secret", "accessToken", "accessTokenSecret"] {
            let mut part = application("bot1", &key);
            part.as_object_mut().unwrap().remove(name);
            assert_eq!(refused(&try_login(&app, &app.brand, part).await), (400, 1), "{name}");
        }
        let nobodys = json!({"jwt": "dummy", "assertion": "PHNhbWw+"});
        assert_eq!(refused(&try_login(&app, &app.brand, nobodys).await), (401, 20));
    }

    async fn sec_123_a_key_logs_in_whom_it_may_from_where_it_may(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        bot(&app, &app.brand, "bot1").await;
        let good = Signing::of(&app, &["privileges=User Login"]).await;
        for settings in [&["privileges=Users"][..], &[], &["privileges=User Login", "ip=192.0.2.1"]] {
            let key = Signing::of(&app, settings).await;
            let answer = try_login(&app, &app.brand, application("bot1", &key)).await;
            assert_eq!(refused(&answer), (403, 4), "{settings:?}");
        }
        app.change_account(&app.brand, |row| row.settings.features.bots = false).await;
        assert_eq!(refused(&try_login(&app, &app.brand, application("bot1", &good)).await), (403, 4));
    }

    async fn sec_124_a_session_ends_with_the_secrets_and_the_rights_that_it_was_begun_with(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        bot(&app, &app.brand, "bot1").await;
        let key = Signing::of(&app, &["privileges=User Login"]).await;
        let id = AppKeyId::parse(&key.app_key).unwrap();
        let by_old = session(&app.brand, &try_login(&app, &app.brand, application("bot1", &key)).await);
        app.clock.advance(Duration::from_secs(5));
        app_key::rotate(&app.services, &By::command(), &app.brand, &id, Duration::ZERO).await.unwrap();
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(by_old.status(&app).await, 401);
        assert_eq!(refused(&by_old.call(&app, "refresh").await), (401, 3));

        let (client, secret) = client_of(&app, &["grant_types=client_credentials", "scope=bots.login"]).await;
        let open = session(&app.brand, &try_login(&app, &app.brand, by_client(&client, &secret)).await);
        assert_eq!(open.status(&app).await, 403);
        let less = ["scope=orders.read".parse().unwrap()];
        let client = signet::base::id::ClientId::parse(&client).unwrap();
        client::update(&app.services, &By::command(), &app.brand, &client, |draft| draft.assign(&less)).await.unwrap();
        assert_eq!(open.status(&app).await, 401);
    }

    async fn a_client_stands_in_for_an_api_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        bot(&app, &app.brand, "bot1").await;
        let (id, secret) = client_of(&app, &["grant_types=client_credentials", "scope=bots.login"]).await;
        let logged_in = try_login(&app, &app.brand, by_client(&id, &secret)).await;
        let open = session(&app.brand, &logged_in);
        assert_eq!(open.status(&app).await, 403);
        assert_eq!(refused(&try_login(&app, &app.brand, by_client(&id, "another")).await), (401, 20));
        let (other, its) = client_of(&app, &["grant_types=client_credentials", "scope=orders.read"]).await;
        assert_eq!(refused(&try_login(&app, &app.brand, by_client(&other, &its)).await), (403, 4));
        let off = ["enabled=false".parse().unwrap()];
        let client_id = signet::base::id::ClientId::parse(&id).unwrap();
        client::update(&app.services, &By::command(), &app.brand, &client_id, |draft| draft.assign(&off)).await.unwrap();
        assert_eq!(open.status(&app).await, 401);
        assert_eq!(refused(&try_login(&app, &app.brand, by_client(&id, &secret)).await), (401, 20));
    }
}
