//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): clients' servers are told, reliably.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use jose::verify::{Audience, ExpectedTyp};
use jose::{Policy, PublicKey, Typ};
use oauth::GrantType;
use serde_json::{Map, Value, json};
use signet::directory::{By, consumer};
use signet::model::{ConsumerStatus, Draft};
use tokio_util::sync::CancellationToken;

use super::{end_session, id_token, leaving, signed_in};
use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};

/// A client's server: what it was sent, and what it answers.
struct Server {
    uri: String,
    heard: Arc<Heard>,
}

struct Heard {
    status: Mutex<u16>,
    bodies: Mutex<Vec<String>>,
}

impl Server {
    async fn start() -> Self {
        let heard = Arc::new(Heard {
            status: Mutex::new(200),
            bodies: Mutex::default(),
        });
        let router = Router::new()
            .route("/bye", post(hear))
            .with_state(Arc::clone(&heard));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/bye", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { uri, heard }
    }

    fn answers(&self, status: u16) {
        *self.heard.status.lock().unwrap() = status;
    }

    /// The logout tokens that came since it was last asked.
    fn tokens(&self) -> Vec<String> {
        let bodies = std::mem::take(&mut *self.heard.bodies.lock().unwrap());
        bodies
            .iter()
            .map(|body| {
                let fields: Vec<(String, String)> =
                    form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                assert_eq!(fields.len(), 1, "{body}");
                assert_eq!(fields[0].0, "logout_token");
                fields[0].1.clone()
            })
            .collect()
    }
}

async fn hear(State(heard): State<Arc<Heard>>, body: String) -> StatusCode {
    heard.bodies.lock().unwrap().push(body);
    StatusCode::from_u16(*heard.status.lock().unwrap()).unwrap()
}

/// A node that may call its own machine.
async fn calling(fresh: &FreshDb) -> App {
    App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
    })
    .await
}

fn told(new: NewClient, server: &Server) -> NewClient {
    let uri = server.uri.clone();
    new.set(|it| {
        it.backchannel_logout_uri = Some(uri);
        it.backchannel_logout_session_required = true;
    })
}

async fn turn(app: &App) {
    signet::jobs::logout::run(&app.services, &CancellationToken::new())
        .await
        .unwrap();
}

/// The claims of a logout token, verified as a client does it (§2.6).
async fn verified(app: &App, token: &str, client_id: &str) -> Map<String, Value> {
    let set: Value = serde_json::from_str(&app.get("/jwks").await.body).unwrap();
    let keys: Vec<PublicKey> = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            let jwk = jose::Jwk::from_members(key.as_object().unwrap()).unwrap();
            PublicKey::from_jwk(&jwk, Some(jose::Algorithm::RS256)).unwrap()
        })
        .collect();
    let policy = Policy {
        typ: ExpectedTyp::Is(Typ::LogoutJwt),
        audience: Audience::Contains(client_id),
        required: &["iss", "sub", "aud", "exp", "iat", "jti", "sid", "events"],
        forbidden: &["nonce"],
        ..Policy::id_token(ISSUER, client_id, app.clock.now().seconds())
    };
    let find = |kid: Option<&str>| keys.iter().find(|key| Some(key.kid()) == kid);
    jose::verify(token, find, &policy).unwrap().claims
}

async fn end(app: &App, client: &TestClient, name: &str) -> String {
    let mut browser = app.signed_in(&app.consumer(name).await).await;
    let hint = id_token(app, &mut browser, client).await;
    browser.get(&end_session(&[("id_token_hint", &hint)])).await;
    assert!(!signed_in(&mut browser, client).await);
    crate::support::tokens::payload(&hint)["sid"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_both_databases! {
    async fn a_client_that_is_slow_holds_nobody_up(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        // It takes connections and never answers.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = format!("http://{}/bye", listener.local_addr().unwrap());
        let slow = leaving("slow").set(|it| it.backchannel_logout_uri = Some(silent)).on(&app).await;
        let quick = told(leaving("web"), &server).on(&app).await;
        for nth in 0..20 {
            end(&app, &slow, &format!("slow{nth}")).await;
        }
        let telling = tokio::spawn({
            let services = std::sync::Arc::clone(&app.services);
            async move { signet::jobs::logout::run(&services, &CancellationToken::new()).await }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        // It is due while the slow one is being waited for.
        end(&app, &quick, "ana").await;
        let mut heard = Vec::new();
        for _ in 0..80 {
            heard.extend(server.tokens());
            if !heard.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(heard.len(), 1, "it waits for the slow one");
        telling.abort();
    }

    async fn however_many_are_told_at_once_the_database_has_room_for_others(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        for nth in 0..40 {
            let client = told(leaving(&format!("web{nth}")), &server).on(&app).await;
            end(&app, &client, &format!("consumer{nth}")).await;
        }
        turn(&app).await;
        assert_eq!(server.tokens().len(), 40);
        assert_eq!(app.count("logout_notices").await, 0);
    }

    async fn a_signed_logout_token_says_which_session_has_ended(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        let sid = end(&app, &client, "ana").await;
        assert!(server.tokens().is_empty(), "a logout waits for nobody");
        turn(&app).await;
        let tokens = server.tokens();
        assert_eq!(tokens.len(), 1);
        let claims = verified(&app, &tokens[0], "web").await;
        assert_eq!((&claims["sid"], &claims["sub"]), (&json!(sid), &json!("sub-ana")));
        assert_eq!(claims["aud"], "web");
        assert_eq!(claims["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
        assert!(claims["exp"].as_i64().unwrap() - app.clock.now().seconds() <= 120);
        // SEC-003: it is nobody's id_token.
        let mut browser = app.signed_in(&app.consumer("ben").await).await;
        assert_eq!(browser.ask(&client.ask().with("id_token_hint", &tokens[0])).await.sent_error(), "invalid_request");
        turn(&app).await;
        assert!(server.tokens().is_empty(), "once is enough");
        assert_eq!(app.count("logout_notices").await, 0);
    }

    async fn it_is_tried_again_less_and_less_often_and_by_whichever_node(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        server.answers(503);
        end(&app, &client, "ana").await;
        turn(&app).await;
        assert_eq!(server.tokens().len(), 1);
        for pause in [10, 40, 160, 640, 2560, 3600, 3600] {
            app.clock.advance(Duration::from_secs(pause - 1));
            turn(&app).await;
            assert!(server.tokens().is_empty(), "before {pause} s");
            app.clock.advance(Duration::from_secs(1));
            turn(&app).await;
            assert_eq!(server.tokens().len(), 1, "after {pause} s");
        }
        // The node is gone; another one finds what it left.
        let second = app.beside_with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
        }).await;
        server.answers(204);
        app.clock.advance(Duration::from_hours(1));
        turn(&second).await;
        assert_eq!(server.tokens().len(), 1);
        assert_eq!(app.count("logout_notices").await, 0);
    }

    async fn two_nodes_tell_it_once(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let second = app.beside_with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
        }).await;
        let client = told(leaving("web"), &server).on(&app).await;
        for number in 0..5 {
            end(&app, &client, &format!("c{number}")).await;
        }
        tokio::join!(turn(&app), turn(&second));
        assert_eq!(server.tokens().len(), 5);
        assert_eq!(app.count("logout_notices").await, 0);
    }

    async fn sec_072_sec_178_sessions_that_administrators_end_are_told_too(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        for person in [&ana, &ana, &ben] {
            id_token(&app, &mut app.signed_in(person).await, &client).await;
        }
        let account = signet::directory::account::find(&app.services, None).await.unwrap();
        let disable = |draft: &mut Draft| {
            draft.status = Some(ConsumerStatus::Disabled);
            Ok(())
        };
        consumer::update(&app.services, &By::command(), &account, &ana.sub, disable, None).await.unwrap();
        app.clock.advance(Duration::from_secs(1));
        turn(&app).await;
        let mut sids = Vec::new();
        for token in server.tokens() {
            let claims = verified(&app, &token, "web").await;
            assert_eq!(claims["sub"], "sub-ana");
            sids.push(claims["sid"].as_str().unwrap().to_owned());
        }
        sids.dedup();
        assert_eq!(sids.len(), 2, "one for each session");

        consumer::delete(&app.services, &By::command(), &app.brand, &ben.sub).await.unwrap();
        turn(&app).await;
        let tokens = server.tokens();
        assert_eq!(tokens.len(), 1);
        assert_eq!(verified(&app, &tokens[0], "web").await["sub"], "sub-ben");
    }

    async fn sec_143_who_makes_room_for_another_in_a_full_browser_is_signed_out(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        id_token(&app, &mut browser, &client).await;
        for name in ["ben", "cleo", "dan", "eve", "finn"] {
            let consumer = app.consumer(name).await;
            let sent = browser.ask(&client.ask().with("prompt", "login")).await;
            browser.sign_in(&consumer, &sent).await.sent().code();
            turn(&app).await;
            let tokens = server.tokens();
            assert_eq!(tokens.len(), usize::from(name == "finn"), "{name}");
            for token in tokens {
                assert_eq!(verified(&app, &token, "web").await["sub"], "sub-ana");
            }
        }
        assert_eq!(browser.session_ids().len(), 5);
    }

    async fn a_client_that_was_let_in_elsewhere_is_told_too(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).set(|it| it.grant_types = vec![GrantType::Ciba]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = TokenRequest::bare("/bc_authorize").basic(&client.client_id, &client.secret);
        let begun = ask.with("scope", "openid").with("login_hint", "ana").send(&app).await.json();
        let shown = browser.get("/approve").await;
        let (csrf, interaction) = (shown.hidden("csrf"), shown.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("decision", "allow")];
        browser.post(&shown.form_action("consent-form"), &form).await;
        let poll = client.token().with("grant_type", "urn:openid:params:grant-type:ciba");
        let given = poll.with("auth_req_id", begun["auth_req_id"].as_str().unwrap()).send(&app).await.json();
        let hint = given["id_token"].as_str().unwrap();
        browser.get(&end_session(&[("id_token_hint", hint)])).await;
        turn(&app).await;
        let tokens = server.tokens();
        assert_eq!(tokens.len(), 1);
        assert_eq!(verified(&app, &tokens[0], "web").await["sub"], "sub-ana");
    }

    async fn who_wants_to_be_told_no_more_is_not(fresh: &FreshDb) {
        let (app, server) = (calling(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        end(&app, &client, "ana").await;
        client.change(&app, |it| it.settings.backchannel_logout_uri = None).await;
        turn(&app).await;
        assert!(server.tokens().is_empty());
        assert_eq!(app.count("logout_notices").await, 0);
    }

    async fn sec_145_a_private_address_is_not_called(fresh: &FreshDb) {
        let (app, server) = (App::on(fresh).await, Server::start().await);
        let client = told(leaving("web"), &server).on(&app).await;
        end(&app, &client, "ana").await;
        turn(&app).await;
        assert!(server.tokens().is_empty());
        assert_eq!(app.count("logout_notices").await, 1);
    }
}
