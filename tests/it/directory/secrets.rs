//! Clients' secrets (SEC-058).

use std::time::Duration;

use signet::base::OneTime;
use signet::base::id::ClientId;
use signet::directory::client::{self, Draft, LONGEST_OVERLAP};
use signet::directory::{By, Error};
use signet::model::Client;
use signet::model::client::ClientSecret;

use super::{App, FreshDb, given, on_both_databases, problem};

const DAY: Duration = Duration::from_hours(24);

async fn make(app: &App) -> (ClientId, OneTime<ClientSecret>) {
    let draft = Draft::described(&given(&["redirect_uris=https://app.example.test/cb"])).unwrap();
    let made = client::create(&app.services, &By::command(), &app.brand, None, draft)
        .await
        .unwrap();
    (made.client.client_id, made.secret.unwrap())
}

/// Whether a secret proves the client now, by the rule that client authentication follows.
fn proves(app: &App, client: &Client, secret: &OneTime<ClientSecret>) -> bool {
    let now = app.clock.now();
    client
        .secrets
        .iter()
        .any(|stored| stored.digest == secret.digest() && stored.expires_at.is_none_or(|end| end > now))
}

on_both_databases! {
    async fn sec_058_a_secret_has_256_bits_and_only_its_digest_is_kept(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (id, secret) = make(&app).await;
        assert_eq!(secret.expose().len(), 43);
        let stored = client::find(&app.services, &app.brand, &id).await.unwrap();
        assert!(proves(&app, &stored, &secret));
        let rows: Vec<String> = signet::store::sql("SELECT secrets || settings FROM clients WHERE account_id = $1")
            .bind(&app.brand)
            .fetch_all(app.db())
            .await
            .unwrap();
        assert!(!rows[0].contains(secret.expose()));
    }

    async fn sec_058_two_secrets_live_while_one_takes_over(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (id, first) = make(&app).await;
        let rotate = async |keep| client::rotate(&app.services, &By::command(), &app.brand, &id, keep).await.unwrap();

        let second = rotate(DAY).await;
        assert_eq!(second.former_until, Some(second.client.updated_at + DAY));
        assert!(proves(&app, &second.client, &first) && proves(&app, &second.client, &second.secret));

        // A third pushes out the first, whose end had not come yet.
        let third = rotate(DAY).await;
        assert_eq!(third.client.secrets.len(), 2);
        assert!(!proves(&app, &third.client, &first));
        assert!(proves(&app, &third.client, &second.secret) && proves(&app, &third.client, &third.secret));

        app.clock.advance(DAY + Duration::from_secs(1));
        let stored = client::find(&app.services, &app.brand, &id).await.unwrap();
        assert!(!proves(&app, &stored, &second.secret) && proves(&app, &stored, &third.secret));

        // Without an overlap, the former one stops at once.
        let fourth = rotate(Duration::ZERO).await;
        assert_eq!((fourth.former_until, fourth.client.secrets.len()), (None, 1));
        assert!(!proves(&app, &fourth.client, &third.secret));
    }

    async fn rotations_at_once_leave_at_most_two_secrets(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (id, _) = make(&app).await;
        let mut rotations = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (services, brand, id) = (app.services.clone(), app.brand.clone(), id.clone());
            rotations.spawn(async move { client::rotate(&services, &By::command(), &brand, &id, DAY).await });
        }
        let mut handed_out = Vec::new();
        for done in rotations.join_all().await {
            match done {
                Ok(rotated) => handed_out.push(rotated),
                Err(Error::Changed) => {}
                Err(error) => panic!("{error}"),
            }
        }
        let stored = client::find(&app.services, &app.brand, &id).await.unwrap();
        assert!(stored.secrets.len() <= 2 && !handed_out.is_empty());
        // The secret that was written last is one that somebody was given.
        let last = handed_out.iter().max_by_key(|rotated| rotated.client.updated_at).unwrap();
        assert!(proves(&app, &stored, &last.secret));
    }

    async fn a_public_client_has_no_secret(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (id, _) = make(&app).await;
        let update = async |assignment: &str| {
            let edit = given(&[assignment]);
            client::update(&app.services, &By::command(), &app.brand, &id, |draft| draft.assign(&edit)).await.unwrap()
        };
        let public = update("token_endpoint_auth_method=none").await;
        assert!(public.client.secrets.is_empty() && public.secret.is_none());
        let refused = client::rotate(&app.services, &By::command(), &app.brand, &id, DAY).await;
        assert_eq!(problem(refused).key, "token_endpoint_auth_method");
        // One that begins to need a secret gets one.
        let confidential = update("token_endpoint_auth_method=client_secret_post").await;
        assert!(proves(&app, &confidential.client, &confidential.secret.unwrap()));
    }

    async fn an_overlap_has_an_end(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (id, _) = make(&app).await;
        let keep = LONGEST_OVERLAP + Duration::from_secs(1);
        let refused = client::rotate(&app.services, &By::command(), &app.brand, &id, keep).await;
        assert_eq!(problem(refused).key, "keep_old");
    }
}
