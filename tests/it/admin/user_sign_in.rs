//! An account's users sign in to the console: a password by the rules of the Login Service, and a second factor.

use std::time::Duration;

use serde_json::json;
use signet::directory::user as directory;
use signet::directory::user::Changer;
use signet::directory::{By, account};
use signet::model::{AccountStatus, RoleType};

use super::people::{Authenticator, PASSWORD, again, enter, first, show, user};
use super::{COOKIE, administrator, events, has_event};
use crate::gateway::people::{made, try_login, wanted};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const FACTOR: &str = "/admin/login/factor";

on_both_databases! {
    async fn sec_098_a_user_sets_up_a_factor_at_the_first_sign_in_and_shows_it_from_then_on(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let mut browser = app.browser();
        assert_eq!(browser.get("/admin/users").await.location(), "/admin/login?next=%2Fadmin%2Fusers");
        // The later step leads back to the pending one (SEC-032).
        assert_eq!(browser.get(FACTOR).await.location(), "/admin/login/user");
        assert_eq!(enter(&mut browser, "brand", "robin", PASSWORD).await.location(), FACTOR);
        // Nothing is granted yet (SEC-094).
        assert!(!browser.jar.contains_key(COOKIE));
        assert_eq!(browser.get("/admin/").await.location(), "/admin/login");

        let page = browser.get(FACTOR).await;
        for id in ["otp", "otp-submit", "qr", "secret"] {
            assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}: {}", page.body);
        }
        // The factor is this sign-in's, and shown once: another sign-in's is another one, and so is that of another look.
        let former = Authenticator::of(&page);
        assert_eq!(enter(&mut browser, "brand", "robin", PASSWORD).await.location(), FACTOR);
        let page = browser.get(FACTOR).await;
        assert_eq!(show(&mut browser, &page, &former.code(&app, 0)).await.status, 422);
        let looked_away = Authenticator::of(&page);
        let page = browser.get(FACTOR).await;
        let authenticator = Authenticator::of(&page);
        assert_eq!(show(&mut browser, &page, &looked_away.code(&app, 0)).await.status, 422);
        let wrong = show(&mut browser, &page, "000000").await;
        assert!(wrong.status == 422 && !wrong.body.contains("id=\"qr\"") && !wrong.body.contains("id=\"secret\""), "{wrong:?}");
        assert!(wrong.body.contains("id=\"other-secret\""), "{wrong:?}");
        let answer = show(&mut browser, &page, &authenticator.code(&app, 0)).await;
        let codes = crate::admin::people::codes(&answer);
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 19), "80 bits: {codes:?}");
        assert!(browser.jar[COOKIE].starts_with("brand."));
        assert_eq!(browser.get("/admin/").await.location(), "/admin/users?account=brand");
        let page = browser.get("/admin/users").await;
        assert!(page.status == 200 && page.body.contains(">robin<") && page.body.contains("API keys"), "{}", page.body);
        assert!(!page.body.contains("Signing keys") && !page.body.contains("Switch"), "{}", page.body);

        let csrf = page.hidden("csrf");
        let former = browser.jar[COOKIE].clone();
        assert_eq!(browser.post("/admin/logout", &[("csrf", &csrf)]).await.location(), "/admin/login/user");
        browser.jar.insert(COOKIE.to_owned(), former);
        assert_eq!(browser.get("/admin/users").await.location(), "/admin/login?next=%2Fadmin%2Fusers");

        app.clock.advance(Duration::from_mins(1));
        enter(&mut browser, "brand", " ROBIN ", PASSWORD).await;
        let page = browser.get(FACTOR).await;
        assert!(!page.body.contains("id=\"qr\"") && !page.body.contains("id=\"secret\""), "{}", page.body);
        let answer = show(&mut browser, &page, &authenticator.code(&app, 0)).await;
        assert_eq!(answer.location(), "/admin/");
        let told = events(&app, "brand").await;
        let told: Vec<&str> = told.iter().map(String::as_str).filter(|event| *event != "user.login_failed").collect();
        assert_eq!(told, ["user.created", "user.factor_set_up", "user.login", "user.logout", "user.login"]);
    }

    async fn sec_096_a_code_is_taken_once_and_with_it_all_earlier_ones(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (_, authenticator, _) = first(&app, "robin").await;
        app.clock.advance(Duration::from_mins(10));
        let mut browser = app.browser();
        let mut tries = Vec::new();
        for (steps, status) in [(2, 422), (-2, 422), (1, 303), (1, 422), (0, 422), (-1, 422)] {
            enter(&mut browser, "brand", "robin", PASSWORD).await;
            let page = browser.get(FACTOR).await;
            tries.push(show(&mut browser, &page, &authenticator.code(&app, steps)).await.status.as_u16());
            assert_eq!(tries.last(), Some(&status), "{steps}: {tries:?}");
        }
        assert!(has_event(&app, "brand", "user.login_failed").await);
    }

    async fn sec_096_sec_097_of_fifty_at_once_on_two_nodes_one_code_lets_one_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (_, authenticator, codes) = first(&app, "robin").await;
        let beside = app.beside(fresh).await;
        app.clock.advance(Duration::from_mins(10));
        for at in 0..2 {
            // Guesses of the round before are forgotten.
            app.clock.advance(Duration::from_hours(25));
            let code = if at == 0 { authenticator.code(&app, 0) } else { codes[0].clone() };
            let mut browser = app.browser();
            enter(&mut browser, "brand", "robin", PASSWORD).await;
            let page = browser.get(FACTOR).await;
            let (page, code) = (&page, &code);
            let tries = (0..50).map(|turn| {
                let mut browser = browser.on(if turn % 2 == 0 { &app } else { &beside });
                async move { show(&mut browser, page, code).await }
            });
            let answers = together(tries.collect()).await;
            let let_in = answers.iter().filter(|answer| {
                answer.status == 303 && answer.header("location") == Some("/admin/")
            });
            assert_eq!(let_in.count(), 1, "{answers:?}");
        }
        beside.db().close().await;
    }

    async fn sec_096_sec_097_guesses_at_codes_and_recovery_codes_must_wait_together(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (_, authenticator, codes) = first(&app, "robin").await;
        app.clock.advance(Duration::from_mins(1));
        let mut browser = app.browser();
        for guess in ["000000", "aaaa-aaaa-aaaa-aaaa", "111111", "bbbb", ""] {
            enter(&mut browser, "brand", "robin", PASSWORD).await;
            let page = browser.get(FACTOR).await;
            assert_eq!(show(&mut browser, &page, guess).await.status, 422, "{guess}");
        }
        let page = browser.get(FACTOR).await;
        for right in [&authenticator.code(&app, 0), &codes[0]] {
            let answer = show(&mut browser, &page, right).await;
            assert_eq!(answer.status, 429, "{answer:?}");
            assert!(answer.header("retry-after").is_some());
        }
        // On every node, and whichever browser it is.
        let other = app.beside(fresh).await;
        let mut elsewhere = browser.on(&other);
        assert_eq!(show(&mut elsewhere, &page, &codes[0]).await.status, 429);
        other.db().close().await;
        app.clock.advance(Duration::from_mins(6));
        assert_eq!(show(&mut browser, &page, &authenticator.code(&app, 0)).await.location(), "/admin/");
    }

    async fn sec_097_each_recovery_code_lets_in_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (_, _, codes) = first(&app, "robin").await;
        let mut browser = app.browser();
        let spaced = codes[0].replace('-', " ").to_uppercase();
        for (code, status) in [(&spaced, 303), (&codes[0], 422), (&codes[1], 303)] {
            enter(&mut browser, "brand", "robin", PASSWORD).await;
            let page = browser.get(FACTOR).await;
            assert_eq!(show(&mut browser, &page, code).await.status, status, "{code}");
        }
        let told = events(&app, "brand").await;
        assert_eq!(told.iter().filter(|event| *event == "user.recovery_code_used").count(), 2);
        let left = signet::store::user_recovery_codes::count(app.db(), &app.brand, user_id(&app).await).await;
        assert_eq!(left.unwrap(), 8);
    }

    async fn sec_085_sec_087_sec_089_the_login_services_rules_hold_at_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let robin = user(&app, "robin", RoleType::Admin).await;
        user(&app, "alex", RoleType::Agent).await;
        let mut expired = wanted("erin", RoleType::Admin);
        expired.draft.must_change_password = true;
        made(&app, &app.brand, expired).await;
        let mut browser = app.browser();
        let mut said = Vec::new();
        for (account, name, password) in [("brand", "robin", "wrong"), ("brand", "nobody", PASSWORD), ("nowhere", "robin", PASSWORD), ("?", "", "")] {
            let answer = enter(&mut browser, account, name, password).await;
            assert_eq!(answer.status, 422, "{name}");
            let (_, problem) = answer.body.split_once("id=\"login-error\"").unwrap();
            said.push(problem.split("</p>").next().unwrap().to_owned());
        }
        assert!(said.iter().all(|it| *it == said[0]), "{said:#?}");
        // Who has nothing to do at the console is told so, by the right password alone.
        let answer = enter(&mut browser, "brand", "alex", PASSWORD).await;
        assert!(answer.status == 403 && answer.body.contains("nothing here that you may do"), "{answer:?}");
        assert!(has_event(&app, "brand", "user.login_failed").await);
        // A password that must be changed is changed there.
        let answer = enter(&mut browser, "brand", "erin", PASSWORD).await;
        assert!(answer.status == 422 && answer.body.contains("id=\"new-password\""), "{answer:?}");
        let csrf = answer.hidden("csrf");
        for (new, status) in [("short", 422), (PASSWORD, 422), ("eight louder herons", 303)] {
            let form = [
                ("csrf", csrf.as_str()), ("account", "brand"), ("username", "erin"), ("password", PASSWORD), ("new_password", new),
            ];
            assert_eq!(browser.post("/admin/login/user", &form).await.status, status, "{new}");
        }
        // Guesses at the gateway count here, and block the second step, too.
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        let page = browser.get(FACTOR).await;
        let authenticator = Authenticator::of(&page);
        for _ in 0..5 {
            try_login(&app, &app.brand, json!({"username": "robin", "password": "wrong"})).await;
        }
        assert_eq!(show(&mut browser, &page, &authenticator.code(&app, 0)).await.status, 429);
        let mut other = app.browser();
        let answer = enter(&mut other, "brand", "robin", PASSWORD).await;
        assert!(answer.status == 429 && answer.header("retry-after").is_some(), "{answer:?}");
        // Whoever is switched off isn't let in by a step that they had begun.
        app.clock.advance(Duration::from_mins(2));
        let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
        user(&app, "kim", RoleType::Admin).await;
        enter(&mut other, "brand", "robin", PASSWORD).await;
        let page = other.get(FACTOR).await;
        let authenticator = Authenticator::of(&page);
        directory::update(&app.services, &By::command(), &account, robin.user_id, |draft| draft.is_enabled = false)
            .await
            .unwrap();
        let answer = show(&mut other, &page, &authenticator.code(&app, 0)).await;
        assert_eq!(answer.location(), "/admin/login/user?over=1");
        let answer = enter(&mut other, "brand", "robin", PASSWORD).await;
        assert!(answer.status == 422 && answer.body.contains("switched off"), "{answer:?}");
    }

    async fn sec_070_a_users_session_ends_idle_by_a_reset_and_with_the_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let robin = user(&app, "robin", RoleType::Admin).await;
        user(&app, "kim", RoleType::Admin).await;
        let (mut browser, authenticator, _) = first(&app, "robin").await;
        for _ in 0..6 {
            app.clock.advance(Duration::from_mins(9));
            assert_eq!(browser.get("/admin/users").await.status, 200);
        }
        app.clock.advance(Duration::from_mins(10));
        assert_eq!(browser.get("/admin/users").await.status, 303);

        // A session of the gateway is none of the console: it has no second factor.
        let login = try_login(&app, &app.brand, json!({"username": "robin", "password": PASSWORD})).await;
        let cookie = login.header("set-cookie").unwrap();
        let cookie = cookie.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
        browser.jar.insert(COOKIE.to_owned(), format!("brand.{cookie}"));
        assert_eq!(browser.get("/admin/users").await.status, 303);

        assert_eq!(again(&app, &mut browser, "robin", &authenticator).await.location(), "/admin/");
        app.change_account(&app.brand, |row| row.status = AccountStatus::Suspended).await;
        assert_eq!(browser.get("/admin/users").await.status, 303);
        app.change_account(&app.brand, |row| row.status = AccountStatus::Active).await;
        assert_eq!(browser.get("/admin/users").await.status, 200);
        let account = account::find(&app.services, Some(&app.brand)).await.unwrap();
        let changer = Changer::unlimited(By::command());
        directory::reset_factor(&app.services, &changer, &account, robin.user_id).await.unwrap();
        assert_eq!(browser.get("/admin/users").await.status, 303);
        // And a new one is set up.
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        assert!(browser.get(FACTOR).await.body.contains("id=\"qr\""));
    }

    async fn sec_069_a_users_id_that_has_stopped_working_is_told_of(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (mut browser, _, _) = first(&app, "robin").await;
        let told = || log.audit().iter().filter(|line| line.contains("session.stale_id") && line.contains("\"account\":\"brand\"")).count();
        let mut kept = browser.on(&app);
        let csrf = browser.get("/admin/users").await.hidden("csrf");
        browser.post("/admin/logout", &[("csrf", &csrf)]).await;
        assert_eq!(told(), 0);
        assert_eq!(kept.get("/admin/users").await.status, 303);
        assert_eq!(told(), 1, "{}", log.text());
    }

    async fn sec_069_whoever_signs_in_ends_the_session_that_the_browser_had(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        user(&app, "robin", RoleType::Admin).await;
        let mut browser = crate::admin::signed_in(&app, "root").await;
        let roots = browser.jar[COOKIE].clone();
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        let page = browser.get(FACTOR).await;
        let authenticator = Authenticator::of(&page);
        show(&mut browser, &page, &authenticator.code(&app, 0)).await;
        let robins = browser.jar[COOKIE].clone();
        let mut other = app.browser();
        other.jar.insert(COOKIE.to_owned(), roots);
        assert_eq!(other.get("/admin/").await.location(), "/admin/login");
        let csrf = browser.get("/admin/login?again=1").await.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("username", "root"), ("password", crate::admin::PASSWORD)];
        assert_eq!(browser.post("/admin/login", &form).await.location(), "/admin/");
        other.jar.insert(COOKIE.to_owned(), robins);
        assert_eq!(other.get("/admin/users").await.status, 303);
    }

    async fn sec_074_the_forms_of_the_sign_in_are_our_pages(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let mut browser = app.browser();
        let form = [("account", "brand"), ("username", "robin"), ("password", PASSWORD)];
        assert_eq!(browser.post("/admin/login/user", &form).await.status, 403);
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        let page = browser.get(FACTOR).await;
        let code = Authenticator::of(&page).code(&app, 0);
        assert_eq!(browser.post(FACTOR, &[("otp", &code)]).await.status, 403);
        // The token of another sign-in is none of this one.
        let former = page.hidden("csrf");
        enter(&mut browser, "brand", "robin", PASSWORD).await;
        assert_eq!(browser.post(FACTOR, &[("csrf", &former), ("otp", &code)]).await.status, 403);
        // Nor does it wait for ever.
        let page = browser.get(FACTOR).await;
        let authenticator = Authenticator::of(&page);
        app.clock.advance(Duration::from_mins(10));
        let answer = show(&mut browser, &page, &authenticator.code(&app, 0)).await;
        assert_eq!(answer.location(), "/admin/login/user?over=1");
    }
}

async fn user_id(app: &App) -> signet::model::UserId {
    directory::find_named(&app.services, &app.brand, "robin")
        .await
        .unwrap()
        .user_id
}
