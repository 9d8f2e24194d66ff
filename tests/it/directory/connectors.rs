//! The validation rules of section 3.2 of the platform contract.

use secrecy::SecretString;
use serde_json::json;
use signet::base::id::ConnectorId;
use signet::directory::connector::{self, Draft, client_secret};
use signet::directory::{By, Error};
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};

use super::{App, FreshDb, id, on_both_databases, problem, recorded};

fn configuration(change: &serde_json::Value) -> ConnectorConfiguration {
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

fn code(change: &serde_json::Value) -> Draft {
    Draft {
        name: "brand-idp".to_owned(),
        kind: ConnectorKind::Code,
        enabled: true,
        configuration: configuration(change),
        client_secret: Some(SecretString::from("s3cret-of-the-platform")),
    }
}

fn implicit(change: &serde_json::Value) -> Draft {
    Draft {
        kind: ConnectorKind::Implicit,
        client_secret: None,
        ..code(change)
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
            (code(&json!({"clientId": ""})), "clientId", "client id"),
            (Draft { client_secret: None, ..code(&json!({})) }, "clientSecret", "the code type needs it"),
            (Draft { client_secret: Some(SecretString::from("")), ..code(&json!({})) }, "clientSecret", "needs it"),
            (Draft { name: String::new(), ..code(&json!({})) }, "name", "1 to 128"),
            (code(&json!({"issuer": "idp.brand.example"})), "issuer", "https URL"),
            (code(&json!({"issuer": "https://idp.brand.example?x"})), "issuer", "without query"),
            (code(&json!({"authorizationEndpoint": "https://idp.brand.example/a#b"})), "authorizationEndpoint", "https"),
            (code(&json!({"jwtPublicKey": line})), "jwtValidationType", "one of the two"),
            (code(&json!({"jwksEndpoint": null})), "jwtValidationType", "one of the two"),
            (code(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null})), "jwtValidationType", "one"),
            (code(&json!({"jsMethodName": "alert(1)"})), "jsMethodName", "global scope"),
            (code(&json!({"jsContext": "a..b"})), "jsContext", "global scope"),
            (implicit(&json!({"pkceEnabled": true})), "pkceEnabled", "false"),
        ] {
            let problem = problem(connector::create(&app.services, &By::command(), &app.brand, None, draft).await);
            assert_eq!(problem.key, key);
            assert!(problem.allowed.contains(allowed), "{problem}");
        }
        for draft in [
            implicit(&json!({"tokenEndpoint": null})),
            implicit(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null, "jwtPublicKey": line})),
            code(&json!({"pkceEnabled": true, "jsMethodName": "lpMethods.getToken"})),
            code(&json!({"issuer": "http://localhost:8080", "tokenEndpoint": "http://127.0.0.1:8080/token"})),
            Draft { kind: ConnectorKind::Anonymous, ..implicit(&json!({"issuer": "", "clientId": "", "jwksEndpoint": null})) },
        ] {
            connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        }
    }

    async fn f_02_f_03_a_pasted_key_is_parsed_and_never_repeated(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let line = rsa_line();
        let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
        let small = one_line(include_str!("../../../crates/jose/tests/it/keys/rsa1024.public.pem"));
        let private = one_line(include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem"));
        let elliptic = one_line(include_str!("../../../crates/jose/tests/it/keys/p256.public.pem"));
        for (pasted, why) in [
            (pem, "BEGIN and END"),
            (&line[..40], "SubjectPublicKeyInfo"),
            (small.as_str(), "1024 bits"),
            (private.as_str(), "PRIVATE key"),
            (elliptic.as_str(), "RS256"),
            ("CONSUMER DELEGATION", "white space"),
        ] {
            let draft = implicit(&json!({"jwtValidationType": "JWT_PUBLIC_KEY", "jwksEndpoint": null, "jwtPublicKey": pasted}));
            let problem = problem(connector::create(&app.services, &By::command(), &app.brand, None, draft).await);
            assert_eq!((problem.key.as_str(), problem.found), ("jwtPublicKey", None));
            assert!(problem.allowed.contains(why), "{}", problem.allowed);
        }
    }

    async fn sec_137_a_connector_is_unknown_in_another_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let by = By::command();
        let made = connector::create(&app.services, &by, &app.brand, None, code(&json!({}))).await.unwrap();
        let found = connector::find(&app.services, &other, &made.connector_id).await;
        assert!(matches!(found, Err(Error::NotFound { what: "connector", .. })), "{found:?}");
        let nowhere = connector::create(&app.services, &by, &id("nobody"), None, code(&json!({}))).await;
        assert!(matches!(nowhere, Err(Error::NotFound { what: "account", .. })), "{nowhere:?}");
        let id = Some(made.connector_id);
        connector::create(&app.services, &by, &other, id.clone(), code(&json!({}))).await.unwrap();
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
