//! When administrators' access ends.

use std::time::Duration;

use secrecy::SecretString;
use signet::base::{Digest, OneTime};
use signet::directory::{By, administrator as directory};
use signet::model::AccountStatus;
use signet::model::administrator::{AdministratorStatus, Credential};
use signet::store::retention::RETENTION;
use signet::store::{self, sql};

use super::{COOKIE, PASSWORD, administrator, call, enter, events, get, log_in, signed_in, token};
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, count, on_both_databases};

const ACCOUNTS: &str = "/admin/api/v1/accounts";

/// Whether browser and token are let in.
async fn access(app: &App, browser: &mut Browser<'_>, token: &str) -> (bool, bool) {
    let page = browser.get("/admin/audit").await;
    let is_in = !page
        .headers
        .get("location")
        .is_some_and(|to| to.to_str().unwrap().starts_with("/admin/login"));
    (is_in, get(app, ACCOUNTS, token).await.status == 200)
}

on_both_databases! {
    async fn sec_072_disabling_deleting_or_a_new_password_ends_all_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let by = By::command();
        for name in ["dora", "peter", "gone", "stays"] {
            administrator(&app, name, None).await;
        }
        let mut sessions = Vec::new();
        for name in ["dora", "peter", "gone", "stays"] {
            sessions.push((signed_in(&app, name).await, token(&app, name).await));
        }
        directory::set_status(&app.services, &by, "dora", AdministratorStatus::Disabled).await.unwrap();
        directory::set_password(&app.services, &by, "peter", SecretString::from("another-quiet-river-8")).await.unwrap();
        directory::delete(&app.services, &by, "gone").await.unwrap();
        for (at, (browser, token)) in sessions.iter_mut().enumerate() {
            // On this node and on the other.
            let expected = (at == 3, at == 3);
            assert_eq!(access(&app, browser, token).await, expected, "{at}");
            assert_eq!(access(&other, &mut browser.on(&other), token).await, expected, "{at}");
        }
        // What had ended stays ended.
        directory::set_status(&app.services, &by, "dora", AdministratorStatus::Active).await.unwrap();
        let (browser, token) = &mut sessions[0];
        assert_eq!(access(&app, browser, token).await, (false, false));
        assert_eq!(enter(&mut app.browser(), "dora", PASSWORD).await.status, 303);
        assert_eq!(enter(&mut app.browser(), "peter", PASSWORD).await.status, 422);
        assert_eq!(enter(&mut app.browser(), "peter", "another-quiet-river-8").await.status, 303);
        assert_eq!(enter(&mut app.browser(), "gone", PASSWORD).await.status, 422);
        assert!(directory::find(&app.services, "gone").await.is_err());
        let told = events(&app, "*").await;
        for event in ["administrator.disabled", "administrator.enabled", "administrator.password_set", "administrator.deleted", "administrator.token_made"] {
            assert!(told.iter().any(|known| known == event), "{event}: {told:?}");
        }
        other.db().close().await;
    }

    async fn sec_126_nobody_administers_but_whom_a_command_made(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for turn in 0..2 {
            assert_eq!(count(app.db(), "SELECT COUNT(*) FROM administrators").await, 0, "{turn}");
            let guesses: &[(&str, &str)] = match turn {
                0 => &[("admin", "admin"), ("admin", "password"), ("root", "root"), ("root", PASSWORD), ("signet", "signet"), ("", "")],
                // The guesses of before aren't forgotten: this is the fifth.
                _ => &[("root", PASSWORD)],
            };
            for (name, password) in guesses {
                assert_eq!(log_in(&app, name, password).await.status, 401, "{name}");
                if turn == 0 {
                    assert_eq!(enter(&mut app.browser(), name, password).await.status, 422, "{name}");
                }
            }
            // There is no way of setting one up over the network, now or once all are gone.
            for path in ["setup", "install", "register", "init", "api/v1/setup", "api/v1/administrators"] {
                for method in ["GET", "POST"] {
                    let answer = call(&app, method, &format!("/admin/{path}"), "x").await;
                    assert!(matches!(answer.status.as_u16(), 401 | 404 | 303), "{method} {path}: {answer:?}");
                }
            }
            assert_eq!(count(app.db(), "SELECT COUNT(*) FROM administrators").await, 0, "{turn}");
            administrator(&app, "root", None).await;
            assert_eq!(log_in(&app, "root", PASSWORD).await.status, 200);
            directory::delete(&app.services, &By::command(), "root").await.unwrap();
        }
    }

    async fn sec_140_a_suspended_account_ends_its_administrators_access(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let shop = app.other_account("shop").await;
        administrator(&app, "olga", Some(&shop)).await;
        administrator(&app, "root", None).await;
        let (mut olgas, olga) = (signed_in(&app, "olga").await, token(&app, "olga").await);
        let (mut roots, root) = (signed_in(&app, "root").await, token(&app, "root").await);
        assert_eq!(access(&app, &mut olgas, &olga).await, (true, true));
        app.change_account(&shop, |row| row.status = AccountStatus::Suspended).await;
        assert_eq!(access(&app, &mut olgas, &olga).await, (false, false));
        assert_eq!(access(&app, &mut roots, &root).await, (true, true));
        assert_eq!(roots.get("/admin/audit?account=shop").await.status, 200, "the server's still see it");
        app.change_account(&shop, |row| row.status = AccountStatus::Active).await;
        assert_eq!(access(&app, &mut olgas, &olga).await, (true, true));
    }

    async fn a_token_ends_after_its_time_or_when_it_signs_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let (short, used) = (token(&app, "root").await, token(&app, "root").await);
        for _ in 0..3 {
            app.clock.advance(Duration::from_mins(19));
            assert_eq!(get(&app, ACCOUNTS, &short).await.status, 200, "no idle end");
        }
        assert_eq!(call(&app, "POST", "/admin/api/v1/logout", &used).await.status, 204);
        assert_eq!(get(&app, ACCOUNTS, &used).await.status, 401);
        app.clock.advance(Duration::from_mins(3));
        assert_eq!(get(&app, ACCOUNTS, &short).await.status, 401);
        directory::set_status(&app.services, &By::command(), "root", AdministratorStatus::Disabled).await.unwrap();
        let made = directory::token(&app.services, &By::command(), "root", Duration::from_hours(1)).await;
        assert!(made.unwrap_err().to_string().contains("disabled"));
    }

    async fn sec_148_a_dump_of_the_database_gives_no_access(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let (browser, token) = (signed_in(&app, "root").await, token(&app, "root").await);
        let digests: Vec<String> = match fresh.db.kind() {
            "sqlite" => sql("SELECT lower(hex(digest)) FROM admin_sessions").fetch_all(&fresh.db).await.unwrap(),
            _ => sql("SELECT encode(digest, 'hex') FROM admin_sessions").fetch_all(&fresh.db).await.unwrap(),
        };
        assert_eq!(digests.len(), 2);
        let cookie = browser.jar[COOKIE].clone();
        for (credential, value) in [(Credential::Console(Digest::of(&cookie)), &cookie), (Credential::Api(Digest::of(&token)), &token)] {
            let digest = signet::base::hex(credential.as_bytes());
            assert!(digests.contains(&digest) && !digests.contains(value));
            assert_eq!(get(&app, ACCOUNTS, &digest).await.status, 401);
        }
        // A cookie is no token, and the other way round.
        assert_eq!(get(&app, ACCOUNTS, &cookie).await.status, 401);
        let mut browser = app.browser();
        browser.jar.insert(COOKIE.to_owned(), token);
        assert_eq!(browser.get("/admin/").await.status, 303);
    }

    async fn sec_173_sessions_that_have_ended_are_removed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        signed_in(&app, "root").await;
        token(&app, "root").await;
        let retention = RETENTION.iter().find(|retention| retention.table == "admin_sessions").unwrap();
        app.clock.advance(Duration::from_hours(2));
        assert_eq!(retention.purge(app.db(), app.clock.now()).await.unwrap(), 1);
        app.clock.advance(Duration::from_hours(11));
        assert_eq!(retention.purge(app.db(), app.clock.now()).await.unwrap(), 1);
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM admin_sessions").await, 0);
    }

    async fn whoever_is_disabled_while_signing_in_is_not_let_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let root = administrator(&app, "root", None).await;
        let (cookie, session) = app.services.admin_sessions.console(&root);
        directory::set_status(&app.services, &By::command(), "root", AdministratorStatus::Disabled).await.unwrap();
        app.db()
            .transaction(move |tx| {
                Box::pin(async move {
                    assert_eq!(store::administrators::set_last_login(tx, &session.administrator_id, session.auth_time).await?, 0);
                    store::admin_sessions::insert(tx, &session).await
                })
            })
            .await
            .unwrap();
        let presented = OneTime::<signet::model::administrator::AdminCookie>::presented(cookie.expose());
        let found = app.services.admin_sessions.find(Credential::Console(presented.digest())).await.unwrap();
        assert!(found.is_err());
    }
}
