//! Forms that only our own pages can send (SEC-074).

use pages::ErrorKind;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, PASSWORD};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// The fields of a page's form, with these added or replaced.
fn filled(page: &Answer, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut form = page.hidden_fields();
    form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    form.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    form
}

async fn send(
    browser: &mut Browser<'_>,
    path: &str,
    form: &[(String, String)],
    origin: &[(&'static str, &str)],
) -> Answer {
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post_from(path, &form, origin).await
}

const SAME: &[(&str, &str)] = &[("origin", ISSUER), ("sec-fetch-site", "same-origin")];
const CREDENTIALS: [(&str, &str); 2] = [("username", "ana"), ("password", PASSWORD)];

on_both_databases! {
    async fn sec_074_a_form_needs_the_token_of_its_browser_and_its_page(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        let plain = browser.get("/login").await;
        let mut other = app.browser();
        let others = other.get("/login").await;
        for token in ["", "x", &others.hidden("csrf"), &plain.hidden("csrf"), &format!("{}A", page.hidden("csrf"))] {
            let form = filled(&page, &[CREDENTIALS[0], CREDENTIALS[1], ("csrf", token)]);
            assert_eq!(send(&mut browser, "/login", &form, SAME).await.page_error(), ErrorKind::Csrf, "{token}");
        }
        // A token of the right form in a browser without its secret.
        let form = filled(&plain, &CREDENTIALS);
        assert_eq!(send(&mut app.browser(), "/login", &form, SAME).await.page_error(), ErrorKind::Csrf);
        assert_eq!(app.count("sessions").await, 0);
        let form = filled(&page, &CREDENTIALS);
        assert_eq!(send(&mut browser, "/login", &form, SAME).await.status, 303);
    }

    async fn sec_074_a_form_from_elsewhere_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let mut browser = app.browser();
        let page = browser.get("/login").await;
        let form = filled(&page, &CREDENTIALS);
        for origin in [
            &[("origin", "https://evil.test")][..],
            &[("origin", "https://id.example.test.evil.test")],
            &[("origin", "http://id.example.test")],
            &[("origin", "https://id.example.test:8443")],
            &[("origin", ISSUER), ("sec-fetch-site", "cross-site")],
            &[("origin", ISSUER), ("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "x")],
        ] {
            assert_eq!(send(&mut browser, "/login", &form, origin).await.page_error(), ErrorKind::Csrf, "{origin:?}");
        }
        assert_eq!(app.count("sessions").await, 0);
        // What browsers say of a form on a page without referrer, and what programs without an opinion say.
        for origin in [&[("origin", "null"), ("sec-fetch-site", "same-origin")][..], &[("origin", ISSUER)], &[("origin", "null")], &[]] {
            let page = browser.get("/login").await;
            let form = filled(&page, &CREDENTIALS);
            assert_eq!(send(&mut browser, "/login", &form, origin).await.status, 303, "{origin:?}");
        }
    }

    async fn sec_074_consent_is_bound_to_who_gives_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        let form = filled(&page, &[("decision", "allow")]);
        browser.take_session(&app.brand, app.session(&ben, None).await.0.expose());
        assert_eq!(send(&mut browser, "/consent", &form, SAME).await.page_error(), ErrorKind::Csrf);
        let form = filled(&browser.get(asked.location()).await, &[("decision", "maybe")]);
        assert_eq!(send(&mut browser, "/consent", &form, SAME).await.page_error(), ErrorKind::InvalidRequest);
        assert_eq!(app.count("grants").await, 0);
    }

    async fn sec_075_get_changes_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let asked = browser.ask(&client.ask()).await;
        let page = browser.get(asked.location()).await;
        let query = format!("csrf={}&interaction={}&decision=allow", page.hidden("csrf"), page.hidden("interaction"));
        assert_eq!(browser.get(&format!("/consent?{query}")).await.status, 200);
        assert_eq!(app.count("grants").await, 0);
        let page = browser.get("/logout").await;
        let query = format!("csrf={}&decision=logout", page.hidden("csrf"));
        assert_eq!(browser.get(&format!("/logout?{query}")).await.status, 200);
        assert_eq!(browser.get("/me").await.status, 200);
        let answer = browser.post("/jwks", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET,HEAD")));
    }
}
