//! Session management (OpenID Connect Session Management 1.0): what clients' pages watch.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{end_session, id_token, leaving};
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// What the page in the frame makes of a message, given the browser's cookies.
pub(super) fn is_unchanged(browser: &Browser<'_>, client_id: &str, session_state: &str) -> bool {
    let name = browser
        .jar
        .keys()
        .find(|name| name.contains("signet-state-brand"))
        .unwrap();
    let state = &browser.jar[name];
    let (_, salt) = session_state.split_once('.').unwrap();
    let whole = format!(".{state}");
    state.split('.').chain([whole.as_str()]).any(|watched| {
        let digest = Sha256::digest(format!("{client_id} https://app.example.test {watched} {salt}"));
        session_state == format!("{}.{salt}", URL_SAFE_NO_PAD.encode(digest))
    })
}

on_both_databases! {
    async fn every_answer_says_in_which_state_the_browser_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (web, shop) = (leaving("web").on(&app).await, NewClient::web("shop").on(&app).await);
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let sent = browser.ask(&web.ask()).await;
        let first = browser.sign_in(&ana, &sent).await.sent();
        let state = first.get("session_state").unwrap().to_owned();
        assert!(is_unchanged(&browser, "web", &state) && !is_unchanged(&browser, "shop", &state));
        // As long as the session is the same, so is its state, salted anew each time.
        for response_type in ["code", "id_token", "code id_token token"] {
            let again = browser.ask(&shop.ask().response_type(response_type)).await.sent();
            let other = again.get("session_state").unwrap();
            assert!(is_unchanged(&browser, "shop", other) && other != state);
        }
        let hint = id_token(&app, &mut browser, &web).await;
        assert!(is_unchanged(&browser, "web", &state));
        browser.get(&end_session(&[("id_token_hint", &hint)])).await;
        assert!(!is_unchanged(&browser, "web", &state), "nobody is signed in any more");
        let refused = browser.ask(&web.ask().with("prompt", "none")).await.sent();
        assert_eq!(refused.get("error"), Some("login_required"));
        let state = refused.get("session_state").unwrap().to_owned();
        assert!(is_unchanged(&browser, "web", &state));
        let sent = browser.ask(&web.ask()).await;
        browser.sign_in(&ana, &sent).await.sent();
        assert!(!is_unchanged(&browser, "web", &state));
    }

    async fn an_app_and_a_platform_have_no_page_to_watch(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for new in [NewClient::app("app"), NewClient::platform("lp")] {
            let client = new.on(&app).await;
            let sent = browser.ask(&client.ask().with("prompt", "consent")).await;
            let sent = if sent.location().contains("/consent") { browser.decide(&sent, "allow").await } else { sent };
            assert_eq!(sent.sent().get("session_state"), None);
        }
    }

    async fn any_site_may_frame_the_page_that_answers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        for (path, cookie) in [
            ("/check_session", "__Host-signet-state-brand"),
            ("/a/other/check_session", "__Host-signet-state-other"),
        ] {
            let page = app.get(path).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains(&format!("data-cookie=\"{cookie}\"")));
            assert_eq!(page.csp("frame-ancestors"), "*");
            assert_eq!(page.csp("script-src"), "'self'");
            assert!(page.headers.get("x-frame-options").is_none());
            assert_eq!(page.header("cross-origin-resource-policy"), Some("cross-origin"));
            let script = page.body.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
            let script = app.get(script).await;
            assert_eq!(script.status, 200);
            for modern in ["=>", "const ", "let ", "`", "async", "Promise", "crypto."] {
                let code: String = script.body.lines().filter(|line| !line.trim().starts_with("//")).collect();
                assert!(!code.contains(modern), "{modern} is not plain old JavaScript");
            }
        }
    }

    async fn sec_068_the_cookie_that_pages_read_opens_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = leaving("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let answer = browser.ask(&web.ask()).await;
        let cookie = answer.header("set-cookie").unwrap();
        let (pair, attributes) = cookie.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; SameSite=None; Secure");
        let (_, value) = pair.split_once('=').unwrap();
        let mut thief = app.browser();
        thief.take_session(&app.brand, value);
        assert_eq!(thief.get("/me").await.status, 303);
        assert!(browser.ask(&web.ask()).await.headers.get("set-cookie").is_none(), "it is given once");
    }
}
