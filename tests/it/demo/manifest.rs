//! What a program is told, and what it can do with it.

use std::os::unix::fs::PermissionsExt as _;

use http::StatusCode;
use serde_json::Value;
use signet::config::{Sources, load};
use signet::demo::Wishes;

use super::Demo;

/// The names of an object's members.
fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_manifest_has_the_documented_form_and_goes_away_with_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("manifest.json");
    std::fs::write(&file, "left by another").unwrap();
    let wishes = Wishes {
        manifest: Some(file.clone()),
        ..Wishes::default()
    };
    let demo = Demo::wished(wishes).await;
    let text = std::fs::read_to_string(&file).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest, serde_json::to_value(&demo.running.manifest).unwrap());
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let expected = [
        "account_id",
        "brand_page",
        "ca_file",
        "clients",
        "config_file",
        "console",
        "consumers",
        "gateway",
        "initial_access_token",
        "issuer",
        "resources",
    ];
    assert_eq!(names(&manifest), expected);
    let issuer = manifest["issuer"].as_str().unwrap();
    assert!(issuer.starts_with("http://localhost:"));
    assert_eq!(manifest["brand_page"], format!("{issuer}/demo/"));
    assert_eq!(
        (&manifest["account_id"], &manifest["ca_file"]),
        (&"12345678".into(), &Value::Null)
    );
    let console = &manifest["console"];
    assert_eq!(names(console), ["password", "url", "username"]);
    assert_eq!(
        (&console["url"], &console["username"]),
        (&format!("{issuer}/admin/").into(), &"admin".into())
    );
    assert_eq!(
        names(&manifest["consumers"][0]),
        ["name", "password", "sub", "username"]
    );
    assert_eq!(manifest["consumers"][0]["username"], "ana@example.test");
    for consumer in manifest["consumers"].as_array().unwrap() {
        assert!(consumer["password"].as_str().unwrap().len() >= 12);
        assert!(!consumer["sub"].as_str().unwrap().contains('@'));
    }
    let clients = &manifest["clients"];
    assert_eq!(
        names(clients),
        [
            "app",
            "backend",
            "counter",
            "device",
            "platform_code",
            "platform_encrypted",
            "platform_implicit",
            "web"
        ]
    );
    assert_eq!(
        names(&clients["platform_code"]),
        ["client_id", "client_secret", "redirect_uris"]
    );
    assert_eq!(
        names(&clients["backend"]),
        ["client_id", "client_secret", "private_key"]
    );
    for platform in ["platform_code", "platform_implicit", "platform_encrypted"] {
        let uris = clients[platform]["redirect_uris"].as_array().unwrap();
        assert!(uris.contains(&manifest["brand_page"]) && uris.contains(&"https://liveperson.net".into()));
    }
    assert_eq!(clients["app"]["redirect_uris"][0], "com.brand.app:/callback");
    assert_eq!(
        (&clients["web"]["public"], &clients["app"]["public"]),
        (&true.into(), &true.into())
    );
    let gateway = &manifest["gateway"];
    assert_eq!(
        (&gateway["base_url"], &gateway["account_id"]),
        (&manifest["issuer"], &manifest["account_id"])
    );
    assert_eq!(
        names(&gateway["connectors"]),
        ["anonymous", "code", "code_pkce", "encrypted", "implicit"]
    );
    for key in ["app_key", "app_key_limited"] {
        assert_eq!(
            names(&gateway[key]),
            ["access_token", "access_token_secret", "app_key", "secret"]
        );
    }
    assert_eq!(names(&gateway["oauth2"]), ["client_id", "client_secret"]);

    for who in ["user", "admin", "expired_user"] {
        assert_eq!(names(&gateway[who]), ["password", "username"]);
    }
    assert_eq!(names(&gateway["bot"]), ["username"]);
    assert!(gateway["max_sessions"].is_u64());

    let config_file = demo.running.manifest.config_file.clone();
    assert!(config_file.exists());
    demo.end().await;
    assert!(!file.exists() && !config_file.parent().unwrap().exists());
}

#[tokio::test]
async fn secrets_differ_from_start_to_start() {
    let (one, two) = tokio::join!(Demo::start(), Demo::start());
    let secrets = |demo: &Demo| {
        let manifest = &demo.running.manifest;
        let clients = &manifest.clients;
        let passwords = manifest
            .consumers
            .iter()
            .map(|consumer| consumer.password.clone());
        let secrets = [&clients.platform_code, &clients.backend, &manifest.gateway.oauth2]
            .map(|client| client.client_secret.clone().unwrap());
        let key = &manifest.gateway.app_key;
        let values = [
            &key.app_key,
            &key.secret,
            &key.access_token,
            &key.access_token_secret,
        ]
        .map(Clone::clone);
        passwords.chain(secrets).chain(values).collect::<Vec<_>>()
    };
    let (first, second) = (secrets(&one), secrets(&two));
    assert!(first.iter().all(|secret| !second.contains(secret)));
    one.end().await;
    two.end().await;
}

#[tokio::test]
async fn the_config_file_is_whole_and_describes_the_running_demo() {
    let demo = Demo::start().await;
    let manifest = &demo.running.manifest;
    let settings = load(&Sources::file(Some(manifest.config_file.clone())))
        .unwrap()
        .settings;
    assert_eq!(settings.server.public_url.as_str(), manifest.issuer);
    assert_eq!(settings.log.level.as_str(), "warn");
    // Several hundred logins and registrations a minute from one address.
    let limits = &settings.limits.per_minute;
    assert!(limits.login >= 600 && limits.registration >= 600);
    // Both addresses of `localhost`.
    assert_eq!(settings.server.listen.addresses().len(), 2);
    let mode = std::fs::metadata(&manifest.config_file)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    demo.end().await;
}

#[tokio::test]
async fn whoever_opens_the_server_comes_to_the_shop() {
    let demo = Demo::start().await;
    let mut visitor = demo.visitor();
    for path in ["/", "/demo"] {
        assert_eq!(visitor.get(path).await.location(), "/demo/");
    }
    // By its address it would be another origin than the one that consumers come back to.
    let port = demo.running.manifest.issuer.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "[::1]"] {
        let shop = visitor.get(&format!("http://{host}:{port}/demo/")).await;
        assert_eq!(shop.location(), demo.running.manifest.brand_page);
    }
    let shop = visitor.get("/demo/").await;
    assert_eq!(shop.status, StatusCode::OK);
    assert_eq!(shop.csp("connect-src"), "'self'");
    for consumer in &demo.running.manifest.consumers {
        assert!(shop.body.contains(&consumer.username) && shop.body.contains(&consumer.password));
    }
    demo.end().await;
}
