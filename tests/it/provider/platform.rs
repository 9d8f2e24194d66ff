//! What the messaging platform does differently: each a switch of one client, and nothing without it.

use oauth::ResponseType;
use pages::ErrorKind;
use serde_json::{Value, json};
use signet::model::Leniency;

use crate::support::app::App;
use crate::support::ask::Ask;
use crate::support::client::{NewClient, TestClient, uris};
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::tokens::verified;

/// A platform client with these switches and no others.
fn platform(leniency: Leniency) -> NewClient {
    NewClient::platform("lp").set(move |it| it.leniency = leniency)
}

/// What the external window sends (section 1.3 of the platform contract).
fn window(client: &TestClient, response_type: &str) -> Ask {
    let state = "lpq=%7B%22a%22%3A1%7D&x=%2525+%20";
    Ask::new("", "", &client.redirect_uri)
        .without("client_id")
        .without("scope")
        .without("nonce")
        .without("code_challenge")
        .without("code_challenge_method")
        .with("response_type", response_type)
        .with("state", state)
}

const OFF: Leniency = Leniency {
    default_client: false,
    default_scope: false,
    optional_nonce: false,
    token_means_id_token: false,
    liveperson_redirect: false,
    json_token_request: false,
    credentials_in_body: false,
    raw_basic_credentials: false,
    legacy_error_names: false,
    all_claims: false,
};

on_both_databases! {
    async fn the_external_window_names_no_client_scope_or_nonce(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&window(&client, "code")).await.sent();
        assert_eq!(sent.get("state"), Some("lpq=%7B%22a%22%3A1%7D&x=%2525+%20"));
        assert_eq!(sent.names(), ["code", "state", "iss"]);
        let redeem = client.redeem(&sent.code()).without("code_verifier");
        let tokens = redeem.send(&app).await.json();
        verified(&app, tokens["id_token"].as_str().unwrap(), "lp").await;

        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        assert_eq!(sent.mode, "fragment");
        assert_eq!(sent.names(), ["id_token", "token_type", "state", "iss"]);
        let claims = verified(&app, sent.get("id_token").unwrap(), "lp").await;
        assert!(!claims.contains_key("nonce"));
        // A nonce that was sent comes back even so.
        let sent = browser.ask(&window(&client, "id_token").with("nonce", "na")).await.sent();
        assert_eq!(verified(&app, sent.get("id_token").unwrap(), "lp").await["nonce"], "na");
    }

    async fn without_the_switches_the_external_window_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = platform(OFF).on(&app).await;
        let named = |ask: Ask| ask.with("client_id", "lp");
        let answer = browser.ask(&window(&client, "id_token")).await;
        assert_eq!(answer.page_error(), ErrorKind::UnknownClient);
        assert_eq!(browser.ask(&named(window(&client, "id_token"))).await.sent_error(), "invalid_scope");
        let scoped = named(window(&client, "id_token")).with("scope", "openid");
        assert_eq!(browser.ask(&scoped).await.sent_error(), "invalid_request");

        client.change(&app, |it| it.settings.leniency = Leniency { default_client: true, ..OFF }).await;
        assert_eq!(browser.ask(&window(&client, "id_token")).await.sent_error(), "invalid_scope");
        client.change(&app, |it| it.settings.leniency = Leniency { default_client: true, default_scope: true, ..OFF }).await;
        assert_eq!(browser.ask(&window(&client, "id_token")).await.sent_error(), "invalid_request");
        assert!(browser.ask(&window(&client, "code")).await.sent().get("code").is_some());
    }

    async fn no_client_id_means_the_one_platform_client_of_that_flow(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let only = |types: Vec<ResponseType>| move |it: &mut signet::model::ClientSettings| it.response_types = types;
        let code = NewClient::platform("lp-code").set(only(vec![ResponseType::Code])).on(&app).await;
        NewClient::platform("lp-implicit").set(only(vec![ResponseType::IdToken])).on(&app).await;
        NewClient::web("web").set(|it| it.leniency = Leniency::PLATFORM).on(&app).await;
        let answer = browser.ask(&window(&code, "code")).await.sent();
        assert_eq!(code.redeem(&answer.code()).without("code_verifier").send(&app).await.status, 200);
        let sent = browser.ask(&window(&code, "id_token")).await.sent();
        verified(&app, sent.get("id_token").unwrap(), "lp-implicit").await;
        for response_type in ["token", "code id_token", "x", ""] {
            let answer = browser.ask(&window(&code, response_type)).await;
            assert_eq!(answer.page_error(), ErrorKind::UnknownClient, "{response_type}");
        }
        // The allowlist of redirect URIs holds all the same.
        let elsewhere = window(&code, "code").with("redirect_uri", "https://evil.test/cb");
        assert_eq!(browser.ask(&elsewhere).await.page_error(), ErrorKind::RedirectUri);
        // With a second one of the flow there is no telling.
        NewClient::platform("lp-code-2").set(only(vec![ResponseType::Code])).on(&app).await;
        assert_eq!(browser.ask(&window(&code, "code")).await.page_error(), ErrorKind::UnknownClient);
    }

    async fn in_the_old_dialect_token_means_an_id_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = platform(Leniency::PLATFORM).set(|it| it.redirect_uris = uris(&["https://window.platform.test/cb?lpq=%7B%7D"])).on(&app).await;
        let old = window(&client, "token").without("state").with("client_id", "lp");
        assert_eq!(browser.ask(&old).await.sent_error(), "unsupported_response_type");
        client.change(&app, |it| it.settings.leniency.token_means_id_token = true).await;
        for ask in [old.clone(), old.without("client_id")] {
            let answer = browser.ask(&ask).await;
            assert!(answer.location().starts_with("https://window.platform.test/cb?lpq=%7B%7D#"));
            let sent = answer.sent();
            assert_eq!(sent.names(), ["id_token", "token_type", "iss"]);
            verified(&app, sent.get("id_token").unwrap(), "lp").await;
        }
        let access = count(app.db(), "SELECT COUNT(*) FROM tokens WHERE kind = 'access'").await;
        assert_eq!(access, 0, "no access token is made of it");
        client.change(&app, |it| it.settings.response_types = vec![ResponseType::Code]).await;
        let named = window(&client, "token").with("client_id", "lp");
        assert_eq!(browser.ask(&named).await.sent_error(), "unauthorized_client");
    }

    async fn an_embedded_windows_code_is_redeemed_for_liveperson_net(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::platform("lp").on(&app).await;
        for uri in ["https://liveperson.net", "https://liveperson.net/"] {
            let code = browser.ask(&client.ask()).await.sent().code();
            for wrong in ["https://liveperson.net/x", "https://www.liveperson.net", "http://liveperson.net", "https://liveperson.net.evil.test", "https://LIVEPERSON.net"] {
                let code = browser.ask(&client.ask()).await.sent().code();
                let answer = client.redeem(&code).with("redirect_uri", wrong).send(&app).await;
                assert_eq!(answer.oauth_error().1, "invalid_grant", "{wrong}");
            }
            assert_eq!(client.redeem(&code).with("redirect_uri", uri).send(&app).await.status, 200, "{uri}");
        }
        for change in [
            (|it: &mut signet::model::Client| it.settings.leniency.liveperson_redirect = false) as fn(&mut _),
            |it| { it.settings.leniency.liveperson_redirect = true; it.settings.redirect_uris = uris(&["https://window.platform.test/cb"]); },
        ] {
            client.change(&app, change).await;
            let code = browser.ask(&client.ask()).await.sent().code();
            let answer = client.redeem(&code).with("redirect_uri", "https://liveperson.net").send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
        }
    }

    async fn a_token_request_may_be_json(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::platform("lp").on(&app).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(client.redeem(&code).send_json(&app).await.status, 200);
        let strict = NewClient::web("strict").on(&app).await;
        let code = browser.ask(&strict.ask()).await.sent().code();
        let answer = strict.redeem(&code).send_json(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_request".to_owned()));
        assert_eq!(strict.redeem(&code).send(&app).await.status, 200);
    }

    async fn json_that_nobody_can_read_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").on(&app).await;
        let request = client.token().without_header("content-type").header("content-type", "application/json; charset=utf-8");
        for body in ["", "{", "[]", "\"x\"", "null", "{\"code\":1}", "{\"code\":null}", "{\"code\":[\"x\"]}", "{\"code\":\"a\",\"code\":\"b\"}", "{\"code\":\"a\\u0000\"}"] {
            let answer = request.send_body(&app, body.to_owned()).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_request".to_owned()), "{body}");
        }
        client.change(&app, |it| it.settings.leniency.legacy_error_names = true).await;
        let answer = request.send_body(&app, "{".to_owned()).await;
        assert_eq!(answer.oauth_error(), (400, "json_parse_error".to_owned()));
        let stranger = request.clone().basic("nobody", "x").send_body(&app, "{".to_owned()).await;
        assert_eq!(stranger.oauth_error(), (400, "invalid_request".to_owned()));
    }

    async fn errors_go_by_their_old_names_where_the_client_knows_no_others(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").on(&app).await;
        assert_eq!(client.redeem("x").send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()));
        client.change(&app, |it| it.settings.leniency.legacy_error_names = true).await;
        assert_eq!(client.redeem("x").send(&app).await.oauth_error(), (400, "invalid_code".to_owned()));
        let missing = client.redeem("x").without("code").send(&app).await;
        assert_eq!(missing.oauth_error(), (400, "invalid_request".to_owned()));
        let wrong = client.redeem("x").basic("lp", "wrong").send(&app).await;
        assert_eq!(wrong.oauth_error(), (401, "invalid_client".to_owned()));
        let grant = client.token().with("grant_type", "password").send(&app).await;
        assert_eq!(grant.oauth_error(), (400, "unsupported_grant_type".to_owned()));
    }

    async fn credentials_may_stand_in_the_body(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::platform("lp").on(&app).await;
        let in_body = |code: &str, secret: &str| {
            client.redeem(code).without_header("authorization").with("client_id", "lp").with("client_secret", secret)
        };
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(in_body(&code, "wrong").send(&app).await.oauth_error(), (401, "invalid_client".to_owned()));
        let both = client.redeem(&code).with("client_id", "lp").with("client_secret", &client.secret);
        assert_eq!(both.send(&app).await.oauth_error(), (401, "invalid_client".to_owned()), "one method alone");
        assert_eq!(in_body(&code, &client.secret).send(&app).await.status, 200);

        client.change(&app, |it| it.settings.leniency.credentials_in_body = false).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let answer = in_body(&code, &client.secret).send(&app).await;
        assert_eq!(answer.oauth_error(), (401, "invalid_client".to_owned()));
    }

    async fn basic_credentials_may_come_unencoded(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        // The secret holds `%`, `+`, `:` and spaces: encoded and raw it reads differently.
        let client = NewClient::platform("lp").on(&app).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let wrong = client.redeem(&code).raw_basic("lp", &format!("{}x", client.secret)).send(&app).await;
        assert_eq!(wrong.oauth_error(), (401, "invalid_client".to_owned()));
        assert_eq!(client.redeem(&code).raw_basic("lp", &client.secret).send(&app).await.status, 200);
        let code = browser.ask(&client.ask()).await.sent().code();
        assert_eq!(client.redeem(&code).send(&app).await.status, 200, "the right way works too");

        client.change(&app, |it| it.settings.leniency.raw_basic_credentials = false).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let answer = client.redeem(&code).raw_basic("lp", &client.secret).send(&app).await;
        assert_eq!(answer.oauth_error(), (401, "invalid_client".to_owned()));
    }

    async fn audience_and_lifetime_are_settings(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::platform("lp").on(&app).await;
        let now = app.clock.now().seconds();
        for (audience, expected) in [
            (vec![], json!("lp")),
            (vec!["acc:12345678"], json!("acc:12345678")),
            (vec!["lp", "acc:12345678"], json!(["lp", "acc:12345678"])),
        ] {
            let names: Vec<String> = audience.iter().map(|it| (*it).to_owned()).collect();
            client.change(&app, |it| it.settings.id_token_audience = names).await;
            let sent = browser.ask(&window(&client, "id_token")).await.sent();
            let name = audience.first().copied().unwrap_or("lp");
            let claims = verified(&app, sent.get("id_token").unwrap(), name).await;
            assert_eq!(claims["aud"], expected);
        }
        client.change(&app, |it| it.settings.id_token_audience.clear()).await;
        let times = |claims: &serde_json::Map<String, Value>| (claims["iat"].as_i64().unwrap() - now, claims["exp"].as_i64().unwrap() - now);
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        assert_eq!(times(&verified(&app, sent.get("id_token").unwrap(), "lp").await), (-5, 3600));
        app.change_account(&app.brand, |it| it.settings.id_token_ttl = Some(7200)).await;
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        assert_eq!(times(&verified(&app, sent.get("id_token").unwrap(), "lp").await), (-5, 7200));
        client.change(&app, |it| it.settings.id_token_ttl = Some(300)).await;
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        assert_eq!(times(&verified(&app, sent.get("id_token").unwrap(), "lp").await), (-5, 300));
    }

    async fn the_platform_gets_every_claim_and_lp_sdes_in_its_shape(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let customer = json!({
            "ctype": "gold", "cstatus": "active", "customerId": "c-1", "balance": -12.75, "currency": "EUR", "socialId": "s",
            "imei": "i", "userName": "alee", "companySize": 40, "companyBranch": "North", "accountName": "Lee GmbH",
            "role": "buyer", "lastPaymentDate": {"day": 3, "month": 11, "year": 2026},
            "registrationDate": {"day": 23, "month": 5, "year": 2019}, "loginStatus": 1,
        });
        let personal = json!({
            "firstname": "Ana", "lastname": "Lee", "age": {"age": 34, "year": 1992, "month": 4, "day": 15},
            "contacts": [{"email": "ana@example.test", "phone": "+1 212-555-0100", "phoneType": "MOBILE"}],
            "gender": "FEMALE", "company": "Lee GmbH", "language": "de-DE",
        });
        app.change_consumer(&ana, |it| {
            it.customer_info = Some(engagement::CustomerInfo::parse(&customer).unwrap().value);
            it.personal_info = Some(engagement::PersonalInfo::parse(&personal).unwrap().value);
        }).await;
        let mut browser = app.signed_in(&ana).await;
        let client = NewClient::platform("lp").on(&app).await;
        let expected = json!([{"type": "ctmrinfo", "info": customer}, {"type": "personal", "personal": personal}]);

        let code = browser.ask(&window(&client, "code")).await.sent().code();
        let tokens = client.redeem(&code).without("code_verifier").send(&app).await.json();
        let by_code = verified(&app, tokens["id_token"].as_str().unwrap(), "lp").await;
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        let by_window = verified(&app, sent.get("id_token").unwrap(), "lp").await;
        for claims in [by_code, by_window] {
            assert_eq!(claims["lp_sdes"], expected);
            assert_eq!((&claims["name"], &claims["email"]), (&json!("Ana Lee"), &json!("sub-ana@example.test")));
            for time in ["iat", "exp"] {
                assert!((1_700_000_000..2_000_000_000).contains(&claims[time].as_i64().unwrap()), "{time} in seconds");
            }
        }
        // Only one of the two, and neither.
        app.change_consumer(&ana, |it| it.customer_info = None).await;
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        let claims = verified(&app, sent.get("id_token").unwrap(), "lp").await;
        assert_eq!(claims["lp_sdes"], json!([{"type": "personal", "personal": personal}]));
        app.change_consumer(&ana, |it| it.personal_info = None).await;
        let sent = browser.ask(&window(&client, "id_token")).await.sent();
        assert!(!verified(&app, sent.get("id_token").unwrap(), "lp").await.contains_key("lp_sdes"));

        client.change(&app, |it| it.settings.leniency.all_claims = false).await;
        let code = browser.ask(&window(&client, "code")).await.sent().code();
        let tokens = client.redeem(&code).without("code_verifier").send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "lp").await;
        assert!(!claims.contains_key("name"));
    }

    async fn a_platforms_code_lives_two_minutes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::platform("lp").on(&app).await;
        let codes = [browser.ask(&client.ask()).await.sent().code(), browser.ask(&client.ask()).await.sent().code()];
        app.clock.advance(std::time::Duration::from_secs(119));
        assert_eq!(client.redeem(&codes[0]).send(&app).await.status, 200);
        app.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(client.redeem(&codes[1]).send(&app).await.status, 400);
    }
}
