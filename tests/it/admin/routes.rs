//! Every route of the door, called by everybody who must not come through.

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, COOKIE as COOKIES, WWW_AUTHENTICATE};
use signet::admin::{Needs, Route, all};

use super::{COOKIE, administrator, call, problem, signed_in, token};
use crate::support::app::{App, request};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A path of the route: its parameters are that account, or something.
fn path(route: &Route, account: &str) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{account_id}" => account,
        part if part.starts_with('{') => "x",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn guarded() -> impl Iterator<Item = Route> {
    all().into_iter().filter(|route| route.needs != Needs::Nobody)
}

#[test]
fn what_is_open_is_where_one_signs_in() {
    let open: Vec<&str> = all()
        .into_iter()
        .filter(|route| route.needs == Needs::Nobody)
        .map(|route| route.path)
        .collect();
    assert_eq!(
        open,
        [
            "/admin/login",
            "/admin/login/user",
            "/admin/login/factor",
            "/admin/api/v1/login"
        ]
    );
    assert!(guarded().count() >= 9);
}

on_both_databases! {
    async fn sec_127_sec_131_no_route_lets_anybody_but_administrators_through(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "root", None).await;
        let mut console = signed_in(&app, "root").await;
        let cookie = console.jar[COOKIE].clone();
        let bearer = token(&app, "root").await;
        // Whom other doors let in.
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        let mut anas = app.signed_in(&ana).await;
        let code = anas.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let consumers = format!("{}={}", Browser::cookie_name(&app.brand, "session"), anas.session_cookie().unwrap());
        let strangers = [
            (COOKIES, String::new()),
            (COOKIES, consumers),
            (COOKIES, format!("{COOKIE}={cookie}; {COOKIE}={cookie}")),
            (COOKIES, format!("{COOKIE}={bearer}")),
            (COOKIES, format!("signet-admin={cookie}")),
            (AUTHORIZATION, format!("Bearer {}", tokens["access_token"].as_str().unwrap())),
            (AUTHORIZATION, format!("Bearer {}", tokens["id_token"].as_str().unwrap())),
            (AUTHORIZATION, format!("Bearer {cookie}")),
            (AUTHORIZATION, format!("Bearer {bearer}x")),
            (AUTHORIZATION, format!("Basic {bearer}")),
            (AUTHORIZATION, "Bearer ".to_owned()),
        ];
        for route in guarded() {
            for method in METHODS {
                for (name, value) in &strangers {
                    let asked = request(method, &path(&route, "brand")).header(name, value);
                    let answer = app.send(asked.body(Body::empty()).unwrap()).await;
                    // A method that the route doesn't know (SEC-159).
                    if let Some(known) = answer.header(ALLOW) {
                        assert!(answer.status == 405 && !known.contains(method), "{method} {route:?}");
                    } else if route.is_api() {
                        assert_eq!(problem(&answer).0, 401, "{method} {route:?}: {value}");
                        let challenge = answer.header(WWW_AUTHENTICATE).unwrap();
                        assert!(challenge.starts_with("Bearer realm=\"admin\""), "{challenge}");
                        assert_eq!(challenge.contains("invalid_token"), *name == AUTHORIZATION, "{value}");
                    } else {
                        assert!(answer.location().starts_with("/admin/login"), "{method} {route:?}: {value}");
                    }
                }
            }
        }
        // And who is one, is let through.
        assert_eq!(console.get("/admin/").await.status, 200);
        assert_eq!(call(&app, "GET", "/admin/api/v1/accounts", &bearer).await.status, 200);
        assert_eq!(call(&app, "GET", "/admin/api/v1/nothing", &bearer).await.status, 404);
        assert_eq!(console.get("/admin/nothing/here").await.status, 404);
    }

    async fn sec_127_sec_137_no_route_shows_another_accounts_administrator_anything(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        app.change_account(&app.brand, |row| "Zebra".clone_into(&mut row.settings.display_name)).await;
        administrator(&app, "olga", Some(&other)).await;
        let (mut console, bearer) = (signed_in(&app, "olga").await, token(&app, "olga").await);
        for route in guarded().filter(|route| !route.path.ends_with("/logout")) {
            for method in METHODS {
                let path = format!("{}?account=brand", path(&route, "brand"));
                let answer = if route.is_api() {
                    call(&app, method, &path, &bearer).await
                } else {
                    let headers = [("origin", crate::support::app::ISSUER)];
                    console.send(method, &path, &headers, Body::empty()).await
                };
                let status = answer.status.as_u16();
                assert!([303, 400, 403, 404, 405, 415].contains(&status), "{method} {path}: {answer:?}");
                assert!(!answer.body.contains("Zebra") && !answer.body.contains("account=brand"), "{method} {path}: {answer:?}");
                if status == 303 {
                    assert!(!answer.location().contains("brand"), "{method} {path}: {answer:?}");
                }
            }
        }
        // A form without its token ends nothing.
        assert_eq!(console.post("/admin/logout?account=brand", &[]).await.status, 403);
        assert_eq!(console.get("/admin/audit").await.status, 200);
    }
}
