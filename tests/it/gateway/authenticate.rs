//! A brand's token or code for the platform's own (sections 5.1 to 5.3 and 5.5 of the platform contract).

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signet::model::ConnectorKind;

use super::brand::{CLIENT, ISSUER, KEY, OTHER, claims, claims_with, signed, token};
use super::service::{BASE, PLATFORM, Service, assert_not_valid, claims as of_platform, post};
use crate::support::app::request;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::NOON;

/// RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

on_both_databases! {
    async fn a_brands_token_becomes_the_platforms_own(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let claims = service.token(&json!({"id_token": token(&claims())})).await;
        let digest = Sha256::digest(format!("brand\0{ISSUER}\0c-7f3a9d"));
        let id = signet::base::hex(&digest);
        assert_eq!(claims["sub"], json!(id));
        assert_eq!((claims["aud"].as_str(), claims["iss"].as_str()), (Some("acc:brand"), Some(PLATFORM)));
        assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(NOON.seconds()), Some(NOON.seconds() + 3600)));
        assert!(claims["jti"].as_str().unwrap().len() == 36);
        let ext = &claims["lp.ext"];
        assert_eq!((&ext["sub"], &ext["iss"]), (&json!("c-7f3a9d"), &json!(ISSUER)));
        // What the brand told of the consumer is for the platform's eyes alone.
        let sealed = ext["lp_sdes"].as_str().unwrap();
        assert!(sealed.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let attributes = &service.app.services.attributes;
        let opened: Value = serde_json::from_slice(&attributes.open(&service.app.brand, sealed).unwrap()).unwrap();
        assert_eq!(opened[0]["info"]["ctype"], "gold");
        assert_eq!(opened[1]["personal"]["firstname"], "Dana");
        let other = signet::base::id::AccountId::parse("other").unwrap();
        assert_eq!(attributes.open(&other, sealed), None);
    }

    async fn each_path_has_its_own_answer(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let body = json!({"authCode": token(&claims())});
        let answer = post(&service.app, &format!("{BASE}/authenticate"), &body).await.json();
        assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["jwt"]);
        let first = of_platform(&service.app, answer["jwt"].as_str().unwrap()).await;
        for body in [body, json!({"id_token": token(&claims())})] {
            let answer = post(&service.app, &format!("{BASE}/app/default/authenticate?v=2.0"), &body).await.json();
            assert_eq!(answer["jwt"], answer["token"]);
            assert_eq!(of_platform(&service.app, answer["jwt"].as_str().unwrap()).await["sub"], first["sub"]);
        }
    }

    async fn a_code_is_redeemed_at_the_connectors_endpoint(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Code).await;
        let body = json!({"code": "a code", "redirect_uri": "https://app.brand.example/cb", "code_verifier": VERIFIER});
        assert_eq!(service.token(&body).await["lp.ext"]["sub"], "c-7f3a9d");
        let asked = service.brand.asked();
        assert!(asked[0].body.contains("redirect_uri=https%3A%2F%2Fapp.brand.example%2Fcb"));
        // The old path knows the default redirect URI alone.
        let answer = post(&service.app, &format!("{BASE}/authenticate"), &json!({"authCode": "another"})).await;
        assert!(answer.json()["jwt"].is_string());
        assert!(service.brand.asked()[1].body.contains("redirect_uri=https%3A%2F%2Fliveperson.net"));
    }

    async fn a_code_that_is_worth_nothing_is_told_as_the_window_knows_it(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Code).await;
        service.brand.gives(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant", "error_description": "inner"}));
        let answer = service.hand(&json!({"code": "used"})).await;
        assert_eq!(answer.status, 401);
        let error = answer.json()["error"].clone();
        assert_eq!(error["message"], "Failed to validate user with customer authentication service");
        assert_eq!(error["internalCode"], 10);
        assert!(error["time"].as_str().unwrap().starts_with("20"), "{error}");
        assert_eq!(error.as_object().unwrap().len(), 3);
        assert!(!answer.body.contains("inner"));
        // What a code buys is checked like any other token.
        service.brand.gives(StatusCode::OK, &json!({"id_token": token(&claims_with("exp", json!(NOON.seconds() - 61)))}));
        assert_not_valid(&service.hand(&json!({"code": "good"})).await);
    }

    async fn a_token_that_fails_a_check_is_refused_by_one_body_whatever_the_check(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let header = json!({"alg": "RS256", "kid": KEY.kid()});
        for bad in [
            "nonsense".to_owned(),
            signed(&OTHER, &header, &claims()),
            signed(&OTHER, &json!({"alg": "RS256", "kid": "../../jwks"}), &claims()),
            token(&claims_with("iss", json!(format!("{ISSUER}/")))),
            token(&claims_with("aud", json!("another"))),
            token(&claims_with("aud", json!(null))),
            token(&claims_with("sub", json!(null))),
            token(&claims_with("exp", json!(NOON.millis() + 3_600_000))),
            token(&claims_with("exp", json!(NOON.seconds() - 60))),
            token(&claims_with("iat", json!(NOON.seconds() + 61))),
            token(&claims_with("iat", json!(NOON.seconds().to_string()))),
        ] {
            assert_not_valid(&service.hand(&json!({"id_token": bad})).await);
        }
        // A kid that looks like a path was looked up, and nothing else was asked than the connector's own endpoint.
        assert!(service.brand.asked().is_empty());
    }

    async fn an_audience_is_the_client_a_listed_one_or_where_it_is_not_required_none(fresh: &FreshDb) {
        let mut service = Service::with(fresh, ConnectorKind::Implicit, |it| it.gateway.require_audience = false).await;
        service.token(&json!({"id_token": token(&claims_with("aud", json!(null)))})).await;
        assert_not_valid(&service.hand(&json!({"id_token": token(&claims_with("aud", json!("another")))})).await);
        service.brand.connector.configuration.audience = vec!["acc:brand".to_owned(), "lp".to_owned()];
        service.connector = Box::pin(crate::gateway::service::connect(&service.app, &service.brand, ConnectorKind::Implicit)).await;
        service.token(&json!({"id_token": token(&claims_with("aud", json!(["x", "lp"])))})).await;
        assert_not_valid(&service.hand(&json!({"id_token": token(&claims_with("aud", json!(CLIENT)))})).await);
    }

    async fn malformed_requests_are_told_in_the_platforms_form(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let good = json!({"id_token": token(&claims())});
        let path = service.path();
        for (status, name, path, body) in [
            (400, "BAD_REQUEST", path.as_str(), json!({})),
            (400, "BAD_REQUEST", path.as_str(), json!({"code": "a code"})),
            (400, "BAD_REQUEST", path.as_str(), json!({"id_token": 7})),
            (400, "BAD_REQUEST", path.as_str(), json!({"id_token": "a", "code": "b"})),
            (400, "BAD_REQUEST", path.as_str(), json!([])),
            (400, "BAD_REQUEST", &path.replace("v=3.0", "v=9"), good.clone()),
            (404, "NOT_FOUND", "/api/account/nobody/authenticate", good.clone()),
            (404, "NOT_FOUND", "/api/account/brand/app/nothing/authenticate?v=3.0", good.clone()),
        ] {
            let answer = post(&service.app, path, &body).await;
            assert_eq!(answer.status, status, "{path} {body} {answer:?}");
            let error = answer.json()["error"].clone();
            assert_eq!(error["responseStatus"], name);
            assert!(error["internalCode"].is_u64() && error["message"].is_string(), "{error}");
            assert!(error["time"].as_str().unwrap().ends_with('M'), "{error}");
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
        }
        let wrong = request("POST", &path).header(CONTENT_TYPE, "text/plain").body(Body::from(good.to_string())).unwrap();
        assert_eq!(service.app.send(wrong).await.status, 415);
        let get = service.app.get(&path).await;
        assert_eq!((get.status.as_u16(), get.json()["error"]["responseStatus"].as_str()), (405, Some("METHOD_NOT_ALLOWED")));
    }

    async fn sec_137_a_connector_of_another_account_is_not_there(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        service.app.other_account("other").await;
        let path = service.path().replace("/brand/", "/other/");
        let answer = post(&service.app, &path, &json!({"id_token": token(&claims())})).await;
        assert_eq!(answer.status, 404);
    }

    async fn sec_140_a_suspended_account_verifies_nobody(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let brand = service.app.brand.clone();
        service.app.change_account(&brand, |row| row.status = signet::model::AccountStatus::Suspended).await;
        assert_eq!(service.hand(&json!({"id_token": token(&claims())})).await.status, 401);
    }

    async fn pages_of_every_origin_may_call_and_no_cookie_counts(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let question = request("OPTIONS", &service.path())
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,lp-something");
        let answer = service.app.send(question.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
        assert!(answer.header(header::ACCESS_CONTROL_ALLOW_HEADERS).unwrap().contains('*'));
        for body in [json!({"id_token": token(&claims())}), json!({"id_token": "x"})] {
            let answer = service.hand(&body).await;
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
            assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
            assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
            assert_eq!(answer.header(header::SET_COOKIE), None);
        }
    }

    async fn sec_165_windows_are_counted_by_address_and_by_account(fresh: &FreshDb) {
        let service = Service::with(fresh, ConnectorKind::Implicit, |it| it.limits.per_minute.consumer_tokens = 2).await;
        let body = json!({"id_token": token(&claims())});
        for status in [200, 200, 429] {
            let answer = service.hand(&body).await;
            assert_eq!(answer.status, status);
            if status == 429 {
                assert_eq!(answer.json()["error"]["responseStatus"], "TOO_MANY_REQUESTS");
                assert!(answer.header(header::RETRY_AFTER).is_some());
            }
        }
    }

    async fn sec_165_one_accounts_storm_is_its_own(fresh: &FreshDb) {
        let service = Service::with(fresh, ConnectorKind::Implicit, |it| it.limits.consumer_tokens = 1).await;
        service.app.other_account("other").await;
        let body = json!({"id_token": token(&claims())});
        assert_eq!(service.hand(&body).await.status, 200);
        assert_eq!(service.hand(&body).await.status, 429);
        assert_eq!(post(&service.app, "/api/account/other/authenticate", &body).await.status, 404);
    }

    async fn both_nodes_sign_with_one_key(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let other = service.app.beside_with(fresh, |it| it.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()]).await;
        let answer = post(&other, &service.path(), &json!({"id_token": token(&claims())})).await;
        of_platform(&service.app, answer.json()["token"].as_str().unwrap()).await;
        let sets = [service.app.get("/idp/well-known/jwks").await, other.get("/idp/well-known/jwks").await];
        assert_eq!(sets[0].body, sets[1].body);
        assert!(!sets[0].body.contains("\"d\""));
        other.db().close().await;
    }
}
