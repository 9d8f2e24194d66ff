use serde_json::json;
use signet::base::id::ClientId;
use signet::directory::client::{self, Draft};
use signet::directory::consumer;
use signet::directory::{By, Error};

use super::{App, FreshDb, events, given, id, on_both_databases, problem, recorded};

fn web() -> Draft {
    Draft {
        redirect_uris: vec!["https://app.example.test/cb".to_owned()],
        ..Draft::default()
    }
}

fn named(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

on_both_databases! {
    async fn a_client_is_made_changed_listed_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let made = client::create(services, &by, brand, Some(named("shop")), web()).await.unwrap();
        assert!(made.secret.is_some());
        client::create(services, &by, brand, Some(named("blog")), web()).await.unwrap();
        let again = client::create(services, &by, brand, Some(named("shop")), web()).await;
        assert!(matches!(again, Err(Error::Taken { what: "client", .. })), "{again:?}");

        let edit = given(&["client_name=Shop", "enabled=false"]);
        let changed = client::update(services, &by, brand, &named("shop"), |draft| draft.assign(&edit)).await.unwrap();
        assert!(changed.secret.is_none() && !changed.client.enabled);
        // What is remembered of it is forgotten at once.
        let seen = services.clients.find(brand, &named("shop")).await.unwrap().unwrap();
        assert_eq!((seen.enabled, seen.settings.client_name.as_str()), (false, "Shop"));

        let page = client::list(services, brand, None, 1).await.unwrap();
        assert_eq!(page[0].client_id, named("blog"));
        let page = client::list(services, brand, Some(&page[0].client_id), 1).await.unwrap();
        assert_eq!(page[0].client_id, named("shop"));

        client::delete(services, &by, brand, &named("shop")).await.unwrap();
        for gone in [
            client::find(services, brand, &named("shop")).await.err(),
            client::delete(services, &by, brand, &named("shop")).await.err(),
        ] {
            assert!(matches!(gone, Some(Error::NotFound { what: "client", .. })), "{gone:?}");
        }
        assert_eq!(
            events(services, brand).await,
            ["client.created", "client.created", "client.deleted", "client.updated"]
        );
    }

    async fn what_was_read_is_deleted_as_it_was_read_or_not_at_all(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        let (by, brand) = (By::command(), &app.brand);
        for round in 0..12 {
            let id = named(&format!("shop-{round}"));
            let made = client::create(&app.services, &by, brand, Some(id.clone()), web()).await.unwrap();
            let read = Some(made.client.updated_at);
            let edit = given(&["client_name=Shop"]);
            let changes = async || {
                client::update_read(&app.services, &by, brand, &id, read, |draft| draft.assign(&edit)).await.is_ok()
            };
            let removes = async || {
                let removed = client::delete_read(&beside.services, &by, brand, &id, read).await;
                assert!(matches!(removed, Ok(()) | Err(Error::Outdated)), "{removed:?}");
                removed.is_ok()
            };
            // Each of them first in turn: whoever is later finds another one, or none.
            let (changed, removed) = if round % 2 == 0 { tokio::join!(changes(), removes()) } else {
                let (removed, changed) = tokio::join!(removes(), changes());
                (changed, removed)
            };
            assert!(changed != removed, "round {round}: changed {changed}, removed {removed}");
            assert_eq!(client::find(&app.services, brand, &id).await.is_err(), removed);
        }
        // And once it is changed, whoever read it before deletes nothing: of every kind.
        let ana = app.consumer("ana").await;
        app.change_consumer(&ana, |it| it.username = Some("eva".to_owned())).await;
        let late = consumer::delete_read(&app.services, &by, brand, &ana.sub, Some(ana.updated_at)).await;
        assert!(matches!(late, Err(Error::Outdated)), "{late:?}");
        let now = consumer::find_by_subject(&app.services, brand, &ana.sub).await.unwrap().updated_at;
        consumer::delete_read(&app.services, &by, brand, &ana.sub, Some(now)).await.unwrap();
        beside.db().close().await;
    }

    async fn sec_159_an_id_that_no_path_can_name_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        for id in ["a/b", "/", "https://crm.example.test", ".", ".."] {
            let made = client::create(services, &by, brand, Some(named(id)), web()).await;
            assert_eq!(problem(made).key, "client_id", "{id}");
        }
        client::create(services, &by, brand, Some(named("urn:crm:1.~@x-_")), web()).await.unwrap();
    }

    async fn sec_134_no_secret_is_in_the_record(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let made = client::create(services, &by, brand, Some(named("shop")), web()).await.unwrap();
        let edit = given(&["scope=openid"]);
        client::update(services, &by, brand, &named("shop"), |draft| draft.assign(&edit)).await.unwrap();
        let rotated = client::rotate(services, &by, brand, &named("shop"), std::time::Duration::ZERO).await.unwrap();
        let recorded = recorded(services, brand).await;
        assert_eq!(
            recorded[2].1,
            json!({"scope": {"before": "openid profile email", "after": "openid"}})
        );
        let all = format!("{recorded:?}");
        for secret in [made.secret.unwrap(), rotated.secret] {
            assert!(!all.contains(secret.expose()));
        }
    }

    async fn sec_137_a_client_is_unknown_in_another_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let (services, by) = (&app.services, By::command());
        let made = client::create(services, &by, &app.brand, Some(named("shop")), web()).await.unwrap();
        let shop = &made.client.client_id;
        for refused in [
            client::find(services, &other, shop).await.err(),
            client::update(services, &by, &other, shop, |draft| draft.assign(&given(&["enabled=false"]))).await.err(),
            client::rotate(services, &by, &other, shop, std::time::Duration::ZERO).await.err(),
            client::delete(services, &by, &other, shop).await.err(),
        ] {
            assert!(matches!(refused, Some(Error::NotFound { what: "client", .. })), "{refused:?}");
        }
        assert!(client::list(services, &other, None, 10).await.unwrap().is_empty());
        assert!(client::find(services, &app.brand, shop).await.unwrap().enabled);
        // The id is free there, and means another client.
        let theirs = client::create(services, &by, &other, Some(named("shop")), web()).await.unwrap();
        assert_ne!(theirs.secret.unwrap().expose(), made.secret.unwrap().expose());
        assert!(events(services, &other).await == ["client.created"]);
    }

    async fn sec_063_a_change_is_checked_like_a_new_client(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let mut draft = web();
        draft.settings.application_type = oauth::ApplicationType::Native;
        draft.redirect_uris.push("com.brand.app:/cb".to_owned());
        client::create(services, &by, brand, Some(named("app")), draft).await.unwrap();
        // The app's own scheme is none for a web client.
        let edit = given(&["application_type=web"]);
        let refused = client::update(services, &by, brand, &named("app"), |draft| draft.assign(&edit)).await;
        assert_eq!(problem(refused).key, "redirect_uris");
        let kept = client::find(services, brand, &named("app")).await.unwrap();
        assert_eq!(kept.settings.application_type, oauth::ApplicationType::Native);
        assert_eq!(events(services, brand).await, ["client.created"]);
    }

    async fn no_client_is_made_in_an_account_that_is_not_there(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = client::create(&app.services, &By::command(), &id("nobody"), None, web()).await;
        assert!(matches!(made, Err(Error::NotFound { what: "account", .. })), "{made:?}");
    }

    async fn two_platform_clients_of_one_flow_can_not_both_be_meant(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let make = async |assignments: &[&str]| {
            let draft = Draft::described(&given(assignments)).unwrap();
            let made = client::create(services, &by, brand, None, draft).await.unwrap();
            client::is_ambiguous(services, &made.client).await.unwrap()
        };
        let callback = "redirect_uris=https://lp.example.test/cb";
        assert!(!make(&["platform=true", callback]).await);
        assert!(!make(&["platform=true", callback, "response_types=id_token"]).await);
        assert!(make(&["platform=true", callback]).await);
        assert!(!make(&["platform=true", callback, "leniency.default_client=false"]).await);
        assert!(!make(&[callback]).await);
    }

    async fn a_client_that_is_no_platforms_any_more_is_lenient_no_more(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by, brand) = (&app.services, By::command(), &app.brand);
        let draft = Draft::described(&given(&["platform=true", "redirect_uris=https://lp.example.test/cb"])).unwrap();
        let made = client::create(services, &by, brand, None, draft).await.unwrap();
        let edit = given(&["platform=false"]);
        let changed = client::update(services, &by, brand, &made.client.client_id, |draft| draft.assign(&edit)).await.unwrap();
        assert_eq!(changed.client.settings.leniency, signet::model::Leniency::default());
    }
}
