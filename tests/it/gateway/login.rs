//! The Login Service (section 7 of the platform contract).

use std::time::Duration;

use axum::body::Body;
use http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::base::Timestamp;
use signet::config::{PerMinute, Period, Settings, TimeDiff};
use signet::directory::user::{self, Changer};
use signet::directory::{By, account};
use signet::model::RoleType;

use super::people::{self, PASSWORD, bot, events, log_in, made, post, refused, session, try_login, wanted};
use crate::support::app::{App, HOST, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const LOGIN: &str = "/api/account/brand/login?v=1.3";

/// Milliseconds as hours.
fn hours(millis: &Value) -> f64 {
    millis.as_f64().unwrap() / 3_600_000.0
}

on_both_databases! {
    async fn a_login_is_answered_with_all_that_the_platform_answers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let dana = people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let answer = try_login(&app, &app.brand, json!({"username": "Dana", "password": PASSWORD})).await;
        let cookie = answer.header(SET_COOKIE).unwrap().to_owned();
        assert!(cookie.starts_with("session_id="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=None; Secure"), "{cookie}");
        assert!(answer.body.trim_end_matches('}').rsplit_once(",\"bearer\":").unwrap().1.len() == 66, "the bearer is last");

        let body = answer.json();
        let hex = |name: &str| {
            let text = body[name].as_str().unwrap();
            text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
        };
        assert!(hex("csrf") && hex("bearer"));
        assert!(body["wsuk"].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(body["sessionTTl"], "28800000");
        let config = &body["config"];
        assert_eq!(config["loginName"], "dana");
        assert_eq!(config["userId"], dana.user_id.to_string());
        assert_eq!(config["isAdmin"], true);
        assert_eq!(config["isLPA"], false);
        assert_eq!(config["serverCurrentTime"], app.clock.now().millis());
        assert!(config["userPrivileges"].as_array().unwrap().contains(&json!(10001)));
        for (name, value) in [("timeDiff", json!(0)), ("serverTimeGMTDiff", json!(0)), ("serverTimeZoneName", json!("UTC")), ("accountTimeZoneId", json!("UTC"))] {
            assert_eq!(config[name], value);
        }
        let hosts = body["csdsCollectionResponse"]["baseURIs"].as_array().unwrap();
        assert!(hosts.contains(&json!({"service": "agentVep", "account": "brand", "baseURI": HOST})));
        let groups = &body["accountData"]["agentGroupsData"];
        assert_eq!(groups["items"], json!([{"id": -1, "deleted": false, "name": "Main Group"}]));
        assert!(groups["revision"].is_i64());
        assert_eq!(events(&app, &app.brand).await, ["user.created", "user.login"]);
    }

    async fn what_isnt_a_login_is_refused_before_a_password_is_looked_at(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let good = json!({"username": "dana", "password": PASSWORD}).to_string();
        for path in ["/api/account/brand/login", "/api/account/brand/login?v=1.2", "/api/account/brand/login?v=1.3&v=1.3"] {
            assert_eq!(refused(&post(&app, path, None, &good).await), (400, 1), "{path}");
        }
        for body in ["", "{}", "[]", "{\"username\":\"dana\"}", "{\"username\":1,\"password\":\"x\"}", "username=dana"] {
            let answer = post(&app, LOGIN, None, body).await;
            assert_eq!(refused(&answer), (400, 1), "{body}");
            assert!(!answer.body.contains("dana"));
        }
        let form = request("POST", LOGIN).header(CONTENT_TYPE, "text/plain").body(Body::from(good.clone())).unwrap();
        assert_eq!(refused(&app.send(form).await), (415, 1));
        // An invalid site is bad authentication (section 7.3).
        for path in ["nobody/login?v=1.3", "br.and/login?v=1.3", "nobody/refresh", "nobody/logout"] {
            let answer = post(&app, &format!("/api/account/{path}"), None, &good).await;
            assert_eq!((refused(&answer), answer.json()["error"]["responseStatus"].clone()), ((401, 6), json!("UNAUTHORIZED")), "{path}");
        }
        let got = app.send(request("GET", LOGIN).body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, 405);
    }

    async fn sec_085_unknown_wrong_and_without_a_password_are_told_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        bot(&app, &app.brand, "bot1").await;
        let mut bodies = Vec::new();
        for (name, password) in [("dana", "not hers at all"), ("nobody", PASSWORD), ("bot1", PASSWORD), ("", ""), ("dana\u{0}", PASSWORD)] {
            let answer = try_login(&app, &app.brand, json!({"username": name, "password": password})).await;
            assert_eq!(refused(&answer), (401, 20), "{name}");
            assert!(answer.header(SET_COOKIE).is_none());
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        // An unknown name costs what a known one costs.
        let before = app.services.passwords.pool().work();
        try_login(&app, &app.brand, json!({"username": "nobody else", "password": PASSWORD})).await;
        assert_ne!(format!("{before:?}"), format!("{:?}", app.services.passwords.pool().work()));
    }

    async fn sec_087_sec_088_a_user_who_is_guessed_at_is_locked_for_a_while(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let guess = async |name: &str, password: &str| {
            try_login(&app, &app.brand, json!({"username": name, "password": password})).await
        };
        for name in ["dana", "nobody"] {
            for _ in 0..5 {
                assert_eq!(refused(&guess(name, "wrong wrong wrong").await), (401, 20));
            }
            let locked = guess(name, PASSWORD).await;
            assert_eq!(refused(&locked), (401, 21), "{name}");
            assert!(locked.header(RETRY_AFTER).unwrap().parse::<u64>().unwrap() >= 5);
        }
        app.clock.advance(Duration::from_secs(6));
        log_in(&app, &app.brand, "dana").await;
    }

    async fn sec_087_parallel_guesses_on_two_nodes_get_no_more_than_the_limit(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let guess = async |node: &App| {
            let answer = try_login(node, &node.brand, json!({"username": "dana", "password": "wrong wrong wrong"})).await;
            refused(&answer).1
        };
        let tries = together((0..20).map(|at| guess(if at % 2 == 0 { &app } else { &beside })).collect()).await;
        assert_eq!(tries.iter().filter(|code| **code == 20).count(), 5, "{tries:?}");
        beside.db().close().await;
    }

    async fn a_storm_of_logins_is_told_to_wait_at_least_five_seconds(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.limits.per_minute = PerMinute { login: 2, ..settings.limits.per_minute.clone() };
        }).await;
        let tried = async || try_login(&app, &app.brand, json!({"username": "nobody", "password": PASSWORD})).await;
        for _ in 0..2 {
            assert_eq!(refused(&tried().await), (401, 20));
        }
        let storm = tried().await;
        assert_eq!(refused(&storm), (429, 7));
        assert!(storm.header(RETRY_AFTER).unwrap().parse::<u64>().unwrap() >= 5);
    }

    async fn sec_069_an_id_that_has_stopped_working_is_told_of(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let told = || log.audit().into_iter().filter(|line| line.contains("session.stale_id")).collect::<Vec<_>>();
        let open = log_in(&app, &app.brand, "dana").await;
        assert_eq!(open.status(&app).await, 403);
        assert_eq!(open.call(&app, "refresh").await.status, 200);
        assert_eq!(open.call(&app, "logout").await.status, 200);
        assert!(told().is_empty(), "{:?}", told());
        // By the cookie, and by the bearer.
        assert_eq!(open.call(&app, "refresh").await.status, 401);
        assert_eq!(open.status(&app).await, 401);
        let lines = told();
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in &lines {
            for field in ["\"reason\":\"unknown\"", "\"account\":\"brand\"", "\"ip\":", "\"request_id\":", "\"outcome\":\"refused\""] {
                assert!(line.contains(field), "{field}: {line}");
            }
        }
        assert!(!log.text().contains(&open.bearer));
        // What ends as every session does is nothing to tell.
        let open = log_in(&app, &app.brand, "dana").await;
        app.clock.advance(Duration::from_hours(9));
        assert_eq!(open.status(&app).await, 401);
        assert_eq!(told().len(), 2);
    }

    async fn sec_072_who_is_disabled_is_told_so_by_their_password_and_their_sessions_end(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        let dana = people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let open = log_in(&app, &app.brand, "dana").await;
        assert_eq!(open.status(&app).await, 403);
        let account = account::find(&app.services, None).await.unwrap();
        user::update(&app.services, &By::command(), &account, dana.user_id, |draft| draft.is_enabled = false).await.unwrap();
        assert_eq!(open.status(&beside).await, 401);
        assert_eq!(refused(&open.call(&beside, "refresh").await), (401, 3));
        assert_eq!(refused(&try_login(&app, &app.brand, json!({"username": "dana", "password": PASSWORD})).await), (401, 23));
        assert_eq!(refused(&try_login(&app, &app.brand, json!({"username": "dana", "password": "wrong wrong wrong"})).await), (401, 20));
        user::delete(&app.services, &By::command(), &account, dana.user_id).await.unwrap();
        assert_eq!(refused(&try_login(&app, &app.brand, json!({"username": "dana", "password": PASSWORD})).await), (401, 20));
        beside.db().close().await;
    }

    async fn a_password_that_must_be_changed_lets_nobody_in_until_it_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut forced = wanted("dana", RoleType::Agent);
        forced.draft.must_change_password = true;
        made(&app, &app.brand, forced).await;
        let tried = async |new: Option<&str>, password: &str| {
            try_login(&app, &app.brand, json!({"username": "dana", "password": password, "newPassword": new})).await
        };
        assert_eq!(refused(&tried(None, PASSWORD).await), (401, 22));
        assert_eq!(refused(&tried(Some(PASSWORD), PASSWORD).await), (401, 22));
        assert_eq!(refused(&tried(Some("short"), PASSWORD).await), (400, 1));
        assert_eq!(refused(&tried(Some("eight loud swans"), "wrong wrong wrong").await), (401, 20));
        session(&app.brand, &tried(Some("eight loud swans"), PASSWORD).await);
        assert_eq!(refused(&tried(None, PASSWORD).await), (401, 20));
        session(&app.brand, &tried(None, "eight loud swans").await);

        // And one that has grown too old.
        app.change_account(&app.brand, |row| row.settings.user_password_max_age = Some(86_400)).await;
        app.clock.advance(Duration::from_hours(25));
        assert_eq!(refused(&tried(None, "eight loud swans").await), (401, 22));
        session(&app.brand, &tried(Some("nine calm ravens"), "eight loud swans").await);
    }

    async fn a_session_goes_on_by_refreshes_and_ends_without_them(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let left = log_in(&app, &app.brand, "dana").await;
        let kept = log_in(&app, &app.brand, "dana").await;
        for minutes in (0..8 * 60 - 8).step_by(8) {
            app.clock.advance(Duration::from_mins(8));
            let refreshed = kept.call(&app, "refresh").await;
            assert_eq!((refreshed.status.as_u16(), refreshed.body.as_str()), (200, ""), "after {minutes} minutes");
            // Being used lengthens nothing.
            assert_eq!(left.status(&app).await, if minutes == 0 { 403 } else { 401 });
        }
        assert_eq!(refused(&left.call(&app, "refresh").await), (401, 3));
        assert_eq!(kept.status(&app).await, 403);
        app.clock.advance(Duration::from_mins(8));
        assert_eq!(refused(&kept.call(&app, "refresh").await), (401, 3));
        assert_eq!(kept.status(&app).await, 401);
    }

    async fn a_session_lasts_as_long_as_the_operator_chose(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            (settings.gateway.session_idle, settings.gateway.session_max) = (Period::minutes(2), Period::minutes(5));
        }).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let (left, kept) = (log_in(&app, &app.brand, "dana").await, log_in(&app, &app.brand, "dana").await);
        assert_eq!(kept.body["sessionTTl"], "300000");
        for (second, alive) in [(119, [403, 403]), (120, [401, 403]), (238, [401, 403]), (299, [401, 403]), (300, [401, 401])] {
            app.clock.advance(Timestamp::from_millis(kept.body["config"]["serverCurrentTime"].as_i64().unwrap() + second * 1000).since(app.clock.now()));
            assert_eq!([left.status(&app).await, kept.status(&app).await], alive, "after {second} s");
            let refreshed = kept.call(&app, "refresh").await;
            assert_eq!(refreshed.status == 200, alive[1] == 403, "after {second} s");
        }
    }

    async fn an_error_tells_its_time_as_the_platform_writes_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let told = async |at: &str| {
            app.clock.advance(Timestamp::parse(at).unwrap().since(app.clock.now()));
            let error = try_login(&app, &app.brand, json!({"username": "nobody", "password": "x"})).await.json()["error"].clone();
            assert_eq!(error["responseStatus"], "UNAUTHORIZED");
            error["time"].as_str().unwrap().to_owned()
        };
        for (at, written) in [
            ("2031-09-22T16:10:15Z", "Sep 22, 2031 4:10:15 PM"), ("2031-09-23T00:05:09Z", "Sep 23, 2031 12:05:09 AM"),
            ("2031-10-02T12:00:00Z", "Oct 2, 2031 12:00:00 PM"), ("2032-02-29T09:59:59Z", "Feb 29, 2032 9:59:59 AM"),
        ] {
            assert_eq!(told(at).await, written);
        }
    }

    async fn refresh_and_logout_want_the_cookie_and_the_csrf_token_that_goes_with_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let one = log_in(&app, &app.brand, "dana").await;
        let two = log_in(&app, &app.brand, "dana").await;
        let path = |account: &str, what: &str| format!("/api/account/{account}/{what}");
        for what in ["refresh", "logout"] {
            let right = json!({"csrf": one.csrf}).to_string();
            let wrong = json!({"csrf": two.csrf}).to_string();
            assert_eq!(refused(&post(&app, &path("brand", what), Some(&one.cookie), &wrong).await), (401, 10));
            assert_eq!(refused(&post(&app, &path("brand", what), Some(&one.cookie), "{}").await), (400, 1));
            assert_eq!(refused(&post(&app, &path("brand", what), None, &right).await), (401, 3));
            assert_eq!(refused(&post(&app, &path("brand", what), Some(&format!("session_id={}", one.bearer)), &right).await), (401, 3));
            let twice = format!("{}; {}", one.cookie, two.cookie);
            assert_eq!(refused(&post(&app, &path("brand", what), Some(&twice), &right).await), (401, 3));
            // Another account's path knows nothing of it (SEC-138).
            assert_eq!(refused(&post(&app, &path(other.as_str(), what), Some(&one.cookie), &right).await), (401, 3));
        }
        let capital = one.cookie.replace("session_id", "Session_id");
        let body = json!({"csrf": one.csrf}).to_string();
        assert_eq!(post(&app, &path("brand", "refresh"), Some(&capital), &body).await.status, 200);
        let out = one.call(&app, "logout").await;
        assert_eq!((out.status.as_u16(), out.body.as_str()), (200, ""));
        assert!(out.header(SET_COOKIE).unwrap().contains("Max-Age=0"));
        assert_eq!(one.status(&app).await, 401);
        assert_eq!(refused(&one.call(&app, "logout").await), (401, 3));
        assert_eq!(two.status(&app).await, 403);
    }

    async fn of_too_many_sessions_the_oldest_ends(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.gateway.max_sessions = 3).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let mut sessions = Vec::new();
        for _ in 0..4 {
            app.clock.advance(Duration::from_secs(1));
            sessions.push(log_in(&app, &app.brand, "dana").await);
        }
        let mut alive = Vec::new();
        for session in &sessions {
            alive.push(session.status(&app).await);
        }
        assert_eq!(alive, [401, 403, 403, 403]);
    }

    async fn an_account_says_how_many_sessions_its_users_have_and_in_which_time_zone_they_are(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.gateway.max_sessions = 3).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let set = async |values: &[&str]| {
            let given: Vec<_> = values.iter().map(|it| it.parse().unwrap()).collect();
            let (services, by) = (&app.services, By::command());
            account::update(services, &by, &app.brand, |draft| draft.assign(&given)).await
        };
        for wrong in ["user_sessions_max=0", "user_sessions_max=1001", "time_zone=/etc/passwd", "time_zone=Europe/", "time_zone=a b", "time_zone=Europe/Athen", "time_zone=europe/athens", "time_zone=Etc/Unknown"] {
            assert!(set(&[wrong]).await.is_err(), "{wrong}");
        }
        for (values, zone, kept) in [(&["user_sessions_max=2", "time_zone=America/Argentina/Salta"][..], "America/Argentina/Salta", 2), (&["user_sessions_max=", "time_zone="], "UTC", 3)] {
            set(values).await.unwrap();
            let mut sessions = Vec::new();
            for _ in 0..5 {
                app.clock.advance(Duration::from_secs(1));
                sessions.push(log_in(&app, &app.brand, "dana").await);
            }
            let config = &sessions[0].body["config"];
            assert_eq!((&config["accountTimeZoneId"], &config["serverTimeZoneName"]), (&json!(zone), &json!("UTC")));
            let mut alive = 0;
            for session in &sessions {
                alive += usize::from(session.status(&app).await == 403);
            }
            assert_eq!(alive, kept, "{values:?}");
        }
    }

    async fn a_login_tells_how_far_the_servers_zone_is_ahead_in_winter_and_in_summer(fresh: &FreshDb) {
        let zones = |settings: &mut Settings| {
            settings.gateway.time_zone = "Europe/Athens".parse().unwrap();
            settings.gateway.time_diff = TimeDiff::Zones;
        };
        let app = App::with(fresh, zones).await;
        let plain = app.beside_with(fresh, |settings| settings.gateway.time_zone = "Asia/Kolkata".parse().unwrap()).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        // New York's summer begins three weeks before Athens'.
        let set = ["time_zone=America/New_York".parse().unwrap()];
        account::update(&app.services, &By::command(), &app.brand, |draft| draft.assign(&set)).await.unwrap();
        let mut told = Vec::new();
        for day in ["2031-01-15", "2031-03-20", "2031-07-15"] {
            let day = Timestamp::parse(day).unwrap();
            app.clock.advance(day.since(app.clock.now()));
            let config = log_in(&app, &app.brand, "dana").await.body["config"].clone();
            assert_eq!((&config["serverTimeZoneName"], &config["accountTimeZoneId"]), (&json!("Europe/Athens"), &json!("America/New_York")));
            assert_eq!(config["serverCurrentTime"], day.millis());
            told.push((hours(&config["serverTimeGMTDiff"]), hours(&config["timeDiff"])));
        }
        assert_eq!(told, [(2.0, -7.0), (2.0, -6.0), (3.0, -7.0)]);
        let config = log_in(&plain, &app.brand, "dana").await.body["config"].clone();
        assert_eq!((hours(&config["serverTimeGMTDiff"]), hours(&config["timeDiff"])), (5.5, 0.0), "the difference is nought unless it is asked for");
    }

    async fn logins_at_once_on_two_nodes_leave_no_more_sessions_than_may_be(fresh: &FreshDb) {
        // Logins that are being checked count as guesses until they turn out right.
        let change = |settings: &mut Settings| (settings.gateway.max_sessions, settings.login.attempts) = (3, 20);
        let app = App::with(fresh, change).await;
        let beside = app.beside_with(fresh, change).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let logins = (0..10).map(|at| log_in(if at % 2 == 0 { &app } else { &beside }, &app.brand, "dana"));
        let sessions = together(logins.collect()).await;
        let mut alive = 0;
        for session in &sessions {
            alive += usize::from(session.status(&app).await == 403);
        }
        assert_eq!(alive, 3);
        beside.db().close().await;
    }

    async fn sec_069_a_new_password_ends_what_was_begun_with_the_old_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let dana = people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let open = log_in(&app, &app.brand, "dana").await;
        let account = account::find(&app.services, None).await.unwrap();
        let changer = Changer::unlimited(By::command());
        let new = SecretString::from("ten brave otters");
        user::set_password(&app.services, &changer, &account, dana.user_id, new, false).await.unwrap();
        assert_eq!(open.status(&app).await, 401);
    }

    async fn sec_148_nothing_that_is_handed_out_is_in_the_database(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        let open = log_in(&app, &app.brand, "dana").await;
        let found = app.services.user_sessions.find_by_bearer(&app.brand, &open.bearer).await.unwrap().unwrap();
        let shown = format!("{:?} {:?}", found.session, found.user);
        let cookie = open.cookie.split_once('=').unwrap().1;
        for secret in [&open.bearer, &open.csrf, cookie] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(open.body["bearer"].is_string());
    }
}
