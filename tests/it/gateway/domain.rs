//! The Domain API: where the services of an account are (section 6 of the platform contract).

use axum::body::Body;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use serde_json::json;
use signet::directory::account::Draft;
use signet::directory::{By, account};

use crate::support::answer::Answer;
use crate::support::app::{App, HOST, request};
use crate::support::db::{FreshDb, on_both_databases};

async fn get(app: &App, path: &str) -> Answer {
    app.send(request("GET", path).body(Body::empty()).unwrap()).await
}

/// The error that this is: its status, its code and its status by name.
fn refused(answer: &Answer) -> (u16, i64, String) {
    let error = &answer.json()["error"];
    assert!(
        error["time"].is_string() && error["message"].is_string(),
        "{answer:?}"
    );
    (
        answer.status.as_u16(),
        error["internalCode"].as_i64().unwrap(),
        error["responseStatus"].as_str().unwrap().to_owned(),
    )
}

on_both_databases! {
    async fn anybody_learns_where_an_accounts_services_are(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let all = get(&app, "/api/account/brand/service/baseURI.json?version=1.0").await;
        let hosts = all.json()["baseURIs"].as_array().unwrap().clone();
        for service in ["agentVep", "asyncMessagingEnt", "idp", "sentinel", "accountConfigReadOnly", "accountConfigReadWrite", "appKeyManagement"] {
            assert!(hosts.contains(&json!({"service": service, "account": "brand", "baseURI": HOST})), "{hosts:?}");
        }
        let one = get(&app, "/api/account/brand/service/agentVep/baseURI.json?version=1.0").await;
        assert_eq!(one.json(), json!({"service": "agentVep", "account": "brand", "baseURI": HOST}));
        assert_eq!(one.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
        assert_eq!(one.header(CACHE_CONTROL), Some("public, max-age=3600"));

        let asked = request("GET", "/api/account/brand/service/agentVep/baseURI.json?version=1.0")
            .header(IF_NONE_MATCH, one.header(ETAG).unwrap());
        let again = app.send(asked.body(Body::empty()).unwrap()).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }

    async fn the_port_is_told_where_it_is_not_443(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.server.public_url = "https://id.example.test:8443".parse().unwrap()).await;
        let one = get(&app, "/api/account/brand/service/idp/baseURI.json?version=1.0").await;
        assert_eq!(one.json()["baseURI"], "id.example.test:8443");
    }

    async fn what_is_not_there_or_not_asked_for_well_is_refused_in_the_platforms_form(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for path in ["service/agentvep", "service/AgentVep", "service/nothing"] {
            let answer = get(&app, &format!("/api/account/brand/{path}/baseURI.json?version=1.0")).await;
            assert_eq!(refused(&answer), (404, 2, "NOT_FOUND".to_owned()), "{path}");
        }
        for query in ["", "?version=2.0", "?version=1.0&version=1.0", "?v=1.0"] {
            let answer = get(&app, &format!("/api/account/brand/service/idp/baseURI.json{query}")).await;
            assert_eq!(refused(&answer), (400, 1, "BAD_REQUEST".to_owned()), "{query}");
        }
        for account in ["nobody", "br.and"] {
            let answer = get(&app, &format!("/api/account/{account}/service/baseURI.json?version=1.0")).await;
            assert_eq!(refused(&answer), (404, 6, "NOT_FOUND".to_owned()), "{account}");
        }
    }

    async fn an_account_says_where_its_services_are_that_are_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let given = |text: &str| vec![text.parse().unwrap()];
        let change = async |text: &'static str| {
            account::update(&app.services, &By::command(), &app.brand, |draft: &mut Draft| draft.assign(&given(text))).await
        };
        change(r#"services={"agentVep":"va.agentvep.example.net","msgHist":"va.history.example.net:444"}"#).await.unwrap();
        let all = get(&app, "/api/account/brand/service/baseURI.json?version=1.0").await.json();
        let hosts = all["baseURIs"].as_array().unwrap();
        let host = |name: &str| hosts.iter().find(|host| host["service"] == name).unwrap()["baseURI"].clone();
        assert_eq!(hosts.len(), 8);
        assert_eq!(host("agentVep"), "va.agentvep.example.net");
        assert_eq!(host("msgHist"), "va.history.example.net:444");
        assert_eq!(host("idp"), HOST);
        for wrong in [
            r#"services={"agentVep":"https://va.example.net"}"#,
            r#"services={"agentVep":"va.example.net/path"}"#,
            r#"services={"agentVep":"user@va.example.net"}"#,
            r#"services={"agentVep":"VA.example.net"}"#,
            r#"services={"agent vep":"va.example.net"}"#,
            r#"services={"agentVep":""}"#,
        ] {
            assert!(change(wrong).await.is_err(), "{wrong}");
        }
    }
}
