//! Browsers that a consumer has signed in with before.

use std::time::Duration;

use http::header::SET_COOKIE;
use signet::config::Settings;

use super::login::enter;
use crate::support::app::{App, PASSWORD};
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, on_both_databases};

async fn signs_in(browser: &mut Browser<'_>, name: &str) -> bool {
    let answer = enter(browser, name, PASSWORD, &[]).await;
    assert!([303, 429].contains(&answer.status.as_u16()), "{answer:?}");
    answer.status == 303
}

/// Wrong passwords, until the answer is to wait.
async fn guess(browser: &mut Browser<'_>, name: &str) {
    for _ in 0..6 {
        if enter(browser, name, "wrong", &[]).await.status == 429 {
            return;
        }
    }
    panic!("nobody has to wait");
}

fn devices(browser: &Browser<'_>, app: &App) -> String {
    browser.jar[&Browser::cookie_name(&app.brand, "devices")].clone()
}

/// A browser that is known by nothing but this cookie.
fn known<'a>(app: &'a App, cookie: &str) -> Browser<'a> {
    let mut browser = app.browser();
    browser
        .jar
        .insert(Browser::cookie_name(&app.brand, "devices"), cookie.to_owned());
    browser
}

on_both_databases! {
    async fn sec_088_a_known_browser_works_while_strangers_make_everybody_else_wait(fresh: &FreshDb) {
        // All of them come from one address, which must wait as well.
        let few = |settings: &mut Settings| settings.login.source_attempts = 10;
        let app = App::with(fresh, few).await;
        app.consumer("ana").await;
        let mut own = app.browser();
        assert!(signs_in(&mut own, "ana").await);
        for name in ["nobody", "ana", "ana"] {
            guess(&mut app.browser(), name).await;
        }
        assert!(!signs_in(&mut app.browser(), "ana").await, "a stranger's browser waits");
        assert!(signs_in(&mut own, "ana").await);
        assert!(signs_in(&mut own, "ana").await, "and is known as before");
        assert!(!signs_in(&mut app.browser(), "ana").await, "for strangers nothing has changed");
    }

    async fn sec_087_a_known_browsers_guesses_are_counted_for_itself(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let mut own = app.browser();
        assert!(signs_in(&mut own, "ana").await);
        guess(&mut own, "ana").await;
        assert!(!signs_in(&mut own, "ana").await);
        assert!(signs_in(&mut app.browser(), "ana").await, "others are not concerned");
        app.clock.advance(Duration::from_secs(5));
        assert!(signs_in(&mut own, "ana").await);
    }

    async fn sec_088_a_browser_is_known_by_whoever_signed_in_and_nobody_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        for name in ["ana", "ben"] {
            app.consumer(name).await;
        }
        app.consumer_of(&other, "cleo").await;
        let mut own = app.browser();
        assert!(signs_in(&mut own, "ana").await);
        let cookie = devices(&own, &app);
        for name in ["ana", "ben"] {
            guess(&mut app.browser(), name).await;
        }
        assert!(!signs_in(&mut known(&app, &cookie), "ben").await);
        let (mark, digest) = cookie.rsplit_once('~').unwrap();
        let (random, day) = mark.split_once('~').unwrap();
        let later: i64 = day.parse::<i64>().unwrap() + 1;
        let forged = digest.replace(|char: char| char.is_ascii_lowercase(), "a");
        for wrong in [
            format!("{random}~{later}~{digest}"), format!("{}~{day}~{digest}", "A".repeat(16)), format!("{mark}~{forged}"),
            mark.to_owned(), "~~".to_owned(), "..".to_owned(), format!("{}.{cookie}", ["x"; 10].join(".")), "x".repeat(1025),
        ] {
            assert!(!signs_in(&mut known(&app, &wrong), "ana").await, "{wrong}");
        }
        assert!(signs_in(&mut known(&app, &format!("x.{cookie}")), "ana").await);
        // The same name and the same subject mean another consumer elsewhere, and the cookie another browser.
        let mut elsewhere = app.browser();
        elsewhere.jar.insert(Browser::cookie_name(&other, "devices"), cookie);
        let page = elsewhere.get("/a/other/login").await;
        let csrf = page.hidden("csrf");
        for _ in 0..5 {
            let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", "cleo"), ("password", "wrong")];
            elsewhere.post("/a/other/login", &form).await;
        }
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", "cleo"), ("password", PASSWORD)];
        assert_eq!(elsewhere.post("/a/other/login", &form).await.status, 429);
    }

    async fn sec_088_a_browser_is_known_by_ten_and_for_four_hundred_days(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut own = app.browser();
        for number in 0..11 {
            app.consumer(&format!("c{number}")).await;
            assert!(signs_in(&mut own, &format!("c{number}")).await);
        }
        let cookie = devices(&own, &app);
        assert_eq!(cookie.split('.').count(), 10);
        assert!(signs_in(&mut own, "c5").await);
        assert_eq!(devices(&own, &app).split('.').count(), 10, "one entry a consumer");
        for name in ["c0", "c1"] {
            guess(&mut app.browser(), name).await;
        }
        assert!(!signs_in(&mut known(&app, &cookie), "c0").await, "the first of eleven is forgotten");
        assert!(signs_in(&mut known(&app, &cookie), "c1").await);

        app.clock.advance(Duration::from_hours(24 * 400));
        guess(&mut app.browser(), "c1").await;
        assert!(signs_in(&mut known(&app, &cookie), "c1").await);
        app.clock.advance(Duration::from_hours(24));
        guess(&mut app.browser(), "c1").await;
        assert!(!signs_in(&mut known(&app, &cookie), "c1").await);
    }

    async fn sec_068_the_cookie_of_known_browsers_is_locked_down(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let answer = enter(&mut app.browser(), "ana", PASSWORD, &[]).await;
        let cookies: Vec<&str> = answer.headers.get_all(SET_COOKIE).iter().map(|it| it.to_str().unwrap()).collect();
        let cookie = cookies.iter().find(|it| it.starts_with("__Host-signet-devices-brand=")).unwrap();
        let (value, attributes) = cookie.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000");
        assert!(!value.contains("ana"));
    }
}
