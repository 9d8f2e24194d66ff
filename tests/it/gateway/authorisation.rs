//! Every route of the gateway that needs something, called by everybody who must not come through.

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION};
use signet::gateway::{Needs, ROUTES, Route};
use signet::model::RoleType;

use super::people::{self, events, get, log_in, refused};
use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
const USERS: &str = "/api/account/brand/configuration/le-users/users?v=6.0";

fn path(route: &Route, account: &str) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{account_id}" => account,
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn guarded() -> impl Iterator<Item = &'static Route> {
    ROUTES
        .iter()
        .filter(|route| matches!(route.needs, Needs::Area(_)))
}

#[test]
fn what_is_open_is_public_or_where_one_logs_in() {
    let open: Vec<&str> = ROUTES
        .iter()
        .filter(|route| !matches!(route.needs, Needs::Area(_) | Needs::Program))
        .map(|route| {
            let within = route.path.strip_prefix("/api/account/{account_id}/");
            within.unwrap_or(route.path)
        })
        .collect();
    assert_eq!(
        open,
        [
            "service/baseURI.json",
            "service/{service}/baseURI.json",
            "authenticate",
            "app/default/authenticate",
            "app/{connector_id}/authenticate",
            "anonymous/authorize",
            "signup",
            "/idp/well-known/jwks",
            "/sentinel/api/account/{account_id}/app/token",
            "/sentinel/api/v2/account/{account_id}/app/token",
            "/sentinel/well-known/jwks",
            "/callback/{account_id}/begin",
            "/callback/{account_id}/redirectCode",
            "login",
            "login/sso/{connection}",
            "login/callback",
            "refresh",
            "logout"
        ]
    );
    assert!(guarded().count() >= 2);
}

on_both_databases! {
    async fn sec_127_sec_131_sec_138_no_route_lets_anybody_but_its_own_accounts_users_through(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        people::user(&app, &other, "olga", RoleType::Admin).await;
        let (own, foreign) = (log_in(&app, &app.brand, "dana").await, log_in(&app, &other, "olga").await);
        let ended = log_in(&app, &app.brand, "dana").await;
        ended.call(&app, "logout").await;
        // Whom other doors let in.
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        let mut anas = app.signed_in(&ana).await;
        let code = anas.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let strangers = [
            None,
            Some(format!("Bearer {}", foreign.bearer)),
            Some(format!("Bearer {}", ended.bearer)),
            Some(format!("Bearer {}x", own.bearer)),
            Some(format!("Bearer {}", own.bearer.to_uppercase())),
            Some(format!("Bearer {}", own.csrf)),
            Some(format!("Bearer {}", own.cookie.split_once('=').unwrap().1)),
            Some(format!("Basic {}", own.bearer)),
            Some(own.bearer.clone()),
            Some("Bearer ".to_owned()),
            Some(format!("Bearer {}", tokens["access_token"].as_str().unwrap())),
            Some(format!("Bearer {}", tokens["id_token"].as_str().unwrap())),
        ];
        for route in guarded() {
            for method in METHODS {
                for value in &strangers {
                    let mut asked = request(method, &path(route, "brand"));
                    if let Some(value) = value {
                        asked = asked.header(AUTHORIZATION, value);
                    }
                    let answer = app.send(asked.body(Body::empty()).unwrap()).await;
                    if let Some(known) = answer.header(ALLOW) {
                        assert!(answer.status == 405 && !known.contains(method), "{method} {route:?}");
                    } else {
                        assert_eq!(refused(&answer), (401, 3), "{method} {route:?}: {value:?}");
                    }
                }
            }
        }
        assert!(events(&app, &app.brand).await.iter().any(|event| event == "authz.denied"));
        // Two fields are none.
        let twice = request("GET", USERS)
            .header(AUTHORIZATION, format!("Bearer {}", own.bearer))
            .header(AUTHORIZATION, format!("Bearer {}", own.bearer));
        assert_eq!(refused(&app.send(twice.body(Body::empty()).unwrap()).await), (401, 3));
        // And who may, is let through.
        assert_eq!(get(&app, USERS, Some(&own.bearer)).await.status, 200);
    }

    async fn sec_127_sec_131_no_route_for_programs_lets_anybody_else_through(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let user = log_in(&app, &app.brand, "dana").await;
        let foreign = NewClient::program("bot").set(|it| it.scope = "msg.consumer".parse().unwrap()).of(&app, &other).await;
        let asked = crate::gateway::sentinel::ask(&foreign, "/sentinel/api/v2/account/other/app/token").send(&app).await;
        let foreign = asked.json()["access_token"].as_str().unwrap().to_owned();
        let lesser = NewClient::program("lesser").set(|it| it.scope = "msg.other".parse().unwrap()).on(&app).await;
        let lesser = crate::gateway::sentinel::app_jwt(&app, &lesser).await;
        for route in ROUTES.iter().filter(|route| route.needs == Needs::Program) {
            for (value, code) in [
                (None, 40105),
                (Some(format!("Bearer {}", user.bearer)), 40102),
                (Some(foreign.clone()), 40102),
                (Some(lesser.clone()), 40102),
            ] {
                let mut asked = request("POST", &path(route, "brand"));
                if let Some(value) = &value {
                    asked = asked.header(AUTHORIZATION, value);
                }
                let answer = app.send(asked.body(Body::empty()).unwrap()).await;
                let code = serde_json::json!(code);
                assert_eq!((answer.status.as_u16(), &answer.json()["body"]["errorCode"]), (401, &code), "{route:?} {value:?}");
            }
        }
    }

    async fn sec_127_sec_129_no_route_lets_a_plain_agent_through(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "ben", RoleType::Agent).await;
        people::user(&app, &app.brand, "mia", RoleType::AgentManager).await;
        let (agent, manager) = (log_in(&app, &app.brand, "ben").await, log_in(&app, &app.brand, "mia").await);
        for route in guarded() {
            for method in METHODS {
                for (session, reads) in [(&agent, false), (&manager, true)] {
                    if reads && method == "GET" {
                        continue;
                    }
                    let asked = request(method, &path(route, "brand")).header(AUTHORIZATION, format!("Bearer {}", session.bearer));
                    let answer = app.send(asked.body(Body::empty()).unwrap()).await;
                    if answer.header(ALLOW).is_none() {
                        assert_eq!(refused(&answer), (403, 4), "{method} {route:?}");
                    }
                }
            }
        }
        let denied: Vec<_> = events(&app, &app.brand).await.into_iter().filter(|event| event == "authz.denied").collect();
        assert!(!denied.is_empty());
        assert_eq!(get(&app, USERS, Some(&manager.bearer)).await.status, 200);
    }

    async fn sec_140_a_suspended_account_lets_nobody_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let open = log_in(&app, &app.brand, "dana").await;
        app.change_account(&app.brand, |row| row.status = signet::model::AccountStatus::Suspended).await;
        assert_eq!(open.status(&app).await, 401);
        assert_eq!(open.call(&app, "refresh").await.status, 401);
        let again = people::try_login(&app, &app.brand, serde_json::json!({"username": "dana", "password": people::PASSWORD})).await;
        assert_eq!(refused(&again), (451, 6));
    }
}
