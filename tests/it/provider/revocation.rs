//! Taking tokens back.

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

use super::refresh::{text, tokens};

on_both_databases! {
    async fn a_client_takes_back_what_it_holds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for client in [NewClient::web("web"), NewClient::public("app")] {
            let client = client.refreshing().on(&app).await;
            let given = tokens(&app, &client).await;
            let again = client.refresh(text(&given, "refresh_token")).send(&app).await.json();
            let refresh_token = again.get("refresh_token").unwrap_or(&given["refresh_token"]).as_str().unwrap();

            // An access token goes alone, whatever the hint says (RFC 7009 §2.1).
            let revoked = client.revoke(text(&given, "access_token")).with("token_type_hint", "refresh_token").send(&app).await;
            assert_eq!((revoked.status.as_u16(), revoked.body.as_str()), (200, ""));
            assert_eq!(userinfo(&app, text(&given, "access_token")).await.status, 401);
            assert_eq!(userinfo(&app, text(&again, "access_token")).await.status, 200);

            // A refresh token takes the access tokens of its authorization with it.
            assert_eq!(client.revoke(refresh_token).send(&app).await.status, 200);
            assert_eq!(userinfo(&app, text(&again, "access_token")).await.status, 401);
            assert_eq!(client.refresh(refresh_token).send(&app).await.oauth_error().1, "invalid_grant");
            for unknown in ["nothing", refresh_token, text(&given, "id_token")] {
                assert_eq!(client.revoke(unknown).send(&app).await.status, 200);
            }
            assert_eq!(client.revoke("x").without("token").send(&app).await.oauth_error().1, "invalid_request");
        }
    }

    async fn sec_055_another_clients_tokens_stay(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let thief = NewClient::web("thief").on(&app).await;
        let given = tokens(&app, &client).await;
        for name in ["access_token", "refresh_token"] {
            let answer = thief.revoke(text(&given, name)).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
            let forged = client.revoke(text(&given, name)).basic("web", "wrong").send(&app).await;
            assert_eq!(forged.oauth_error(), (401, "invalid_client".to_owned()));
        }
        assert_eq!(userinfo(&app, text(&given, "access_token")).await.status, 200);
        assert_eq!(client.refresh(text(&given, "refresh_token")).send(&app).await.status, 200);
    }

    async fn sec_055_what_could_not_be_written_is_not_said_to_be(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let given = tokens(&app, &client).await;
        let other = app.beside(fresh).await;
        assert_eq!(client.revoke("nothing").send(&other).await.status, 200);
        other.db().close().await;
        let answer = client.revoke(text(&given, "access_token")).send(&other).await;
        assert_eq!(answer.oauth_error(), (503, "temporarily_unavailable".to_owned()));
    }
}
