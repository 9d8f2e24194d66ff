//! Consumer delegation (section 1.15 of the platform contract).

use std::time::Duration;

use axum::body::Body;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use oauth::{CodeChallenge, CodeVerifier};
use pages::ErrorKind;
use serde_json::{Value, json};
use signet::base::id::{ClientId, ConnectorId};
use signet::model::connector::CONSUMER_DELEGATION;
use signet::model::{Connector, ConnectorKind, JwtValidationType};
use signet::store;
use url::Url;

use super::brand::{Brand, SECRET};
use super::sentinel::{app_jwt, program};
use super::service::Service;
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

/// A node with a connector for delegation, and a program that has its token.
struct Delegating {
    service: Service,
    jwt: String,
    path: String,
}

impl Delegating {
    async fn new(fresh: &FreshDb) -> Self {
        let service = Service::new(fresh, ConnectorKind::Code).await;
        let connector = delegating(&service.brand);
        let id = connector.connector_id.to_string();
        let stored = sealed(&service.app, connector);
        service
            .app
            .db()
            .transaction(move |tx| Box::pin(async move { store::connectors::insert(tx, &stored).await }))
            .await
            .unwrap();
        service.brand.gives(
            StatusCode::OK,
            &json!({"access_token": "at-1", "refresh_token": "rt-1", "token_type": "Bearer", "expires_in": 300, "id_token": "x.y.z"}),
        );
        let client = program(&service.app, "bot").await;
        Self {
            jwt: app_jwt(&service.app, &client).await,
            path: format!("/api/account/brand/app/{id}/delegation"),
            service,
        }
    }

    fn app(&self) -> &App {
        &self.service.app
    }

    async fn send(&self, path: &str, jwt: &str, body: &Value) -> Answer {
        let asked = request("POST", path)
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, jwt)
            .body(Body::from(body.to_string()));
        self.app().send(asked.unwrap()).await
    }

    /// Begins: what the program calls it, and where the bot sends the consumer.
    async fn begin(&self) -> (String, Url) {
        let answer = self
            .send(&self.path, &self.jwt, &json!({"scope": "openid orders"}))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let document = answer.json();
        assert_eq!(document["expires_in"], 600);
        let id = document["delegation_id"].as_str().unwrap().to_owned();
        (id, document["url"].as_str().unwrap().parse().unwrap())
    }

    /// Begins, and a browser goes there: where the brand is asked.
    async fn leave(&self) -> (String, Browser) {
        let (id, url) = self.begin().await;
        (id, self.go(&url).await)
    }

    async fn go(&self, url: &Url) -> Browser {
        let path = format!("{}?{}", url.path(), url.query().unwrap());
        let sent = self.app().get(&path).await;
        assert_eq!(sent.status, 303, "{sent:?}");
        assert_eq!(sent.header("cache-control"), Some("no-store"));
        let cookie = sent.header("set-cookie").unwrap();
        for part in [
            "__Host-signet-delegation-",
            "; HttpOnly",
            "; SameSite=Lax",
            "; Secure",
            "; Max-Age=600",
        ] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        Browser {
            url: sent.header("location").unwrap().parse().unwrap(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    async fn fetch(&self, id: &str) -> Answer {
        let path = format!("{}/{id}/tokens", self.path);
        self.send(&path, &self.jwt, &json!({})).await
    }

    async fn come_back(&self, browser: &Browser, query: &str) -> Answer {
        let path = format!("/callback/brand/redirectCode?{query}");
        let asked = request("GET", &path).header(COOKIE, &browser.cookie);
        self.app().send(asked.body(Body::empty()).unwrap()).await
    }
}

/// A consumer's browser, on its way to the brand.
struct Browser {
    /// Where it is sent.
    url: Url,
    /// What it brings along when it comes back.
    cookie: String,
}

impl Browser {
    fn state(&self) -> String {
        parameter(&self.url, "state")
    }
}

fn delegating(brand: &Brand) -> Connector {
    let mut connector = brand.connector.clone();
    connector.connector_id = ConnectorId::parse("delegation").unwrap();
    let configuration = &mut connector.configuration;
    configuration.preferred = false;
    configuration.pkce_enabled = true;
    configuration.jwt_validation_type = JwtValidationType::JwtPublicKey;
    configuration.jwks_endpoint = None;
    configuration.jwt_public_key = Some(CONSUMER_DELEGATION.to_owned());
    connector
}

fn sealed(app: &App, mut connector: Connector) -> Connector {
    let place = signet::keys::Place {
        table: "connectors",
        column: "secret",
        row: connector.connector_id.as_str(),
        account: Some(&connector.account_id),
    };
    let secret = app.services.sealer.seal(&place, SECRET.as_bytes()).unwrap();
    connector.secret = Some(secret);
    connector
}

fn parameter(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs().filter(|(key, _)| key == name);
    let (_, value) = pairs.next().unwrap();
    assert!(pairs.next().is_none());
    value.into_owned()
}

on_both_databases! {
    async fn a_program_begins_the_consumer_comes_back_and_the_program_fetches_once(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, url) = it.begin().await;
        assert_eq!(url.path(), "/callback/brand/begin");
        let browser = it.go(&url).await;
        let url = &browser.url;
        assert!(url.as_str().starts_with(it.service.brand.connector.configuration.authorization_endpoint.as_deref().unwrap()));
        let callback = format!("{ISSUER}/callback/brand/redirectCode");
        assert_eq!(parameter(url, "redirect_uri"), callback);
        assert_eq!((parameter(url, "response_type"), parameter(url, "scope")), ("code".to_owned(), "openid orders".to_owned()));
        assert_eq!(it.fetch(&id).await.status, 202);

        let state = browser.state();
        let page = it.come_back(&browser, &format!("code=c-1&state={state}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.body.contains("closing-done") && page.body.contains("/assets/close."));
        // That it closes all the same is seen in real browsers: tests/browser/delegation.mjs.
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
        // The code was redeemed as it was asked for.
        let form: Vec<(String, String)> = form_urlencoded::parse(it.service.brand.asked()[0].body.as_bytes()).into_owned().collect();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!((field("code"), field("redirect_uri")), ("c-1".to_owned(), callback));
        let verifier: CodeVerifier = field("code_verifier").parse().unwrap();
        assert_eq!(CodeChallenge::of(&verifier).as_str(), parameter(url, "code_challenge"));

        let tokens = it.fetch(&id).await;
        assert_eq!(tokens.json(), json!({"access_token": "at-1", "refresh_token": "rt-1", "token_type": "Bearer", "expires_in": 300}));
        assert_eq!(it.fetch(&id).await.status, 404);
    }

    async fn who_wants_to_go_on_without_the_consumer_asks_for_their_consent(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        for (scope, prompts) in [("openid orders", false), ("openid offline_access", true)] {
            let begun = it.send(&it.path, &it.jwt, &json!({"scope": scope})).await.json();
            let browser = it.go(&begun["url"].as_str().unwrap().parse().unwrap()).await;
            let asked = browser.url.query_pairs().any(|(name, value)| name == "prompt" && value == "consent");
            assert_eq!(asked, prompts, "{scope}");
        }
    }

    async fn sec_102_a_state_serves_once_in_ten_minutes_in_its_account(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        it.app().other_account("other").await;
        let (id, browser) = it.leave().await;
        let state = browser.state();
        let elsewhere = request("GET", &format!("/callback/other/redirectCode?code=c&state={state}")).header(COOKIE, &browser.cookie);
        let elsewhere = it.app().send(elsewhere.body(Body::empty()).unwrap()).await;
        assert_eq!(elsewhere.page_error(), ErrorKind::InvalidRequest);
        for query in ["code=c".to_owned(), "code=c&state=guessed".to_owned(), format!("code=c&state={state}&state={state}")] {
            assert_eq!(it.come_back(&browser, &query).await.status, 400);
        }
        assert_eq!(it.come_back(&browser, &format!("code=c&state={state}")).await.status, 200);
        assert_eq!(it.come_back(&browser, &format!("code=c&state={state}")).await.page_error(), ErrorKind::InvalidRequest);
        assert_eq!(it.service.brand.asked().len(), 1);
        assert_eq!(it.fetch(&id).await.status, 200);

        let (mixed, browser) = it.leave().await;
        let state = browser.state();
        let answer = format!("code=c&state={state}&iss=https%3A%2F%2Fother.example");
        assert_eq!(it.come_back(&browser, &answer).await.page_error(), ErrorKind::InvalidRequest);
        assert_eq!(it.fetch(&mixed).await.status, 404);

        let (late, browser) = it.leave().await;
        it.app().clock.advance(Duration::from_mins(10));
        let state = browser.state();
        assert_eq!(it.come_back(&browser, &format!("code=c&state={state}")).await.page_error(), ErrorKind::InvalidRequest);
        assert_eq!(it.fetch(&late).await.status, 404);
    }

    async fn sec_102_an_answer_counts_in_the_browser_alone_that_went_for_it(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, browser) = it.leave().await;
        let (_, another) = it.leave().await;
        let answer = format!("code=c&state={}", browser.state());
        // Somebody else's browser is handed the answer, or somebody tells a browser two.
        for cookie in [String::new(), another.cookie.clone(), format!("{0}; {0}", browser.cookie), format!("{}x", browser.cookie)] {
            let other = Browser { url: browser.url.clone(), cookie };
            assert_eq!(it.come_back(&other, &answer).await.page_error(), ErrorKind::InvalidRequest);
        }
        assert!(it.service.brand.asked().is_empty());
        // Nothing of that used it up, and a browser may be under way twice.
        let both = Browser { url: browser.url.clone(), cookie: format!("{}; {}", another.cookie, browser.cookie) };
        assert_eq!(it.come_back(&both, &answer).await.status, 200);
        assert_eq!(it.fetch(&id).await.status, 200);
        // What nobody waits for leads nowhere.
        for query in ["", "state=guessed", &format!("state={}", browser.state()), "state=a&state=b"] {
            let answer = it.app().get(&format!("/callback/brand/begin?{query}")).await;
            assert_eq!(answer.page_error(), ErrorKind::InvalidRequest, "{query}");
        }
    }

    async fn who_did_not_begin_fetches_nothing(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, browser) = it.leave().await;
        it.come_back(&browser, &format!("code=c&state={}", browser.state())).await;
        let other = app_jwt(it.app(), &program(it.app(), "another").await).await;
        let path = format!("{}/{id}/tokens", it.path);
        assert_eq!(it.send(&path, &other, &json!({})).await.status, 404);
        assert_eq!(it.send(&path, "nonsense", &json!({})).await.status, 401);
        // A connector that verifies consumers delegates nothing, and the other way round.
        let wrong = it.path.replace("/delegation/", "/x/").replace("app/delegation", &format!("app/{}", it.service.connector));
        assert_eq!(it.send(&wrong, &it.jwt, &json!({})).await.status, 404);
        let verify = it.path.replace("/delegation/delegation", "/delegation/authenticate?v=3.0");
        assert_ne!(it.send(&verify, "", &json!({"code": "c"})).await.status, 200);
        assert_eq!(it.fetch(&id).await.status, 200);
    }

    async fn a_consumer_who_says_no_closes_the_window_and_leaves_nothing(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, browser) = it.leave().await;
        let page = it.come_back(&browser, &format!("error=access_denied&state={}", browser.state())).await;
        assert_eq!(page.status, 200);
        assert!(it.service.brand.asked().is_empty());
        assert_eq!(it.fetch(&id).await.status, 404);
    }

    async fn a_code_that_cant_be_redeemed_is_told_by_a_page(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        it.service.brand.gives(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant"}));
        let (id, browser) = it.leave().await;
        let page = it.come_back(&browser, &format!("code=c&state={}", browser.state())).await;
        assert_eq!(page.page_error(), ErrorKind::InvalidRequest);
        assert_eq!(it.fetch(&id).await.status, 404);
    }

    async fn sec_149_what_the_brand_gave_rests_sealed(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, browser) = it.leave().await;
        it.come_back(&browser, &format!("code=c&state={}", browser.state())).await;
        let whose = (ConnectorId::parse("delegation").unwrap(), ClientId::parse("bot").unwrap());
        let kept = store::delegations::fetch(it.app().db(), &it.app().brand, &id, (&whose.0, &whose.1), it.app().clock.now());
        let kept = kept.await.unwrap().unwrap();
        assert!(!kept.as_bytes().windows(4).any(|bytes| bytes == b"at-1"));
    }

    async fn of_many_programs_at_once_one_fetches(fresh: &FreshDb) {
        let it = Delegating::new(fresh).await;
        let (id, browser) = it.leave().await;
        let query = format!("code=c&state={}", browser.state());
        let back = together((0..50).map(|_| it.come_back(&browser, &query)).collect()).await;
        assert_eq!(back.iter().filter(|page| page.status == 200).count(), 1);
        let fetched = together((0..50).map(|_| it.fetch(&id)).collect()).await;
        assert_eq!(fetched.iter().filter(|answer| answer.status == 200).count(), 1);
    }
}
