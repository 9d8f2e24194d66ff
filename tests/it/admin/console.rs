//! Signing in to the console, and out of it.

use std::time::Duration;

use http::header::{RETRY_AFTER, SET_COOKIE};
use pages::ErrorKind;
use secrecy::SecretString;
use signet::directory::{By, administrator as directory};
use signet::model::AccountStatus;
use signet::model::administrator::AdministratorStatus;
use tower::ServiceExt as _;

use super::{COOKIE, PASSWORD, administrator, enter, events, has_event, signed_in};
use crate::consumer_pages::headers::is_safe;
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, request};
use crate::support::db::{FreshDb, on_both_databases};

fn cookie<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let mut cookies = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap());
    cookies
        .find(|it| it.starts_with(&format!("{name}=")))
        .unwrap_or_else(|| panic!("no {name}: {answer:?}"))
}

on_both_databases! {
    async fn an_administrator_signs_in_and_out_and_the_record_tells(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "Root", None).await;
        let mut browser = app.browser();
        assert_eq!(browser.get("/admin").await.location(), "/admin/login");
        assert_eq!(browser.get("/admin/").await.location(), "/admin/login");
        let answer = enter(&mut browser, " ROOT ", PASSWORD).await;
        assert_eq!(answer.location(), "/admin/");
        let home = browser.get("/admin/").await;
        assert!(home.body.contains("Acme Shop") && home.body.contains(">Root<"), "{}", home.body);
        assert_eq!(browser.get("/admin").await.location(), "/admin/");
        assert_eq!(browser.get("/admin/login").await.location(), "/admin/", "nothing to do there");

        let csrf = home.hidden("csrf");
        let former = browser.jar[COOKIE].clone();
        assert_eq!(browser.get("/admin/logout").await.status, 405);
        assert_eq!(browser.post("/admin/logout", &[("csrf", &csrf)]).await.location(), "/admin/login");
        assert!(!browser.jar.contains_key(COOKIE));
        browser.jar.insert(COOKIE.to_owned(), former);
        assert_eq!(browser.get("/admin/").await.location(), "/admin/login");
        assert_eq!(events(&app, "*").await, ["administrator.created", "admin.login", "admin.logout"]);
        let found = directory::find(&app.services, "root").await.unwrap();
        assert_eq!(found.last_login_at, Some(app.clock.now()));
    }

    async fn sec_068_the_cookies_are_locked_down(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        let page = browser.get("/admin/login").await;
        let (_, attributes) = cookie(&page, "__Host-signet-admin-browser").split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict; Secure");
        let answer = enter(&mut browser, "root", PASSWORD).await;
        let (value, attributes) = cookie(&answer, COOKIE).split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(value.split_once('=').unwrap().1.len(), 43, "256 bits");
    }

    async fn sec_069_each_sign_in_gives_a_new_session_and_ends_the_former(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        browser.jar.insert(COOKIE.to_owned(), "planted-by-somebody-else-aaaaaaaaaaaaaaaaaaa".to_owned());
        enter(&mut browser, "root", PASSWORD).await;
        let first = browser.jar[COOKIE].clone();
        // A second form that was open already.
        let mut tab = app.browser();
        let csrf = tab.get("/admin/login").await.hidden("csrf");
        tab.jar.insert(COOKIE.to_owned(), first.clone());
        let form = [("csrf", csrf.as_str()), ("username", "root"), ("password", PASSWORD)];
        assert_eq!(tab.post("/admin/login", &form).await.status, 303);
        assert_ne!(tab.jar[COOKIE], first);
        assert_eq!(browser.get("/admin/").await.location(), "/admin/login");
        assert_eq!(tab.get("/admin/").await.status, 200);
    }

    async fn sec_070_a_session_ends_idle_and_in_any_case(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        app.clock.advance(Duration::from_secs(15 * 60 - 1));
        assert_eq!(browser.get("/admin/").await.status, 200);
        app.clock.advance(Duration::from_mins(15));
        assert_eq!(browser.get("/admin/").await.status, 303);
        let mut browser = signed_in(&app, "root").await;
        for _ in 0..(12 * 6 - 1) {
            app.clock.advance(Duration::from_mins(10));
            assert_eq!(browser.get("/admin/").await.status, 200);
        }
        app.clock.advance(Duration::from_mins(10));
        assert_eq!(browser.get("/admin/").await.status, 303, "twelve hours are the most");
    }

    async fn sec_071_any_node_serves_a_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let other = app.beside(fresh).await;
        let mut browser = signed_in(&app, "root").await;
        let home = browser.on(&other).get("/admin/").await;
        assert_eq!(home.status, 200);
        browser.on(&other).post("/admin/logout", &[("csrf", &home.hidden("csrf"))]).await;
        assert_eq!(browser.get("/admin/").await.status, 303);
        other.db().close().await;
    }

    async fn sec_069_an_id_that_has_stopped_working_is_told_of(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        let told = || log.audit().iter().filter(|line| line.contains("session.stale_id")).count();
        let kept = browser.on(&app);
        let home = browser.get("/admin/").await;
        browser.post("/admin/logout", &[("csrf", &home.hidden("csrf"))]).await;
        assert_eq!(told(), 0);
        let mut kept = kept;
        assert_eq!(kept.get("/admin/").await.status, 303);
        assert_eq!(told(), 1, "{}", log.text());
    }

    async fn sec_085_every_failure_looks_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        for (name, account) in [("root", None), ("dora", None), ("olga", Some(&other))] {
            administrator(&app, name, account).await;
        }
        directory::set_status(&app.services, &By::command(), "dora", AdministratorStatus::Disabled).await.unwrap();
        app.change_account(&other, |row| row.status = AccountStatus::Suspended).await;
        let mut bodies = Vec::new();
        for (name, password) in [("root", "wrong"), ("nobody", PASSWORD), ("dora", PASSWORD), ("olga", PASSWORD), ("root", ""), ("", "")] {
            let mut browser = app.browser();
            let answer = enter(&mut browser, name, password).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(!browser.jar.contains_key(COOKIE) && !answer.body.contains(PASSWORD));
            for id in ["login-form", "username", "password", "submit", "login-error"] {
                assert!(answer.body.contains(&format!("id=\"{id}\"")), "{id}");
            }
            let (_, problem) = answer.body.split_once("id=\"login-error\"").unwrap();
            bodies.push(problem.split("</p>").next().unwrap().to_owned());
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
        // Whoever is there is told of on the record; a name that nobody has is not.
        assert!(has_event(&app, "*", "admin.login_failed").await);
        assert!(has_event(&app, "other", "admin.login_failed").await);
    }

    async fn sec_087_guesses_must_wait_and_a_right_one_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        for _ in 0..5 {
            assert_eq!(enter(&mut browser, "root", "wrong").await.status, 422);
        }
        for name in ["root", "RooT"] {
            let answer = enter(&mut browser, name, PASSWORD).await;
            assert_eq!((answer.status.as_u16(), answer.header(RETRY_AFTER)), (429, Some("5")), "{name}");
        }
        app.clock.advance(Duration::from_secs(5));
        assert_eq!(enter(&mut browser, "root", PASSWORD).await.status, 303);
        // Names that nobody has are throttled alike.
        let mut browser = app.browser();
        for _ in 0..5 {
            enter(&mut browser, "nobody", "wrong").await;
        }
        assert_eq!(enter(&mut browser, "nobody", "wrong").await.status, 429);
    }

    async fn sec_165_too_many_tries_from_one_address_are_told_to_wait(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.per_minute.login = 2).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        for _ in 0..2 {
            assert_eq!(enter(&mut browser, "root", "wrong").await.status, 422);
        }
        assert_eq!(enter(&mut browser, "root", PASSWORD).await.status, 429);
    }

    async fn sec_074_forms_need_the_token_of_their_page_and_our_origin(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        let csrf = browser.get("/admin/login").await.hidden("csrf");
        let mut other = app.browser();
        let others = other.get("/admin/login").await.hidden("csrf");
        for token in ["", "x", &others] {
            let form = [("csrf", token), ("username", "root"), ("password", PASSWORD)];
            assert_eq!(browser.post("/admin/login", &form).await.page_error(), ErrorKind::Csrf, "{token}");
        }
        let form = [("csrf", csrf.as_str()), ("username", "root"), ("password", PASSWORD)];
        for origin in [&[("origin", "https://evil.test")][..], &[("origin", ISSUER), ("sec-fetch-site", "same-site")]] {
            assert_eq!(browser.post_from("/admin/login", &form, origin).await.page_error(), ErrorKind::Csrf);
        }
        assert_eq!(browser.post("/admin/login", &form).await.status, 303);
        // Signing out: not with the sign-in form's token, nor with another session's.
        let mut second = signed_in(&app, "root").await;
        let seconds = second.get("/admin/").await.hidden("csrf");
        for token in ["", &csrf, &seconds] {
            assert_eq!(browser.post("/admin/logout", &[("csrf", token)]).await.page_error(), ErrorKind::Csrf);
        }
        assert_eq!(browser.get("/admin/").await.status, 200);
    }

    async fn sec_076_every_page_is_safe(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut stranger = app.browser();
        let mut browser = signed_in(&app, "root").await;
        for answer in [
            stranger.get("/admin/login").await,
            enter(&mut stranger, "root", "wrong").await,
            stranger.post("/admin/login", &[]).await,
            browser.get("/admin/").await,
            browser.get("/admin/audit?account=brand").await,
            browser.get("/admin/audit?account=nobody").await,
            browser.get("/admin/nothing").await,
        ] {
            is_safe(&answer);
            assert_eq!(answer.csp("form-action"), "'self'");
        }
    }

    async fn sec_036_nobody_is_sent_on_to_anywhere_but_the_console(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        let sent = browser.get("/admin/audit?account=brand&event=client").await;
        let page = browser.get(sent.location()).await;
        assert_eq!(page.hidden("next"), "/admin/audit?account=brand&event=client");
        for (next, expected) in [
            ("/admin/audit?account=brand", "/admin/audit?account=brand"),
            ("https://evil.test/admin/", "/admin/"),
            ("//evil.test/admin/", "/admin/"),
            ("/admin/\\evil", "/admin/"),
            ("/admin/\r\nx: y", "/admin/"),
            ("/login", "/admin/"),
            ("/administer", "/admin/"),
            ("/admin/logout", "/admin/"),
        ] {
            let mut browser = app.browser();
            let csrf = browser.get("/admin/login").await.hidden("csrf");
            let form = [("csrf", csrf.as_str()), ("next", next), ("username", "root"), ("password", PASSWORD)];
            assert_eq!(browser.post("/admin/login", &form).await.location(), expected, "{next}");
        }
    }

    async fn what_was_typed_comes_back_escaped(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let answer = enter(&mut app.browser(), "\"><script>x</script>", "p").await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("value=\"&#34;&#62;&#60;script&#62;x&#60;/script&#62;\""));
    }

    async fn sec_159_what_is_not_there_is_told_to_administrators_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        assert_eq!(browser.get("/admin/nothing").await.page_error(), ErrorKind::NotFound);
        assert_eq!(app.get("/a/brand/admin/login").await.status, 404);
        let head = app.send(request("HEAD", "/admin/login").body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    }

    async fn the_console_is_not_found_on_the_hosts_of_accounts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        app.change_account(&other, |row| row.issuer = Some("https://login.other.test".to_owned())).await;
        let limits = std::sync::Arc::new(signet::http::RateLimits::new(&app.services.settings));
        let whole = signet::server::assemble(&app.services, &limits, &signet::server::Figures::off());
        let ask = async |host: &str, path: &str| {
            let asked = http::Request::get(path).header(http::header::HOST, host).body(axum::body::Body::empty()).unwrap();
            whole.clone().oneshot(asked).await.unwrap().status().as_u16()
        };
        for (path, there, here) in [("/login", 200, 200), ("/admin/login", 404, 200), ("/admin/", 404, 303), ("/admin/api/v1/accounts", 404, 401)] {
            assert_eq!(ask("login.other.test", path).await, there, "{path}");
            assert_eq!(ask(crate::support::app::HOST, path).await, here, "{path}");
        }
    }

    async fn sec_082_the_only_factor_is_a_long_password(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let by = By::command();
        for weak in ["quiet-river-7", "password1234567890", "administratoring-root", "abcabcabcabcabcabc"] {
            let made = directory::create(&app.services, &by, "administratoring", None, SecretString::from(weak));
            let refused = made.await.unwrap_err().to_string();
            assert!(refused.starts_with("password: ") && !refused.contains(weak), "{refused}");
        }
        for name in ["", "a\u{202e}b", "a\0b", "ad\u{43c}in", &"x".repeat(129)] {
            let made = directory::create(&app.services, &by, name, None, SecretString::from(PASSWORD));
            assert!(made.await.unwrap_err().to_string().starts_with("name: "), "{name:?}");
        }
        assert!(directory::list(&app.services, None).await.unwrap().is_empty());
        // Nor is one of another alphabet made that looks like one who is there (SEC-093).
        administrator(&app, "scope", None).await;
        for alike in ["SCOPE", "ѕсоре"] {
            let made = directory::create(&app.services, &by, alike, None, SecretString::from(PASSWORD));
            assert!(made.await.unwrap_err().to_string().contains("taken"), "{alike}");
        }
    }
}
