//! Each kind of thing, from its making to its end, by the admin API.

use http::header::{ETAG, LOCATION};
use serde_json::{Value, json};

use super::{administrator, call, events, get, problem, send, send_with, token};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

const BRAND: &str = "/admin/api/v1/accounts/brand";

fn has(recorded: &[String], expected: &[&str]) {
    for event in expected {
        assert!(recorded.iter().any(|it| it == event), "{event}: {recorded:?}");
    }
}

/// The rows of a list, all pages of it.
async fn all(app: &App, path: &str, list: &str, token: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(app, &format!("{path}?limit=2{after}"), token).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.json();
        rows.extend(page[list].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

fn place(made: &Answer) -> String {
    assert_eq!(made.status, 201, "{}", made.body);
    made.header(LOCATION).unwrap().to_owned()
}

on_both_databases! {
    async fn an_account_is_made_changed_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        let accounts = "/admin/api/v1/accounts";
        let wanted = json!({"account_id": "shop", "display_name": "Shop", "flow": "code", "features": {"bots": true}});
        let made = send(&app, "POST", accounts, &token, &wanted).await;
        let shop = place(&made);
        assert_eq!((shop.as_str(), &made.json()["key"]["state"]), ("/admin/api/v1/accounts/shop", &json!("active")));
        assert_eq!(send(&app, "POST", accounts, &token, &wanted).await.status, 409, "the id is taken");
        let read = get(&app, &shop, &token).await;
        let tag = read.header(ETAG).unwrap().to_owned();
        assert_eq!((&read.json()["flow"], &read.json()["features"]["bots"]), (&json!("code"), &json!(true)));
        let changed = send_with(&app, "PATCH", &shop, &token, &json!({"colour": "#ff0066"}), &[("if-match", &tag)]).await;
        assert_eq!((&changed.json()["colour"], &changed.json()["flow"]), (&json!("#ff0066"), &json!("code")));
        let late = send_with(&app, "PATCH", &shop, &token, &json!({"colour": null}), &[("if-match", &tag)]).await;
        assert_eq!((problem(&late).0, &problem(&late).1["type"]), (412, &json!("urn:signet:problem:outdated")));
        assert_eq!(send_with(&app, "DELETE", &shop, &token, &Value::Null, &[("if-match", &tag)]).await.status, 412);
        for (wrong, status) in [("", 412), ("1", 400), ("\"", 400), ("\"x\"", 412), ("W/\"1\"", 412)] {
            let answer = send_with(&app, "PATCH", &shop, &token, &json!({}), &[("if-match", wrong)]).await;
            assert_eq!(problem(&answer).0, status, "{wrong}");
        }
        assert_eq!(send_with(&app, "PATCH", &shop, &token, &json!({}), &[("if-match", "*")]).await.status, 200);
        assert_eq!(all(&app, accounts, "accounts", &token).await.len(), 2);
        assert_eq!(call(&app, "DELETE", &shop, &token).await.status, 204);
        assert_eq!(problem(&get(&app, &shop, &token).await).0, 404);
        assert_eq!(send(&app, "POST", accounts, &token, &wanted).await.status, 409, "and stays taken");
        has(&events(&app, "shop").await, &["account.created", "key.generated", "account.updated", "account.deleted"]);
    }

    async fn sec_129_an_accounts_administrator_neither_makes_nor_moves_accounts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        for (method, path, body) in [
            ("POST", "/admin/api/v1/accounts", json!({"account_id": "shop"})),
            ("DELETE", BRAND, Value::Null),
            ("PATCH", BRAND, json!({"status": "suspended"})),
            ("PATCH", BRAND, json!({"issuer": "https://login.example.test"})),
        ] {
            let (status, document) = problem(&send(&app, method, path, &token, &body).await);
            assert_eq!((status, &document["type"]), (403, &json!("urn:signet:problem:whole-server")), "{method} {body}");
        }
        assert_eq!(send(&app, "PATCH", BRAND, &token, &json!({"display_name": "Olga's"})).await.status, 200);
    }

    async fn a_client_is_made_changed_given_a_secret_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let clients = format!("{BRAND}/clients");
        let made = send(&app, "POST", &clients, &token, &json!({
            "client_name": "Web", "redirect_uris": ["https://shop.example/cb"], "platform": true, "leniency": {"all_claims": false},
            "jwks": null, "default_max_age": 600,
        })).await;
        let web = place(&made);
        let secret = made.json()["client_secret"].as_str().unwrap().to_owned();
        let read = get(&app, &web, &token).await;
        assert!(!read.body.contains(&secret), "SEC-132");
        let shown = read.json();
        assert_eq!((&shown["default_max_age"], &shown["leniency"]["all_claims"], &shown["secrets"].as_array().unwrap().len()),
            (&json!(600), &json!(false), &1));
        let rotated = send(&app, "POST", &format!("{web}/rotate-secret"), &token, &json!({"keep_old": 60})).await.json();
        assert!(rotated["client_secret"].as_str().unwrap() != secret && rotated["former_until"].is_string());
        let changed = send(&app, "PATCH", &web, &token, &json!({"enabled": false, "default_max_age": null})).await.json();
        assert_eq!((&changed["enabled"], &changed["default_max_age"]), (&json!(false), &Value::Null));
        for number in 0..4 {
            place(&send(&app, "POST", &clients, &token, &json!({"client_id": format!("c{number}"), "redirect_uris": ["https://shop.example/cb"]})).await);
        }
        let rows = all(&app, &clients, "clients", &token).await;
        let ids: Vec<&str> = rows.iter().map(|row| row["client_id"].as_str().unwrap()).collect();
        assert!(ids.len() == 5 && ids.is_sorted(), "{ids:?}");
        assert_eq!(call(&app, "DELETE", &web, &token).await.status, 204);
        assert_eq!(problem(&get(&app, &web, &token).await).0, 404);
        has(&events(&app, "brand").await, &["client.created", "client.secret_rotated", "client.updated", "client.deleted"]);
    }

    async fn sec_128_unknown_members_and_wrong_shapes_are_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        for (path, wrong) in [
            ("/admin/api/v1/accounts", json!({"account_id": "x", "created_at": "2026-01-01T00:00:00Z"})),
            ("/admin/api/v1/accounts", json!({"display_name": "x"})),
            ("/admin/api/v1/accounts", json!({"account_id": "x", "code_ttl": "60"})),
            (&format!("{BRAND}/clients"), json!({"secrets": []})),
            (&format!("{BRAND}/clients"), json!({"client_secret": "chosen"})),
            (&format!("{BRAND}/clients"), json!({"leniency": {"everything": true}})),
            (&format!("{BRAND}/clients"), json!({"redirect_uris": "https://shop.example"})),
            (&format!("{BRAND}/clients"), json!({"client_id": "a/b"})),
            (&format!("{BRAND}/consumers"), json!({"username": "ana", "password": "chosen for her"})),
            (&format!("{BRAND}/consumers"), json!({"username": "ana", "status": "deleted"})),
            (&format!("{BRAND}/users"), json!({"login_name": "dana", "password": "chosen for her"})),
            (&format!("{BRAND}/users"), json!({"login_name": "dana", "profile": {"role": "admin"}})),
            (&format!("{BRAND}/users"), json!({"profile": {}})),
            (&format!("{BRAND}/app-keys"), json!({"application_name": "a", "developer_name": "b", "app_key": "c"})),
            (&format!("{BRAND}/app-keys"), json!([])),
            ("/admin/api/v1/keys?account=brand", json!([null, null])),
            (&format!("{BRAND}/connectors"), json!({"id": "mine"})),
        ] {
            let (status, document) = problem(&send(&app, "POST", path, &token, &wrong).await);
            assert_eq!((status, &document["type"]), (400, &json!("urn:signet:problem:malformed-body")), "{path} {wrong}");
        }
        for twice in [r#"{"client_name":"a","client_name":"b"}"#, r#"{"leniency":{"all_claims":true,"all_claims":false}}"#] {
            let answer = crate::admin::send_text(&app, "POST", &format!("{BRAND}/clients"), &token, twice).await;
            assert_eq!(problem(&answer).0, 400, "{twice}");
        }
        // What has the right shape and can't be is told by its keys.
        let (status, document) = problem(&send(&app, "POST", &format!("{BRAND}/clients"), &token, &json!({"id_token_ttl": 1})).await);
        assert_eq!(status, 422);
        let keys: Vec<&str> = document["problems"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
        assert!(keys.contains(&"id_token_ttl"), "{document}");
        // And a query that nobody knows.
        assert_eq!(problem(&get(&app, &format!("{BRAND}/clients?sort=name"), &token).await).0, 400);
        assert_eq!(problem(&get(&app, &format!("{BRAND}?limit=5"), &token).await).0, 400);
    }

    async fn a_consumer_is_made_changed_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let consumers = format!("{BRAND}/consumers");
        let made = send(&app, "POST", &consumers, &token, &json!({
            "username": "ana", "claims": {"email": "ana@example.test", "email_verified": true, "name": "Ana"},
            "customerInfo": {"ctype": "gold"},
        })).await;
        let ana = place(&made);
        assert_eq!(made.json()["customerInfo"]["ctype"], "gold");
        let changed = send(&app, "PATCH", &ana, &token, &json!({"claims": {"email": "ana@new.test", "name": null}, "customerInfo": null})).await;
        let shown = changed.json();
        assert_eq!(shown["claims"], json!({"email": "ana@new.test"}), "SEC-092: another address isn't verified");
        assert_eq!((&shown["customerInfo"], &shown["username"]), (&Value::Null, &json!("ana")));
        let tag = changed.header(ETAG).unwrap().to_owned();
        let disabled = send_with(&app, "PATCH", &ana, &token, &json!({"status": "disabled"}), &[("if-match", &tag)]).await;
        assert_eq!(disabled.json()["status"], "disabled");
        let taken = send(&app, "POST", &consumers, &token, &json!({"username": "ana"})).await;
        assert_eq!((problem(&taken).0, &problem(&taken).1["problems"][0]["key"]), (422, &json!("username")));
        let hash = "$2b$04$EGdrhbKUv8Oc9vGiXX0HQOxSg445d458Muh7DAHskb6QbtCvdxcie";
        let bea = place(&send(&app, "POST", &consumers, &token, &json!({"username": "bea", "password_hash": hash})).await);
        assert!(!get(&app, &bea, &token).await.body.contains(hash), "SEC-132");
        let wrong = send(&app, "POST", &consumers, &token, &json!({"username": "cleo", "password_hash": "plain"})).await;
        assert_eq!(problem(&wrong).0, 422);
        assert_eq!(all(&app, &consumers, "consumers", &token).await.len(), 2);
        assert_eq!(problem(&get(&app, &format!("{consumers}/ana"), &token).await).0, 404, "by their subject alone");
        assert_eq!(call(&app, "DELETE", &ana, &token).await.status, 204);
        for method in ["GET", "DELETE"] {
            assert_eq!(problem(&call(&app, method, &ana, &token).await).0, 404);
        }
        has(&events(&app, "brand").await, &["consumer.created", "consumer.updated", "consumer.deleted"]);
    }

    async fn a_user_is_made_changed_given_a_password_and_deleted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let users = format!("{BRAND}/users");
        let made = send(&app, "POST", &users, &token, &json!({
            "login_name": "dana", "profile": {"email": "dana@example.test", "profileIds": [1]}, "generate_password": true,
        })).await;
        let dana = place(&made);
        let password = made.json()["password"].as_str().unwrap().to_owned();
        assert_eq!(made.json()["must_change_password"], true, "SEC-133");
        let read = get(&app, &dana, &token).await;
        assert!(!read.body.contains(&password));
        assert_eq!((&read.json()["full_name"], &read.json()["profile"]["nickname"]), (&json!("dana"), &json!("dana")));
        let changed = send(&app, "PATCH", &dana, &token, &json!({"full_name": "Dana D", "profile": {"maxChats": 3}})).await.json();
        assert_eq!((&changed["profile"]["maxChats"], &changed["profile"]["email"]), (&json!(3), &json!("dana@example.test")));
        let reset = call(&app, "POST", &format!("{dana}/reset-password"), &token).await.json();
        assert!(reset["password"].as_str().unwrap() != password && reset["must_change_password"] == true);
        let ed = place(&send(&app, "POST", &users, &token, &json!({"login_name": "ed", "profile": {"email": "ed@example.test"}})).await);
        let wrong = send(&app, "POST", &users, &token, &json!({"login_name": "ED", "profile": {"email": "e@example.test"}})).await;
        assert_eq!(problem(&wrong).1["problems"][0]["key"], "loginName");
        assert_eq!(all(&app, &users, "users", &token).await.len(), 2);
        let last = call(&app, "DELETE", &dana, &token).await;
        assert_eq!((problem(&last).0, &problem(&last).1["type"]), (409, &json!("urn:signet:problem:last-administrator")));
        assert_eq!(call(&app, "DELETE", &ed, &token).await.status, 204);
        assert_eq!(problem(&get(&app, &ed, &token).await).0, 404);
        let listed = get(&app, &format!("{users}?include_deleted=true"), &token).await.json();
        assert_eq!(listed["users"].as_array().unwrap().len(), 2);
        has(&events(&app, "brand").await, &["user.created", "user.updated", "user.deleted"]);
    }

    async fn an_api_key_is_made_changed_switched_off_and_given_new_values(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let keys = format!("{BRAND}/app-keys");
        let wanted = json!({
            "application_name": "Bot", "developer_name": "Acme", "privileges": ["Administration > Users"], "ip": ["203.0.113.0/24"],
        });
        let made = send(&app, "POST", &keys, &token, &wanted).await;
        let key = place(&made);
        let secrets: Vec<String> = ["secret", "access_token", "access_token_secret"]
            .iter().map(|name| made.json()[name].as_str().unwrap().to_owned()).collect();
        let read = get(&app, &key, &token).await;
        assert!(secrets.iter().all(|secret| !read.body.contains(secret)), "SEC-132");
        assert_eq!(read.json()["privileges"], wanted["privileges"]);
        assert_eq!(call(&app, "POST", &format!("{key}/disable"), &token).await.json()["enabled"], false);
        assert_eq!(call(&app, "POST", &format!("{key}/enable"), &token).await.json()["enabled"], true);
        let changed = send(&app, "PATCH", &key, &token, &json!({"ip": [], "expires_at": "2030-01-31T00:00:00Z"})).await.json();
        assert_eq!((&changed["ip"], changed["expires_at"].is_string()), (&json!([]), true));
        let rotated = send(&app, "POST", &format!("{key}/rotate"), &token, &json!({"keep_old": 3600})).await.json();
        assert!(rotated["app_key"] == made.json()["app_key"] && rotated["secret"].as_str().unwrap() != secrets[0]);
        for _ in 0..3 {
            place(&send(&app, "POST", &keys, &token, &wanted).await);
        }
        assert_eq!(all(&app, &keys, "app_keys", &token).await.len(), 4);
        assert_eq!(call(&app, "DELETE", &key, &token).await.status, 405, "none is deleted");
        has(&events(&app, "brand").await, &["app_key.created", "app_key.disabled", "app_key.enabled", "app_key.updated", "app_key.rotated"]);
    }

    async fn sec_179_whoever_is_signed_in_is_seen_and_signed_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let (ana, bob) = (app.consumer("ana").await, app.consumer("bob").await);
        let (mut first, mut second, mut bobs) = (app.signed_in(&ana).await, app.signed_in(&ana).await, app.signed_in(&bob).await);
        let sessions = format!("{BRAND}/sessions");
        assert_eq!(all(&app, &sessions, "sessions", &token).await.len(), 3);
        let theirs = format!("{BRAND}/consumers/{}/sessions", ana.sub);
        let rows = get(&app, &theirs, &token).await.json();
        assert_eq!(rows["sessions"].as_array().unwrap().len(), 2);
        let one = format!("{sessions}/{}", rows["sessions"][0]["sid"].as_str().unwrap());
        assert_eq!(call(&app, "DELETE", &one, &token).await.status, 204);
        assert_eq!(problem(&call(&app, "DELETE", &one, &token).await).0, 404);
        let mut alive = 0;
        for browser in [&mut first, &mut second] {
            alive += i32::from(browser.get("/me").await.status == 200);
        }
        assert_eq!(alive, 1, "one of the two");
        assert_eq!(call(&app, "DELETE", &theirs, &token).await.status, 204);
        for browser in [&mut first, &mut second] {
            assert_ne!(browser.get("/me").await.status, 200);
        }
        assert_eq!(bobs.get("/me").await.status, 200);
        assert_eq!(all(&app, &sessions, "sessions", &token).await.len(), 1);
        assert_eq!(problem(&get(&app, &format!("{BRAND}/consumers/nobody/sessions"), &token).await).0, 404);
        has(&events(&app, "brand").await, &["session.terminated", "consumer.signed_out_everywhere"]);
    }

    async fn what_a_consumer_has_allowed_is_seen_and_taken_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let ana = app.consumer("ana").await;
        let client = crate::support::client::NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&ana).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        assert!(tokens["access_token"].is_string());
        let grants = format!("{BRAND}/consumers/{}/grants", ana.sub);
        let rows = get(&app, &grants, &token).await.json();
        for row in rows["grants"].as_array().unwrap() {
            assert_eq!(row["client_id"], "web");
        }
        assert_eq!(problem(&call(&app, "DELETE", &format!("{grants}/nobody"), &token).await).0, 404);
    }

    async fn users_who_are_logged_in_are_seen_and_logged_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let made = send(&app, "POST", &format!("{BRAND}/users"), &token, &json!({
            "login_name": "dana", "profile": {"email": "dana@example.test"}, "generate_password": true,
        })).await;
        let (dana, password) = (place(&made), made.json()["password"].as_str().unwrap().to_owned());
        let mut bearers = Vec::new();
        let mut own = password;
        for number in 0..3 {
            let next = format!("a-long-enough-river-{number}");
            let body = json!({"username": "dana", "password": own, "newPassword": next});
            let answer = send_with(&app, "POST", "/api/account/brand/login?v=1.3", "", &body, &[]).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            bearers.push(answer.json()["bearer"].as_str().unwrap().to_owned());
            own = next;
            let body = json!({"username": "dana", "password": own});
            let answer = send_with(&app, "POST", "/api/account/brand/login?v=1.3", "", &body, &[]).await;
            bearers.push(answer.json()["bearer"].as_str().unwrap().to_owned());
        }
        let logins = format!("{BRAND}/login-sessions");
        // A new password ended the others.
        let rows = all(&app, &logins, "login_sessions", &token).await;
        assert_eq!(rows.len(), 2);
        assert!(bearers.iter().all(|bearer| !json!(rows).to_string().contains(bearer)));
        let one = format!("{logins}/{}", rows[0]["session_id"].as_str().unwrap());
        assert_eq!(call(&app, "DELETE", &one, &token).await.status, 204);
        for gone in [one.as_str(), &format!("{logins}/x"), &format!("{logins}/{}", "a".repeat(64))] {
            assert_eq!(problem(&call(&app, "DELETE", gone, &token).await).0, 404, "{gone}");
        }
        let theirs = format!("{dana}/login-sessions");
        assert_eq!(get(&app, &theirs, &token).await.json()["login_sessions"].as_array().unwrap().len(), 1);
        assert_eq!(call(&app, "DELETE", &theirs, &token).await.status, 204);
        assert!(all(&app, &logins, "login_sessions", &token).await.is_empty());
        has(&events(&app, "brand").await, &["login_session.terminated", "user.logged_out_everywhere"]);
    }

    async fn sec_137_what_another_account_has_is_not_there(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        administrator(&app, "otto", Some(&other)).await;
        let (own, strange) = (token(&app, "olga").await, token(&app, "otto").await);
        let ana = app.consumer("ana").await;
        app.signed_in(&ana).await;
        let mut places = vec![format!("{BRAND}/consumers/{}", ana.sub), format!("{BRAND}/consumers/{}/sessions", ana.sub)];
        for (list, wanted) in [
            ("clients", json!({"redirect_uris": ["https://shop.example/cb"]})),
            ("users", json!({"login_name": "dana", "profile": {"email": "dana@example.test"}})),
            ("app-keys", json!({"application_name": "Bot", "developer_name": "Acme"})),
        ] {
            places.push(place(&send(&app, "POST", &format!("{BRAND}/{list}"), &own, &wanted).await));
        }
        for place in places {
            assert_eq!(get(&app, &place, &own).await.status, 200, "{place}");
            let elsewhere = place.replace("/brand/", "/other/");
            for path in [&place, &elsewhere] {
                let (status, document) = problem(&get(&app, path, &strange).await);
                assert_eq!((status, &document["detail"]), (404, &Value::Null), "{path}");
            }
            if !place.ends_with("/sessions") {
                assert_eq!(problem(&send(&app, "PATCH", &elsewhere, &strange, &json!({})).await).0, 404, "{elsewhere}");
            }
        }
    }
}
