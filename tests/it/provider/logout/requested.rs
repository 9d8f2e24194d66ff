//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pages::ErrorKind;

use super::{OUT, end_session, id_token, leaving, signed_in};
use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// A page that asks, and leads nowhere yet.
fn asks(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("id=\"logout-form\"") && answer.body.contains("id=\"logout-confirm\""));
    assert!(answer.headers.get("location").is_none() && answer.headers.get("refresh").is_none());
}

fn is_done(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("id=\"logout-done\""));
    assert!(answer.headers.get("location").is_none() && answer.headers.get("refresh").is_none());
}

/// Says yes on the page that asks.
async fn confirm(browser: &mut Browser<'_>, page: &Answer) -> Answer {
    let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("decision", "logout"),
    ];
    browser.post(&page.form_action("logout-form"), &form).await
}

/// The same token as if nobody had signed it.
fn unsigned(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    format!(
        "{}.{payload}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#)
    )
}

/// The same token with another signature.
fn altered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", &signature[1..])
}

on_both_databases! {
    async fn a_hint_of_this_session_leads_back_with_the_session_gone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let ana = app.consumer("ana").await;
        for (method, state) in [("GET", Some("a b&c=ä")), ("POST", Some("x")), ("GET", None)] {
            let mut browser = app.signed_in(&ana).await;
            let hint = id_token(&app, &mut browser, &client).await;
            let mut parameters = vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", OUT)];
            parameters.extend(state.map(|state| ("state", state)));
            let answer = match method {
                "GET" => browser.get(&end_session(&parameters)).await,
                _ => browser.post_from("/end_session", &parameters, &[]).await,
            };
            let location = url::Url::parse(answer.location()).unwrap();
            let back: Vec<_> = location.query_pairs().into_owned().collect();
            let mut expected = vec![("from".to_owned(), "signet".to_owned())];
            expected.extend(state.map(|state| ("state".to_owned(), state.to_owned())));
            assert_eq!(back, expected);
            assert!(answer.location().starts_with("https://app.example.test/out?from=signet"));
            assert!(browser.session_cookie().is_none());
            assert!(!signed_in(&mut browser, &client).await);
        }
    }

    async fn an_expired_id_token_still_hints(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let hint = id_token(&app, &mut browser, &client).await;
        app.clock.advance(std::time::Duration::from_hours(7));
        is_done(&browser.get(&end_session(&[("id_token_hint", &hint)])).await);
        assert!(!signed_in(&mut browser, &client).await);
    }

    async fn sec_066_only_the_registered_address_is_led_to(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let other = NewClient::web("other").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let hint = id_token(&app, &mut browser, &client).await;
        let others = id_token(&app, &mut browser, &other).await;
        let longer = format!("{OUT}&x=1");
        for (hint, uri) in [
            (&hint, "https://evil.test/out"),
            (&hint, longer.as_str()),
            (&hint, "https://app.example.test/out"),
            (&hint, "https://app.example.test/cb"),
            (&hint, "HTTPS://app.example.test/out?from=signet"),
            (&others, OUT),
        ] {
            let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri), ("state", "s")];
            asks(&browser.get(&end_session(&asked)).await);
            assert!(signed_in(&mut browser, &client).await, "{uri}");
        }
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://evil.test/out")];
        let page = browser.get(&end_session(&asked)).await;
        is_done(&confirm(&mut browser, &page).await);
        assert!(!signed_in(&mut browser, &client).await);
        // Once nobody is signed in, there is nothing to ask.
        is_done(&browser.get(&end_session(&asked)).await);
    }

    async fn sec_073_without_a_valid_hint_it_is_asked_first(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        let hint = id_token(&app, &mut browser, &client).await;
        let mut elsewhere = app.signed_in(&ana).await;
        let another = id_token(&app, &mut elsewhere, &client).await;
        let bens = id_token(&app, &mut app.signed_in(&ben).await, &client).await;
        for hint in [&unsigned(&hint), &altered(&hint), "x.y.z", &another, &bens, ""] {
            let asked = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("state", "s")];
            asks(&browser.get(&end_session(&asked)).await);
            assert!(signed_in(&mut browser, &client).await, "{hint}");
        }
        // A forged hint leads nowhere, whoever it says that it is for.
        let forged = unsigned(&hint);
        let asked = [("id_token_hint", forged.as_str()), ("client_id", "web"), ("post_logout_redirect_uri", OUT)];
        let page = browser.get(&end_session(&asked)).await;
        asks(&page);
        is_done(&confirm(&mut browser, &page).await);
        assert!(!signed_in(&mut browser, &client).await);
        assert!(signed_in(&mut elsewhere, &client).await);
    }

    async fn a_client_that_names_itself_is_led_back_to_once_the_consumer_has_confirmed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = [("client_id", "web"), ("post_logout_redirect_uri", OUT), ("state", "s-9")];
        let page = browser.get(&end_session(&asked)).await;
        asks(&page);
        assert!(page.body.contains("Web Shop"));
        assert!(page.csp("form-action").contains("https://app.example.test"));
        // What the page was made for can't be changed on the way.
        let csrf = page.hidden("csrf");
        let elsewhere = URL_SAFE_NO_PAD.encode(r#"{"client_id":"web","uri":"https://app.example.test/cb","state":null}"#);
        let form = [("csrf", csrf.as_str()), ("interaction", elsewhere.as_str()), ("decision", "logout")];
        assert_eq!(browser.post("/logout", &form).await.page_error(), ErrorKind::Csrf);
        let answer = confirm(&mut browser, &page).await;
        assert_eq!(answer.location(), format!("{OUT}&state=s-9"));
        assert!(!signed_in(&mut browser, &client).await);
        // With nobody signed in the consumer may go on, and isn't sent.
        let page = browser.get(&end_session(&asked)).await;
        is_done(&page);
        assert!(page.body.contains("id=\"logout-onward\""));
    }

    async fn an_address_is_taken_out_between_question_and_answer(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get(&end_session(&[("client_id", "web"), ("post_logout_redirect_uri", OUT)])).await;
        client.change(&app, |it| it.settings.post_logout_redirect_uris.clear()).await;
        is_done(&confirm(&mut browser, &page).await);
        assert!(!signed_in(&mut browser, &client).await);
    }

    async fn no_parameters_or_state_alone_end_on_our_page(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let ana = app.consumer("ana").await;
        for parameters in [&[][..], &[("state", "s")], &[("post_logout_redirect_uri", OUT)], &[("client_id", "nobody")]] {
            let mut browser = app.signed_in(&ana).await;
            let page = browser.get(&end_session(parameters)).await;
            asks(&page);
            assert!(signed_in(&mut browser, &client).await);
            is_done(&confirm(&mut browser, &page).await);
            assert!(!signed_in(&mut browser, &client).await);
        }
    }

    async fn hint_and_client_must_belong_together(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let brand = leaving("brand").set(|it| it.id_token_audience = vec!["acc:1".to_owned()]).on(&app).await;
        leaving("other").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let hint = id_token(&app, &mut browser, &client).await;
        let branded = id_token(&app, &mut browser, &brand).await;
        for (hint, client_id) in [(&hint, "other"), (&hint, "brand"), (&branded, "web"), (&branded, "other")] {
            let asked = [("id_token_hint", hint.as_str()), ("client_id", client_id), ("post_logout_redirect_uri", OUT)];
            asks(&browser.get(&end_session(&asked)).await);
        }
        let asked = [("id_token_hint", branded.as_str()), ("client_id", "brand"), ("post_logout_redirect_uri", OUT)];
        assert_eq!(browser.get(&end_session(&asked)).await.location(), OUT);
    }

    async fn sec_075_what_is_no_visit_ends_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = leaving("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let hint = id_token(&app, &mut browser, &client).await;
        let path = end_session(&[("id_token_hint", &hint)]);
        assert_eq!(browser.send("HEAD", &path, &[], axum::body::Body::empty()).await.status, 405);
        let twice = browser.get(&format!("{path}&state=a&state=b")).await;
        assert_eq!(twice.page_error(), ErrorKind::RepeatedParameter);
        assert!(signed_in(&mut browser, &client).await);
        // A form of the client's site comes without the cookies, and again with them.
        let from_there = [("origin", "https://app.example.test"), ("sec-fetch-site", "cross-site")];
        let form = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", OUT)];
        let again = app.browser().post_from("/end_session", &form, &from_there).await;
        assert_eq!(browser.get(again.location()).await.location(), OUT);
        assert!(!signed_in(&mut browser, &client).await);
    }

    async fn each_account_ends_its_own_sessions(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let (client, foreign) = (leaving("web").on(&app).await, leaving("web").of(&app, &other).await);
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let (cookie, _) = app.session(&app.consumer_of(&other, "ben").await, None).await;
        browser.take_session(&other, cookie.expose());
        let hint = id_token(&app, &mut browser, &foreign).await;
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", OUT)];
        asks(&browser.get(&end_session(&asked)).await);
        let answer = browser.get(&format!("/a/other{}", end_session(&asked))).await;
        assert_eq!(answer.location(), OUT);
        assert!(signed_in(&mut browser, &client).await);
        assert!(!signed_in(&mut browser, &foreign).await);
    }
}
