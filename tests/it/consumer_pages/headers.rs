//! What every page carries (SEC-076), in success and in error.

use pages::{ErrorKind, Locale};

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::client::{NewClient, uris};
use crate::support::db::{FreshDb, on_both_databases};

pub(crate) fn is_safe(answer: &Answer) {
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8"),
        "{answer:?}"
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    for (directive, value) in [
        ("default-src", "'none'"),
        ("base-uri", "'none'"),
        ("object-src", "'none'"),
        ("frame-ancestors", "'none'"),
        ("img-src", "'self' data:"),
    ] {
        assert_eq!(answer.csp(directive), value);
    }
    assert!(answer.csp("form-action").starts_with("'self'"));
    for inline in ["unsafe-inline", "unsafe-eval", "*"] {
        assert!(!answer.header("content-security-policy").unwrap().contains(inline));
    }
    // SEC-081: nothing from other origins, and no script without its nonce.
    for tag in answer.body.split('<').filter(|tag| {
        ["script", "link", "img", "style"]
            .iter()
            .any(|name| tag.starts_with(name))
    }) {
        assert!(!tag.contains("://"), "{tag}");
        if tag.starts_with("script") || tag.starts_with("style") {
            assert!(tag.contains("nonce=\""), "{tag}");
        }
    }
    assert!(answer.header("x-request-id").is_some());
}

on_both_databases! {
    async fn sec_076_every_page_is_safe(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").on(&app).await;
        let mut stranger = app.browser();
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let to_login = stranger.ask(&client.ask()).await;
        let to_consent = browser.ask(&client.ask()).await;
        for answer in [
            stranger.get("/login").await,
            stranger.get(to_login.location()).await,
            browser.get(to_consent.location()).await,
            browser.get("/me").await,
            browser.get("/logout").await,
            stranger.get("/logout").await,
            stranger.ask(&client.ask().with("client_id", "nobody")).await,
            stranger.get("/nothing/here").await,
            stranger.get("/a/nobody/login").await,
            stranger.post("/authorize/resume", &[]).await,
            browser.ask(&client.ask().with("response_mode", "form_post").with("scope", "\"")).await,
        ] {
            is_safe(&answer);
        }
        let nonce = |answer: &Answer| answer.csp("script-src");
        assert_ne!(nonce(&stranger.get("/login").await), nonce(&stranger.get("/login").await));
    }

    async fn sec_076_what_is_no_page_may_do_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        for answer in [
            app.get("/.well-known/openid-configuration").await,
            app.get("/jwks").await,
            app.get("/public-key").await,
            app.get("/userinfo").await,
            client.redeem("x").send(&app).await,
        ] {
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.csp("default-src"), "'none'");
            assert!(answer.header("content-type").unwrap().starts_with("application/json") || answer.body.starts_with("MII"));
        }
    }

    async fn a_redirect_leaves_a_pop_up_its_opener(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let answer = browser.ask(&client.ask()).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("cross-origin-opener-policy"), None);
    }

    async fn sec_076_forms_may_lead_to_the_redirect_uri_they_end_at(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::app("app").set(|it| {
            it.redirect_uris = uris(&[
                "https://app.example.test/cb", "https://app.example.test:8443/cb", "http://localhost:3000/cb",
                "com.brand.app:/callback", "http://127.0.0.1/cb", "http://[::1]/cb", "https://192.0.2.7/cb",
            ]);
        }).on(&app).await;
        let mut browser = app.browser();
        for (uri, source) in [
            ("https://app.example.test/cb", "https://app.example.test"),
            ("https://app.example.test:8443/cb", "https://app.example.test:8443"),
            ("http://localhost:3000/cb", "http://localhost:3000"),
            ("com.brand.app:/callback", "com.brand.app:"),
            ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000"),
            // A policy can't name these hosts.
            ("http://[::1]:5000/cb", "http:"),
            ("https://192.0.2.7/cb", "https:"),
        ] {
            let asked = browser.ask(&client.ask().with("redirect_uri", uri)).await;
            let page = browser.get(asked.location()).await;
            assert_eq!(page.csp("form-action"), format!("'self' {source}"), "{uri}");
        }
        assert_eq!(browser.get("/login").await.csp("form-action"), "'self'");
        // A platform's window goes on from its redirect URI, to hosts that nobody lists.
        let platform = NewClient::platform("lp").on(&app).await;
        let asked = browser.ask(&platform.ask()).await;
        let page = browser.get(asked.location()).await;
        assert_eq!(page.csp("form-action"), "'self' https:");
    }

    async fn errors_speak_the_visitors_language(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.change_account(&app.brand, |it| it.settings.locale = Some("es".to_owned())).await;
        let unknown = "/authorize?client_id=nobody";
        for (accept, locale) in [("ja", Locale::Japanese), ("de-CH;q=0.9, xx", Locale::German), ("xx", Locale::Spanish), ("\u{e9}", Locale::Spanish)] {
            let mut browser = app.browser().with_header("accept-language", accept);
            assert_eq!(browser.get(unknown).await.page_error_in(locale), ErrorKind::UnknownClient, "{accept}");
            assert_eq!(browser.get("/consent").await.page_error_in(locale), ErrorKind::InvalidRequest, "{accept}");
            assert_eq!(browser.post_from("/login", &[("csrf", "x")], &[]).await.page_error_in(locale), ErrorKind::Csrf);
        }
    }

    async fn an_error_page_shows_the_request_id_and_nothing_of_the_request(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let answer = app.get("/authorize?client_id=%3Cscript%3Ex&state=SECRET&redirect_uri=https://evil.test").await;
        assert_eq!(answer.page_error(), ErrorKind::UnknownClient);
        assert!(answer.body.contains(answer.header("x-request-id").unwrap()));
        for part in ["SECRET", "evil.test", "<script>x"] {
            assert!(!answer.body.contains(part));
        }
    }

    async fn assets_come_from_here_and_may_be_kept(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let page = app.get("/login").await;
        let paths: Vec<&str> = page.body.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(paths.len() >= 2, "{}", page.body);
        for path in paths {
            let answer = app.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert!(answer.header("cache-control").unwrap().contains("max-age") || answer.header("cache-control") == Some("no-cache"));
        }
        assert_eq!(app.get("/assets/nothing.js").await.status, 404);
    }
}
