//! Connections of users' single sign-on at the admin API.

use http::header::{ETAG, LOCATION};
use serde_json::{Value, json};

use super::{administrator, call, events, get, problem, send, send_with, token};
use crate::support::app::{App, ISSUER};
use crate::support::db::{FreshDb, on_both_databases};

const ALL: &str = "/admin/api/v1/accounts/brand/sso-connections";

fn oidc(name: &str) -> Value {
    json!({"name": name, "kind": "oidc", "configuration": {
        "issuer": "https://login.corp.example", "client_id": "signet", "client_secret": "s3cret-of-ours", "scopes": ["email"],
        "return_to": ["https://desk.example/in"],
    }})
}

on_both_databases! {
    async fn sec_132_a_connection_is_made_read_changed_and_deleted_and_its_secret_never_shown(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        let made = send(&app, "POST", ALL, &token, &oidc("corp")).await;
        assert_eq!(made.status, 201, "{made:?}");
        let one = format!("{ALL}/corp");
        assert_eq!(made.header(LOCATION), Some(one.as_str()));
        let document = made.json();
        assert_eq!(document["register"]["redirect_uri"], format!("{ISSUER}/api/account/brand/login/callback?connection=corp"));
        assert_eq!((&document["has_secret"], &document["enabled"], &document["configuration"]["scopes"]), (&json!(true), &json!(true), &json!(["email"])));
        let read = get(&app, &one, &token).await;
        assert_eq!((read.json(), read.header(ETAG)), (document, made.header(ETAG)));
        assert_eq!(get(&app, ALL, &token).await.json()["sso_connections"][0]["name"], "corp");

        // What isn't named stays, and the secret is given once more where it would go to somebody else.
        let changed = send(&app, "PATCH", &one, &token, &json!({"enabled": false, "configuration": {"claim": "sub"}})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!((&changed.json()["configuration"]["claim"], &changed.json()["configuration"]["client_id"]), (&json!("sub"), &json!("signet")));
        let moved = json!({"configuration": {"issuer": "https://elsewhere.example"}});
        let (status, why) = problem(&send(&app, "PATCH", &one, &token, &moved).await);
        assert_eq!((status, &why["problems"][0]["key"]), (422, &json!("client_secret")));
        assert_eq!(problem(&send(&app, "PATCH", &one, &token, &json!({"kind": "saml"})).await).0, 422);
        // Only what was read is changed, or deleted.
        let stale = [("if-match", made.header(ETAG).unwrap())];
        for (method, body) in [("PATCH", json!({"enabled": true})), ("DELETE", Value::Null)] {
            assert_eq!(problem(&send_with(&app, method, &one, &token, &body, &stale).await).0, 412, "{method}");
        }
        let fresh = [("if-match", changed.header(ETAG).unwrap())];
        assert_eq!(send_with(&app, "DELETE", &one, &token, &Value::Null, &fresh).await.status, 204);
        assert_eq!(problem(&get(&app, &one, &token).await).0, 404);
        let told = events(&app, "brand").await;
        assert_eq!(told, ["sso.created", "sso.updated", "sso.deleted"]);
        let record = get(&app, "/admin/api/v1/audit?account=brand", &token).await.body;
        for body in [&made.body, &read.body, &changed.body, &record] {
            assert!(!body.contains("s3cret"), "{body}");
        }
    }

    async fn what_cannot_be_is_refused_by_its_name(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        let with = |name: &str, value: Value| {
            let mut wanted = oidc("corp");
            wanted["configuration"][name] = value;
            wanted
        };
        for (wanted, status, key) in [
            (json!({"kind": "oidc"}), 400, "name"), (oidc("not a name"), 400, "name"), (with("isAdmin", json!(1)), 400, "\"isAdmin\""),
            (with("scopes", json!("email")), 400, "scopes"), (with("issuer", json!("http://login.corp.example")), 422, "issuer"),
            (with("entity_id", json!("x")), 422, "entity_id"), (with("claim", json!("")), 422, "claim"),
        ] {
            let (found, why) = problem(&send(&app, "POST", ALL, &token, &wanted).await);
            assert_eq!((found, &why["problems"][0]["key"]), (status, &json!(key)), "{why}");
        }
        send(&app, "POST", ALL, &token, &oidc("corp")).await;
        assert_eq!(problem(&send(&app, "POST", ALL, &token, &oidc("corp")).await).0, 409);
        // A repeat under a key makes none, and is told nothing more.
        let key = [("idempotency-key", "one")];
        let first = send_with(&app, "POST", ALL, &token, &oidc("more"), &key).await;
        let again = send_with(&app, "POST", ALL, &token, &oidc("more"), &key).await;
        assert_eq!((first.status, again.status, &again.json()["name"]), (first.status, first.status, &json!("more")));
        for at in 0..5 {
            assert_eq!(send(&app, "POST", ALL, &token, &oidc(&format!("corp-{at}"))).await.status, 201);
        }
        let page = get(&app, &format!("{ALL}?limit=4"), &token).await.json();
        let rest = get(&app, &format!("{ALL}?limit=4&after={}", page["next"].as_str().unwrap()), &token).await.json();
        let names = |page: &Value| page["sso_connections"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>();
        assert_eq!((names(&page), names(&rest)), (vec![json!("corp"), json!("corp-0"), json!("corp-1"), json!("corp-2")], vec![json!("corp-3"), json!("corp-4"), json!("more")]));
    }

    async fn sec_137_another_accounts_connections_are_not_there(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "root", None).await;
        administrator(&app, "olga", Some(&other)).await;
        let (root, olga) = (token(&app, "root").await, token(&app, "olga").await);
        send(&app, "POST", ALL, &root, &oidc("corp")).await;
        for path in [ALL.to_owned(), format!("{ALL}/corp"), ALL.replace("brand", "other") + "/corp"] {
            assert_eq!(problem(&get(&app, &path, &olga).await).0, 404, "{path}");
        }
        assert_eq!(problem(&call(&app, "DELETE", &format!("{ALL}/corp"), &olga).await).0, 404);
        assert_eq!(get(&app, &format!("{ALL}/corp"), &root).await.status, 200);
    }
}
