//! Front-channel logout (OpenID Connect Front-Channel Logout 1.0): a page of ours loads a page of each client's.

use signet::model::ClientSettings;

use super::{OUT, end_session, id_token, leaving, signed_in};
use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

fn framed(settings: &mut ClientSettings) {
    settings.frontchannel_logout_uri = Some("https://app.example.test/bye?iss=other&x=1&sid=".to_owned());
    settings.frontchannel_logout_session_required = true;
}

/// The addresses of the page's frames.
fn frames(body: &str) -> Vec<String> {
    body.split("<iframe src=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"))
        .collect()
}

on_both_databases! {
    async fn each_client_of_the_session_is_loaded_and_then_it_goes_on_by_itself(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = leaving("web").set(framed).on(&app).await;
        let shop = NewClient::web("shop").set(framed).on(&app).await;
        let quiet = NewClient::web("quiet").on(&app).await;
        let never = NewClient::web("never").set(framed).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for client in [&shop, &quiet] {
            id_token(&app, &mut browser, client).await;
        }
        let hint = id_token(&app, &mut browser, &web).await;
        let sid = crate::support::tokens::payload(&hint)["sid"].as_str().unwrap().to_owned();
        // Another browser's session is another matter.
        id_token(&app, &mut app.signed_in(&app.consumer("ben").await).await, &never).await;

        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", OUT), ("state", "s")];
        let page = browser.get(&end_session(&asked)).await;
        assert_eq!(page.status, 200);
        let issuer = form_urlencoded::byte_serialize(ISSUER.as_bytes()).collect::<String>();
        let frame = format!("https://app.example.test/bye?x=1&iss={issuer}&sid={sid}");
        assert_eq!(frames(&page.body), [frame.clone(), frame]);
        assert_eq!(page.csp("frame-src"), "https://app.example.test");
        let onward = format!("{OUT}&state=s");
        assert_eq!(page.header("refresh").unwrap(), format!("5;url={onward}"));
        assert!(page.body.contains("id=\"logout-done\"") && page.body.contains("id=\"logout-onward\""));
        assert!(page.body.contains("/assets/logged_out."));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert!(!signed_in(&mut browser, &web).await);
        // The next logout has nobody to tell.
        assert_eq!(browser.get(&end_session(&asked)).await.location(), onward);
    }

    async fn a_page_that_leads_nowhere_tells_clients_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = NewClient::web("web").set(framed).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        // In the implicit flow the session is at the client as soon as the answer is.
        browser.ask(&web.ask().response_type("id_token")).await.sent();
        let page = browser.get("/logout").await;
        let csrf = page.hidden("csrf");
        let page = browser.post("/logout", &[("csrf", &csrf), ("interaction", ""), ("decision", "logout")]).await;
        assert_eq!(frames(&page.body).len(), 1);
        assert!(page.headers.get("refresh").is_none() && !page.body.contains("/assets/logged_out."));
        assert!(page.body.contains("id=\"logout-done\""));
    }

    async fn a_client_that_is_switched_off_is_not_loaded(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = leaving("web").on(&app).await;
        let shop = NewClient::web("shop").set(framed).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        id_token(&app, &mut browser, &shop).await;
        let hint = id_token(&app, &mut browser, &web).await;
        shop.change(&app, |it| it.enabled = false).await;
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", OUT)];
        assert_eq!(browser.get(&end_session(&asked)).await.location(), OUT);
    }

    async fn a_client_that_wants_to_know_nothing_costs_no_statement(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = NewClient::web("web").on(&app).await;
        let told = NewClient::web("told").set(framed).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        id_token(&app, &mut browser, &web).await;
        assert_eq!(app.count("session_clients").await, 0);
        for _ in 0..3 {
            id_token(&app, &mut browser, &told).await;
        }
        assert_eq!(app.count("session_clients").await, 1);
    }
}
