//! Many who write at one revision, by the Users API and its siblings: one of them does (section 9.2 of the platform contract).

use http::header::IF_MATCH;
use serde_json::{Value, json};

use super::people::refused;
use super::users::{USERS, admin, document, read, revision, send, with};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const BASE: &str = "/api/account/brand/configuration/le-users";

/// How many ask at once.
const MANY: usize = 50;

fn of(kind: &str) -> Value {
    match kind {
        "users" => document("dana"),
        "skills" => json!({"name": "One"}),
        "agentGroups" => json!({"name": "One", "isEnabled": true}),
        _ => {
            json!({"name": "One", "roleTypeId": 2, "permissionPackages": [], "permissions": [20001], "isAssignedToLPA": false})
        }
    }
}

on_both_databases! {
    async fn of_many_writes_at_one_revision_one_is_made_and_the_others_are_told_the_new_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        let root = admin(&app).await;
        let node = |number: usize| if number.is_multiple_of(2) { &app } else { &beside };
        for kind in ["users", "skills", "agentGroups", "profiles"] {
            let list = format!("{BASE}/{kind}");
            let name = if kind == "users" { "nickname" } else { "name" };
            let made = send(&app, &root, "POST", &list, &[], &of(kind)).await;
            assert_eq!(made.status, 201, "{kind}: {made:?}");
            let one = format!("{list}/{}", made.json()["id"]);
            let is_user = kind == "users";
            // One at a time, several in an array where that can be, and whoever can send no PUT.
            let ways: &[(&str, &str, bool)] = &[("PUT", "", false), ("POST", "PUT", false), ("PUT", "", true)];
            for ((method, means, many), way) in ways.iter().zip('A'..).filter(|((_, _, many), _)| is_user || !many) {
                // What stands already would be no change, and nobody's loss.
                let named = |number: usize| format!("Number {way}{number}");
                let now = read(&app, &root, &one).await;
                let at = revision(&now);
                let matches = at.to_string();
                let mut headers = vec![(IF_MATCH.as_str(), matches.as_str())];
                if !means.is_empty() {
                    headers.push(("x-http-method-override", means));
                }
                let bodies: Vec<Value> = (0..MANY)
                    .map(|number| {
                        let body = with(now.json(), &json!({name: named(number)}));
                        if *many { json!([body]) } else { body }
                    })
                    .collect();
                let path = if *many { USERS } else { &one };
                let asked = bodies.iter().enumerate().map(|(number, body)| send(node(number), &root, method, path, &headers, body));
                let answers = together(asked.collect()).await;
                let statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
                let won: Vec<usize> = (0..MANY).filter(|number| statuses[*number] == 200).collect();
                assert_eq!(won.len(), 1, "{kind} {method} {means}: {statuses:?}");
                for late in answers.iter().filter(|it| it.status != 200) {
                    assert_eq!((refused(late).0, revision(late)), (412, at + 1), "{kind} {method} {means}: {late:?}");
                }
                let stands = read(&app, &root, &one).await;
                assert_eq!((revision(&stands), &stands.json()[name]), (at + 1, &json!(named(won[0]))), "{kind}");
            }
            // Whoever deletes is one of them.
            let now = read(&app, &root, &one).await;
            let matches = revision(&now).to_string();
            let headers = [(IF_MATCH.as_str(), matches.as_str())];
            let changed = with(now.json(), &json!({name: "Later"}));
            let asked = (0..MANY).map(|number| {
                let method = if number % 3 == 0 { "DELETE" } else { "PUT" };
                send(node(number), &root, method, &one, &headers, &changed)
            });
            let answers = together(asked.collect()).await;
            let statuses: Vec<u16> = answers.iter().map(|it| it.status.as_u16()).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{kind}: {statuses:?}");
            assert!(statuses.iter().all(|status| matches!(status, 200 | 404 | 412)), "{kind}: {statuses:?}");
        }
        beside.db().close().await;
    }
}
