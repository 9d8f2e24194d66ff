//! Many who change the same thing at once, each as they have read it: one of them does, whatever the thing is.

use std::collections::BTreeSet;

use http::header::{ETAG, LOCATION};
use serde_json::{Value, json};
use signet::http::openapi::Verb;

use super::{administrator, get, send, send_with, token};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const ACCOUNTS: &str = "/admin/api/v1/accounts";

/// How many ask at once.
const MANY: usize = 50;

/// A kind of thing that the API changes where it is as it was read.
struct Kind {
    /// Where one is made; below an account, unless it is one.
    list: &'static str,
    /// Its path in the document.
    path: &'static str,
    /// A new one.
    wanted: fn() -> Value,
    /// A change of it, another for each number.
    change: fn(usize) -> Value,
    deletable: bool,
}

const KINDS: &[Kind] = &[
    Kind {
        list: "",
        path: "/admin/api/v1/accounts/{account_id}",
        wanted: || json!({"account_id": "shop", "display_name": "Shop", "flow": "code"}),
        change: |number| json!({"display_name": format!("Shop {number}")}),
        deletable: true,
    },
    Kind {
        list: "clients",
        path: "/admin/api/v1/accounts/{account_id}/clients/{client_id}",
        wanted: || json!({"client_name": "Web", "redirect_uris": ["https://shop.example/cb"]}),
        change: |number| json!({"client_name": format!("Web {number}")}),
        deletable: true,
    },
    Kind {
        list: "connectors",
        path: "/admin/api/v1/accounts/{account_id}/connectors/{connector_id}",
        wanted: || {
            json!({"name": "Messaging", "type": "implicit", "configuration": {
                "issuer": "https://idp.brand.example", "authorizationEndpoint": "https://idp.brand.example/authorize",
                "clientId": "lp-messaging", "jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": "https://idp.brand.example/jwks",
                "jsMethodName": "lpGetAuthenticationToken",
            }})
        },
        change: |number| json!({"name": format!("Messaging {number}")}),
        deletable: true,
    },
    Kind {
        list: "consumers",
        path: "/admin/api/v1/accounts/{account_id}/consumers/{sub}",
        wanted: || json!({"username": "ana"}),
        change: |number| json!({"claims": {"name": format!("Ana {number}")}}),
        deletable: true,
    },
    Kind {
        list: "sso-connections",
        path: "/admin/api/v1/accounts/{account_id}/sso-connections/{sso_name}",
        wanted: || {
            json!({"name": "corp", "kind": "oidc", "configuration": {
                "issuer": "https://login.corp.example", "client_id": "signet", "client_secret": "s3cret-of-ours",
            }})
        },
        change: |number| json!({"configuration": {"client_id": format!("signet-{number}")}}),
        deletable: true,
    },
    Kind {
        list: "users",
        path: "/admin/api/v1/accounts/{account_id}/users/{user_id}",
        wanted: || json!({"login_name": "dana", "profile": {"email": "dana@example.test"}}),
        change: |number| json!({"full_name": format!("Dana {number}")}),
        deletable: true,
    },
    Kind {
        list: "app-keys",
        path: "/admin/api/v1/accounts/{account_id}/app-keys/{app_key}",
        wanted: || json!({"application_name": "Roster", "developer_name": "IT"}),
        change: |number| json!({"description": format!("Number {number}")}),
        deletable: false,
    },
];

#[test]
fn all_that_takes_an_if_match_is_raced_for() {
    let conditional: BTreeSet<(&str, String)> = signet::admin::operations()
        .filter(|(_, _, document)| {
            let parameters = document["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|it| it["name"] == "If-Match")
        })
        .map(|(path, verb, _)| (path, format!("{verb:?}")))
        .collect();
    let raced: BTreeSet<(&str, String)> = KINDS
        .iter()
        .flat_map(|kind| {
            let delete = kind.deletable.then_some(Verb::Delete);
            let verbs = [Some(Verb::Patch), delete].into_iter().flatten();
            verbs.map(|verb| (kind.path, format!("{verb:?}")))
        })
        .collect();
    assert_eq!(conditional, raced);
}

on_both_databases! {
    async fn of_many_changes_of_what_was_read_one_is_made_and_the_others_are_told(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        for kind in KINDS {
            let list = if kind.list.is_empty() { ACCOUNTS.to_owned() } else { format!("{ACCOUNTS}/brand/{}", kind.list) };
            let made = send(&app, "POST", &list, &token, &(kind.wanted)()).await;
            assert_eq!(made.status, 201, "{list}: {made:?}");
            let place = made.header(LOCATION).unwrap().to_owned();
            let tag = get(&app, &place, &token).await.header(ETAG).unwrap().to_owned();
            let node = |number: usize| if number.is_multiple_of(2) { &app } else { &beside };

            let known = [("if-match", tag.as_str())];
            let changes: Vec<Value> = (0..MANY).map(kind.change).collect();
            let asked = changes.iter().enumerate().map(|(number, change)| send_with(node(number), "PATCH", &place, &token, change, &known));
            let answers = together(asked.collect()).await;
            let statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
            let won: Vec<usize> = (0..MANY).filter(|number| statuses[*number] == 200).collect();
            assert_eq!(won.len(), 1, "{place}: {statuses:?}");
            assert!(statuses.iter().all(|status| matches!(status, 200 | 412)), "{place}: {statuses:?}");
            // What stands is what the one was told, and nobody else's change is in it.
            let stands = get(&app, &place, &token).await;
            assert_eq!(stands.header(ETAG), answers[won[0]].header(ETAG), "{place}");
            assert_ne!(stands.header(ETAG), Some(tag.as_str()), "{place}");
            let mine = changes[won[0]].to_string();
            let text = mine.split('"').rfind(|part| part.ends_with(&won[0].to_string())).unwrap();
            assert!(stands.body.contains(&format!("\"{text}\"")), "{place}: {text} isn't in {}", stands.body);

            if !kind.deletable {
                continue;
            }
            // Whoever deletes is one of them. Then the thing is not there for the others, or what it hangs on: an account's keys.
            let tag = stands.header(ETAG).unwrap().to_owned();
            let known = [("if-match", tag.as_str())];
            let changes: Vec<Value> = (MANY..2 * MANY).map(kind.change).collect();
            let asked = (0..MANY).map(|number| {
                let (method, body) = if number.is_multiple_of(3) { ("DELETE", &Value::Null) } else { ("PATCH", &changes[number]) };
                send_with(node(number), method, &place, &token, body, &known)
            });
            let answers = together(asked.collect()).await;
            let statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
            assert_eq!(statuses.iter().filter(|status| matches!(status, 200 | 204)).count(), 1, "{place}: {statuses:?}");
            let deleted = statuses.contains(&204);
            assert!(statuses.iter().all(|status| matches!(status, 200 | 204 | 412) || (deleted && matches!(*status, 404 | 422))), "{place}: {statuses:?}");
            assert_eq!(get(&app, &place, &token).await.status, if deleted { 404 } else { 200 }, "{place}");
        }
        beside.db().close().await;
    }
}
