//! Browsers in which somebody has signed in to the console before.

use std::time::Duration;

use http::header::SET_COOKIE;
use serde_json::json;
use signet::config::Settings;
use signet::model::RoleType;

use super::people::{PASSWORD, enter, first, show, user};
use super::{COOKIE, PASSWORD as ADMINISTRATORS, administrator, signed_in};
use crate::gateway::people::try_login;
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, on_both_databases};

const DEVICES: &str = "__Host-signet-admin-devices";
const FACTOR: &str = "/admin/login/factor";

/// All come from one address, which must wait as well.
const fn few(settings: &mut Settings) {
    settings.login.source_attempts = 10;
}

/// A browser that is known by nothing but the mark of another one.
fn like<'a>(app: &'a App, other: &Browser<'_>) -> Browser<'a> {
    let mut browser = app.browser();
    browser.jar.insert(DEVICES.to_owned(), other.jar[DEVICES].clone());
    browser
}

async fn as_administrator(browser: &mut Browser<'_>, name: &str, password: &str) -> Answer {
    let page = browser.get("/admin/login?again=1").await;
    let csrf = page.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("username", name),
        ("password", password),
    ];
    browser.post("/admin/login", &form).await
}

/// Tries until the answer is to wait.
async fn until_one_waits(mut guess: impl AsyncFnMut() -> Answer) {
    for _ in 0..12 {
        if guess().await.status == 429 {
            return;
        }
    }
    panic!("nobody has to wait");
}

on_both_databases! {
    async fn sec_088_a_users_known_browser_works_while_strangers_make_everybody_else_wait(fresh: &FreshDb) {
        let app = App::with(fresh, few).await;
        for name in ["robin", "olga"] {
            user(&app, name, RoleType::Admin).await;
        }
        let (mut own, authenticator, _) = first(&app, "robin").await;
        let (olgas, ..) = first(&app, "olga").await;
        until_one_waits(async || enter(&mut app.browser(), "brand", "robin", "wrong").await).await;
        until_one_waits(async || enter(&mut app.browser(), "brand", "nobody", "wrong").await).await;
        assert_eq!(enter(&mut app.browser(), "brand", "robin", PASSWORD).await.status, 429, "a stranger's browser waits");
        assert_eq!(enter(&mut like(&app, &olgas), "brand", "robin", PASSWORD).await.status, 429, "and one that another is known in");

        // Both steps, and it is known as before.
        assert_eq!(enter(&mut own, "brand", "robin", PASSWORD).await.location(), FACTOR);
        let page = own.get(FACTOR).await;
        assert_eq!(show(&mut own, &page, &authenticator.code(&app, 1)).await.location(), "/admin/");
        assert_eq!(enter(&mut like(&app, &own), "brand", "robin", PASSWORD).await.location(), FACTOR);
        assert_eq!(enter(&mut app.browser(), "brand", "robin", PASSWORD).await.status, 429, "for strangers nothing has changed");
        let by_program = try_login(&app, &app.brand, json!({"username": "robin", "password": PASSWORD})).await;
        assert!([401, 429].contains(&by_program.status.as_u16()), "{by_program:?}");
    }

    async fn sec_087_a_users_known_browser_has_guesses_of_its_own(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        user(&app, "robin", RoleType::Admin).await;
        let (own, ..) = first(&app, "robin").await;
        until_one_waits(async || enter(&mut like(&app, &own), "brand", "robin", "wrong").await).await;
        let waits = enter(&mut like(&app, &own), "brand", "robin", PASSWORD).await;
        assert!(waits.status == 429 && waits.header("retry-after").is_some(), "{waits:?}");
        assert_eq!(enter(&mut app.browser(), "brand", "robin", PASSWORD).await.location(), FACTOR);
        // It is known for four hundred days, and by its own digest alone.
        app.clock.advance(Duration::from_hours(24 * 401));
        let forgotten = enter(&mut like(&app, &own), "brand", "robin", "wrong").await;
        assert_eq!(forgotten.status, 422);
    }

    async fn sec_088_so_does_an_administrators(fresh: &FreshDb) {
        let app = App::with(fresh, few).await;
        for name in ["root", "olga"] {
            administrator(&app, name, None).await;
        }
        let (mut own, olgas) = (signed_in(&app, "root").await, signed_in(&app, "olga").await);
        let password = ADMINISTRATORS;
        until_one_waits(async || as_administrator(&mut app.browser(), "root", "wrong").await).await;
        until_one_waits(async || as_administrator(&mut app.browser(), "nobody", "wrong").await).await;
        assert_eq!(as_administrator(&mut app.browser(), "root", password).await.status, 429);
        assert_eq!(as_administrator(&mut like(&app, &olgas), "root", password).await.status, 429);
        for _ in 0..2 {
            assert_eq!(as_administrator(&mut own, "root", password).await.location(), "/admin/");
        }
        assert_eq!(as_administrator(&mut like(&app, &own), "root", "wrong").await.status, 422, "it proves nothing by itself");
    }

    async fn sec_068_the_mark_of_a_known_browser_is_locked_down_and_lets_nobody_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = app.browser();
        let answer = as_administrator(&mut browser, "root", ADMINISTRATORS).await;
        let cookies: Vec<&str> = answer.headers.get_all(SET_COOKIE).iter().map(|it| it.to_str().unwrap()).collect();
        let mark = cookies.iter().find(|it| it.starts_with(&format!("{DEVICES}="))).unwrap();
        assert!(mark.contains("; HttpOnly; SameSite=Strict") && mark.contains("; Max-Age=34560000"), "{mark}");
        let mut thief = like(&app, &browser);
        assert!(thief.get("/admin/").await.location().starts_with("/admin/login"));
        thief.jar.insert(COOKIE.to_owned(), browser.jar[DEVICES].clone());
        assert!(thief.get("/admin/").await.location().starts_with("/admin/login"));
    }
}
