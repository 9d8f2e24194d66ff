//! The document that tells programs what the admin and gateway APIs do, and whether it is so.

use std::collections::BTreeSet;

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use signet::directory::user::{self, Draft, Wanted};
use signet::directory::{By, account};
use signet::model::RoleType;
use signet::server::openapi::document;

use super::{administrator, send_with, token};
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn paths() -> BTreeSet<String> {
    let document = document();
    document["paths"].as_object().unwrap().keys().cloned().collect()
}

/// All values of that name, wherever they stand.
fn all_named<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if key == name {
                    found.push(value);
                }
                all_named(value, name, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| all_named(value, name, found)),
        _ => {}
    }
}

#[test]
fn it_has_the_routes_that_are_served_and_no_others() {
    let api = signet::admin::all();
    let api = api
        .iter()
        .filter(|route| route.is_api() && !route.path.contains("{*"));
    let gateway = signet::gateway::ROUTES.iter().map(|route| route.path);
    let served: BTreeSet<String> = api
        .map(|route| route.path)
        .chain(gateway)
        .map(str::to_owned)
        .collect();
    assert_eq!(paths(), served);
}

#[test]
fn its_names_are_unique_and_its_references_lead_somewhere() {
    let document = document();
    let mut ids = Vec::new();
    all_named(&document["paths"], "operationId", &mut ids);
    let unique: BTreeSet<&str> = ids.iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(unique.len(), ids.len());
    let mut references = Vec::new();
    all_named(&document, "$ref", &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    let known = document["components"]["securitySchemes"].as_object().unwrap();
    let mut all = Vec::new();
    all_named(&document["paths"], "security", &mut all);
    for scheme in all.iter().flat_map(|it| it.as_array().unwrap()) {
        assert!(
            scheme
                .as_object()
                .unwrap()
                .keys()
                .all(|name| known.contains_key(name)),
            "{scheme}"
        );
    }
}

/// The bearer of a user who administers `brand`.
async fn user(app: &App) -> String {
    let (name, password) = ("dana", SecretString::from("a-quiet-river-runs-8"));
    let mut draft = Draft {
        login_name: name.to_owned(),
        full_name: name.to_owned(),
        ..Draft::default()
    };
    draft.profile.nickname = name.to_owned();
    "dana@example.test".clone_into(&mut draft.profile.email);
    draft.profile.profile_ids = vec![RoleType::Admin.number()];
    let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
    let wanted = Wanted::new(draft, Some(password.clone()));
    user::create(&app.services, &By::command(), &account, wanted)
        .await
        .unwrap();
    let body = json!({"username": name, "password": password.expose_secret()});
    let answer = send_with(app, "POST", "/api/account/brand/login?v=1.3", "", &body, &[]).await;
    answer.json()["bearer"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn its_methods_are_those_that_routes_take(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let (own, user) = (token(&app, "root").await, user(&app).await);
        let document = document();
        for path in paths() {
            let concrete: Vec<&str> = path
                .split('/')
                .map(|part| match part {
                    "{account_id}" => "brand",
                    part if part.starts_with('{') => "7",
                    part => part,
                })
                .collect();
            let concrete = concrete.join("/");
            let is_api = path.starts_with("/admin/");
            // Which would end what the others are asked with.
            let ends = path.ends_with("/logout");
            for method in METHODS.into_iter().filter(|method| !(ends && *method == "post")) {
                let told = document["paths"][&path].get(method);
                let bearer = if is_api { &own } else { &user };
                let mut asked = request(&method.to_uppercase(), &concrete).header(AUTHORIZATION, format!("Bearer {bearer}"));
                if told.is_some_and(|told| told["operationId"].as_str().unwrap().starts_with("override")) {
                    asked = asked.header("X-HTTP-Method-Override", "PUT");
                }
                let answer = app.send(asked.body(Body::empty()).unwrap()).await;
                let is_taken = answer.status != 405;
                assert!(is_taken || answer.header(ALLOW).is_some_and(|known| !known.contains(&method.to_uppercase())), "{method} {path}");
                assert_eq!(told.is_some(), is_taken, "{method} {path}: {}", answer.status);
                let is_let_in = answer.status != 401 || path.ends_with("/login") || told.is_some_and(|told| {
                    // By something else than a user's bearer.
                    !told["security"].to_string().contains("administrator") && !told["security"].to_string().contains("\"login\"")
                });
                assert!(is_let_in, "{method} {path}");
            }
        }
    }

    async fn users_are_shown_as_it_says_and_every_wait_has_its_header(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let bearer = user(&app).await;
        let shown = send_with(&app, "GET", "/api/account/brand/configuration/le-users/users?v=6.0", &bearer, &Value::Null, &[]).await;
        let document = document();
        let told = &document["components"]["schemas"]["PlatformUser"]["properties"];
        let names = |of: &Value| of.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&shown.json()[0]), names(told));
        let waits = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        for operation in waits {
            for status in ["429", "503"] {
                let headers = &operation["responses"][status]["headers"];
                assert!(headers.get("Retry-After").is_some(), "{status} of {}", operation["operationId"]);
            }
        }
    }

    async fn it_is_served_to_be_kept_a_while(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let answer = app.get("/openapi.json").await;
        assert_eq!((answer.status.as_u16(), answer.header(CONTENT_TYPE)), (200, Some("application/json")));
        assert_eq!(answer.header(CACHE_CONTROL), Some("public, max-age=300"));
        assert_eq!(answer.json(), document());
        assert!(!answer.body.contains(env!("CARGO_PKG_VERSION")), "SEC-136");
        let tag = answer.header(ETAG).unwrap();
        let again = request("GET", "/openapi.json").header(IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        let again = app.send(again).await;
        assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    }
}
