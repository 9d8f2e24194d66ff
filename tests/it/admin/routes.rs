//! Every route of the door, called by everybody who must not come through.

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, COOKIE as COOKIES, WWW_AUTHENTICATE};
use signet::admin::{Deed, Needs, Route, all, deeds};
use signet::http::openapi::Verb;
use signet::model::RoleType;

use super::{COOKIE, administrator, call, events, people, problem, signed_in, token};
use crate::gateway;
use crate::support::app::{App, request};
use crate::support::browser::Browser;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signed::Signing;

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

/// The bearer of a user who may do all there is.
async fn people_bearer(app: &App) -> String {
    people::user(app, "dana", RoleType::Admin).await;
    gateway::people::log_in(app, &app.brand, "dana").await.bearer
}

/// The token of a program that may do what programs may.
async fn program_token(app: &App) -> String {
    let program =
        NewClient::program("program").set(|it| it.scope = "users.external msg.consumer".parse().unwrap());
    gateway::sentinel::app_jwt(app, &program.on(app).await).await
}

const fn method(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Patch => "PATCH",
        Verb::Delete => "DELETE",
    }
}

/// The path of what the API does: its parameters are that account, or what nobody has made.
fn place(deed: &Deed, account: &str) -> String {
    let parts = deed.path.split('/').map(|part| match part {
        "{account_id}" => account,
        "{user_id}" => "77",
        part if part.starts_with('{') => "nothing",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What needs more than a token is said here once more, lest a row of the tables lacks it: only administrators of the whole
/// server may, and whoever changes anything has signed in lately, unless it takes away what may be in the wrong hands, or is
/// about consumers alone, who are no part of SEC-130, or only looks.
#[test]
fn sec_130_what_changes_anything_needs_a_fresh_token_but_for_these() {
    let named = |which: fn(&Deed) -> bool| deeds().filter(which).map(|deed| deed.id).collect::<Vec<_>>();
    assert_eq!(
        named(|deed| deed.whole_server),
        ["createAccount", "deleteAccount"]
    );
    assert_eq!(named(|deed| deed.verb != Verb::Get && !deed.fresh), STALE_CHANGES);
    assert!(deeds().all(|deed| deed.verb != Verb::Get || !deed.fresh));
}

/// What is changed without a fresh token.
const STALE_CHANGES: &[&str] = &[
    "signIn",
    "signOut",
    "createConsumer",
    "updateConsumer",
    "deleteConsumer",
    "disableAppKey",
    "endSession",
    "endConsumerSessions",
    "revokeConsumerGrant",
    "endLoginSession",
    "endUserLoginSessions",
    "checkConnector",
];

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
        let consumers = format!("{}.00000000={}", Browser::cookie_name(&app.brand, "session"), anas.session_cookie().unwrap());
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
            // Whoever may do all at the gateway, in each of its ways.
            (AUTHORIZATION, format!("Bearer {}", people_bearer(&app).await)),
            (AUTHORIZATION, format!("Bearer {}", program_token(&app).await)),
            (AUTHORIZATION, Signing::of(&app, &["privileges=Users,Profiles,Skills"]).await.header("GET", "/", None, "")),
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
        // One's own second factor is nobody's account's.
        for route in guarded().filter(|route| !route.path.ends_with("/logout") && !route.path.ends_with("/second-factor")) {
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

    async fn sec_127_sec_129_sec_130_all_that_is_done_is_done_by_whom_it_must_and_nobody_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "root", None).await;
        administrator(&app, "bea", Some(&app.brand.clone())).await;
        administrator(&app, "olga", Some(&other)).await;
        let stale = (token(&app, "root").await, token(&app, "bea").await);
        app.clock.advance(std::time::Duration::from_secs(301));
        let (root, bea, olga) = (token(&app, "root").await, token(&app, "bea").await, token(&app, "olga").await);
        // Signing out ends what the others are asked with.
        for deed in deeds().filter(|deed| deed.needs != Needs::Nobody && deed.id != "signOut") {
            let is_about_one = deed.path.contains("{account_id}");
            let kind = async |account: &str, token: &str| {
                let answer = call(&app, method(deed.verb), &place(&deed, account), token).await;
                let status = answer.status.as_u16();
                match status {
                    200..300 => (status, String::new()),
                    _ => (status, problem(&answer).1["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()),
                }
            };
            // Whoever may, comes as far as to what isn't there, or isn't sent.
            let (status, _) = kind("nobody", &root).await;
            assert!(!matches!(status, 401 | 403) && (!is_about_one || status >= 300), "{status} {deed:?}");
            // Another account is not there.
            for (account, token) in [("other", &bea), ("brand", &olga)] {
                let (status, why) = kind(account, token).await;
                let foreign = match status {
                    403 => deed.whole_server && why == "whole-server",
                    400 | 404 | 415 | 422 => !deed.whole_server,
                    _ => !is_about_one && !deed.whole_server,
                };
                assert!(foreign, "{account}: {status} {why} {deed:?}");
            }
            // An administrator of the account may not what is the whole server's.
            let (status, why) = kind("brand", &bea).await;
            assert_eq!(deed.whole_server, (status, why.as_str()) == (403, "whole-server"), "{status} {why} {deed:?}");
            assert!(deed.whole_server || !matches!(status, 401 | 403), "{status} {why} {deed:?}");
            // Nor what needs a fresh token, by an old one.
            let (status, why) = kind("nobody", &stale.0).await;
            assert_eq!(deed.fresh, (status, why.as_str()) == (403, "reauth-required"), "{status} {why} {deed:?}");
            let (status, why) = kind("brand", &stale.1).await;
            let refused = status == 403 && matches!(why.as_str(), "reauth-required" | "whole-server");
            assert_eq!(deed.fresh || deed.whole_server, refused, "{status} {why} {deed:?}");
        }
        assert!(!events(&app, "other").await.iter().any(|event| event.starts_with("account.")));
    }

    async fn sec_127_sec_129_the_console_shows_users_what_their_profile_gives_them(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        app.change_account(&other, |row| "Zebra".clone_into(&mut row.settings.display_name)).await;
        // Who may do nothing there, doesn't come in.
        for (name, role) in [("mia", RoleType::AgentManager), ("ben", RoleType::Agent)] {
            people::user(&app, name, role).await;
            let answer = people::enter(&mut app.browser(), "brand", name, people::PASSWORD).await;
            assert_eq!(answer.status, 403, "{answer:?}");
        }
        for (name, role, sections) in [
            ("robin", RoleType::Admin, &["users", "app-keys", "connectors"][..]), ("cleo", RoleType::CampaignManager, &["app-keys"]),
        ] {
            let mut browser = people::signed_in(&app, name, role).await;
            for route in guarded().filter(|route| !route.is_api() && !route.path.ends_with("/logout")) {
                let section = route.path.trim_start_matches("/admin").trim_start_matches('/').split('/').next().unwrap();
                let theirs = section.is_empty() || sections.contains(&section);
                for method in ["GET", "POST"] {
                    for account in ["brand", "other"] {
                        let path = format!("{}?account={account}", path(&route, account));
                        let headers = [("origin", crate::support::app::ISSUER)];
                        let answer = browser.send(method, &path, &headers, Body::empty()).await;
                        let status = answer.status.as_u16();
                        let through = matches!(status, 200 | 303 | 400 | 403 | 415 | 422);
                        if status != 405 {
                            // Another account isn't there, nor is a connector that isn't named.
                            let absent = status == 404 && (account == "other" || route.path == "/admin/connectors/show");
                            assert!(through == theirs || absent, "{method} {path} {role:?}: {answer:?}");
                        }
                        assert!(!answer.body.contains("Zebra"), "{method} {path} {role:?}");
                    }
                }
            }
        }
    }
}
