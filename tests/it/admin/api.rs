//! The admin API.

use std::time::Duration;

use http::header::{CACHE_CONTROL, RETRY_AFTER};
use serde_json::{Value, json};
use signet::directory::{By, account};

use super::{PASSWORD, administrator, call, enter, events, get, has_event, log_in, post, problem, token};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed;

fn ids(answer: &Answer, list: &str, id: &str) -> Vec<String> {
    let document = answer.json();
    let rows = document[list].as_array().unwrap();
    rows.iter()
        .map(|row| row[id].as_str().unwrap().to_owned())
        .collect()
}

on_both_databases! {
    async fn a_program_signs_in_and_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", Some(&app.brand.clone())).await;
        let answer = log_in(&app, "Root", PASSWORD).await;
        let document = answer.json();
        assert_eq!(
            (&document["token_type"], &document["expires_in"], &document["name"], &document["account_id"]),
            (&json!("Bearer"), &json!(3600), &json!("root"), &json!("brand"))
        );
        assert_eq!(answer.header(CACHE_CONTROL), Some("no-store"));
        let token = document["token"].as_str().unwrap();
        assert_eq!(get(&app, "/admin/api/v1/accounts", token).await.status, 200);
        assert_eq!(call(&app, "POST", "/admin/api/v1/logout", token).await.status, 204);
        assert_eq!(problem(&get(&app, "/admin/api/v1/accounts", token).await).0, 401);
        assert_eq!(events(&app, "brand").await, ["administrator.created", "admin.login", "admin.logout"]);
        assert_eq!(call(&app, "GET", "/admin/api/v1/login", token).await.status, 405);
    }

    async fn sec_085_sec_128_a_wrong_entry_is_a_problem_that_tells_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut documents = Vec::new();
        for (name, password) in [("root", "wrong"), ("nobody", PASSWORD), ("", "")] {
            let (status, mut document) = problem(&log_in(&app, name, password).await);
            assert_eq!(status, 401);
            document["request_id"] = Value::Null;
            documents.push(document);
        }
        assert!(documents.iter().all(|document| *document == documents[0]), "{documents:#?}");
        assert!(has_event(&app, "*", "admin.login_failed").await);
        let right = json!({"name": "root", "password": PASSWORD}).to_string();
        assert_eq!(problem(&post(&app, "application/x-www-form-urlencoded", &right).await).0, 415);
        for wrong in [
            "", "{}", "[]", "null", "\u{feff}{}", "{\"name\":\"root\"}", "{\"name\":\"root\",\"password\":7}",
            &format!("{{\"name\":\"root\",\"password\":\"{PASSWORD}\",\"role\":\"owner\"}}"),
            &format!("{{\"name\":\"root\",\"name\":\"root\",\"password\":\"{PASSWORD}\"}}"),
            "{\"name\":\"\\u0000\",\"password\":\"x\"",
        ] {
            let answer = post(&app, "application/json", wrong).await;
            assert_eq!(problem(&answer).0, 400, "{wrong}");
            assert!(!answer.body.contains(PASSWORD));
        }
        assert_eq!(problem(&log_in(&app, "a\0b", PASSWORD).await).0, 401);
        assert_eq!(log_in(&app, "root", PASSWORD).await.status, 200);
    }

    async fn sec_089_the_lock_is_the_consoles(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        for _ in 0..4 {
            enter(&mut browser, "root", "wrong").await;
        }
        assert_eq!(log_in(&app, "root", "wrong").await.status, 401);
        let answer = log_in(&app, "root", PASSWORD).await;
        assert_eq!((problem(&answer).0, answer.header(RETRY_AFTER)), (429, Some("5")));
        assert_eq!(enter(&mut browser, "root", PASSWORD).await.status, 429);
        app.clock.advance(Duration::from_secs(5));
        assert_eq!(log_in(&app, "root", PASSWORD).await.status, 200);
    }

    async fn sec_165_guesses_at_tokens_are_counted(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.token_failures = 2).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        for expected in [401, 401, 429] {
            assert_eq!(problem(&get(&app, "/admin/api/v1/accounts", "guess").await).0, expected);
        }
        assert_eq!(get(&app, "/admin/api/v1/accounts", &token).await.status, 200);
    }

    async fn sec_135_lists_come_in_pages_by_cursors_that_cannot_be_made(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        for number in 0..5 {
            seed::account(app.db(), &format!("shop-{number}")).await;
        }
        let token = token(&app, "root").await;
        let accounts = async |query: &str| get(&app, &format!("/admin/api/v1/accounts?{query}"), &token).await;
        let first = accounts("limit=2").await;
        assert_eq!(ids(&first, "accounts", "account_id"), ["brand", "shop-0"]);
        let cursor = first.json()["next"].as_str().unwrap().to_owned();
        let second = accounts(&format!("limit=4&after={cursor}")).await;
        assert_eq!(ids(&second, "accounts", "account_id"), ["shop-1", "shop-2", "shop-3", "shop-4"]);
        assert_eq!(second.json()["next"], Value::Null);
        assert_eq!(accounts("").await.json()["accounts"].as_array().unwrap().len(), 6);

        let mut changed = cursor.clone().into_bytes();
        changed[1] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        for wrong in [
            "limit=0", "limit=-1", "limit=201", "limit=x", "limit=99999999999999999999", "limit=1&limit=2", "after=shop-1",
            "after=x.y", &format!("after={changed}"), &format!("after={cursor}A"), "sort=name", "account=brand", "%00=1",
        ] {
            assert_eq!(problem(&accounts(wrong).await).0, 400, "{wrong}");
        }
        // A cursor of one list is of no use in another.
        let audit = get(&app, &format!("/admin/api/v1/audit?account=brand&after={cursor}"), &token).await;
        assert_eq!(problem(&audit).1["parameter"], "after");
    }

    async fn an_accounts_record_is_read_page_by_page(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        for colour in ["#000001", "#000002", "#000003"] {
            account::update(&app.services, &By::command(), &app.brand, |draft| {
                draft.settings.colour = Some(colour.to_owned());
                Ok(())
            }).await.unwrap();
            app.clock.advance(Duration::from_secs(1));
        }
        let token = token(&app, "root").await;
        let audit = async |query: &str| get(&app, &format!("/admin/api/v1/audit?{query}"), &token).await;
        let first = audit("account=brand&limit=2").await;
        let (found, cursor) = (first.json()["events"].clone(), first.json()["next"].as_str().unwrap().to_owned());
        assert_eq!(found[0]["detail"]["colour"]["after"], "#000003");
        assert_eq!((&found[0]["seq"], &found[0]["actor"], &found[0]["event"]), (&json!(3), &json!("command"), &json!("account.updated")));
        let second = audit(&format!("account=brand&limit=2&after={cursor}")).await.json();
        assert_eq!((&second["events"][0]["seq"], &second["next"]), (&json!(1), &Value::Null));
        assert_eq!(audit(&format!("account=brand&event=account&after={cursor}")).await.status, 400, "another list");
        assert_eq!(audit("account=brand&event=key").await.json()["events"], json!([]));
        assert_eq!(audit("account=brand&event=account.updated&since=2026-11-24T12:00:02Z").await.json()["events"].as_array().unwrap().len(), 1);
        // The server's own record, where no account is named.
        assert_eq!(audit("").await.json()["events"][0]["event"], "administrator.token_made");
        for wrong in ["account=brand&event=%25", "account=brand&since=yesterday", "account=brand&accounts=x", "account=brand&account=brand"] {
            assert_eq!(problem(&audit(wrong).await).0, 400, "{wrong}");
        }
        assert_eq!(problem(&audit("account=nobody").await).0, 404);
        assert_eq!(problem(&audit("account=*").await).0, 404);
    }

    async fn sec_137_an_accounts_administrator_reads_that_one_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "olga", Some(&other)).await;
        let token = token(&app, "olga").await;
        let accounts = get(&app, "/admin/api/v1/accounts", &token).await;
        assert_eq!(ids(&accounts, "accounts", "account_id"), ["other"]);
        for path in ["/admin/api/v1/audit", "/admin/api/v1/audit?account=other"] {
            assert_eq!(get(&app, path, &token).await.json()["events"][0]["event"], "administrator.token_made");
        }
        let foreign = problem(&get(&app, "/admin/api/v1/audit?account=brand", &token).await);
        let unknown = problem(&get(&app, "/admin/api/v1/audit?account=nobody", &token).await);
        assert_eq!((foreign.0, &foreign.1["detail"]), (404, &unknown.1["detail"]));
    }

    async fn sec_132_nothing_secret_is_on_the_record(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let token = token(&app, "root").await;
        let made = log_in(&app, "root", PASSWORD).await.json();
        let record = get(&app, "/admin/api/v1/audit", &token).await.body;
        for secret in [PASSWORD, &token, made["token"].as_str().unwrap(), "$argon2"] {
            assert!(!record.contains(secret), "{record}");
        }
    }
}
