//! The rules of section 3 of the platform contract.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use signet::base::id::{ClientId, ConnectorId};
use signet::directory::connector::{self, Draft, client_secret};
use signet::directory::{By, Error, account, client as directory_client};
use signet::model::Client;
use signet::model::account::Flow;
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};

use crate::support::client::NewClient;

use super::{App, FreshDb, events, given, id, on_both_databases, problem, problems, recorded};

fn configuration(change: &Value) -> ConnectorConfiguration {
    let mut whole = json!({
        "issuer": "https://idp.brand.example",
        "issuerDisplayName": "Brand",
        "authorizationEndpoint": "https://idp.brand.example/authorize",
        "tokenEndpoint": "https://idp.brand.example/token",
        "clientId": "lp-messaging",
        "jwtValidationType": "JWKS_ENDPOINT",
        "jwksEndpoint": "https://idp.brand.example/jwks",
    });
    for (name, value) in change.as_object().unwrap() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

fn code(change: &Value) -> Draft {
    Draft {
        name: "brand-idp".to_owned(),
        kind: ConnectorKind::Code,
        configuration: configuration(change),
        client_secret: Some(SecretString::from("s3cret-of-the-platform")),
        ..Draft::default()
    }
}

fn implicit(change: &Value) -> Draft {
    Draft {
        kind: ConnectorKind::Implicit,
        client_secret: None,
        ..code(change)
    }
}

fn anonymous() -> Draft {
    Draft {
        name: "nobody".to_owned(),
        kind: ConnectorKind::Anonymous,
        ..Draft::default()
    }
}

on_both_databases! {
    async fn sec_149_its_secret_is_sealed_for_its_place(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, code(&json!({}))).await.unwrap();
        let stored = connector::find(&app.services, &app.brand, &made.connector_id).await.unwrap();
        let sealed = stored.secret.clone().unwrap();
        assert!(!sealed.as_bytes().windows(6).any(|bytes| bytes == b"s3cret"));
        assert_eq!(client_secret(&app.services, &stored).await.unwrap().as_slice(), b"s3cret-of-the-platform");
        // Moved to another row, it does not open.
        let mut moved = stored.clone();
        moved.connector_id = ConnectorId::parse("another").unwrap();
        assert!(client_secret(&app.services, &moved).await.is_none());
        let mut moved = stored;
        moved.account_id = id("another");
        assert!(client_secret(&app.services, &moved).await.is_none());

        let recorded = recorded(&app.services, &app.brand).await;
        assert_eq!(recorded[0].0, "connector.created");
        assert_eq!(recorded[0].1["has_secret"], json!(true));
        assert!(!format!("{recorded:?}").contains("s3cret"));
    }

    async fn each_type_needs_what_the_platform_needs(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let line = rsa_line();
        for (draft, key, allowed) in [
            (code(&json!({"tokenEndpoint": null})), "tokenEndpoint", "the code type needs it"),
            (code(&json!({"tokenEndpoint": "http://idp.brand.example/token"})), "tokenEndpoint", "https"),
            (code(&json!({"tokenEndpoint": "http://127.0.0.1:8080/token"})), "tokenEndpoint", "https"),
            (code(&json!({"clientId": ""})), "clientId", "client id"),
            (Draft { client_secret: None, ..code(&json!({})) }, "clientSecret", "the code type needs it"),
            (Draft { client_secret: Some(SecretString::from("")), ..code(&json!({})) }, "clientSecret", "needs it"),
            (Draft { name: "a\u{7}".to_owned(), ..code(&json!({})) }, "name", "1 to 128"),
            (code(&json!({"issuer": "idp.brand.example"})), "issuer", "https URL"),
            (code(&json!({"issuer": "https://idp.brand.example?x"})), "issuer", "without query"),
            (code(&json!({"issuer": "https://idp.brand.example "})), "issuer", "byte for byte"),
            (code(&json!({"authorizationEndpoint": "https://idp.brand.example/a#b"})), "authorizationEndpoint", "https"),
            (code(&json!({"jwtPublicKey": line})), "jwtValidationType", "one of the two"),
            (code(&json!({"jwksEndpoint": null})), "jwtValidationType", "one of the two"),
            (code(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null})), "jwtValidationType", "one"),
            (code(&json!({"jsMethodName": "alert(1)"})), "jsMethodName", "global scope"),
            (code(&json!({"jsContext": "a..b"})), "jsContext", "global scope"),
            (code(&json!({"acrValues": ["lo a1"]})), "acrValues", "16 names"),
            (code(&json!({"audience": [""]})), "audience", "16 names"),
            (implicit(&json!({"pkceEnabled": true})), "pkceEnabled", "false"),
            (implicit(&json!({"jwksEndpoint": null, "jwtValidationType": "JWT_PUBLIC_KEY", "jwtPublicKey": "CONSUMER_DELEGATION"})),
             "jwtPublicKey", "needs a code"),
            (Draft { client_secret: Some(SecretString::from("x")), ..anonymous() }, "clientSecret", "nothing"),
        ] {
            let problem = problem(connector::create(&app.services, &By::command(), &app.brand, None, draft).await);
            assert_eq!(problem.key, key);
            assert!(problem.allowed.contains(allowed), "{problem}");
        }
        let with_urls = Draft { kind: ConnectorKind::Anonymous, ..implicit(&json!({})) };
        let told = problems(connector::create(&app.services, &By::command(), &app.brand, None, with_urls).await);
        let keys: Vec<&str> = told.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["authorizationEndpoint", "tokenEndpoint", "jwksEndpoint"]);
        for draft in [
            implicit(&json!({"tokenEndpoint": null})),
            implicit(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null, "jwtPublicKey": line})),
            code(&json!({"pkceEnabled": true, "jsMethodName": "lpMethods.getToken"})),
            code(&json!({"issuer": "", "jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null, "jwtPublicKey": "CONSUMER_DELEGATION"})),
            anonymous(),
        ] {
            connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        }
    }

    async fn plain_http_is_for_a_server_that_is_plain_itself(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.server.public_url = "http://localhost:8080".parse().unwrap()).await;
        let here = json!({
            "issuer": "http://localhost:8080", "tokenEndpoint": "http://127.0.0.1:8080/token",
            "authorizationEndpoint": "http://localhost:8080/authorize", "jwksEndpoint": "http://localhost:8080/jwks",
        });
        connector::create(&app.services, &By::command(), &app.brand, None, code(&here)).await.unwrap();
        let elsewhere = code(&json!({"tokenEndpoint": "http://idp.brand.example/token"}));
        let refused = connector::create(&app.services, &By::command(), &app.brand, None, elsewhere).await;
        assert_eq!(problem(refused).key, "tokenEndpoint");
    }

    async fn f_02_f_03_a_pasted_key_is_parsed_and_never_repeated(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let line = rsa_line();
        let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
        let small = one_line(include_str!("../../../crates/jose/tests/it/keys/rsa1024.public.pem"));
        let private = one_line(include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem"));
        let elliptic = one_line(include_str!("../../../crates/jose/tests/it/keys/p256.public.pem"));
        let dotted = format!("{line}.");
        for (pasted, why) in [
            (pem, "BEGIN and END"),
            (&line[..40], "SubjectPublicKeyInfo"),
            (small.as_str(), "1024 bits"),
            (private.as_str(), "PRIVATE key"),
            (elliptic.as_str(), "RS256"),
            (dotted.as_str(), "standard base64"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "certificate"),
            ("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "PKCS#1"),
            ("CONSUMER DELEGATION", "white space"),
        ] {
            let draft = implicit(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null, "jwtPublicKey": pasted}));
            let problem = problem(connector::create(&app.services, &By::command(), &app.brand, None, draft).await);
            assert_eq!((problem.key.as_str(), problem.found), ("jwtPublicKey", None));
            assert!(problem.allowed.contains(why), "{}", problem.allowed);
        }
    }

    async fn one_connector_of_a_type_is_the_first_choice(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (by, services, brand) = (By::command(), &app.services, &app.brand);
        let first = connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        assert!(first.configuration.preferred, "there is no other");
        let second = connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        assert!(!second.configuration.preferred);
        let given_up = connector::update(services, &by, brand, &first.connector_id, |draft| draft.assign(&given(&["preferred=false"])));
        assert_eq!(problem(given_up.await).key, "preferred");
        let gone = connector::delete(services, &by, brand, &first.connector_id).await;
        assert_eq!(problem(gone).key, "preferred");
        connector::update(services, &by, brand, &second.connector_id, |draft| draft.assign(&given(&["preferred=true"]))).await.unwrap();
        let preferred: Vec<_> = connector::all(services, brand).await.unwrap().into_iter()
            .filter(|it| it.configuration.preferred).map(|it| it.connector_id).collect();
        assert_eq!(preferred, std::slice::from_ref(&second.connector_id));
        connector::delete(services, &by, brand, &first.connector_id).await.unwrap();
        // The last one may go.
        connector::delete(services, &by, brand, &second.connector_id).await.unwrap();
        assert!(connector::all(services, brand).await.unwrap().is_empty());
    }

    async fn f_28_one_type_serves_web_and_apps(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (by, services, brand) = (By::command(), &app.services, &app.brand);
        connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        let other = connector::create(services, &by, brand, None, implicit(&json!({}))).await.unwrap();
        assert!(!other.configuration.preferred, "the account's type is code");
        let wanted = |text: &'static str| move |draft: &mut Draft| draft.assign(&given(&[text]));
        let refused = connector::update(services, &by, brand, &other.connector_id, wanted("preferred=true")).await;
        assert!(problem(refused).allowed.contains("switchFlow"));
        account::update(services, &by, brand, |draft| { draft.settings.flow = Some(Flow::Code); Ok(()) }).await.unwrap();
        let refused = connector::update(services, &by, brand, &other.connector_id, wanted("preferred=true")).await;
        assert!(problem(refused).allowed.contains("F-28"));
        let warned = connector::warnings(services, &other).await.unwrap();
        assert!(warned.iter().any(|it| it.contains("F-28")), "{warned:?}");

        let written = connector::update(services, &by, brand, &other.connector_id, |draft| {
            draft.assign(&given(&["preferred=true", "switchFlow=true"]))
        }).await.unwrap();
        assert!(written.warnings[0].contains("mobile apps"), "{:?}", written.warnings);
        assert_eq!(account::find(services, Some(brand)).await.unwrap().settings.flow, Some(Flow::Implicit));
        assert!(events(services, brand).await.contains(&"account.updated".to_owned()));
    }

    async fn sec_132_a_secret_stays_unless_another_is_given_and_is_told_to_nobody(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (by, services, brand) = (By::command(), &app.services, &app.brand);
        let made = connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        let secret = async || {
            let found = connector::find(services, brand, &made.connector_id).await.unwrap();
            client_secret(services, &found).await.map(|it| String::from_utf8(it.to_vec()).unwrap())
        };
        connector::update(services, &by, brand, &made.connector_id, |draft| draft.assign(&given(&["name=Shop"]))).await.unwrap();
        assert_eq!(secret().await.as_deref(), Some("s3cret-of-the-platform"));
        let changed = connector::update(services, &by, brand, &made.connector_id, |draft| draft.assign(&given(&["clientSecret=another"])));
        let changed = changed.await.unwrap().connector;
        assert_eq!(secret().await.as_deref(), Some("another"));
        // Nor is it sent to another place by whoever doesn't know it.
        let elsewhere = "tokenEndpoint=https://elsewhere.example/token";
        let moved = connector::update(services, &by, brand, &made.connector_id, |draft| draft.assign(&given(&[elsewhere]))).await;
        assert_eq!(problem(moved).key, "clientSecret");
        let none = connector::update(services, &by, brand, &made.connector_id, |draft| draft.assign(&given(&["clientSecret="]))).await;
        assert_eq!(problem(none).key, "clientSecret");
        let shown = connector::document(&changed).to_string();
        let recorded = format!("{:?}", recorded(services, brand).await);
        assert!(shown.contains("\"has_secret\":true") && !shown.contains("another"), "{shown}");
        assert!(recorded.contains("secret_changed") && !recorded.contains("another"), "{recorded}");

        connector::delete(services, &by, brand, &made.connector_id).await.unwrap();
        assert!(matches!(connector::find(services, brand, &made.connector_id).await, Err(Error::NotFound { .. })));
        let mark = connector::find_even_deleted(services, brand, &made.connector_id).await.unwrap();
        assert!(mark.deleted && !mark.enabled && mark.secret.is_none());
        let again = connector::create(services, &by, brand, Some(made.connector_id.clone()), code(&json!({}))).await;
        assert!(matches!(again, Err(Error::Taken { .. })), "its id never means another: {again:?}");
    }

    async fn a_key_takes_the_place_of_a_set_and_a_set_that_of_a_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (by, services, brand) = (By::command(), &app.services, &app.brand);
        let made = connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        let pasted = format!("jwtPublicKey={}", rsa_line());
        let changed = connector::update(services, &by, brand, &made.connector_id, |draft| draft.assign(&given(&[&pasted]))).await.unwrap();
        assert_eq!(changed.connector.configuration.jwks_endpoint, None);
        let back = connector::update(services, &by, brand, &made.connector_id, |draft| {
            draft.assign(&given(&["jwksEndpoint=https://idp.brand.example/keys"]))
        }).await.unwrap();
        assert_eq!(back.connector.configuration.jwt_public_key, None);
        let recorded = recorded(services, brand).await;
        assert!(recorded.iter().any(|(event, detail)| event == "connector.updated" && detail.to_string().contains("jwksEndpoint")));
    }

    async fn sec_058_a_new_connector_brings_its_client_a_new_secret_or_changes_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::platform("messaging").on(&app).await;
        let (services, brand, by) = (&app.services, &app.brand, By::command());
        let found = async || directory_client::find(services, brand, &ClientId::parse("messaging").unwrap()).await.unwrap();
        let digests = |client: &Client| client.secrets.iter().map(|it| it.digest).collect::<Vec<_>>();
        let client = found().await;
        let tenant = services.accounts.find(brand).await.unwrap().unwrap();
        let ours = || connector::ours(&tenant.account, &client);
        let mut first = ours();
        first.client_secret = Some(SecretString::from("an old one"));
        let first = connector::create(services, &by, brand, None, first).await.unwrap();
        let kept = async |id: &ConnectorId| {
            let it = connector::find(services, brand, id).await.unwrap();
            client_secret(services, &it).await.unwrap().to_vec()
        };

        // Neither where the new connector breaks a rule, nor where its id is another's, nor where the client was changed since.
        let mut broken = ours();
        "alert(1)".clone_into(&mut broken.configuration.js_method_name);
        let taken = Some(first.connector_id.clone());
        let mut stale = client.clone();
        stale.updated_at = stale.updated_at - Duration::from_secs(1);
        for (id, draft, client) in [(None, broken, &client), (taken, ours(), &client), (None, ours(), &stale)] {
            connector::create_with_new_secret(services, &by, brand, id, draft, client).await.unwrap_err();
            assert_eq!(digests(&found().await), digests(client));
            assert_eq!(kept(&first.connector_id).await, b"an old one");
            assert_eq!(connector::all(services, brand).await.unwrap().len(), 1);
        }
        assert!(!recorded(services, brand).await.iter().any(|(event, _)| event == "client.secret_rotated"));

        // With a pasted key, too, which the client holds on to in the same step.
        let key = tenant.ring.active(jose::Algorithm::RS256).unwrap().signer.public().clone();
        let mut second = ours();
        second.configuration.jwt_validation_type = signet::model::JwtValidationType::JwtPublicKey;
        second.configuration.jwks_endpoint = None;
        second.configuration.jwt_public_key = Some(key.to_spki_line());
        let second = connector::create_with_new_secret(services, &by, brand, None, second, &client).await.unwrap();
        let (renewed, secret) = (found().await, kept(&second.connector_id).await);
        assert_eq!(renewed.settings.pasted_key.as_ref().map(ToString::to_string).as_deref(), Some(key.kid()));
        assert_eq!(renewed.secrets.len(), 2);
        assert!(secret != b"an old one" && kept(&first.connector_id).await == secret);
        let text = String::from_utf8(secret).unwrap();
        let digest = signet::base::Digest::<signet::model::client::ClientSecret>::of(&text);
        assert!(digests(&renewed).contains(&digest));

        // No other one comes before the former stops, which is still pasted somewhere.
        let third = connector::create_with_new_secret(services, &by, brand, None, ours(), &renewed).await.unwrap_err();
        assert!(third.to_string().contains("until then the former one still works"), "{third}");
        assert_eq!(digests(&found().await), digests(&renewed));
        app.clock.advance(Duration::from_hours(25));
        connector::create_with_new_secret(services, &by, brand, None, ours(), &renewed).await.unwrap();
        assert!(digests(&found().await) != digests(&renewed));

        // A secret that was given elsewhere goes to all that name the client, and to no other.
        let other = connector::create(services, &by, brand, None, code(&json!({}))).await.unwrap();
        let given = connector::hand_on(services, &by, brand, &ours().configuration, &SecretString::from("elsewhere")).await.unwrap();
        assert_eq!(given.len(), 3);
        for id in &given {
            assert_eq!(kept(id).await, b"elsewhere");
        }
        assert!(!given.contains(&other.connector_id) && kept(&other.connector_id).await != b"elsewhere");
    }

    async fn sec_137_a_connector_is_unknown_in_another_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let by = By::command();
        let made = connector::create(&app.services, &by, &app.brand, None, code(&json!({}))).await.unwrap();
        let found = connector::find(&app.services, &other, &made.connector_id).await;
        assert!(matches!(found, Err(Error::NotFound { what: "connector", .. })), "{found:?}");
        let changed = connector::update(&app.services, &by, &other, &made.connector_id, |_| Ok(())).await;
        assert!(matches!(changed, Err(Error::NotFound { .. })), "{changed:?}");
        let gone = connector::delete(&app.services, &by, &other, &made.connector_id).await;
        assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
        let nowhere = connector::create(&app.services, &by, &id("nobody"), None, code(&json!({}))).await;
        assert!(matches!(nowhere, Err(Error::NotFound { what: "account", .. })), "{nowhere:?}");
        let id = Some(made.connector_id);
        let twin = connector::create(&app.services, &by, &other, id.clone(), code(&json!({}))).await.unwrap();
        assert!(twin.configuration.preferred, "each account has its own first choice");
        let again = connector::create(&app.services, &by, &app.brand, id, code(&json!({}))).await;
        assert!(matches!(again, Err(Error::Taken { what: "connector", .. })), "{again:?}");
    }
}

fn rsa_line() -> String {
    one_line(include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem"))
}

fn one_line(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}
