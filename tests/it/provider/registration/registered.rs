//! What is registered, and what of it is told back (RFC 7591, OpenID Connect Registration).

use serde_json::json;
use signet::base::id::ClientId;
use signet::model::{Client, ClientPolicy, RegisteredBy};

use super::{CALLBACK, open, open_with, register, registered, text, with};
use crate::support::app::App;
use crate::support::ask::Ask;
use crate::support::client::TokenRequest;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::{PLATFORM, set};
use crate::support::signing::{CLIENT_KEY, public_set};
use crate::support::tokens::verified;

async fn stored(app: &App, client_id: &str) -> Client {
    let id = ClientId::parse(client_id).unwrap();
    signet::store::clients::find(app.db(), &app.brand, &id)
        .await
        .unwrap()
        .unwrap()
}

on_both_databases! {
    async fn a_client_registers_itself_and_signs_a_consumer_in(fresh: &FreshDb) {
        let app = open(fresh).await;
        let made = registered(&app, &json!({
            "redirect_uris": [CALLBACK],
            "client_name": "Weather",
            "policy_uri": "https://rp.example.test/policy",
            "tos_uri": "https://rp.example.test/terms",
            "logo_uri": "https://rp.example.test/logo.png",
            "contacts": ["ops@rp.example.test"],
            "something_unknown": {"a": 1},
        })).await;
        let (id, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
        assert_eq!(made["client_secret_expires_at"], 0);
        assert_eq!(made["client_id_issued_at"], app.clock.now().seconds());
        assert_eq!(made["grant_types"], json!(["authorization_code"]));
        assert_eq!(made["response_types"], json!(["code"]));
        assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(made["contacts"], json!(["ops@rp.example.test"]));
        assert_eq!(made["logo_uri"], "https://rp.example.test/logo.png");
        assert_eq!(made["id_token_signed_response_alg"], "RS256");
        assert!(made.get("something_unknown").is_none() && made.get("leniency").is_none());
        assert_eq!(text(&made, "registration_client_uri"), format!("https://id.example.test/register/{id}"));
        assert_eq!(secret.len(), 43);

        // Without PKCE, as it is certified; consent is asked, with all that is known of the client (SEC-033).
        let ask = Ask::new("", id, CALLBACK).without("code_challenge").without("code_challenge_method");
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(browser.ask(&ask.clone().with("prompt", "none")).await.sent_error(), "consent_required");
        let asked = browser.ask(&ask.clone().with("scope", "openid email")).await;
        let page = browser.get(asked.location()).await;
        for shown in ["Weather", "id=\"policy-link\"", "id=\"tos-link\"", "https://rp.example.test/terms", "id=\"client-logo\""] {
            assert!(page.body.contains(shown), "{shown}");
        }
        // SEC-081: the logo is neither fetched nor shown.
        assert!(!page.body.contains("logo.png"));
        let code = browser.decide(&asked, "allow").await.sent().code();
        let redeem = TokenRequest::bare("/token").basic(id, secret)
            .with("grant_type", "authorization_code").with("code", &code).with("redirect_uri", CALLBACK);
        let tokens = redeem.send(&app).await.json();
        assert_eq!(verified(&app, text(&tokens, "id_token"), id).await["sub"], "sub-ana");
    }

    async fn every_member_that_is_honoured_is_told_back(fresh: &FreshDb) {
        let app = open(fresh).await;
        let metadata = json!({
            "redirect_uris": [CALLBACK, "https://rp.example.test/other?a=b"],
            "post_logout_redirect_uris": ["https://rp.example.test/out"],
            "response_types": ["code", "id_token", "code id_token"],
            "grant_types": ["authorization_code", "implicit", "refresh_token"],
            "application_type": "web",
            "client_name": "Weather",
            "client_name#de": "Wetter",
            "client_uri": "https://rp.example.test/",
            "tos_uri#ja-Jpan-JP": "https://rp.example.test/ja",
            "contacts": ["a@rp.example.test", "b@rp.example.test"],
            "default_max_age": 3600,
            "require_auth_time": true,
            "default_acr_values": ["loa1", "loa2"],
            "initiate_login_uri": "https://rp.example.test/login",
            "request_uris": ["https://rp.example.test/request#hash"],
            "frontchannel_logout_uri": "https://rp.example.test/front",
            "frontchannel_logout_session_required": true,
            "backchannel_logout_uri": "https://rp.example.test/back",
            "backchannel_logout_session_required": true,
            "token_endpoint_auth_method": "client_secret_post",
            "id_token_signed_response_alg": "RS256",
            "software_id": "4NRB1-0XZABZI9E6-5SM3R",
            "software_version": "2.2",
            "scope": "openid email",
        });
        let made = registered(&app, &metadata).await;
        for (name, value) in metadata.as_object().unwrap() {
            assert_eq!(made[name], *value, "{name}");
        }
        let client = stored(&app, text(&made, "client_id")).await;
        assert_eq!(client.settings.registered_by, RegisteredBy::Anybody);
        assert_eq!(client.settings.policy, ClientPolicy::Certified);
        assert!(!client.settings.first_party && !client.platform);
    }

    async fn every_way_to_sign_and_to_encrypt_is_told_back(fresh: &FreshDb) {
        let app = open_with(fresh, |settings| settings.features.encrypted_request_objects = true).await;
        let (signs, decrypts) = (public_set(&[&CLIENT_KEY]), set(&[&PLATFORM]));
        let keys: Vec<_> = signs.keys.iter().chain(&decrypts.keys).collect();
        let mut metadata = json!({
            "redirect_uris": [CALLBACK], "jwks": {"keys": keys}, "subject_type": "pairwise", "request_object_signing_alg": "ES256",
            "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
        });
        let answers = ["id_token", "userinfo", "authorization", "introspection"];
        for kind in answers {
            metadata[format!("{kind}_signed_response_alg")] = json!("RS256");
            metadata[format!("{kind}_encrypted_response_alg")] = json!("RSA-OAEP-256");
            metadata[format!("{kind}_encrypted_response_enc")] = json!("A128GCM");
        }
        metadata["request_object_encryption_alg"] = json!("ECDH-ES");
        metadata["request_object_encryption_enc"] = json!("A256CBC-HS512");
        let made = registered(&app, &metadata).await;
        for (name, value) in metadata.as_object().unwrap() {
            assert_eq!(made[name], *value, "{name}");
        }
        // Who says nothing of the content gets the default of the specifications, and is told so.
        let encs: Vec<String> = answers.iter().map(|kind| format!("{kind}_encrypted_response_enc"))
            .chain(["request_object_encryption_enc".to_owned()]).collect();
        for name in &encs {
            metadata.as_object_mut().unwrap().remove(name);
        }
        let made = registered(&app, &metadata).await;
        for name in &encs {
            assert_eq!(made[name], "A128CBC-HS256", "{name}");
        }
        // An account that takes no encrypted ones lets nobody register them.
        app.change_account(&app.brand, |row| row.settings.features.encrypted_request_objects = false).await;
        assert_eq!(register(&app, &metadata).await.oauth_error(), (400, "invalid_client_metadata".to_owned()));
    }

    async fn response_types_and_grant_types_are_made_to_fit(fresh: &FreshDb) {
        let app = open(fresh).await;
        let made = registered(&app, &json!({"redirect_uris": [CALLBACK], "response_types": ["id_token token"]})).await;
        assert_eq!(made["grant_types"], json!(["implicit"]));
        let made = registered(&app, &json!({
            "redirect_uris": [CALLBACK], "response_types": ["id_token"], "grant_types": ["authorization_code", "implicit"],
        })).await;
        assert_eq!(made["grant_types"], json!(["implicit"]));
        let made = registered(&app, &with("token_endpoint_auth_method", json!("none"))).await;
        assert!(made.get("client_secret").is_none() && made.get("client_secret_expires_at").is_none());
        let client = stored(&app, text(&made, "client_id")).await;
        assert!(client.settings.require_pkce, "SEC-023");
        let made = registered(&app, &json!({
            "redirect_uris": ["com.example.app:/cb"], "application_type": "native", "token_endpoint_auth_method": "none",
        })).await;
        assert_eq!(made["application_type"], "native");
    }

    async fn sec_062_what_is_out_of_bounds_is_refused_with_its_name(fresh: &FreshDb) {
        let app = open(fresh).await;
        for (name, value) in [
            ("client_name", json!("a\u{202e}b")),
            ("client_name", json!("x".repeat(129))),
            ("client_name", json!(7)),
            ("contacts", json!(vec!["a@b.example"; 65])),
            ("client_uri", json!("http://rp.example.test/")),
            ("tos_uri", json!("javascript:alert(1)")),
            ("logo_uri", json!("ftp://rp.example.test/logo")),
            ("initiate_login_uri", json!("http://rp.example.test/login")),
            ("initiate_login_uri", json!("http://127.0.0.1/login")),
            ("frontchannel_logout_uri", json!("https://elsewhere.example.test/front")),
            ("backchannel_logout_uri", json!("http://rp.example.test/back")),
            ("backchannel_logout_uri", json!("https://10.0.0.1/back")),
            ("jwks_uri", json!("https://192.168.1.1/jwks")),
            ("jwks", json!({"keys": [{"kty": "oct", "k": "AA"}]})),
            ("response_types", json!(["password"])),
            ("response_types", json!(["token"])),
            ("grant_types", json!(["password"])),
            ("grant_types", json!(["authorization_code", "client_credentials"])),
            ("token_endpoint_auth_method", json!("magic")),
            ("id_token_signed_response_alg", json!("none")),
            ("id_token_signed_response_alg", json!("HS256")),
            // What clients sign may be called so, and what we sign may not: it isn't advertised.
            ("id_token_signed_response_alg", json!("Ed25519")),
            ("userinfo_signed_response_alg", json!("Ed25519")),
            ("authorization_signed_response_alg", json!("Ed25519")),
            ("introspection_signed_response_alg", json!("Ed25519")),
            ("subject_type", json!("secret")),
            ("default_max_age", json!(-1)),
            ("sector_identifier_uri", json!("https://127.0.0.2/sector")),
            ("client_name#x y", json!("Wetter")),
        ] {
            let answer = register(&app, &with(name, value.clone())).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_client_metadata".to_owned()), "{name} {value}");
        }
        for uri in ["https://rp.example.test/cb#f", "http://rp.example.test/cb", "javascript:alert(1)", "com.app:/cb", "https://*.test/"] {
            let answer = register(&app, &json!({"redirect_uris": [uri]})).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_redirect_uri".to_owned()), "{uri}");
        }
        let none = register(&app, &json!({})).await;
        assert_eq!(none.oauth_error(), (400, "invalid_redirect_uri".to_owned()));
        let list = signet::directory::client::list(&app.services, &app.brand, None, 10).await.unwrap();
        assert!(list.is_empty());
    }

    async fn sec_021_sec_034_the_policy_of_the_account_bounds_it(fresh: &FreshDb) {
        let app = open_with(fresh, |settings| {
            settings.registration_response_types = vec![oauth::ResponseType::Code];
            settings.registration_policy = ClientPolicy::Strict;
        }).await;
        let implicit = register(&app, &with("response_types", json!(["id_token"]))).await;
        assert_eq!(implicit.oauth_error().1, "invalid_client_metadata");
        let made = registered(&app, &with("scope", json!("openid email lp_sdes admin"))).await;
        assert_eq!(made["scope"], "openid email");
        let client = stored(&app, text(&made, "client_id")).await;
        assert!(client.settings.require_pkce);
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let bare = Ask::new("", client.client_id.as_str(), CALLBACK).without("code_challenge").without("code_challenge_method");
        assert_eq!(browser.ask(&bare.with("prompt", "none")).await.sent_error(), "invalid_request");
    }

    async fn names_in_the_consumers_language_are_shown(fresh: &FreshDb) {
        let app = open(fresh).await;
        let made = registered(&app, &json!({
            "redirect_uris": [CALLBACK], "client_name": "Weather", "client_name#de": "Wetter",
            "policy_uri": "https://rp.example.test/policy", "policy_uri#de": "https://rp.example.test/datenschutz",
        })).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = Ask::new("", text(&made, "client_id"), CALLBACK);
        for (locale, name, policy) in [("de", "Wetter", "/datenschutz"), ("fr", "Weather", "/policy")] {
            let asked = browser.ask(&ask.clone().with("ui_locales", locale)).await;
            let page = browser.get(asked.location()).await;
            assert!(page.body.contains(name) && page.body.contains(policy), "{locale}");
        }
    }
}
