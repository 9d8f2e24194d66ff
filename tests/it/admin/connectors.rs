//! Connectors by the admin API.

use std::time::Duration;

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use serde_json::{Value, json};
use signet::base::id::ConnectorId;
use signet::directory::connector;
use signet::model::RoleType;

use super::{administrator, call, events, get, problem, send, token};
use crate::gateway::people;
use crate::support::app::{App, ISSUER, request};
use crate::support::db::{FreshDb, on_both_databases};

const LIST: &str = "/admin/api/v1/accounts/brand/connectors";

fn wanted() -> Value {
    json!({
        "name": "brand-idp", "type": "code", "enabled": true,
        "configuration": {
            "issuer": "https://idp.brand.example", "issuerDisplayName": "Brand",
            "authorizationEndpoint": "https://idp.brand.example/authorize",
            "tokenEndpoint": "https://idp.brand.example/token", "clientId": "lp-messaging",
            "clientSecret": "s3cret-of-the-platform", "jwtValidationType": "JWKS_ENDPOINT",
            "jwksEndpoint": "https://idp.brand.example/jwks", "jwtPublicKey": null, "pkceEnabled": true,
            "rfcCompliance": true, "jsMethodName": "lpGetAuthenticationToken", "jsContext": "window",
            "acrValues": ["loa1"], "preferred": true,
        },
    })
}

on_both_databases! {
    async fn a_program_makes_changes_and_deletes_a_connector(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", Some(&app.brand.clone())).await;
        let token = token(&app, "root").await;
        let made = send(&app, "POST", LIST, &token, &wanted()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let place = made.header(LOCATION).unwrap().to_owned();
        assert!(!made.body.contains("s3cret"), "{}", made.body);
        assert_eq!(made.json()["configuration"]["pkceEnabled"], json!(true));
        assert_eq!(made.json()["has_secret"], json!(true));
        let changed = send(&app, "PATCH", &place, &token, &json!({"configuration": {"jsMethodName": "lpMethods.getToken"}})).await;
        assert_eq!(changed.json()["configuration"]["jsMethodName"], json!("lpMethods.getToken"), "{}", changed.body);
        assert_eq!(get(&app, &place, &token).await.json()["has_secret"], json!(true));
        assert_eq!(get(&app, LIST, &token).await.json()["connectors"].as_array().unwrap().len(), 1);
        assert_eq!(call(&app, "DELETE", &place, &token).await.status, 204);
        assert_eq!(problem(&get(&app, &place, &token).await).0, 404);
        assert!(get(&app, LIST, &token).await.json()["connectors"].as_array().unwrap().is_empty());
        let all = get(&app, &format!("{LIST}?include_deleted=true"), &token).await.json();
        assert_eq!(all["connectors"][0]["deleted"], json!(true));
        let recorded = events(&app, "brand").await;
        for event in ["connector.created", "connector.updated", "connector.deleted"] {
            assert!(recorded.iter().any(|it| it == event), "{recorded:?}");
        }
    }

    async fn a_program_has_a_connector_looked_at(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", Some(&app.brand.clone())).await;
        let token = token(&app, "root").await;
        let mut of_ours = wanted();
        for (member, value) in [("issuer", ISSUER.to_owned()), ("tokenEndpoint", format!("{ISSUER}/token")), ("clientId", "nobody".to_owned())] {
            of_ours["configuration"][member] = value.into();
        }
        let made = send(&app, "POST", LIST, &token, &of_ours).await;
        let place = made.header(LOCATION).unwrap().to_owned();
        let (id, path) = (place.rsplit('/').next().unwrap(), format!("{place}/check"));
        let looked = call(&app, "POST", &path, &token).await;
        assert_eq!(looked.status, 200, "{looked:?}");
        let id = ConnectorId::parse(id).unwrap();
        let connector = connector::find(&app.services, &app.brand, &id).await.unwrap();
        let checks = connector::check(&app.services, &connector).await.unwrap();
        assert_eq!(looked.json(), json!({"checks": checks}), "as the console and the command say");
        let findings = looked.json()["checks"].to_string();
        assert!(findings.contains("\"mend\"") && findings.contains("\"fails\":true"), "{findings}");
        assert_eq!(problem(&call(&app, "POST", &path.replace(id.as_str(), "nobody"), &token).await).0, 404);
        app.other_account("other").await;
        assert_eq!(problem(&call(&app, "POST", &path.replace("/brand/", "/other/"), &token).await).0, 404);
    }

    async fn what_the_platforms_own_api_has_no_place_for_is_told_here(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let bearer = people::log_in(&app, &app.brand, "dana").await.bearer;
        let mut unknown_level = wanted();
        unknown_level["configuration"]["acrValues"] = json!(["loa2"]);
        let asked = request("POST", "/api/account/brand/configuration/le-connectors/connectors?v=2.0")
            .header(AUTHORIZATION, format!("Bearer {bearer}"))
            .header(CONTENT_TYPE, "application/json");
        let made = app.send(asked.body(Body::from(unknown_level.to_string())).unwrap()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let members: Vec<String> = made.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, ["configuration", "deleted", "enabled", "id", "name", "type"], "the platform's own, and no other");
        administrator(&app, "root", Some(&app.brand.clone())).await;
        let token = token(&app, "root").await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let read = get(&app, &format!("{LIST}/{id}"), &token).await.json();
        assert!(read["warnings"].to_string().contains("the level loa1 alone"), "{read}");
        let checks = call(&app, "POST", &format!("{LIST}/{id}/check"), &token).await.json();
        assert!(checks["checks"][0].to_string().contains("the level loa1 alone"), "{checks}");
    }

    async fn what_is_wrong_is_told_by_field(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", Some(&app.brand.clone())).await;
        let token = token(&app, "root").await;
        let mut wrong = wanted();
        wrong["configuration"]["tokenEndpoint"] = json!("http://idp.brand.example/token");
        wrong["configuration"]["issuer"] = json!("brand");
        let (status, document) = problem(&send(&app, "POST", LIST, &token, &wrong).await);
        assert_eq!(status, 422);
        let keys: Vec<&str> = document["problems"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["issuer", "tokenEndpoint"]);
        for (member, value) in [("id", json!("mine")), ("configuration", json!({"owner": "x"})), ("name", json!({"a": 1}))] {
            let mut wrong = wanted();
            wrong[member] = value;
            let (status, _) = problem(&send(&app, "POST", LIST, &token, &wrong).await);
            assert_eq!(status, 400, "{member}");
        }
        assert_eq!(problem(&send(&app, "POST", LIST, &token, &json!([])).await).0, 400);
    }

    async fn sec_128_sec_130_it_is_for_the_accounts_administrators_who_signed_in_a_moment_ago(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "root", Some(&app.brand.clone())).await;
        administrator(&app, "stranger", Some(&other)).await;
        let (own, strange) = (token(&app, "root").await, token(&app, "stranger").await);
        let made = send(&app, "POST", LIST, &own, &wanted()).await;
        let place = made.header(LOCATION).unwrap().to_owned();
        let id = place.rsplit('/').next().unwrap();
        let elsewhere = format!("/admin/api/v1/accounts/other/connectors/{id}");
        for path in [place.as_str(), LIST, &elsewhere] {
            assert_eq!(problem(&get(&app, path, &strange).await).0, 404, "{path}");
        }
        assert_eq!(problem(&send(&app, "PATCH", &place, &strange, &json!({"name": "x"})).await).0, 404);
        assert_eq!(problem(&call(&app, "DELETE", &elsewhere, &strange).await).0, 404);
        app.clock.advance(Duration::from_mins(6));
        for (method, path) in [("POST", LIST), ("PATCH", place.as_str()), ("DELETE", &place)] {
            let (status, document) = problem(&send(&app, method, path, &own, &wanted()).await);
            assert_eq!((status, &document["error"]), (403, &json!("reauth_required")), "{method}");
        }
        assert_eq!(get(&app, &place, &own).await.status, 200);
    }
}
