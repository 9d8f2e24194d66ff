//! The platform's own API of connectors (section 3.2 of its contract).

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use signet::model::RoleType;

use super::people::{self, log_in};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};

const LIST: &str = "/api/account/brand/configuration/le-connectors/connectors";

async fn ask(app: &App, method: &str, path: &str, bearer: &str, body: &Value) -> Answer {
    let asked = request(method, path)
        .header(AUTHORIZATION, format!("Bearer {bearer}"))
        .header(CONTENT_TYPE, "application/json");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    app.send(asked.body(Body::from(body)).unwrap()).await
}

/// As the contract has it.
fn entity() -> Value {
    json!({"name": "brand-idp", "type": "code", "enabled": true, "configuration": {
        "issuer": "https://idp.brand.example", "issuerDisplayName": "Brand",
        "authorizationEndpoint": "https://idp.brand.example/authorize", "tokenEndpoint": "https://idp.brand.example/token",
        "clientId": "lp-messaging", "clientSecret": "s3cret-of-the-platform", "jwtValidationType": "JWKS_ENDPOINT",
        "jwksEndpoint": "https://idp.brand.example/jwks", "jwtPublicKey": null, "pkceEnabled": true, "rfcCompliance": true,
        "jsMethodName": "lpGetAuthenticationToken", "jsContext": "window", "acrValues": ["loa1"], "preferred": true,
    }})
}

on_both_databases! {
    async fn a_connector_is_made_read_replaced_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let bearer = log_in(&app, &app.brand, "dana").await.bearer;
        let list = format!("{LIST}?v=2.0");
        let made = ask(&app, "POST", &list, &bearer, &entity()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(!made.body.contains("s3cret"), "{}", made.body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let one = format!("{LIST}/{id}?v=2.0");
        let mut read = ask(&app, "GET", &one, &bearer, &Value::Null).await.json();
        assert_eq!(read, made.json());

        // What was read may be written again, without the secret, which stays.
        read["name"] = json!("another");
        read["type"] = json!(1);
        let written = ask(&app, "PUT", &one, &bearer, &read).await;
        assert_eq!((written.status.as_u16(), &written.json()["name"]), (200, &json!("another")), "{}", written.body);
        // It is replaced as a whole.
        read["configuration"].as_object_mut().unwrap().remove("acrValues");
        let written = ask(&app, "PUT", &one, &bearer, &read).await;
        assert_eq!(written.json()["configuration"]["acrValues"], json!([]), "{}", written.body);

        let selected = ask(&app, "GET", &format!("{list}&select=id,name"), &bearer, &Value::Null).await.json();
        assert_eq!(selected, json!([{"id": id, "name": "another"}]));
        assert_eq!(ask(&app, "DELETE", &one, &bearer, &Value::Null).await.status, 204);
        assert_eq!(ask(&app, "GET", &one, &bearer, &Value::Null).await.status, 404);
        assert_eq!(ask(&app, "GET", &list, &bearer, &Value::Null).await.json(), json!([]));
        let all = ask(&app, "GET", &format!("{list}&include_deleted=true"), &bearer, &Value::Null).await.json();
        assert_eq!((&all[0]["id"], &all[0]["deleted"]), (&json!(id), &json!(true)));
    }

    async fn what_is_wrong_is_told_in_the_platforms_form_with_the_field(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let bearer = log_in(&app, &app.brand, "dana").await.bearer;
        let list = format!("{LIST}?v=2.0");
        for (field, value) in [
            ("tokenEndpoint", json!("http://idp.brand.example/token")), ("jwtPublicKey", json!("AAAA")),
            ("jsMethodName", json!("alert(1)")), ("issuer", json!("brand")), ("clientSecret", json!("")),
        ] {
            let mut wrong = entity();
            wrong["configuration"][field] = value;
            let answer = ask(&app, "POST", &list, &bearer, &wrong).await;
            assert_eq!(answer.status, 400, "{field}");
            let error = &answer.json()["error"];
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(field) || (field == "jwtPublicKey" && message.contains("jwtValidationType")), "{message}");
            assert_eq!(error["responseStatus"], json!("BAD_REQUEST"));
        }
        for wrong in [json!([]), json!({"id": "mine"}), json!({"owner": 1}), json!({"deleted": true})] {
            assert_eq!(ask(&app, "POST", &list, &bearer, &wrong).await.status, 400, "{wrong}");
        }
        for query in ["", "?v=1.0", "?v=2.0&v=2.0", "?v=2.0&include_deleted=maybe"] {
            assert_eq!(ask(&app, "GET", &format!("{LIST}{query}"), &bearer, &Value::Null).await.status, 400, "{query}");
        }
    }

    async fn sec_127_sec_137_it_is_for_those_who_may_and_of_that_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        people::user(&app, &app.brand, "ari", RoleType::Agent).await;
        people::user(&app, &other, "olga", RoleType::Admin).await;
        let list = format!("{LIST}?v=2.0");
        let dana = log_in(&app, &app.brand, "dana").await.bearer;
        let id = ask(&app, "POST", &list, &dana, &entity()).await.json()["id"].as_str().unwrap().to_owned();
        let agent = log_in(&app, &app.brand, "ari").await.bearer;
        assert_eq!(ask(&app, "GET", &list, &agent, &Value::Null).await.status, 403);
        assert_eq!(ask(&app, "POST", &list, &agent, &entity()).await.status, 403);
        let olga = log_in(&app, &other, "olga").await.bearer;
        assert_eq!(ask(&app, "GET", &list, &olga, &Value::Null).await.status, 401);
        let elsewhere = format!("/api/account/other/configuration/le-connectors/connectors/{id}?v=2.0");
        for method in ["GET", "PUT", "DELETE"] {
            let body = if method == "PUT" { entity() } else { Value::Null };
            assert_eq!(ask(&app, method, &elsewhere, &olga, &body).await.status, 404, "{method}");
        }
        let recorded = people::events(&app, &app.brand).await;
        assert!(recorded.iter().any(|it| it == "connector.created"), "{recorded:?}");
    }
}
