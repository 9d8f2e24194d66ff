//! Logins that our own page initiates at a client (OpenID Connect Core §4).

use oauth::Parameters;
use url::Url;

use crate::support::answer::{Answer, unescape};
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

/// A client that has itself called at an address of its own.
fn begins(client: NewClient, name: &str) -> NewClient {
    client.set(|it| {
        name.clone_into(&mut it.client_name);
        it.initiate_login_uri = Some(format!("https://{name}.example.test/login?shop=1%202"));
    })
}

/// Where the page leads, in its order.
fn links(page: &Answer) -> Vec<String> {
    let list = page.body.split_once("aria-labelledby=\"me-apps\"");
    let list = list.and_then(|(_, rest)| rest.split_once("</ul>"));
    let anchors = list.map_or("", |(list, _)| list).split("href=\"").skip(1);
    anchors
        .map(|rest| unescape(rest.split('"').next().unwrap()))
        .collect()
}

fn hosts(page: &Answer) -> Vec<String> {
    let host = |link: &String| Url::parse(link).unwrap().host_str().unwrap().to_owned();
    links(page).iter().map(host).collect()
}

on_both_databases! {
    async fn a_login_begins_at_a_client_of_the_brands_and_ends_without_a_word(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = begins(NewClient::web("web"), "shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/me").await;
        assert!(!page.body.contains("<bdi>shop.example.test</bdi>"), "the brand's own needs no more than its name");
        let begun = links(&page);
        let iss: String = form_urlencoded::byte_serialize(app.issuer.as_bytes()).collect();
        assert_eq!(begun, [format!("https://shop.example.test/login?shop=1%202&iss={iss}")]);
        assert_eq!(page.csp("form-action"), "'self'");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));

        // The client finds the provider by `iss` and asks there, as it would of its own accord.
        let url = Url::parse(&begun[0]).unwrap();
        let told = Parameters::parse(url.query().unwrap()).unwrap();
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["issuer"].as_str(), told.get("iss"));
        let sent = browser.ask(&client.ask()).await.sent();
        assert_eq!(sent.to, client.redirect_uri);
        let tokens = client.redeem(&sent.code()).send(&app).await.json();
        assert!(tokens["id_token"].is_string(), "{tokens}");
    }

    async fn an_issuer_below_a_path_is_named_to_its_own_clients_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let acme = app.other_account("acme").await;
        begins(NewClient::web("web"), "ours").on(&app).await;
        begins(NewClient::web("theirs"), "theirs").of(&app, &acme).await;
        let mut here = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(hosts(&here.get("/me").await), ["ours.example.test"]);
        let mut there = app.signed_in(&app.consumer_of(&acme, "carl").await).await;
        let begun = links(&there.get("/a/acme/me").await);
        assert_eq!(begun.len(), 1);
        let url = Url::parse(&begun[0]).unwrap();
        let iss = url.query_pairs().find(|(name, _)| name == "iss").unwrap().1.into_owned();
        assert_eq!((url.host_str(), iss), (Some("theirs.example.test"), format!("{}/a/acme", app.issuer)));
    }

    async fn a_third_partys_client_is_listed_while_the_consumer_allows_it_something(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = begins(NewClient::third_party("tracker"), "tracker").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/me").await;
        assert!(links(&page).is_empty() && !page.body.contains("me-apps"), "{}", page.body);

        let asked = browser.ask(&client.ask()).await;
        browser.decide(&asked, "allow").await.sent().code();
        let page = browser.get("/me").await;
        assert_eq!(hosts(&page), ["tracker.example.test"]);
        assert!(page.body.contains("<bdi>tracker.example.test</bdi>"), "{}", page.body);
        browser.ask(&client.ask().with("prompt", "none")).await.sent().code();
        let mut other = app.signed_in(&app.consumer("ben").await).await;
        assert!(links(&other.get("/me").await).is_empty());

        let csrf = browser.get("/me").await.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("what", "consent"), ("which", "tracker")];
        browser.post("/me", &form).await;
        assert!(links(&browser.get("/me").await).is_empty());
    }

    async fn a_disabled_client_and_one_that_names_no_address_are_not_listed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let brands = begins(NewClient::web("web"), "web").on(&app).await;
        let tracker = begins(NewClient::third_party("tracker"), "tracker").on(&app).await;
        let silent = NewClient::third_party("silent").on(&app).await;
        NewClient::web("quiet").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for client in [&tracker, &silent] {
            let asked = browser.ask(&client.ask()).await;
            browser.decide(&asked, "allow").await.sent().code();
        }
        assert_eq!(hosts(&browser.get("/me").await), ["tracker.example.test", "web.example.test"]);
        for client in [&brands, &tracker] {
            client.change(&app, |it| it.enabled = false).await;
        }
        assert!(links(&browser.get("/me").await).is_empty());
    }

    async fn its_name_is_the_one_in_the_consumers_language_and_text_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let named = begins(NewClient::web("web"), "shop").set(|it| {
            "<b>Shop</b>".clone_into(&mut it.client_name);
            it.localized.insert("client_name#de".to_owned(), "Laden".to_owned());
        });
        named.on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let page = browser.get("/me").await;
        assert!(page.body.contains("&#60;b&#62;Shop") && !page.body.contains("<b>Shop"), "{}", page.body);
        let mut german = app.signed_in(&app.consumer("ben").await).await.with_header("accept-language", "de");
        let page = german.get("/me").await;
        assert!(page.body.contains("<bdi>Laden</bdi>") && !page.body.contains("&#60;b"), "{}", page.body);
    }
}
