//! Request objects, by value and by reference.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Algorithm, PrivateKey};
use pages::ErrorKind;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signet::model::client::SecurityProfile;
use signet::model::{ClientPolicy, ClientSettings, RequestObjectAlg};

use crate::support::app::{App, ISSUER};
use crate::support::ask::{Ask, CHALLENGE};
use crate::support::client::{NewClient, TestClient, uris};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::Publisher;
use crate::support::signing::{
    CLIENT_ED, CLIENT_KEY, CLIENT_RSA, NEXT_CLIENT_KEY, public_set, signed, signed_under, unsigned,
};

const TYP: &str = "oauth-authz-req+jwt";

/// With two addresses: where neither is named, none is meant.
fn keys(settings: &mut ClientSettings) {
    settings.redirect_uris = uris(&["https://app.example.test/cb", "https://app.example.test/other"]);
    settings.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED]));
}

fn certified(settings: &mut ClientSettings) {
    keys(settings);
    settings.policy = ClientPolicy::Certified;
}

/// A good request object's claims.
fn claims(app: &App) -> Value {
    let now = app.clock.now().seconds();
    json!({
        "iss": "web", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "jti": "j-1",
        "client_id": "web", "redirect_uri": "https://app.example.test/cb", "response_type": "code", "scope": "openid",
        "state": "inside", "nonce": "n-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256", "max_age": 600,
    })
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn by_value(client: &TestClient, object: &str) -> Ask {
    client.bare_ask().and("request", object)
}

async fn publishing(
    fresh: &FreshDb,
    change: impl FnOnce(&mut ClientSettings),
) -> (App, TestClient, Publisher) {
    let app = App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let publisher = Publisher::of(&[]).await;
    let uri = publisher.request_uri();
    let client = NewClient::web("web").set(|it| {
        keys(it);
        it.request_uris = vec![uri];
        change(it);
    });
    let client = client.on(&app).await;
    (app, client, publisher)
}

on_both_databases! {
    async fn the_newer_name_of_eddsa_is_taken_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| {
            keys(it);
            it.request_object_signing_alg = Some("Ed25519".parse().unwrap());
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let header = json!({"alg": "Ed25519", "kid": CLIENT_ED.kid(), "typ": TYP});
        let sent = browser.ask(&by_value(&client, &signed_under(&CLIENT_ED, &header, &claims(&app)))).await.sent();
        assert_eq!((sent.get("error"), sent.get("state")), (None, Some("inside")));
    }

    async fn what_is_inside_is_what_counts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let rs256 = PrivateKey::from_pkcs8_der(Algorithm::RS256, &CLIENT_RSA.to_pkcs8_der().unwrap()).unwrap().with_kid("c-rsa");
        for key in [&*CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED, &rs256] {
            let object = signed(key, TYP, &claims(&app));
            // In the strict form what stands beside it doesn't count at all (RFC 9101 §6.3).
            let ask = by_value(&client, &object).and("state", "outside").and("scope", "openid email").and("response_mode", "fragment");
            let sent = browser.ask(&ask).await.sent();
            assert_eq!((sent.mode, sent.get("state")), ("query", Some("inside")));
            let tokens = client.redeem(&sent.code()).send(&app).await.json();
            assert_eq!(tokens["scope"], "openid");
            // max_age was a number inside.
            assert!(crate::support::tokens::payload(tokens["id_token"].as_str().unwrap()).contains_key("auth_time"));
        }
    }

    async fn sec_028_in_the_strict_form_all_of_it_must_be_right(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let now = app.clock.now().seconds();
        let good = || claims(&app);
        for wrong in [
            with(good(), "iss", json!("other")), without(good(), "iss"),
            with(good(), "aud", json!("https://other.example.test")), without(good(), "aud"),
            without(good(), "exp"), with(good(), "exp", json!(now - 11)), with(good(), "exp", json!(now + 620)), with(good(), "exp", json!("x")),
            with(good(), "nbf", json!(now + 11)),
            with(good(), "client_id", json!("other")), without(good(), "client_id"),
            with(good(), "sub", json!("web")),
            with(good(), "request", json!("x")), with(good(), "request_uri", json!("https://app.example.test/r")),
        ] {
            let object = signed(&CLIENT_KEY, TYP, &wrong);
            let page = browser.ask(&by_value(&client, &object)).await;
            assert_eq!(page.page_error(), ErrorKind::RequestObject, "{wrong}");
            // Where the client is known to be at a registered address, it is told.
            let told = by_value(&client, &object).and("redirect_uri", "https://app.example.test/cb").and("state", "s").and("response_type", "code");
            let sent = browser.ask(&told).await.sent();
            assert_eq!((sent.get("error"), sent.get("state")), (Some("invalid_request_object"), Some("s")), "{wrong}");
        }
        for typ in ["JWT", "at+jwt"] {
            let object = signed(&CLIENT_KEY, typ, &good());
            assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RequestObject);
        }
        let stranger = signed(&NEXT_CLIENT_KEY, TYP, &good());
        for object in [stranger.as_str(), "x", "a.b.c", "a.b.c.d.e", &unsigned(&good())] {
            assert_eq!(browser.ask(&by_value(&client, object)).await.page_error(), ErrorKind::RequestObject, "{object}");
        }
        let object = signed(&CLIENT_KEY, TYP, &with(good(), "redirect_uri", json!("https://evil.example.test/")));
        assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RedirectUri);
        let object = signed(&CLIENT_KEY, TYP, &good());
        assert_eq!(browser.ask(&by_value(&client, &object).without("client_id")).await.page_error(), ErrorKind::UnknownClient);
        browser.ask(&by_value(&client, &object)).await.sent().code();
    }

    async fn sec_028_the_registered_algorithm_is_the_only_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(keys)
            .set(|it| it.request_object_signing_alg = Some(RequestObjectAlg::Signed(Algorithm::PS256)))
            .on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        browser.ask(&by_value(&client, &signed(&CLIENT_RSA, TYP, &claims(&app)))).await.sent().code();
        for object in [signed(&CLIENT_KEY, TYP, &claims(&app)), unsigned(&claims(&app))] {
            assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RequestObject);
        }
        // Whoever registered `none` signs none, and nobody else may leave it out.
        client.change(&app, |it| it.settings.request_object_signing_alg = Some(RequestObjectAlg::Unsigned)).await;
        browser.ask(&by_value(&client, &unsigned(&claims(&app)))).await.sent().code();
        let object = signed(&CLIENT_RSA, TYP, &claims(&app));
        assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RequestObject);
    }

    async fn in_the_certified_form_it_adds_to_what_stands_beside_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(certified).set(|it| it.request_object_signing_alg = Some(RequestObjectAlg::Unsigned)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let header = json!({"alg": "ES256", "kid": CLIENT_KEY.kid()});
        let inside = json!({"state": "inside", "claims": {"userinfo": {"name": {"essential": true}}}});
        let sent = browser.ask(&client.ask().and("request", &unsigned(&inside))).await.sent();
        assert_eq!(sent.get("state"), Some("inside"));
        let token = client.redeem(&sent.code()).send(&app).await.json();
        let told = crate::support::tokens::userinfo(&app, token["access_token"].as_str().unwrap()).await.json();
        assert_eq!(told["name"], "Ana Lee");

        client.change(&app, |it| it.settings.request_object_signing_alg = None).await;
        let sent = browser.ask(&client.ask().and("request", &signed_under(&CLIENT_KEY, &header, &inside))).await.sent();
        assert_eq!(sent.get("state"), Some("inside"));
        for wrong in [json!({"client_id": "other"}), json!({"response_type": "id_token"}), json!({"iss": "other"}), json!({"aud": "other"}), json!({"sub": "web"})] {
            let object = signed_under(&CLIENT_KEY, &header, &wrong);
            assert_eq!(browser.ask(&client.ask().and("request", &object)).await.sent_error(), "invalid_request_object", "{wrong}");
        }
        assert_eq!(browser.ask(&client.ask().and("request", &unsigned(&inside))).await.sent_error(), "invalid_request_object");
        let both = client.ask().and("request", &signed_under(&CLIENT_KEY, &header, &inside)).and("request_uri", "https://app.example.test/r");
        assert_eq!(browser.ask(&both).await.sent_error(), "invalid_request");
    }

    async fn fapi_2_has_rules_of_its_own(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(keys).set(|it| it.profile = Some(SecurityProfile::Fapi2)).on(&app).await;
        let now = app.clock.now().seconds();
        let rs256 = PrivateKey::from_pkcs8_der(Algorithm::RS256, &CLIENT_RSA.to_pkcs8_der().unwrap()).unwrap().with_kid("c-rsa");
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        // What is good is refused for not being pushed, and what isn't for itself.
        let good = with(claims(&app), "exp", json!(now + 3600));
        for key in [&*CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED] {
            let answer = browser.ask(&by_value(&client, &signed(key, TYP, &good))).await;
            assert_eq!(answer.sent_error(), "invalid_request");
        }
        for object in [
            signed(&rs256, TYP, &good), signed(&CLIENT_KEY, TYP, &without(claims(&app), "nbf")),
            signed(&CLIENT_KEY, TYP, &with(claims(&app), "nbf", json!(now - 3601))),
            signed(&CLIENT_KEY, TYP, &with(claims(&app), "exp", json!(now + 3611))),
        ] {
            assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RequestObject);
        }
    }

    async fn a_client_may_be_held_to_signed_objects(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(keys).set(|it| it.require_signed_request_object = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(browser.ask(&client.ask()).await.sent_error(), "invalid_request");
        let object = signed(&CLIENT_KEY, TYP, &claims(&app));
        browser.ask(&by_value(&client, &object)).await.sent().code();
        // In a pushed request too.
        assert_eq!(client.push(&client.ask()).send(&app).await.oauth_error(), (400, "invalid_request".to_owned()));
        let ask = client.pushed(&app, &client.bare_ask().and("request", &object)).await;
        assert_eq!(browser.ask(&ask).await.sent().get("state"), Some("inside"));
        let wrong = signed(&CLIENT_KEY, TYP, &with(claims(&app), "client_id", json!("other")));
        let refused = client.push(&client.bare_ask().and("request", &wrong)).send(&app).await;
        assert_eq!(refused.oauth_error(), (400, "invalid_request_object".to_owned()));
    }

    async fn it_may_be_fetched_from_a_registered_place(fresh: &FreshDb) {
        let (app, client, publisher) = publishing(fresh, |_| {}).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let object = signed(&CLIENT_KEY, TYP, &claims(&app));
        publisher.answers(200, &object);
        let ask = |uri: &str| client.bare_ask().and("request_uri", uri);
        let uri = publisher.request_uri();
        for asked in 1..=2 {
            assert_eq!(browser.ask(&ask(&uri)).await.sent().get("state"), Some("inside"));
            assert_eq!(publisher.asked(), asked);
        }
        // Its hash says that it can't have changed.
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&object));
        for _ in 0..3 {
            assert_eq!(browser.ask(&ask(&format!("{uri}#{hash}"))).await.sent().get("state"), Some("inside"));
        }
        assert_eq!(publisher.asked(), 3);
        let other = URL_SAFE_NO_PAD.encode(Sha256::digest("other"));
        assert_eq!(browser.ask(&ask(&format!("{uri}#{other}"))).await.page_error(), ErrorKind::RequestUri);
        assert_eq!(browser.ask(&ask(&format!("{uri}#version-2"))).await.sent().get("state"), Some("inside"));
        assert_eq!(publisher.asked(), 5);
    }

    async fn sec_028_nothing_else_is_ever_fetched(fresh: &FreshDb) {
        let (app, client, publisher) = publishing(fresh, |_| {}).await;
        publisher.answers(200, &signed(&CLIENT_KEY, TYP, &claims(&app)));
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let uri = publisher.request_uri();
        for other in [format!("{uri}?x=1"), format!("{uri}/"), uri.replace("127.0.0.1", "localhost"), "x".to_owned(), "urn:x:y".to_owned(), format!("{uri}#{}", "x".repeat(3000))] {
            let ask = client.bare_ask().and("request_uri", &other);
            assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RequestUri, "{other}");
            let told = ask.and("redirect_uri", "https://app.example.test/cb").and("response_type", "code");
            assert_eq!(browser.ask(&told).await.sent_error(), "invalid_request_uri");
        }
        assert_eq!(publisher.asked(), 0);
        client.change(&app, |it| it.settings.request_uris.clear()).await;
        assert_eq!(browser.ask(&client.bare_ask().and("request_uri", &uri)).await.page_error(), ErrorKind::RequestUri);
        assert_eq!(publisher.asked(), 0);
    }

    async fn sec_145_the_guard_of_outbound_calls_holds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let publisher = Publisher::of(&[]).await;
        let uri = publisher.request_uri();
        let registered = uri.clone();
        let client = NewClient::web("web").set(keys).set(|it| it.request_uris = vec![registered]).on(&app).await;
        let mut browser = app.browser();
        assert_eq!(browser.ask(&client.bare_ask().and("request_uri", &uri)).await.page_error(), ErrorKind::RequestUri);
        assert_eq!(publisher.asked(), 0);
    }

    async fn what_is_there_must_be_a_request_object(fresh: &FreshDb) {
        let (app, client, publisher) = publishing(fresh, |_| {}).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.bare_ask().and("request_uri", &publisher.request_uri());
        publisher.answers(404, "nothing");
        assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RequestUri);
        // A failure is remembered for a while; a hash makes it another call.
        publisher.answers(200, "no object");
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest("no object"));
        let ask = client.bare_ask().and("request_uri", &format!("{}#{hash}", publisher.request_uri()));
        assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RequestUri);
    }

    async fn sec_165_an_address_makes_us_call_others_only_so_often(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.limits.per_minute.authorize = 2).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.browser();
        let ask = client.bare_ask().and("request_uri", "https://app.example.test/r");
        for _ in 0..2 {
            assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RequestUri);
        }
        assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RateLimited);
    }
}
