//! What a client that registered itself publishes: it is fetched over TLS, from where the client said, and checked.

use serde_json::{Value, json};

use super::{CALLBACK, opened, register, registered, send, text};
use crate::support::app::{App, ISSUER};
use crate::support::ask::Ask;
use crate::support::client::TokenRequest;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::assertion;
use crate::support::recipient::Publisher;
use crate::support::signing::{CLIENT_KEY, NEXT_CLIENT_KEY, public_set, signed};
use crate::support::tokens::payload;

const OTHER: &str = "https://other.example.test/cb";

/// A node that may call the client's server, and knows the authority that stands for it.
async fn calling(fresh: &FreshDb, publisher: &Publisher) -> App {
    let authority = publisher.authority();
    let app = App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["localhost".parse().unwrap()];
        settings.outbound.extra_ca = Some(authority);
    });
    opened(app.await, |_| {}).await
}

fn sectored(uris: &[&str], publisher: &Publisher) -> Value {
    json!({"redirect_uris": uris, "sector_identifier_uri": publisher.jwks_uri.as_str(), "subject_type": "pairwise"})
}

on_both_databases! {
    async fn a_sector_must_list_every_redirect_uri(fresh: &FreshDb) {
        let publisher = Publisher::secure().await;
        let app = calling(fresh, &publisher).await;
        publisher.answers(200, &json!([CALLBACK, OTHER, "https://third.example.test/cb"]));
        let made = registered(&app, &sectored(&[CALLBACK, OTHER], &publisher)).await;
        assert_eq!(made["sector_identifier_uri"], publisher.jwks_uri.as_str());
        assert_eq!(made["subject_type"], "pairwise");
        assert_eq!(publisher.asked(), 1);
        // At a change it is asked for anew.
        let change = |uris: &[&str]| {
            let mut document = sectored(uris, &publisher);
            document["client_id"] = made["client_id"].clone();
            document
        };
        let path = text(&made, "registration_client_uri").strip_prefix(ISSUER).unwrap();
        let token = text(&made, "registration_access_token");
        for body in [json!([CALLBACK]), json!([]), json!([format!("{OTHER}/"), CALLBACK])] {
            publisher.answers(200, &body);
            let refused = register(&app, &sectored(&[CALLBACK, OTHER], &publisher)).await;
            assert_eq!(refused.oauth_error(), (400, "invalid_client_metadata".to_owned()), "{body}");
            let refused = send(&app, "PUT", path, Some(token), Some(&change(&[CALLBACK, OTHER]))).await;
            assert_eq!(refused.oauth_error(), (400, "invalid_client_metadata".to_owned()), "{body}");
        }
        let list = signet::directory::client::list(&app.services, &app.brand, None, 10).await.unwrap();
        assert_eq!(list.len(), 1);
    }

    async fn sec_147_what_is_no_list_is_no_sector(fresh: &FreshDb) {
        let publisher = Publisher::secure().await;
        let app = calling(fresh, &publisher).await;
        let tries = [(200, json!({"redirect_uris": [CALLBACK]})), (200, json!("x")), (404, json!([CALLBACK]))];
        let mut told = Vec::new();
        for (asked, (status, body)) in (1..).zip(tries) {
            publisher.answers(status, &body);
            // Another address each time: a failure is remembered for a while.
            let uri = format!("{}?{asked}", publisher.jwks_uri);
            let refused = register(&app, &json!({"redirect_uris": [CALLBACK], "sector_identifier_uri": uri})).await;
            assert_eq!(refused.oauth_error(), (400, "invalid_client_metadata".to_owned()), "{status} {body}");
            assert_eq!(publisher.asked(), asked);
            told.push(refused.body.replace(&uri, ""));
        }
        // SEC-147: what was there is not told.
        assert!(told.iter().all(|body| *body == told[0]), "{told:?}");
    }

    async fn sec_145_a_server_under_an_unknown_authority_is_not_believed(fresh: &FreshDb) {
        let publisher = Publisher::secure().await;
        let app = App::with(fresh, |settings| settings.outbound.allow_hosts = vec!["localhost".parse().unwrap()]).await;
        let app = opened(app, |_| {}).await;
        publisher.answers(200, &json!([CALLBACK]));
        let refused = register(&app, &sectored(&[CALLBACK], &publisher)).await;
        assert_eq!(refused.oauth_error(), (400, "invalid_client_metadata".to_owned()));
        assert_eq!(publisher.asked(), 0);
    }

    async fn its_keys_are_fetched_and_so_is_the_next_one(fresh: &FreshDb) {
        let publisher = Publisher::secure().await;
        let app = calling(fresh, &publisher).await;
        publisher.answers(200, &json!(public_set(&[&CLIENT_KEY])));
        let made = registered(&app, &json!({
            "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": publisher.jwks_uri.as_str(),
        })).await;
        let id = text(&made, "client_id");
        assert!(made.get("client_secret").is_none());
        let redeem = |assertion: &str| {
            TokenRequest::bare("/token").with("grant_type", "authorization_code").with("code", "no code")
                .with("redirect_uri", CALLBACK).asserting(assertion)
        };
        let known = (400, "invalid_grant".to_owned());
        assert_eq!(redeem(&assertion(&app, id, &CLIENT_KEY)).send(&app).await.oauth_error(), known);
        publisher.answers(200, &json!(public_set(&[&NEXT_CLIENT_KEY])));
        assert_eq!(redeem(&assertion(&app, id, &NEXT_CLIENT_KEY)).send(&app).await.oauth_error(), known);
        assert_eq!(publisher.asked(), 2);
        // What it publishes no more proves nothing.
        let former = redeem(&assertion(&app, id, &CLIENT_KEY)).send(&app).await;
        assert_eq!(former.oauth_error(), (401, "invalid_client".to_owned()));
    }

    async fn its_request_objects_are_fetched(fresh: &FreshDb) {
        let publisher = Publisher::secure().await;
        let app = calling(fresh, &publisher).await;
        let place = publisher.request_uri();
        let made = registered(&app, &json!({
            "redirect_uris": [CALLBACK], "jwks": public_set(&[&CLIENT_KEY]), "request_uris": [&place], "request_object_signing_alg": "ES256",
        })).await;
        let id = text(&made, "client_id");
        let now = app.clock.now().seconds();
        let claims = json!({
            "iss": id, "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "client_id": id, "redirect_uri": CALLBACK,
            "response_type": "code", "scope": "openid", "state": "inside", "nonce": "n-7",
        });
        publisher.answers(200, &signed(&CLIENT_KEY, "oauth-authz-req+jwt", &claims));
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = Ask::new("", id, CALLBACK).with("state", "outside").and("request_uri", &place);
        let asked = browser.ask(&ask).await;
        let sent = browser.decide(&asked, "allow").await.sent();
        assert_eq!(sent.get("state"), Some("inside"));
        let redeem = TokenRequest::bare("/token").basic(id, text(&made, "client_secret"))
            .with("grant_type", "authorization_code").with("code", &sent.code()).with("redirect_uri", CALLBACK);
        let redeem = redeem.with("code_verifier", crate::support::ask::VERIFIER);
        let tokens = redeem.send(&app).await.json();
        assert_eq!(payload(text(&tokens, "id_token"))["nonce"], "n-7");
        assert_eq!(publisher.asked(), 1);
        let elsewhere = ask.with("request_uri", &format!("{place}?x=1"));
        assert_eq!(browser.ask(&elsewhere).await.sent_error(), "invalid_request_uri");
        assert_eq!(publisher.asked(), 1);
    }
}
