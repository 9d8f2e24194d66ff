//! Every route of the gateway, called by everybody there is (SEC-127 to SEC-131, SEC-138).

use std::cell::Cell;

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, COOKIE};
use serde_json::json;
use signet::gateway::{Needs, ROUTES, Route};
use signet::model::RoleType;

use super::callers::{self, Caller};
use super::people::{self, events, get, log_in, refused};
use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signed::Signing;

const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PUT", "DELETE"];
const USERS: &str = "/api/account/brand/configuration/le-users/users?v=6.0";

/// A path of the route; what it names nobody has made.
fn path(route: &Route, account: &str) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{account_id}" => account,
        part if part.starts_with('{') => "77",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is under `configuration/le-…/`.
fn area(route: &Route) -> &'static str {
    let (_, rest) = route.path.split_once("/configuration/le-").unwrap_or_default();
    rest.split('/').nth(1).unwrap_or_default()
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
            "/ws_api/account/{account_id}/messaging/consumer",
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
    let guarded = ROUTES
        .iter()
        .filter(|route| matches!(route.needs, Needs::Area(_)));
    assert!(guarded.count() >= 2);
}

on_both_databases! {
    async fn sec_127_sec_129_sec_131_sec_138_every_route_lets_through_whom_it_must_and_nobody_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let mut callers = Box::pin(callers::strangers(&app, &other)).await;
        callers.extend(Box::pin(callers::users(&app)).await);
        callers.extend(Box::pin(callers::keys(&app)).await);
        callers.extend(Box::pin(callers::clients(&app)).await);
        let (nonces, mut ends) = (Cell::new(0), [0; 3]);
        for route in ROUTES.iter().filter(|route| matches!(route.needs, Needs::Area(_) | Needs::Program)) {
            for method in METHODS {
                for caller in &callers {
                    let answer = caller.ask(&app, method, &path(route, "brand"), &nonces).await;
                    if let Some(known) = answer.header(ALLOW) {
                        assert!(answer.status == 405 && !known.contains(method), "{method} {route:?}");
                        continue;
                    }
                    let end = caller.end(&answer, route.needs, method);
                    let expected = caller.expected(route.needs, area(route), method);
                    assert_eq!(end, expected, "{method} {route:?} by {}: {answer:?}", caller.called);
                    ends[end as usize] += 1;
                }
            }
        }
        assert!(ends.iter().all(|count| *count > 50), "{ends:?}");
        let denied = events(&app, &app.brand).await.into_iter().filter(|event| event == "authz.denied").count();
        assert!(denied > 50, "{denied}");
    }

    async fn sec_127_a_session_is_known_by_its_cookie_and_its_csrf_token_in_its_own_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        people::user(&app, &app.brand, "dana", RoleType::Agent).await;
        people::user(&app, &app.brand, "ben", RoleType::Admin).await;
        people::user(&app, &other, "olga", RoleType::Admin).await;
        let (own, ben) = (log_in(&app, &app.brand, "dana").await, log_in(&app, &app.brand, "ben").await);
        let foreign = log_in(&app, &other, "olga").await;
        let key = Signing::of(&app, &["privileges=User Login,Users"]).await;
        let bearer_alone = Some(format!("Bearer {}", own.bearer));
        let routes: Vec<&Route> = ROUTES.iter().filter(|route| route.needs == Needs::Session).collect();
        assert_eq!(routes.len(), 2);
        for route in routes {
            let path = path(route, "brand");
            for (called, cookie, csrf, authorization, expected) in [
                ("nothing", None, &own.csrf, None, (401, 3)),
                ("a bearer alone", None, &own.csrf, bearer_alone.clone(), (401, 3)),
                ("a signature", None, &own.csrf, Some(key.header("POST", &path, None, "")), (401, 3)),
                ("another account's", Some(&foreign.cookie), &foreign.csrf, None, (401, 3)),
                ("a cookie without its token", Some(&own.cookie), &own.bearer, None, (401, 10)),
                ("a cookie with another's token", Some(&own.cookie), &ben.csrf, None, (401, 10)),
                ("a token with another's cookie", Some(&ben.cookie), &own.csrf, None, (401, 10)),
            ] {
                let mut asked = request("POST", &path).header(CONTENT_TYPE, "application/json");
                if let Some(cookie) = cookie {
                    asked = asked.header(COOKIE, cookie);
                }
                if let Some(value) = authorization {
                    asked = asked.header(AUTHORIZATION, value);
                }
                let answer = app.send(asked.body(json!({"csrf": csrf}).to_string().into()).unwrap()).await;
                assert_eq!(refused(&answer), expected, "{called} at {route:?}");
            }
        }
        for session in [&own, &ben, &foreign] {
            assert_eq!(session.call(&app, "refresh").await.status, 200);
            assert_eq!(session.call(&app, "logout").await.status, 200);
        }
    }

    async fn where_nothing_is_needed_it_makes_no_difference_who_asks(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let mut callers = Box::pin(callers::strangers(&app, &other)).await;
        callers.extend(Box::pin(callers::clients(&app)).await);
        people::user(&app, &app.brand, "root", RoleType::Admin).await;
        let session = log_in(&app, &app.brand, "root").await;
        callers.push(Caller::by_bearer("an administrator", &session.bearer));
        let nonces = Cell::new(0);
        // Where programs get their tokens, a header may show who they are.
        let open = ROUTES.iter().filter(|route| route.needs == Needs::Nobody && !route.path.ends_with("/app/token"));
        for route in open {
            for method in METHODS {
                let path = path(route, "brand");
                let mut first = None;
                for caller in &callers {
                    let answer = caller.ask(&app, method, &path, &nonces).await;
                    let same = *first.get_or_insert(answer.status);
                    assert_eq!(answer.status, same, "{method} {route:?} by {}: {answer:?}", caller.called);
                }
            }
        }
    }
    async fn sec_127_two_headers_are_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        people::user(&app, &app.brand, "dana", RoleType::Admin).await;
        let own = log_in(&app, &app.brand, "dana").await;
        let twice = request("GET", USERS)
            .header(AUTHORIZATION, format!("Bearer {}", own.bearer))
            .header(AUTHORIZATION, format!("Bearer {}", own.bearer));
        assert_eq!(refused(&app.send(twice.body(Body::empty()).unwrap()).await), (401, 3));
        assert_eq!(get(&app, USERS, Some(&own.bearer)).await.status, 200);
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
