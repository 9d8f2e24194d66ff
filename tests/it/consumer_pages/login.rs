//! Signing in.

use std::time::Duration;

use http::header::SET_COOKIE;
use signet::model::ConsumerStatus;

use crate::support::answer::Answer;
use crate::support::app::{App, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// Fills the form in without an interaction.
pub(super) async fn enter(
    browser: &mut Browser<'_>,
    username: &str,
    password: &str,
    more: &[(&str, &str)],
) -> Answer {
    let page = browser.get("/login").await;
    let csrf = page.hidden("csrf");
    let mut form = vec![
        ("csrf", csrf.as_str()),
        ("interaction", ""),
        ("username", username),
        ("password", password),
    ];
    form.extend_from_slice(more);
    browser.post("/login", &form).await
}

fn cookie<'a>(answer: &'a Answer, what: &str) -> &'a str {
    let mut cookies = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap());
    cookies
        .find(|it| it.split(['=', '.']).next() == Some(&format!("__Host-signet-{what}-brand")))
        .unwrap_or_else(|| panic!("no {what}: {answer:?}"))
}

on_both_databases! {
    async fn sec_068_the_session_cookie_is_locked_down(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let answer = enter(&mut browser, "ana", PASSWORD, &[]).await;
        assert!(answer.location().ends_with("/me"));
        let (value, attributes) = cookie(&answer, "session").split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax; Secure");
        let (_, value) = value.split_once('=').unwrap();
        assert_eq!(value.split('.').next().unwrap().len(), 43, "256 bits");
        let mut second = app.browser();
        let page = second.get("/login").await;
        let (_, attributes) = cookie(&page, "browser").split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(second.get("/login").await.headers.get(SET_COOKIE).is_none(), "it is given once");
    }

    async fn who_wants_to_stay_signed_in_gets_a_cookie_that_stays(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let answer = enter(&mut browser, "ana", PASSWORD, &[("remember", "on")]).await;
        assert!(cookie(&answer, "session").ends_with(&format!("; Max-Age={}", 30 * 24 * 3600)), "{answer:?}");
    }

    async fn sec_068_two_cookies_of_that_name_count_as_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        assert_eq!(browser.get("/me").await.status, 200);
        let (name, value) = browser.jar.iter().find(|(name, _)| name.contains("session")).map(|(name, value)| (name.clone(), value.clone())).unwrap();
        let mut doubled = app.browser().with_header("cookie", &format!("{name}={value}; {name}={value}"));
        assert_eq!(doubled.get("/me").await.status, 303);
        let mut split = app.browser().with_header("cookie", &format!("{name}={value}")).with_header("cookie", &format!("{name}=x"));
        assert_eq!(split.get("/me").await.status, 303);
        // Others' cookies beside it may hold what they like.
        let mut crowded = app.browser().with_header("cookie", &format!("a=\u{e9}; {name}={value};b"));
        assert_eq!(crowded.get("/me").await.status, 200);
        for wrong in [format!("{value}x"), value[1..].to_owned(), value.to_uppercase(), format!("\"{value}\"")] {
            let mut browser = app.browser().with_header("cookie", &format!("{name}={wrong}"));
            assert_eq!(browser.get("/me").await.status, 303, "{wrong}");
        }
    }

    async fn sec_069_each_login_gives_a_new_session_id(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        app.consumer("ben").await;
        let mut browser = app.browser();
        // What was planted before is worth nothing after.
        browser.take_session(&app.brand, "planted-by-somebody-else-aaaaaaaaaaaaaaaaaaa");
        let mut former = Vec::new();
        for name in ["ana", "ana", "ben", "ana"] {
            former.push(browser.session_cookie().unwrap().to_owned());
            enter(&mut browser, name, PASSWORD, &[]).await;
            assert!(!former.contains(&browser.session_cookie().unwrap().to_owned()));
        }
        assert_eq!(browser.get("/me").await.status, 200);
        for cookie in &former {
            browser.take_session(&app.brand, cookie);
            assert_eq!(browser.get("/me").await.status, 303, "the former id has stopped working");
        }
    }

    async fn sec_070_a_session_ends_idle_and_in_any_case(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        app.clock.advance(Duration::from_secs(8 * 3600 - 1));
        assert_eq!(browser.get("/me").await.status, 200);
        app.clock.advance(Duration::from_hours(8));
        assert_eq!(browser.get("/me").await.status, 303);

        let mut browser = app.signed_in(&ana).await;
        for _ in 0..(30 * 24 / 6 - 1) {
            app.clock.advance(Duration::from_hours(6));
            assert_eq!(browser.get("/me").await.status, 200);
        }
        app.clock.advance(Duration::from_hours(6));
        assert_eq!(browser.get("/me").await.status, 303, "thirty days are the most");
    }

    async fn sec_071_any_node_serves_a_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let other = app.beside(fresh).await;
        assert_eq!(browser.on(&other).get("/me").await.status, 200);
        let page = browser.get("/logout").await;
        let csrf = page.hidden("csrf");
        // Also the second half of a form.
        let answer = browser.on(&other).post("/logout", &[("csrf", &csrf), ("decision", "logout")]).await;
        assert!(answer.body.contains("logout-done"));
        app.services.sessions.forget();
        assert_eq!(browser.get("/me").await.status, 303);
        other.db().close().await;
    }

    async fn sec_085_every_failure_looks_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let ben = app.consumer("ben").await;
        app.change_consumer(&ben, |it| it.status = ConsumerStatus::Disabled).await;
        let client = NewClient::web("web").on(&app).await;
        let mut bodies = Vec::new();
        for (username, password) in [("ana", "wrong"), ("nobody", PASSWORD), ("ben", PASSWORD), ("ana", ""), ("", "")] {
            let mut browser = app.browser();
            let asked = browser.ask(&client.ask()).await;
            let answer = browser.enter(&asked, username, password).await;
            assert_eq!(answer.status, 422);
            assert!(browser.session_cookie().is_none());
            for id in ["login-form", "username", "password", "submit", "remember", "login-title", "login-error"] {
                assert!(answer.body.contains(&format!("id=\"{id}\"")), "{id}");
            }
            assert!(!answer.body.contains(PASSWORD));
            let (_, problem) = answer.body.split_once("id=\"login-error\"").unwrap();
            bodies.push(problem.split("</p>").next().unwrap().to_owned());
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    }

    /// Not the sentence alone: status, headers, cookies and page, but for what is random in each of them.
    async fn sec_085_whole_answers_are_the_same_whatever_is_wrong(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("known").await;
        let gone = app.consumer("ended").await;
        app.change_consumer(&gone, |it| it.status = ConsumerStatus::Disabled).await;
        // Nobody has given them a password: they come through somebody else's sign-in.
        crate::support::seed::stored_consumer(app.db(), &app.brand, "sub-other", "other").await;
        let unverified = app.consumer("fresh").await;
        app.change_consumer(&unverified, |it| drop(it.claims.insert("email_verified".to_owned(), false.into()))).await;
        let mut browser = app.browser();
        let page = browser.get("/login").await;
        let csrf = page.hidden("csrf");
        let mut whole = async |username: &str, password: &str| {
            let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", username), ("password", password)];
            browser.post("/login", &form).await.whole(username)
        };
        let first = whole("known", "wrong").await;
        assert_eq!(first.0, 422);
        assert!(!first.1.iter().any(|it| it.starts_with("set-cookie")), "{:?}", first.1);
        for (username, password) in [
            ("nobod", "wrong"), ("nobod", PASSWORD), ("known", ""), ("ended", "wrong"), ("ended", PASSWORD),
            ("other", "wrong"), ("other", PASSWORD), ("fresh", "wrong"),
        ] {
            assert_eq!(whole(username, password).await, first, "{username}");
        }
        // Whoever must wait is told so alike, too, whether there is anybody of that name or not, and with the right password.
        for username in ["known", "nobod", "ended"] {
            for _ in 0..5 {
                whole(username, "wrong").await;
            }
        }
        let throttled = whole("known", PASSWORD).await;
        assert_eq!(throttled.0, 429);
        for username in ["nobod", "ended"] {
            assert_eq!(whole(username, PASSWORD).await, throttled, "{username}");
        }
    }

    async fn sec_069_an_id_that_has_stopped_working_is_told_of(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let told = || {
            let lines = log.audit().into_iter().filter(|line| line.contains("session.stale_id"));
            lines.collect::<Vec<_>>()
        };
        let first = browser.session_cookie().unwrap().to_owned();
        assert_eq!(browser.get("/me").await.status, 200);
        assert_eq!(enter(&mut browser, "ana", PASSWORD, &[]).await.status, 303);
        assert_eq!(browser.get("/me").await.status, 200);
        assert!(told().is_empty(), "{:?}", told());

        // Replaced at the second login; somebody has kept it.
        let mut thief = app.browser();
        thief.take_session(&app.brand, &first);
        app.services.sessions.forget();
        assert_eq!(thief.get("/me").await.status, 303);
        let lines = told();
        assert_eq!(lines.len(), 1, "{lines:?}");
        for field in ["\"reason\":\"unknown\"", "\"account\":\"brand\"", "\"ip\":", "\"request_id\":", "\"outcome\":\"refused\""] {
            assert!(lines[0].contains(field), "{field}: {}", lines[0]);
        }
        assert!(!log.text().contains(&first));

        // Ended by its consumer.
        let second = browser.session_cookie().unwrap().to_owned();
        let csrf = browser.get("/logout").await.hidden("csrf");
        browser.post("/logout", &[("csrf", &csrf), ("decision", "logout")]).await;
        thief.take_session(&app.brand, &second);
        assert_eq!(thief.get("/me").await.status, 303);
        assert!(told()[1].contains("\"reason\":\"ended\""), "{:?}", told());

        // What ends by itself happens to everybody.
        let mut idle = app.signed_in(&ana).await;
        app.clock.advance(Duration::from_hours(24));
        app.services.sessions.forget();
        assert_eq!(idle.get("/me").await.status, 303);
        assert_eq!(told().len(), 2);
    }

    async fn what_was_typed_comes_back_escaped(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.browser();
        let answer = enter(&mut browser, "\"><script>x</script>", "p", &[("remember", "on")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("value=\"&#34;&#62;&#60;script&#62;x&#60;/script&#62;\""));
        assert!(answer.body.contains("checked"));
    }

    async fn sec_165_too_many_tries_are_told_to_wait(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::with(fresh, |it| it.limits.per_minute.login = 2).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        for _ in 0..2 {
            assert_eq!(enter(&mut browser, "ana", "wrong", &[]).await.status, 422);
        }
        let answer = enter(&mut browser, "ana", PASSWORD, &[]).await;
        assert_eq!(answer.status, 429);
        assert!(answer.header("retry-after").is_some());
        assert!(browser.session_cookie().is_none());
        let told = log.audit();
        assert!(told.iter().any(|line| line.contains("rate.limited") && line.contains("\"purpose\":\"login\"")), "{told:?}");
    }

    async fn an_interaction_that_ended_meanwhile_signs_nobody_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        browser.sign_in(&ana, &asked).await.sent();
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("username", "ana"), ("password", PASSWORD)];
        let late = browser.post("/login", &form).await;
        assert_eq!(late.page_error(), pages::ErrorKind::ExpiredInteraction);
    }
}
