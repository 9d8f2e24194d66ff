//! Refresh tokens, used by many at once.

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;
use crate::support::tokens::userinfo;

use super::refresh::{text, tokens};

on_both_databases! {
    async fn sec_045_of_fifty_uses_at_once_on_two_nodes_five_succeed_and_each_goes_on(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let request = client.refresh(text(&first, "refresh_token"));
        let uses = (0..50).map(|turn| request.send(if turn % 2 == 0 { &app } else { &other }));
        let mut given = Vec::new();
        for answer in together(uses.collect()).await {
            if answer.status == 200 {
                given.push(answer.json());
            } else {
                assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
            }
        }
        assert_eq!(given.len(), 5);
        // Each of the five, used by ten at once: five times again, and nobody is logged out.
        for (turn, tokens) in given.iter().enumerate() {
            assert_eq!(userinfo(&app, text(tokens, "access_token")).await.status, 200);
            let request = client.refresh(text(tokens, "refresh_token"));
            let uses = (0..10).map(|_| request.send(if turn % 2 == 0 { &app } else { &other }));
            let done = together(uses.collect()).await.iter().filter(|it| it.status == 200).count();
            assert_eq!(done, 5);
        }
        other.db().close().await;
    }

    async fn a_token_that_is_kept_may_be_used_by_many_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let request = client.refresh(text(&first, "refresh_token"));
        let uses = (0..50).map(|turn| request.send(if turn % 2 == 0 { &app } else { &other }));
        for answer in together(uses.collect()).await {
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        other.db().close().await;
    }
}
