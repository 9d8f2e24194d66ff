//! Servers that run while the sealing key changes.

use std::sync::Arc;

use signet::config::Keys;
use signet::directory::Error;
use signet::keys::SealingKeyError;
use signet::model::SealingKeyId;
use signet::store;

use super::{Folder, all_under, change, connector, connector_secret, killed_after, open, services, values};
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_150_codes_and_forms_outlive_the_change_on_every_node(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let mut stranger = app.browser();
        let (first, second) = (
            browser.ask(&client.ask()).await.sent().code(),
            browser.ask(&client.ask()).await.sent().code(),
        );
        let asked = stranger.ask(&client.ask()).await;
        let form = stranger.follow(asked).await;
        let token = form.hidden("csrf");

        change(&services(app.db(), folder.keys()).await).await.unwrap();
        let other = app.beside_with(fresh, |it| it.keys = folder.keys()).await;
        assert_eq!(client.redeem(&first).send(&app).await.status, 200);
        assert_eq!(client.redeem(&second).send(&other).await.status, 200);
        let parts = [("username", "ana"), ("password", crate::support::app::PASSWORD), ("csrf", &token)];
        let interaction = form.hidden("interaction");
        let parts = [&parts[..], &[("interaction", interaction.as_str())]].concat();
        let answer = stranger.on(&other).post("/login", &parts).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        other.db().close().await;
    }

    async fn a_server_reads_what_is_sealed_under_a_key_that_it_never_saw(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        let cold = app.other_account("cold").await;
        connector(&app.services, &cold, "code").await.unwrap();
        app.services.forget();
        let former = app.services.sealer.id();
        // Ready, begun, the root secret, signing keys, connectors: not a node has been told.
        assert!(killed_after(app.db(), folder.keys(), 5).await);
        assert_eq!(app.services.sealer.id(), former);

        let tenant = app.services.accounts.find(&cold).await.unwrap().unwrap();
        assert!(tenant.ring.unusable.is_empty());
        assert_ne!(app.services.sealer.id(), former);
        assert_eq!(connector_secret(&app.services, &cold, "code").await.unwrap(), "secret of code");
        // Started in the middle, a node knows both.
        let other = app.beside_with(fresh, |it| it.keys = folder.keys()).await;
        assert!(other.services.accounts.find(&cold).await.unwrap().unwrap().ring.unusable.is_empty());
        change(&services(app.db(), folder.keys()).await).await.unwrap();
        other.services.forget();
        assert!(other.services.accounts.find(&cold).await.unwrap().unwrap().ring.unusable.is_empty());
        other.db().close().await;
    }

    async fn what_a_server_writes_meanwhile_is_sealed_anew_or_refused_and_never_lost(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        connector(&app.services, &app.brand, "before").await.unwrap();
        assert!(killed_after(app.db(), folder.keys(), 4).await);
        // The server has not heard of it: what it writes is under the former key, and that is fine still.
        let former = app.services.sealer.id();
        connector(&app.services, &app.brand, "between").await.unwrap();
        let under = |all: Vec<(String, store::sealed::SealedRow)>, key: SealingKeyId| {
            all.into_iter().filter(|(_, row)| row.sealed.key_id() == Some(key)).count()
        };
        assert!(under(values(app.db()).await, former) >= 1);
        change(&services(app.db(), folder.keys()).await).await.unwrap();
        assert_eq!(under(values(app.db()).await, former), 0);

        // Now it would be lost.
        let refused = connector(&app.services, &app.brand, "after").await;
        assert!(matches!(refused, Err(Error::Store(store::Error::Unavailable(_)))), "{refused:?}");
        app.services.sealer.follow(app.db()).await.unwrap();
        connector(&app.services, &app.brand, "after").await.unwrap();
        let after = services(app.db(), folder.keys()).await;
        all_under(app.db(), &after.sealer).await;
        for id in ["before", "between", "after"] {
            assert_eq!(connector_secret(&after, &app.brand, id).await.unwrap(), format!("secret of {id}"));
        }
    }

    async fn writers_and_changes_at_once_lose_nothing(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        let writing = {
            let (services, account) = (Arc::clone(&app.services), app.brand.clone());
            tokio::spawn(async move {
                let mut written = Vec::new();
                for number in 0..60 {
                    let id = format!("c{number:02}");
                    match connector(&services, &account, &id).await {
                        Ok(()) => written.push(id),
                        Err(Error::Store(store::Error::Unavailable(_))) => services.sealer.follow(&services.db).await.unwrap(),
                        Err(error) => panic!("{error}"),
                    }
                }
                written
            })
        };
        for _ in 0..3 {
            change(&services(app.db(), folder.keys()).await).await.unwrap();
            std::fs::remove_file(folder.path("sealing.key.old")).unwrap();
        }
        let written = writing.await.unwrap();
        assert!(written.len() >= 50, "{written:?}");
        change(&services(app.db(), folder.keys()).await).await.unwrap();
        let after = services(app.db(), folder.keys()).await;
        all_under(app.db(), &after.sealer).await;
        for id in &written {
            assert_eq!(connector_secret(&after, &app.brand, id).await.unwrap(), format!("secret of {id}"));
        }
    }

    async fn sec_016_a_server_that_cannot_find_the_next_key_signs_with_what_it_has_and_makes_none(fresh: &FreshDb) {
        let (here, there) = (Folder::new(), Folder::new());
        let app = App::with(fresh, |it| it.keys = here.keys()).await;
        let cold = app.other_account("cold").await;
        std::fs::copy(here.path("sealing.key"), there.path("sealing.key")).unwrap();
        let apart = app.beside_with(fresh, |it| it.keys = there.keys()).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let browser = app.signed_in(&ana).await;
        assert!(browser.on(&apart).ask(&client.ask().response_type("code id_token")).await.sent().get("id_token").is_some());
        // It knows this account's key, and not the other's.
        let changed = change(&services(app.db(), here.keys()).await).await.unwrap();
        assert!(matches!(apart.services.sealer.follow(apart.db()).await, Err(SealingKeyError::Wrong(..) | SealingKeyError::Absent(..))));
        apart.services.forget();
        let mut browser = app.signed_in(&ana).await.on(&apart);
        assert!(browser.ask(&client.ask().response_type("code id_token")).await.sent().get("id_token").is_some());
        let ring = &apart.services.accounts.find(&cold).await.unwrap().unwrap().ring;
        assert_eq!(ring.unusable.len(), 1);
        assert_eq!(ring.published().len(), 1, "verification goes on");
        assert_eq!(there.names(), ["sealing.key"], "nothing is made");
        let refused = connector(&apart.services, &app.brand, "code").await;
        assert!(matches!(refused, Err(Error::Store(store::Error::Unavailable(_)))), "{refused:?}");

        std::fs::copy(here.path("sealing.key"), there.path("sealing.key.next")).unwrap();
        apart.services.sealer.follow(apart.db()).await.unwrap();
        assert_eq!(apart.services.sealer.id(), changed.key);
        apart.services.forget();
        assert!(apart.services.accounts.find(&cold).await.unwrap().unwrap().ring.unusable.is_empty());
        apart.db().close().await;
    }

    async fn servers_may_learn_of_the_next_key_before_it_seals(fresh: &FreshDb) {
        let folder = Folder::new();
        let key = folder.write("new", [4; 32]);
        let seal_next = Some(signet::config::SealSource::File(key.clone()));
        let keys = Keys { seal_next, ..folder.keys() };
        let first = open(folder.sources(), &fresh.db).await.unwrap();
        let waiting = open(keys.seal_sources(), &fresh.db).await.unwrap();
        assert_eq!(first.id(), waiting.id());
        change(&services(&fresh.db, keys.clone()).await).await.unwrap();
        waiting.follow(&fresh.db).await.unwrap();
        assert_ne!(first.id(), waiting.id());
        let after = Keys { seal: Some(signet::config::SealSource::File(key)), ..folder.keys() };
        assert_eq!(open(after.seal_sources(), &fresh.db).await.unwrap().id(), waiting.id());
    }
}
