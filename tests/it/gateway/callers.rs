//! Everybody who may call the gateway: without credentials, with wrong, foreign, ended and lesser ones, and with good ones. What
//! each may do stands here once more, by the names of the platform's contract.

use std::cell::Cell;

use axum::body::Body;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use serde_json::json;
use signet::base::id::{AccountId, AppKeyId, ClientId};
use signet::directory::user::Changer;
use signet::directory::{By, account, account_entity, app_key, client};
use signet::gateway::Needs;
use signet::model::RoleType;
use signet::model::account_entity::EntityKind;
use signet::model::app_key::Privilege;

use super::people::{self, Session, log_in, refused};
use super::sentinel::{app_jwt, ask};
use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::signed::Signing;

/// What is under `configuration/` of an account, with the numbers of what lets a user change it and see it (section 9.5),
/// and the privilege of an API key (section 8.1).
const AREAS: [(&str, i64, i64, &str); 5] = [
    ("users", 10_001, 10_101, "Users"),
    ("profiles", 10_002, 10_102, "Profiles"),
    ("skills", 10_003, 10_103, "Skills"),
    ("agentGroups", 10_004, 10_104, "Agent Groups"),
    ("connectors", 10_005, 10_105, "Consumer Identity Providers"),
];

/// What gives nothing there: API keys, the record, and what agents, their managers and campaigns work with; and one that
/// nobody has heard of.
const ELSEWHERE: [i64; 7] = [10_006, 10_106, 10_015, 20_001, 30_001, 40_001, 99_999];

/// What somebody may do in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum May {
    Read,
    Write,
}

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nobody is known by that.
    Unknown,
    /// Whoever it is may not do that.
    Lesser,
    /// It comes to the handler.
    Through,
}

enum Shows {
    Nothing,
    Header(String),
    Signature(Signing),
}

/// Whoever asks.
pub(super) struct Caller {
    pub(super) called: String,
    shows: Shows,
    /// What they may do, where that is anything; nothing at all for those whom nobody knows.
    areas: Option<Vec<(&'static str, May)>>,
    /// How a signature is refused that is nobody's.
    problem: &'static str,
    /// Whether they speak for consumers.
    is_program: bool,
}

impl Caller {
    fn stranger(called: &str, shows: Shows) -> Self {
        Self {
            called: called.to_owned(),
            shows,
            areas: None,
            problem: "signature_invalid",
            is_program: false,
        }
    }

    fn known(called: impl Into<String>, shows: Shows, areas: &[(&'static str, May)]) -> Self {
        Self {
            called: called.into(),
            shows,
            areas: Some(areas.to_vec()),
            problem: "signature_invalid",
            is_program: false,
        }
    }

    /// Whoever has that bearer.
    pub(super) fn by_bearer(called: &str, token: &str) -> Self {
        Self::known(called, bearer(token), &[])
    }

    /// How a request must end.
    pub(super) fn expected(&self, needs: Needs, area: &str, method: &str) -> End {
        if needs == Needs::Program {
            return if self.is_program {
                End::Through
            } else {
                End::Unknown
            };
        }
        let wanted = if matches!(method, "GET" | "HEAD") {
            May::Read
        } else {
            May::Write
        };
        match &self.areas {
            None => End::Unknown,
            Some(areas) if areas.iter().any(|(known, may)| *known == area && *may >= wanted) => End::Through,
            Some(_) => End::Lesser,
        }
    }

    pub(super) async fn ask(&self, app: &App, method: &str, path: &str, nonces: &Cell<usize>) -> Answer {
        let mut asked = request(method, path);
        match &self.shows {
            Shows::Nothing => {}
            Shows::Header(value) => asked = asked.header(AUTHORIZATION, value),
            Shows::Signature(signing) => {
                nonces.set(nonces.get() + 1);
                let signing = signing.nonce(&format!("n-{}", nonces.get()));
                asked = asked.header(AUTHORIZATION, signing.header(method, path, None, ""));
            }
        }
        app.send(asked.body(Body::empty()).unwrap()).await
    }

    /// How a request ended, in the form of whatever was asked.
    pub(super) fn end(&self, answer: &Answer, needs: Needs, method: &str) -> End {
        let status = answer.status.as_u16();
        match status {
            401 | 403 => {}
            // Nothing is sent along, and nothing is there.
            200 | 400 | 404 | 405 => return End::Through,
            _ => panic!("{answer:?}"),
        }
        let end = if status == 401 { End::Unknown } else { End::Lesser };
        if method == "HEAD" {
        } else if needs == Needs::Program {
            let code = answer.json()["body"]["errorCode"].as_i64().unwrap();
            let nothing = matches!(self.shows, Shows::Nothing) || self.called == "an empty bearer";
            assert_eq!(code, if nothing { 40105 } else { 40102 }, "{}", self.called);
        } else if matches!(self.shows, Shows::Signature(_)) {
            let problem = if end == End::Unknown {
                self.problem
            } else {
                "permission_denied"
            };
            assert!(
                answer.body.starts_with(&format!("oauth_problem={problem}&")),
                "{}: {answer:?}",
                self.called
            );
        } else {
            let code = if end == End::Unknown { 3 } else { 4 };
            assert_eq!(refused(answer), (status, code), "{}", self.called);
            let challenge = answer.header(WWW_AUTHENTICATE).unwrap();
            assert!(challenge.starts_with("Bearer"), "{}: {challenge}", self.called);
            assert_eq!(
                challenge.contains("insufficient_scope"),
                end == End::Lesser,
                "{}",
                self.called
            );
        }
        end
    }
}

fn bearer(token: &str) -> Shows {
    Shows::Header(format!("Bearer {token}"))
}

/// A user whose one profile has these permissions, who has logged in.
async fn with_permissions(app: &App, name: &str, permissions: &[i64]) -> Session {
    let owner = account::find(&app.services, None).await.unwrap();
    let document = json!({
        "name": name, "roleTypeId": 2, "permissionPackages": [], "permissions": permissions, "isAssignedToLPA": false,
    });
    let documents = [document.as_object().unwrap().clone()];
    let changer = Changer::unlimited(By::command());
    let made =
        account_entity::create_all(&app.services, &changer, &owner, EntityKind::Profile, &documents).await;
    let mut wanted = people::wanted(name, RoleType::Agent);
    wanted.draft.profile.profile_ids = vec![made.unwrap().0[0].entity_id];
    people::made(app, &app.brand, wanted).await;
    log_in(app, &app.brand, name).await
}

/// Users, by each profile that every account has, and by each permission alone.
pub(super) async fn users(app: &App) -> Vec<Caller> {
    let all = |may: May| AREAS.map(|(area, ..)| (area, may));
    let sees = ["users", "profiles", "skills", "agentGroups"].map(|area| (area, May::Read));
    let (admin, manager, campaigns) = (all(May::Write), sees, [sees[2], sees[3]]);
    let roles: [(RoleType, &[(&str, May)]); 4] = [
        (RoleType::Admin, &admin),
        (RoleType::Agent, &[]),
        (RoleType::AgentManager, &manager),
        (RoleType::CampaignManager, &campaigns),
    ];
    let mut callers = Vec::new();
    for (role, areas) in roles {
        let name = format!("role-{}", role.number());
        people::user(app, &app.brand, &name, role).await;
        let session = log_in(app, &app.brand, &name).await;
        callers.push(Caller::known(name, bearer(&session.bearer), areas));
    }
    for (area, write, read, _) in AREAS {
        for (number, may) in [(write, May::Write), (read, May::Read)] {
            let name = format!("only-{number}");
            let session = with_permissions(app, &name, &[number]).await;
            callers.push(Caller::known(name, bearer(&session.bearer), &[(area, may)]));
        }
    }
    let session = with_permissions(app, "elsewhere", &ELSEWHERE).await;
    callers.push(Caller::known("elsewhere", bearer(&session.bearer), &[]));
    callers
}

/// API keys, by each privilege alone and by its form for reading; and one that has all that count for nothing here.
pub(super) async fn keys(app: &App) -> Vec<Caller> {
    let mut callers = Vec::new();
    for (area, _, _, privilege) in AREAS {
        for (form, may) in [("", May::Write), (" (Read)", May::Read)] {
            let name = format!("{privilege}{form}");
            let signing = Signing::of(app, &[&format!("privileges={name}")]).await;
            callers.push(Caller::known(
                format!("key for {name}"),
                Shows::Signature(signing),
                &[(area, may)],
            ));
        }
    }
    let is_elsewhere = |privilege: &&Privilege| AREAS.iter().all(|(.., name)| *name != privilege.as_str());
    let elsewhere: Vec<&str> = Privilege::ALL
        .iter()
        .filter(is_elsewhere)
        .map(|it| it.as_str())
        .collect();
    assert_eq!(elsewhere.len() + AREAS.len(), Privilege::ALL.len());
    let signing = Signing::of(app, &[&format!("privileges={}", elsewhere.join(","))]).await;
    callers.push(Caller::known("key for all else", Shows::Signature(signing), &[]));
    let signing = Signing::of(app, &[]).await;
    callers.push(Caller::known("key for nothing", Shows::Signature(signing), &[]));
    callers
}

/// Clients, by the scopes of their tokens.
pub(super) async fn clients(app: &App) -> Vec<Caller> {
    let token = async |id: &str, scope: &str| {
        let scope = scope.parse().unwrap();
        app_jwt(
            app,
            &NewClient::program(id).set(|it| it.scope = scope).on(app).await,
        )
        .await
    };
    let scopes: [(&str, &[(&str, May)]); 5] = [
        ("users.external", &[("users", May::Write)]),
        ("users.write", &[("users", May::Write)]),
        ("users.read", &[("users", May::Read)]),
        ("msg.consumer", &[]),
        ("orders.read openid users profiles.write users.externals", &[]),
    ];
    let mut callers = Vec::new();
    for (at, (scope, areas)) in scopes.into_iter().enumerate() {
        let token = token(&format!("client-{at}"), scope).await;
        callers.push(Caller {
            is_program: scope == "msg.consumer",
            ..Caller::known(scope, bearer(&token), areas)
        });
    }
    // What a client has lost since, its token doesn't give; and one that is switched off has none.
    let (lost, off) = (
        token("lost", "users.external").await,
        token("off", "users.external msg.consumer").await,
    );
    change(app, "lost", |draft| {
        draft.settings.scope = "orders.read".parse().unwrap();
    })
    .await;
    change(app, "off", |draft| draft.enabled = false).await;
    callers.push(Caller::known("client that lost its scope", bearer(&lost), &[]));
    callers.push(Caller::stranger("client that is switched off", bearer(&off)));
    callers
}

async fn change(app: &App, id: &str, edit: impl FnOnce(&mut client::Draft)) {
    let id = ClientId::parse(id).unwrap();
    let edit = |draft: &mut client::Draft| {
        edit(draft);
        Ok(())
    };
    client::update(&app.services, &By::command(), &app.brand, &id, edit)
        .await
        .unwrap();
}

/// Whom nobody knows here: with nothing, with what is wrong, has ended, is another account's, or is another door's.
pub(super) async fn strangers(app: &App, other: &AccountId) -> Vec<Caller> {
    people::user(app, &app.brand, "dana", RoleType::Admin).await;
    people::user(app, other, "olga", RoleType::Admin).await;
    let (own, foreign) = (
        log_in(app, &app.brand, "dana").await,
        log_in(app, other, "olga").await,
    );
    let ended = log_in(app, &app.brand, "dana").await;
    ended.call(app, "logout").await;
    let ana = app.consumer("ana").await;
    let web = NewClient::web("web").on(app).await;
    let mut anas = app.signed_in(&ana).await;
    let code = anas.ask(&web.ask()).await.sent().code();
    let tokens = web.redeem(&code).send(app).await.json();
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let good = NewClient::program("good")
        .set(|it| it.scope = "users.external msg.consumer".parse().unwrap())
        .on(app)
        .await;
    let good = app_jwt(app, &good).await;
    let theirs = NewClient::program("bot")
        .set(|it| it.scope = "users.external msg.consumer".parse().unwrap())
        .of(app, other)
        .await;
    let theirs = ask(&theirs, "/sentinel/api/v2/account/other/app/token")
        .send(app)
        .await
        .json();
    let all = "privileges=Users,Profiles,Skills,Agent Groups,Consumer Identity Providers";
    let (key, foreign_key) = (
        Signing::of(app, &[all]).await,
        Signing::of_account(app, other, &[all]).await,
    );
    let off = Signing::of(app, &[all]).await;
    let id = AppKeyId::parse(&off.app_key).unwrap();
    app_key::set_enabled(&app.services, &By::command(), &app.brand, &id, false)
        .await
        .unwrap();
    let header = |value: String| Shows::Header(value);
    let signature = |change: fn(&mut Signing)| Shows::Signature(key.but(change));
    [
        ("nothing", Shows::Nothing),
        ("another account's bearer", bearer(&foreign.bearer)),
        ("a bearer that has ended", bearer(&ended.bearer)),
        ("a longer bearer", bearer(&format!("{}x", own.bearer))),
        ("a bearer in capitals", bearer(&own.bearer.to_uppercase())),
        ("a CSRF token", bearer(&own.csrf)),
        (
            "a session's cookie",
            bearer(own.cookie.split_once('=').unwrap().1),
        ),
        ("another scheme", header(format!("Basic {}", own.bearer))),
        ("no scheme", header(own.bearer.clone())),
        ("an empty bearer", header("Bearer ".to_owned())),
        ("a consumer's access token", bearer(&token("access_token"))),
        ("a consumer's id_token", bearer(&token("id_token"))),
        (
            "another account's client",
            bearer(theirs["access_token"].as_str().unwrap()),
        ),
        ("a client's token that was cut", bearer(&good[..good.len() - 2])),
        ("another account's key", Shows::Signature(foreign_key)),
        ("an unknown key", signature(|it| it.app_key = "0".repeat(32))),
        ("a wrong secret", signature(|it| it.secret = "0".repeat(32))),
        ("a wrong access token", signature(|it| it.token = "0".repeat(32))),
        (
            "a wrong secret of the access token",
            signature(|it| it.token_secret = "0".repeat(32)),
        ),
        (
            "a signature for another host",
            signature(|it| "https://elsewhere.test".clone_into(&mut it.server)),
        ),
        ("a key that is switched off", Shows::Signature(off)),
    ]
    .into_iter()
    .map(|(called, shows)| {
        let stranger = Caller::stranger(called, shows);
        // The contract says so of a key that is known (section 8.1).
        match called {
            "a wrong access token" | "a key that is switched off" => Caller {
                problem: "token_rejected",
                ..stranger
            },
            _ => stranger,
        }
    })
    .collect()
}
