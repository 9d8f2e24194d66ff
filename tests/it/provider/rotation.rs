//! Keys take over from each other while consumers log in.

use std::time::Duration;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::CACHE_CONTROL;
use jose::Algorithm;
use serde_json::Value;
use signet::base::id::KeyId;
use signet::directory::key::{self, Lacking, Needed, Retirement, Rotation};
use signet::directory::{By, account};
use signet::jobs::rotation;
use signet::model::signing_key::{KeyState, SigningKey};
use signet::store;
use tokio_util::sync::CancellationToken;

use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::NOON;

const HOUR: Duration = Duration::from_hours(1);

/// A node where keys are published for a day and sign for thirty.
async fn app(fresh: &FreshDb) -> App {
    let app = App::on(fresh).await;
    app.change_account(&app.brand, |row| row.settings.rotation_every = Some(30 * 86_400))
        .await;
    app
}

/// The job takes its turn.
pub(super) async fn turn(app: &App) {
    rotation::run(&app.services, &CancellationToken::new())
        .await
        .unwrap();
    app.services.forget();
}

pub(super) async fn keys(app: &App) -> Vec<SigningKey> {
    store::signing_keys::list(app.db(), &app.brand).await.unwrap()
}

pub(super) async fn states(app: &App) -> Vec<KeyState> {
    keys(app).await.iter().map(|key| key.state).collect()
}

pub(super) async fn published(app: &App) -> Vec<String> {
    let set = app.get("/jwks").await.json();
    let kids = set["keys"].as_array().unwrap().iter();
    kids.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn max_age(app: &App) -> u64 {
    let answer = app.get("/jwks").await;
    let control = answer.header(CACHE_CONTROL).unwrap();
    control.strip_prefix("public, max-age=").unwrap().parse().unwrap()
}

/// Credentials as RFC 6749 §2.3.1 encodes them.
fn form(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("{}:{}", encode(id), encode(secret))
}

pub(super) fn kid_of(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_both_databases! {
    async fn sec_013_a_key_is_published_before_it_signs_and_stays_after(fresh: &FreshDb) {
        use KeyState::{Active, Pending, Retired, Retiring};
        let app = app(fresh).await;
        turn(&app).await;
        assert_eq!(states(&app).await, [Active]);
        let first = keys(&app).await[0].kid.clone();

        // A day before its month is over, the next one is published.
        app.clock.advance(HOUR * 24 * 29);
        turn(&app).await;
        turn(&app).await;
        assert_eq!(states(&app).await, [Active, Pending]);
        assert_eq!(published(&app).await.len(), 2);
        let second = keys(&app).await[1].kid.clone();
        app.clock.advance(HOUR * 23);
        turn(&app).await;
        assert_eq!(states(&app).await, [Active, Pending], "not before its time");

        // Then it takes over.
        app.clock.advance(HOUR);
        turn(&app).await;
        assert_eq!(states(&app).await, [Retiring, Active]);
        assert_eq!(published(&app).await, [first.as_str(), second.as_str()]);

        // And two days later the first is gone, its private half destroyed.
        app.clock.advance(HOUR * 48);
        turn(&app).await;
        let all = keys(&app).await;
        assert_eq!((all[0].state, all[1].state), (Retired, Active));
        assert!(all[0].private_key.is_none() && !all[0].public_jwk.is_empty());
        assert_eq!(published(&app).await, [second.as_str()]);
    }

    async fn sec_013_a_key_stays_as_long_as_a_token_that_it_signed(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.keys.rotation.keep_after = "25h".parse().unwrap()).await;
        let client = NewClient::web("web").on(&app).await;
        app.change_account(&app.brand, |row| row.settings.id_token_ttl = Some(86_400)).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let token = client.redeem(&browser.ask(&client.ask()).await.sent().code()).send(&app).await.json();
        app.clock.advance(Duration::from_secs(1));
        let first = keys(&app).await[0].kid.clone();
        assert_eq!(kid_of(token["id_token"].as_str().unwrap()), first.as_str());

        let rotated = key::rotate(&app.services, &By::command(), &app.brand, None, true).await.unwrap();
        assert!(matches!(&rotated, Rotation::Activated { former: Some(former), .. } if *former == first), "{rotated:?}");
        let refused = key::retire(&app.services, &By::command(), &app.brand, &first).await.unwrap();
        let Retirement::Refused(Needed::Tokens(living)) = refused else { panic!("{refused:?}") };
        assert_eq!((living.tokens, living.clients, living.subjects), (1, 1, 1));

        // The plan's time is over, but not the hour after the token's end.
        app.clock.advance(HOUR * 24 + Duration::from_mins(59));
        turn(&app).await;
        assert_eq!(states(&app).await, [KeyState::Retiring, KeyState::Active]);
        app.clock.advance(Duration::from_mins(2));
        turn(&app).await;
        assert_eq!(states(&app).await, [KeyState::Retired, KeyState::Active]);
    }

    async fn an_id_token_alone_keeps_its_key_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("spa").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let asked = client.ask().response_type("id_token").with("nonce", "n");
        assert!(browser.ask(&asked).await.sent().get("id_token").is_some());
        let first = keys(&app).await[0].kid.clone();
        let living = store::tokens::count_signed(app.db(), &app.brand, &first, app.clock.now()).await.unwrap();
        assert_eq!((living.tokens, living.subjects), (1, 1));
    }

    async fn sec_015_nobody_may_keep_the_set_beyond_the_next_activation(fresh: &FreshDb) {
        let app = app(fresh).await;
        assert_eq!(max_age(&app).await, 300);
        app.clock.advance(HOUR * 24 * 29);
        turn(&app).await;
        assert_eq!(max_age(&app).await, 300);
        app.clock.advance(HOUR * 23 + Duration::from_secs(3560));
        assert_eq!(max_age(&app).await, 40);
        app.clock.advance(Duration::from_mins(1));
        assert_eq!(max_age(&app).await, 0, "overdue: it may happen at any moment");
    }

    async fn sec_014_two_nodes_that_rotate_at_once_make_one_key(fresh: &FreshDb) {
        let app = app(fresh).await;
        let other = app.beside(fresh).await;
        app.clock.advance(HOUR * 24 * 29);
        let stop = CancellationToken::new();
        for _ in 0..3 {
            let (one, two) = tokio::join!(
                rotation::run(&app.services, &stop),
                async {
                    key::generate(&other.services, &By::command(), &other.brand, None, None).await.map(|_| ())
                }
            );
            one.unwrap();
            two.unwrap();
        }
        assert_eq!(states(&app).await, [KeyState::Active, KeyState::Pending]);
        app.clock.advance(HOUR * 24);
        let rotations = (0..8).map(|index: u32| {
            let services = if index.is_multiple_of(2) { &app.services } else { &other.services };
            let brand = app.brand.clone();
            async move { key::advance(services, &brand).await.unwrap() }
        });
        futures_util::future::join_all(rotations).await;
        assert_eq!(states(&app).await, [KeyState::Retiring, KeyState::Active]);
        other.db().close().await;
    }

    async fn sec_172_a_clock_that_jumps_rotates_once(fresh: &FreshDb) {
        let app = app(fresh).await;
        app.clock.advance(HOUR * 24 * 365);
        for _ in 0..5 {
            turn(&app).await;
        }
        assert_eq!(states(&app).await, [KeyState::Active, KeyState::Pending], "published, and waits its day");
        app.clock.advance(HOUR * 24 * 365);
        for _ in 0..5 {
            turn(&app).await;
        }
        let states = states(&app).await;
        assert_eq!(states, [KeyState::Retiring, KeyState::Active], "one rotation");
    }

    async fn a_rotation_waits_for_who_verifies(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::web("shop").set(|it| it.jwks_reader_user_agents = vec!["shop-server".to_owned()]).on(&app).await;
        let fetch = |agent: &'static str| request("GET", "/jwks").header("user-agent", agent).body(Body::empty()).unwrap();
        app.send(fetch("shop-server/2")).await;
        app.send(fetch("curl/8")).await;
        let rotate = async || key::rotate(&app.services, &By::command(), &app.brand, None, false).await.unwrap();

        let Rotation::Waiting { key, readiness } = rotate().await else { panic!("it has not been seen") };
        let lacking: Vec<String> = readiness.lacking.iter().map(ToString::to_string).collect();
        assert!(lacking[0].starts_with("client shop") && lacking.len() == 3, "{lacking:?}");
        // Copies end; but the shop's server is registered, and must have come.
        app.clock.advance(Duration::from_mins(6));
        app.send(fetch("curl/8")).await;
        let Rotation::Waiting { readiness, .. } = rotate().await else { panic!("the shop has not seen it") };
        assert_eq!(readiness.lacking.len(), 1, "{readiness:?}");
        app.send(fetch("shop-server/2")).await;
        let Rotation::Activated { key: active, .. } = rotate().await else { panic!("all have seen it") };
        assert_eq!((active.kid, active.state), (key.kid, KeyState::Active));
    }

    async fn a_rotation_waits_for_all_who_share_an_address(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let fetch = || app.get("/jwks");
        let rotate = async || key::rotate(&app.services, &By::command(), &app.brand, None, false).await.unwrap();
        fetch().await;
        assert!(matches!(rotate().await, Rotation::Waiting { .. }));
        // Another machine behind the same address has the new set now; the first one keeps its copy.
        app.clock.advance(Duration::from_mins(1));
        fetch().await;
        let Rotation::Waiting { readiness, .. } = rotate().await else { panic!("the first keeps a copy") };
        let [Lacking::Copy { until, .. }] = &readiness.lacking[..] else { panic!("{readiness:?}") };
        assert!(*until >= NOON + Duration::from_mins(5), "{until}");
        app.clock.advance(Duration::from_secs(250));
        assert!(matches!(rotate().await, Rotation::Activated { .. }), "its copy has ended");
    }

    async fn who_has_gone_over_to_rotation_by_hand_rotates_nothing_by_itself(fresh: &FreshDb) {
        let app = app(fresh).await;
        app.clock.advance(HOUR * 24 * 29);
        turn(&app).await;
        assert_eq!(states(&app).await, [KeyState::Active, KeyState::Pending]);
        app.change_account(&app.brand, |row| row.settings.rotation_every = Some(0)).await;
        app.clock.advance(HOUR * 24 * 90);
        turn(&app).await;
        assert_eq!(states(&app).await, [KeyState::Active, KeyState::Pending], "a platform may have the key pasted");
        assert_eq!(max_age(&app).await, 300);
        // And back: what waited takes over, since it is overdue.
        app.change_account(&app.brand, |row| row.settings.rotation_every = Some(30 * 86_400)).await;
        turn(&app).await;
        assert_eq!(states(&app).await, [KeyState::Retiring, KeyState::Active]);
    }

    async fn a_set_whose_reader_can_t_be_written_down_is_not_kept(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        assert_eq!(max_age(&app).await, 300);
        app.db().close().await;
        app.clock.advance(Duration::from_secs(10));
        assert_eq!(max_age(&app).await, 0, "given from memory");
    }

    async fn a_rotation_waits_no_longer_than_a_key_is_published_ahead(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.get("/jwks").await;
        let rotate = async || key::rotate(&app.services, &By::command(), &app.brand, None, false).await.unwrap();
        assert!(matches!(rotate().await, Rotation::Waiting { .. }));
        app.clock.advance(HOUR * 24);
        assert!(matches!(rotate().await, Rotation::Activated { .. }));
    }

    async fn a_verifier_is_known_by_its_credentials(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let basic = format!("Basic {}", STANDARD.encode(form(&client.client_id, &client.secret)));
        let read = request("GET", "/jwks").header("authorization", basic).body(Body::empty()).unwrap();
        assert_eq!(app.send(read).await.status, 200);
        let wrong = request("GET", "/jwks").header("authorization", "Basic d2ViOndyb25n").body(Body::empty()).unwrap();
        assert_eq!(app.send(wrong).await.status, 200, "the set is public");
        let readers = key::readers(&app.services, &app.brand).await.unwrap();
        let clients: Vec<_> = readers.iter().map(|reader| reader.client_id.as_ref().map(|it| it.as_str().to_owned())).collect();
        assert!(clients.contains(&Some("web".to_owned())) && clients.contains(&None), "{clients:?}");
    }

    async fn sec_173_nobody_fills_the_list_of_readers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for index in 0..1010 {
            let read = request("GET", "/jwks").header("user-agent", format!("scanner {index}")).body(Body::empty()).unwrap();
            assert_eq!(app.send(read).await.status, 200);
        }
        assert_eq!(key::readers(&app.services, &app.brand).await.unwrap().len(), 1000);
    }

    async fn every_algorithm_signs_and_rotates_by_itself(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let by = By::command();
        for algorithm in [Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
            let rotated = key::rotate(&app.services, &by, &app.brand, Some(algorithm), true).await.unwrap();
            assert!(matches!(rotated, Rotation::Activated { former: None, .. }));
        }
        account::update(&app.services, &by, &app.brand, |draft| {
            draft.settings.default_alg = Algorithm::ES256;
            Ok(())
        }).await.unwrap();
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        for (name, algorithm) in [("a", Algorithm::PS256), ("b", Algorithm::ES256), ("c", Algorithm::ES384), ("d", Algorithm::EdDSA), ("e", Algorithm::RS256)] {
            let choice = (algorithm != Algorithm::ES256).then_some(algorithm);
            let client = NewClient::web(name).set(|it| it.id_token_signed_response_alg = choice).on(&app).await;
            let token = client.redeem(&browser.ask(&client.ask()).await.sent().code()).send(&app).await.json();
            let kid: KeyId = kid_of(token["id_token"].as_str().unwrap()).parse().unwrap();
            let key = store::signing_keys::find(app.db(), &app.brand, &kid).await.unwrap().unwrap();
            assert_eq!((key.alg, key.state), (algorithm, KeyState::Active), "{name}");
        }
    }
}
