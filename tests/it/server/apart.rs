//! The administrators' door at addresses of its own (SEC-136).

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use secrecy::SecretString;
use signet::config::{Listen, Settings};
use signet::directory::{By, administrator};
use signet::http::RateLimits;
use signet::server::{Apart, Figures, assemble_apart, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::headers::{filled, routes};
use super::whole::{ask, assembled};
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, request};
use crate::support::browser::encoded;
use crate::support::db::{FreshDb, on_both_databases};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const PASSWORD: &str = "a-quiet-river-runs-7";

fn elsewhere(settings: &mut Settings) {
    settings.server.admin.listen = Some("127.0.0.1:8444".parse().unwrap());
}

fn apart(app: &App) -> Apart {
    let limits = Arc::new(RateLimits::new(&app.services.settings));
    assemble_apart(&app.services, &limits, &Figures::off())
}

/// A token of the admin API that lets its bearer do everything.
async fn token(app: &App) -> String {
    let (by, password) = (By::command(), SecretString::from(PASSWORD));
    administrator::create(&app.services, &by, "root", None, password)
        .await
        .unwrap();
    let hour = std::time::Duration::from_hours(1);
    let made = administrator::token(&app.services, &by, "root", hour)
        .await
        .unwrap();
    made.credential.expose().to_owned()
}

/// Signs in at the console, by a browser that tells the origin of a form and nothing else of it.
async fn sign_in(admin: &Router, origin: &str) -> Answer {
    let page = ask(admin, request("GET", "/admin/login").body(Body::empty()).unwrap()).await;
    let cookie = page
        .header(SET_COOKIE)
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let (csrf, next) = (page.hidden("csrf"), page.hidden("next"));
    let form = [
        ("csrf", csrf.as_str()),
        ("next", &next),
        ("username", "root"),
        ("password", PASSWORD),
    ];
    let asked = request("POST", "/admin/login")
        .header(COOKIE, cookie)
        .header(ORIGIN, origin)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(admin, asked.body(encoded(&form).into()).unwrap()).await
}

on_both_databases! {
    async fn sec_136_consumers_and_clients_find_no_console_where_it_is_elsewhere(fresh: &FreshDb) {
        let app = App::with(fresh, elsewhere).await;
        let (public, bearer) = (assembled(&app), token(&app).await);
        let mut tried = 0;
        for route in signet::admin::all() {
            for method in METHODS {
                let asked = request(method, &filled(route.path)).header(AUTHORIZATION, format!("Bearer {bearer}"));
                let answer = ask(&public, asked.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status, 404, "{method} {}", route.path);
                tried += 1;
            }
        }
        assert!(tried > 100, "{tried}");
        // What is theirs is there.
        for path in ["/.well-known/openid-configuration", "/jwks", "/health/live", "/openapi.json"] {
            assert_eq!(ask(&public, request("GET", path).body(Body::empty()).unwrap()).await.status, 200, "{path}");
        }
    }

    async fn sec_136_administrators_find_the_console_there_and_nothing_else(fresh: &FreshDb) {
        let app = App::with(fresh, elsewhere).await;
        let (admin, bearer) = (apart(&app).admin, token(&app).await);
        let accounts = request("GET", "/admin/api/v1/accounts").header(AUTHORIZATION, format!("Bearer {bearer}"));
        assert_eq!(ask(&admin, accounts.body(Body::empty()).unwrap()).await.status, 200);
        assert_eq!(sign_in(&admin, ISSUER).await.status, 403, "a form of the public place");
        let signed_in = sign_in(&admin, "https://id.example.test:8444").await;
        assert_eq!(signed_in.location(), "/admin/");
        let shared = |path: &str| ["/admin", "/assets", "/health"].iter().any(|start| path.starts_with(start));
        let mut tried = 0;
        for path in routes().iter().filter(|path| !shared(path)) {
            for method in METHODS {
                let asked = request(method, &filled(path)).body(Body::empty()).unwrap();
                assert_eq!(ask(&admin, asked).await.status, 404, "{method} {path}");
                tried += 1;
            }
        }
        assert!(tried > 200, "{tried}");
    }

    async fn sec_136_figures_health_and_documents_tell_no_version_and_nobodys_name(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (whole, bearer) = (assembled(&app), token(&app).await);
        // Something to tell of: people, an address, a path, a secret.
        let user = crate::gateway::people::user(&app, &app.brand, "canarydana", signet::model::RoleType::Agent).await;
        for (path, body) in [
            ("/api/account/brand/login?v=1.3", r#"{"username":"canarydana","password":"canary-password"}"#),
            ("/api/account/canaryaccount/login?v=1.3", "{}"),
            ("/canary/nothing?canary=1", ""),
        ] {
            let asked = request("POST", path).header(CONTENT_TYPE, "application/json").header(AUTHORIZATION, format!("Bearer {bearer}"));
            assert_ne!(ask(&whole, asked.body(Body::from(body)).unwrap()).await.status, 500, "{path}");
        }
        for path in ["/metrics", "/health/live", "/health/ready", "/openapi.json"] {
            let told = ask(&whole, request("GET", path).body(Body::empty()).unwrap()).await;
            assert!(told.body.len() > 10, "{path}: {told:?}");
            for private in ["canary", env!("CARGO_PKG_VERSION"), &bearer, PASSWORD, "id.example.test", &user.user_id.to_string()] {
                assert!(!told.body.contains(private), "{path} tells {private}");
            }
        }
    }

    async fn a_host_of_its_own_is_known_and_no_other(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            elsewhere(settings);
            settings.server.admin.public_url = Some("https://desk.example".parse().unwrap());
        }).await;
        let (admin, _) = (apart(&app).admin, token(&app).await);
        for (host, status) in [("desk.example", 200), ("desk.example:8444", 200), ("evil.example", 421)] {
            let mut asked = request("GET", "/admin/login").body(Body::empty()).unwrap();
            asked.headers_mut().insert(HOST, host.parse().unwrap());
            assert_eq!(ask(&admin, asked).await.status, status, "{host}");
        }
        assert_eq!(sign_in(&admin, "https://desk.example").await.location(), "/admin/");
        assert_eq!(sign_in(&admin, "https://id.example.test:8444").await.status, 403);
    }
}

#[tokio::test]
async fn sec_136_the_same_over_sockets() {
    let fresh = FreshDb::sqlite().await;
    let app = App::with(&fresh, |settings| {
        settings.server.listen = Listen::localhost(0);
        settings.server.admin.listen = Some(Listen::localhost(0));
    })
    .await;
    let stop = CancellationToken::new();
    let running = serve(assembled(&app), apart(&app), &app.services.settings, stop)
        .await
        .unwrap();
    let status = async |address: std::net::SocketAddr, path: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let asked = format!("GET {path} HTTP/1.1\r\nHost: id.example.test\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer["HTTP/1.1 ".len()..].split(' ').next().unwrap().to_owned()
    };
    let (public, admin) = (running.addresses()[0], running.admin_addresses()[0]);
    assert_ne!(public, admin);
    for (path, expected) in [
        ("/admin/login", ["404", "200"]),
        ("/jwks", ["200", "404"]),
        ("/health/live", ["200", "200"]),
    ] {
        assert_eq!(
            [status(public, path).await, status(admin, path).await],
            expected,
            "{path}"
        );
    }
    running.stop();
    running.finished().await;
    fresh.throw_away().await;
}
