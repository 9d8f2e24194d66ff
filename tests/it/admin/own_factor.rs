//! Administrators' second factor, which they set up if they want one.

use std::time::Duration;

use serde_json::{Value, json};
use signet::base::{Digest, hex};
use signet::directory::By;
use signet::directory::administrator as directory;
use signet::model::administrator::AdminCookie;
use signet::store;
use tokio::sync::oneshot;

use super::people::{Authenticator, codes, csrf_of};
use super::{COOKIE, PASSWORD, administrator, events, get, log_in, post, problem, signed_in, token};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const PLACE: &str = "/admin/second-factor";

/// Fills in the sign-in form with a code, and sends it.
async fn enter(browser: &mut Browser<'_>, name: &str, password: &str, code: &str) -> Answer {
    let page = browser.get("/admin/login?again=1").await;
    let csrf = page.hidden("csrf");
    let form = [
        ("csrf", csrf.as_str()),
        ("username", name),
        ("password", password),
        ("otp", code),
    ];
    browser.post("/admin/login", &form).await
}

/// Signs in to the admin API with a code.
async fn by_api(app: &App, code: Value) -> Answer {
    let entry = json!({"name": "root", "password": PASSWORD, "otp": code}).to_string();
    post(app, "application/json", &entry).await
}

/// Sets one up.
async fn set_up(app: &App, browser: &mut Browser<'_>) -> (Authenticator, Vec<String>) {
    let page = browser.get(PLACE).await;
    let authenticator = Authenticator::of(&page);
    let csrf = csrf_of(&page);
    let form = [("csrf", csrf.as_str()), ("otp", &authenticator.code(app, 0))];
    let answer = browser.post(PLACE, &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    (authenticator, codes(&answer))
}

on_both_databases! {
    async fn sec_130_who_has_shown_a_password_alone_sets_up_a_factor_before_changing_whom_others_believe(fresh: &FreshDb) {
        const KEYS: &str = "/admin/api/v1/keys?account=brand";
        let app = App::with(fresh, |settings| settings.login.admin_factor = true).await;
        administrator(&app, "root", None).await;
        let made = async || store::signing_keys::list(app.db(), &app.brand).await.unwrap().len();
        let generate = async |token: &str| {
            let asked = crate::support::app::request("POST", KEYS)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json");
            app.send(asked.body(axum::body::Body::from("{\"alg\":\"RS256\"}")).unwrap()).await
        };
        let mut browser = app.browser();
        assert_eq!(enter(&mut browser, "root", PASSWORD, "").await.location(), "/admin/");
        // Looking is free.
        let page = browser.get("/admin/keys?account=brand").await;
        assert_eq!(page.status, 200);
        let form = [("csrf", csrf_of(&page)), ("alg", "RS256".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let away = browser.post("/admin/keys/generate?account=brand", &form).await;
        assert_eq!(away.location(), "/admin/second-factor?next=%2Fadmin%2Fkeys%3Faccount%3Dbrand");
        for place in ["/admin/app-keys/edit?account=brand", "/admin/users/edit?account=brand", "/admin/sso/edit?account=brand", "/admin/connectors/edit?account=brand"] {
            assert!(browser.get(place).await.location().starts_with("/admin/second-factor?next="), "{place}");
        }
        let by_password = by_api(&app, Value::Null).await.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(get(&app, KEYS, &by_password).await.status, 200);
        let (status, document) = problem(&generate(&by_password).await);
        assert_eq!((status, &document["error"]), (403, &json!("reauth_required")));
        assert_eq!(made().await, 1);

        // A command on the server vouches for what it makes.
        let by_command = token(&app, "root").await;
        assert_eq!(generate(&by_command).await.status, 201);
        assert_eq!(made().await, 2);

        let page = browser.get(away.location()).await;
        assert!(page.body.contains("id=\"factor-needed\"") && page.hidden("next") == "/admin/keys?account=brand", "{}", page.body);
        let authenticator = Authenticator::of(&page);
        let csrf = csrf_of(&page);
        let form = [("csrf", csrf.as_str()), ("next", "/admin/keys?account=brand"), ("otp", &authenticator.code(&app, 0))];
        let shown = browser.post(PLACE, &form).await;
        assert!(shown.status == 200 && shown.body.contains("href=\"/admin/keys?account=brand\""), "{}", shown.body);
        let page = browser.get("/admin/keys?account=brand").await;
        let csrf = csrf_of(&page);
        let deed = [("csrf", csrf.as_str()), ("alg", "ES256")];
        let done = browser.post("/admin/keys/generate?account=brand", &deed).await;
        assert_eq!(done.location(), "/admin/keys?account=brand&done=published");

        // Five minutes later a code is shown once more; with it, the API lets do the same.
        app.clock.advance(Duration::from_mins(6));
        let page = browser.get("/admin/keys?account=brand").await;
        let csrf = csrf_of(&page);
        let deed = [("csrf", csrf.as_str()), ("alg", "RS256")];
        let away = browser.post("/admin/keys/generate?account=brand", &deed).await;
        assert!(away.location().starts_with("/admin/login?again=1"), "{away:?}");
        let by_code = by_api(&app, json!(authenticator.code(&app, 0))).await.json()["token"].as_str().unwrap().to_owned();
        let answer = generate(&by_code).await;
        assert_ne!(answer.status, 403, "{answer:?}");
    }

    async fn sec_130_a_session_from_before_asks_for_the_factor_that_there_is(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.login.admin_factor = true).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        set_up(&app, &mut browser).await;
        // As an older version stored it.
        store::sql("UPDATE admin_sessions SET second_factor = FALSE").execute(app.db()).await.unwrap();
        let away = browser.get("/admin/app-keys/edit?account=brand").await;
        assert!(away.location().starts_with("/admin/second-factor?next="), "{away:?}");
        let away = browser.get(away.location()).await;
        assert!(away.location().starts_with("/admin/login?again=1&next=%2Fadmin%2Fapp-keys"), "{away:?}");
    }

    async fn sec_096_sec_098_an_administrator_sets_up_a_factor_and_signs_in_with_it_from_then_on(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut browser = signed_in(&app, "root").await;
        assert!(browser.get("/admin/").await.body.contains("id=\"own-factor\""));
        // It is shown once, another at each look, and nothing counts before a code of it is shown.
        let former = Authenticator::of(&browser.get(PLACE).await);
        let page = browser.get(PLACE).await;
        let first = Authenticator::of(&page);
        let csrf = csrf_of(&page);
        for (csrf, code, status) in [("", first.code(&app, 0), 403), (&csrf, former.code(&app, 0), 422), (&csrf, first.code(&app, 3), 422)] {
            let answer = browser.post(PLACE, &[("csrf", csrf), ("otp", &code)]).await;
            assert_eq!(answer.status, status);
            assert!(!answer.body.contains("id=\"qr\"") && !answer.body.contains("id=\"secret\""), "{answer:?}");
            assert_eq!(answer.body.contains("id=\"other-secret\""), status == 422, "{answer:?}");
        }
        let mut other = app.browser();
        assert_eq!(enter(&mut other, "root", PASSWORD, "").await.location(), "/admin/");
        let (authenticator, codes) = set_up(&app, &mut browser).await;
        assert_eq!(codes.len(), 10);
        let page = browser.get(PLACE).await;
        assert!(page.body.contains("It is set up") && !page.body.contains("id=\"secret\""), "{}", page.body);

        // Without a code, or with a wrong one, it is as with a wrong password, which tells nothing of it.
        app.clock.advance(Duration::from_mins(1));
        let mut stranger = app.browser();
        let wrong = enter(&mut stranger, "root", "wrong", "").await;
        for code in ["", "aaaa-aaaa-aaaa-aaaa"] {
            let answer = enter(&mut stranger, "root", PASSWORD, code).await;
            assert_eq!((answer.status, answer.body.len()), (wrong.status, wrong.body.len()), "{code}: {answer:?}");
            assert!(!stranger.jar.contains_key(COOKIE));
            assert_eq!(problem(&by_api(&app, json!(code)).await).0, 401, "{code}");
        }
        app.clock.advance(Duration::from_hours(25));
        assert_eq!(enter(&mut stranger, "root", PASSWORD, &authenticator.code(&app, 0)).await.location(), "/admin/");
        // A code, and a recovery code, let in once, at whichever door.
        assert_eq!(problem(&by_api(&app, json!(authenticator.code(&app, 0))).await).0, 401);
        assert_eq!(by_api(&app, json!(codes[0])).await.status, 200);
        assert_eq!(problem(&by_api(&app, json!(codes[0])).await).0, 401);
        assert_eq!(problem(&post(&app, "application/json", &json!({"name": "root", "password": PASSWORD}).to_string()).await).0, 401);
        assert_eq!(by_api(&app, json!(codes[1].replace('-', " ").to_uppercase())).await.status, 200);
        let told = events(&app, "*").await;
        assert!(told.iter().any(|event| event == "administrator.factor_set_up"), "{told:?}");
        let record = signet::store::audit::list_chain(app.db(), &"*".parse().unwrap(), 0, 1000).await.unwrap();
        let last = record.iter().rfind(|entry| entry.event == "admin.login").unwrap();
        assert!(last.detail.contains("recovery_code") && !format!("{record:?}").contains(&codes[1]), "{last:?}");
    }

    async fn sec_096_guesses_must_wait_and_of_many_at_once_one_code_lets_one_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let (authenticator, codes) = set_up(&app, &mut signed_in(&app, "root").await).await;
        app.clock.advance(Duration::from_mins(1));
        for guess in ["000000", "111111", "aaaa-aaaa-aaaa-aaaa", "222222", "333333"] {
            assert_eq!(by_api(&app, json!(guess)).await.status, 401, "{guess}");
        }
        let beside = app.beside(fresh).await;
        for (node, code) in [(&app, authenticator.code(&app, 0)), (&beside, codes[0].clone())] {
            let answer = by_api(node, json!(code)).await;
            assert!(answer.status == 429 && answer.header("retry-after").is_some(), "{answer:?}");
        }
        app.clock.advance(Duration::from_hours(25));
        for code in [authenticator.code(&app, 0), codes[0].clone()] {
            let tries = (0..5).map(|at| {
                let node = if at % 2 == 0 { &app } else { &beside };
                by_api(node, json!(code))
            });
            let answers = together(tries.collect()).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
            app.clock.advance(Duration::from_hours(25));
        }
        beside.db().close().await;
    }

    async fn sec_072_a_command_takes_it_away_and_ends_what_hung_on_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let mut browser = signed_in(&app, "root").await;
        let (_, codes) = set_up(&app, &mut browser).await;
        // Another's is another one's.
        assert_eq!(enter(&mut app.browser(), "olga", PASSWORD, "").await.location(), "/admin/");
        directory::reset(&app.services, &By::command(), "root").await.unwrap();
        app.services.forget();
        assert!(browser.get("/admin/").await.location().starts_with("/admin/login"));
        assert_eq!(by_api(&app, Value::Null).await.status, 200);
        // The former codes are none of the next factor's.
        app.clock.advance(Duration::from_mins(1));
        let (authenticator, _) = set_up(&app, &mut signed_in(&app, "root").await).await;
        assert_eq!(by_api(&app, json!(codes[0])).await.status, 401);
        app.clock.advance(Duration::from_mins(1));
        assert_eq!(by_api(&app, json!(authenticator.code(&app, 0))).await.status, 200);
        assert!(events(&app, "*").await.iter().any(|event| event == "administrator.factor_reset"));
        // It takes a fresh sign-in to set one up (SEC-098).
        let mut late = signed_in(&app, "olga").await;
        app.clock.advance(Duration::from_secs(301));
        assert!(late.get(PLACE).await.location().starts_with("/admin/login"));
    }
    async fn sec_069_a_new_factor_ends_what_a_password_alone_made_and_renews_its_own_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        administrator(&app, "olga", None).await;
        let mut browser = signed_in(&app, "root").await;
        let mut other = signed_in(&app, "root").await;
        let mut olga = signed_in(&app, "olga").await;
        let token = token(&app, "root").await;
        assert_eq!(get(&app, "/admin/api/v1/accounts", &token).await.status, 200);
        let former = browser.jar[COOKIE].clone();
        set_up(&app, &mut browser).await;
        assert_ne!(browser.jar[COOKIE], former);
        assert_eq!(browser.get("/admin/").await.status, 200);
        assert_eq!(get(&app, "/admin/api/v1/accounts", &token).await.status, 401);
        let mut thief = app.browser();
        thief.jar.insert(COOKIE.to_owned(), former);
        for ended in [&mut other, &mut thief] {
            assert!(ended.get("/admin/").await.location().starts_with("/admin/login"));
        }
        assert_eq!(olga.get("/admin/").await.status, 200);
        // It lives no longer than it would have: a fresh sign-in is five minutes old.
        app.clock.advance(Duration::from_secs(301));
        assert!(browser.get(PLACE).await.location().starts_with("/admin/login"));
    }

    async fn sec_094_a_sign_in_by_password_finds_the_factor_that_came_meanwhile(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let owner = administrator(&app, "root", None).await.administrator_id;
        let mut browser = signed_in(&app, "root").await;
        browser.get(PLACE).await;
        let id = hex(Digest::<AdminCookie>::of(&browser.jar[COOKIE]).as_bytes());
        let now = app.clock.now();
        let pending = store::administrator_factors::find_pending(app.db(), &id, now).await.unwrap().unwrap();
        let ((begun, has_begun), (release, released)) = (oneshot::channel(), oneshot::channel::<()>());
        let setting_up = app.db().transaction(move |tx| {
            Box::pin(async move {
                store::administrators::set_last_login(tx, &owner, now).await?;
                assert_eq!(store::administrator_factors::activate(tx, &pending, 0, now).await?, 1);
                begun.send(()).unwrap();
                released.await.unwrap();
                Ok(())
            })
        });
        let signing_in = async {
            has_begun.await.unwrap();
            let wait = async {
                tokio::time::sleep(Duration::from_secs(2)).await;
                release.send(()).unwrap();
            };
            tokio::join!(log_in(&app, "root", PASSWORD), wait).0
        };
        let (set_up, answer) = tokio::join!(setting_up, signing_in);
        set_up.unwrap();
        assert_eq!(answer.status, 401, "{answer:?}");
    }

    async fn sec_094_guesses_at_a_code_are_answered_as_guesses_at_the_password(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut codes = Vec::new();
        for name in ["root", "olga"] {
            administrator(&app, name, None).await;
            codes.push(set_up(&app, &mut signed_in(&app, name).await).await.1.remove(0));
        }
        let guess = async |name: &str, password: &str, code: &str| {
            let entry = json!({"name": name, "password": password, "otp": code}).to_string();
            let answer = post(&app, "application/json", &entry).await;
            let retry = answer.header("retry-after").map(str::to_owned);
            (answer.status.as_u16(), retry, answer.body.len())
        };
        let mut seen = Vec::new();
        for wait in [0, 0, 0, 0, 0, 0, 6, 0, 11, 21, 41, 81] {
            app.clock.advance(Duration::from_secs(wait));
            let right = guess("root", PASSWORD, "000000").await;
            let wrong = guess("olga", "wrong", "000000").await;
            assert_eq!((right.0, &right.1), (wrong.0, &wrong.1), "after {seen:?}");
            assert!(right.0 == 429 || right.2 == wrong.2, "{right:?}");
            seen.push(right.0);
        }
        assert_eq!(seen, [401, 401, 401, 401, 401, 429, 401, 429, 401, 401, 401, 401]);
        // Who shows both is let in, and begins anew.
        app.clock.advance(Duration::from_hours(25));
        assert_eq!(guess("root", PASSWORD, &codes[0]).await.0, 200);
        for _ in 0..5 {
            assert_eq!(guess("root", PASSWORD, "000000").await.0, 401);
        }
    }
}
