//! Users' single sign-on by OpenID Connect (section 7.5 of the platform contract): Signet itself is the identity provider,
//! another node with another public URL, over HTTP.

use std::time::Duration;

use http::header::SET_COOKIE;
use jose::{Algorithm, PrivateKey};
use pages::ErrorKind;
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::base::id::SsoName;
use signet::directory::sso::{self, Draft};
use signet::directory::user;
use signet::directory::{By, Error, account};
use signet::model::sso::SsoConfiguration;
use signet::model::{Consumer, RoleType};
use url::Url;

use super::brand::{Brand, OTHER};
use super::people::{self, PASSWORD, bot, events, refused, session, try_login};
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient, uris};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::signed_under;
use crate::support::together::together;

const BEGIN: &str = "/api/account/brand/login/sso/corp";
const DESK: &str = "https://desk.example.test/signed-in?from=signet";

/// A node, the company's identity provider, and somebody who works there.
struct Company {
    app: App,
    idp: App,
    client: TestClient,
    dana: Consumer,
}

fn name(text: &str) -> SsoName {
    SsoName::parse(text).unwrap()
}

impl Company {
    async fn new(fresh: &FreshDb) -> Self {
        let app = Box::pin(App::with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
        }))
        .await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let idp = Box::pin(app.beside_with(fresh, |settings| {
            settings.server.public_url = url.parse().unwrap();
        }))
        .await;
        idp.serve(listener);
        let callback = format!("{ISSUER}/api/account/brand/login/callback?connection=corp");
        let client = NewClient::web("signet-agents")
            .set(|it| it.redirect_uris = uris(&[&callback]))
            .on(&app)
            .await;
        let dana = app.consumer("dana").await;
        app.change_consumer(&dana, |it| {
            it.claims.insert("preferred_username".to_owned(), "dana".into());
        })
        .await;
        let this = Self {
            app,
            idp,
            client,
            dana,
        };
        people::user(&this.app, &this.app.brand, "dana", RoleType::Agent).await;
        this.connect("corp", |_| {}).await;
        this
    }

    async fn connect(&self, called: &str, change: impl FnOnce(&mut Draft)) {
        let mut draft = Draft {
            client_secret: Some(SecretString::from(self.client.secret.clone())),
            configuration: SsoConfiguration {
                issuer: Some(self.idp.issuer.clone()),
                client_id: Some("signet-agents".to_owned()),
                scopes: vec!["profile".to_owned()],
                claim: "preferred_username".to_owned(),
                ..SsoConfiguration::default()
            },
            ..Draft::default()
        };
        change(&mut draft);
        let by = By::command();
        let made = sso::create(&self.app.services, &by, &self.app.brand, name(called), draft);
        Box::pin(made).await.unwrap();
    }

    async fn change(&self, change: impl FnOnce(&mut Draft)) -> Result<(), Error> {
        let (by, called) = (By::command(), name("corp"));
        let changed = sso::update(&self.app.services, &by, &self.app.brand, &called, |draft| {
            change(draft);
            Ok(())
        });
        Box::pin(changed).await.map(|_| ())
    }

    /// What the identity provider says of Dana from now on.
    async fn calls_dana(&self, called: Option<&str>) {
        let change = |it: &mut Consumer| match called {
            Some(called) => {
                it.claims.insert("preferred_username".to_owned(), called.into());
            }
            None => {
                it.claims.remove("preferred_username");
            }
        };
        self.app.change_consumer(&self.dana, change).await;
        self.idp.services.forget();
    }

    /// From the connection to the identity provider, where `who` signs in: where it sends the browser back to.
    async fn leave(&self, browser: &mut Browser<'_>, query: &str, who: &Consumer) -> String {
        let sent = browser.get(&format!("{BEGIN}{query}")).await;
        assert_eq!(sent.status, 303, "{sent:?}");
        let mut there = self.idp.browser();
        let asked = there.get(sent.location()).await;
        there.sign_in(who, &asked).await.location().to_owned()
    }

    /// There and back.
    async fn travel(&self, query: &str) -> Answer {
        let mut browser = self.app.browser();
        let back = self.leave(&mut browser, query, &self.dana).await;
        browser.get(&back).await
    }

    async fn last_refusal(&self) -> String {
        let chain = signet::store::audit::list_chain(self.app.db(), &(&self.app.brand).into(), 0, 1000).await;
        let entry = chain
            .unwrap()
            .into_iter()
            .rfind(|entry| entry.outcome == "refused")
            .unwrap();
        let detail: Value = serde_json::from_str(&entry.detail).unwrap();
        format!("{}: {}", entry.event, detail["reason"].as_str().unwrap())
    }
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The cookies that bind browsers to states.
fn ties(browser: &Browser<'_>) -> usize {
    browser
        .jar
        .keys()
        .filter(|name| name.contains("signet-sso-"))
        .count()
}

on_both_databases! {
    async fn whoever_signs_in_at_their_company_is_logged_in_as_by_password(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let sent = browser.get(BEGIN).await;
        assert_eq!(sent.status, 303, "{sent:?}");
        assert!(sent.location().starts_with(&format!("{}/authorize?", it.idp.issuer)));
        let asked = |name| parameter(sent.location(), name).unwrap();
        assert_eq!((asked("response_type"), asked("scope"), asked("client_id")), ("code".to_owned(), "openid profile".to_owned(), "signet-agents".to_owned()));
        assert_eq!(asked("code_challenge_method"), "S256");
        assert_eq!(asked("claims"), r#"{"id_token":{"preferred_username":{"essential":true}}}"#);
        let cookie = sent.header(SET_COOKIE).unwrap();
        assert!(cookie.starts_with("__Host-signet-sso-") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600"), "{cookie}");

        let mut there = it.idp.browser();
        let page = there.get(sent.location()).await;
        let back = there.sign_in(&it.dana, &page).await.location().to_owned();
        let answer = browser.get(&back).await;
        let logged_in = session(&it.app.brand, &answer);
        assert_eq!(logged_in.body["config"]["loginName"], "dana");
        assert_eq!(logged_in.status(&it.app).await, 403, "an agent's bearer that is alive");
        assert_eq!(logged_in.call(&it.app, "refresh").await.status, 200);
        assert_eq!(ties(&browser), 0);
        let chain = signet::store::audit::list_chain(it.app.db(), &(&it.app.brand).into(), 0, 1000).await.unwrap();
        let login = chain.iter().rfind(|entry| entry.event == "user.login").unwrap();
        assert!(login.detail.contains(r#""sso":"corp""#));
        it.idp.db().close().await;
    }

    async fn sec_102_a_state_serves_once_in_its_browser_in_ten_minutes_for_its_connection(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        it.connect("other", |_| {}).await;
        let mut browser = it.app.browser();
        let back = it.leave(&mut browser, "", &it.dana).await;
        // Somebody else's browser, with nothing, and with a cookie of another state's.
        assert_eq!(it.app.get(&back).await.page_error(), ErrorKind::NoCookie);
        let mut foreign = it.app.browser();
        it.leave(&mut foreign, "", &it.dana).await;
        let value = foreign.jar.values().next().unwrap().clone();
        let key = browser.jar.keys().next().unwrap().clone();
        foreign.jar.insert(key, value);
        assert_eq!(foreign.get(&back).await.page_error(), ErrorKind::OtherBrowser);
        for (from, to, kind) in [
            ("/brand/login", "/other/login", None),
            ("code=", "code=x&code=", Some(ErrorKind::RepeatedParameter)),
        ] {
            if from == "/brand/login" {
                it.app.other_account("other").await;
            }
            let answer = browser.get(&back.replace(from, to)).await;
            if let Some(kind) = kind { assert_eq!(answer.page_error(), kind) } else { assert_ne!(answer.status, 200) }
        }
        // None of that used it up.
        let jar = browser.jar.clone();
        assert_eq!(browser.get(&back).await.status, 200);
        browser.jar = jar;
        assert_eq!(browser.get(&back).await.page_error(), ErrorKind::ExpiredInteraction);

        let mut browser = it.app.browser();
        let mixed = it.leave(&mut browser, "", &it.dana).await.replace("connection=corp", "connection=other");
        assert_eq!(browser.get(&mixed).await.page_error(), ErrorKind::InvalidRequest);

        let mut browser = it.app.browser();
        let late = it.leave(&mut browser, "", &it.dana).await;
        it.app.clock.advance(Duration::from_mins(10));
        assert_eq!(browser.get(&late).await.page_error(), ErrorKind::ExpiredInteraction);
        it.idp.db().close().await;
    }

    async fn sec_102_of_fifty_returns_at_once_on_two_nodes_one_is_logged_in(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let back = it.leave(&mut browser, "", &it.dana).await;
        let beside = it.app.beside(fresh).await;
        let again = |at| {
            let mut same = browser.on(if at % 2 == 0 { &it.app } else { &beside });
            let back = &back;
            async move { same.get(back).await }
        };
        let back_again = together((0..50).map(again).collect()).await;
        assert_eq!(back_again.iter().filter(|answer| answer.status == 200).count(), 1);
        beside.db().close().await;
        it.idp.db().close().await;
    }

    async fn sec_102_sec_103_an_answer_of_another_issuer_or_for_another_question_is_refused(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let back = it.leave(&mut browser, "", &it.dana).await;
        let iss = parameter(&back, "iss").unwrap();
        let encoded: String = form_urlencoded::byte_serialize(iss.as_bytes()).collect();
        let mixed = back.replace(&encoded, "https%3A%2F%2Fevil.example");
        assert_ne!(mixed, back);
        assert_eq!(browser.get(&mixed).await.page_error(), ErrorKind::SignInRefused);
        assert!(it.last_refusal().await.contains("this issuer's"));
        // RFC 9207 §2.4: a provider that names itself must do so.
        let mut browser = it.app.browser();
        let back = it.leave(&mut browser, "", &it.dana).await;
        assert_eq!(browser.get(&back.replace(&format!("iss={encoded}"), "x=y")).await.page_error(), ErrorKind::SignInRefused);
        // A code of somebody else's, put into one's own answer: its PKCE challenge isn't this state's.
        let (mut victim, mut attacker) = (it.app.browser(), it.app.browser());
        let stolen = parameter(&it.leave(&mut attacker, "", &it.dana).await, "code").unwrap();
        let back = it.leave(&mut victim, "", &it.dana).await;
        let own = parameter(&back, "code").unwrap();
        let injected = victim.get(&back.replace(&own, &stolen)).await;
        assert_eq!(injected.page_error(), ErrorKind::SignInRefused);
        assert_eq!(it.last_refusal().await, "federation.token_rejected: the token endpoint answered 400");
        // Nobody said yes.
        let mut browser = it.app.browser();
        let sent = browser.get(BEGIN).await;
        let state = parameter(sent.location(), "state").unwrap();
        let no = format!("/api/account/brand/login/callback?connection=corp&error=access_denied&iss={encoded}&state={state}");
        assert_eq!(browser.get(&no).await.page_error(), ErrorKind::SignInRefused);
        assert!(it.last_refusal().await.ends_with("the provider answered access_denied"));
        it.idp.db().close().await;
    }

    async fn sec_106_sec_108_nobody_is_made_enabled_or_found_by_half_a_name(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        bot(&it.app, &it.app.brand, "robot").await;
        for called in ["Dana", "nobody", "robot", "dana "] {
            it.calls_dana(Some(called)).await;
            assert_eq!(it.travel("").await.page_error(), ErrorKind::SignInRefused, "{called}");
        }
        it.calls_dana(None).await;
        assert_eq!(it.travel("").await.page_error(), ErrorKind::SignInRefused);
        assert!(it.last_refusal().await.contains("has no claim"));
        it.calls_dana(Some("dana")).await;
        let id = user::find_named(&it.app.services, &it.app.brand, "dana").await.unwrap().user_id;
        let whole = account::find(&it.app.services, Some(&it.app.brand)).await.unwrap();
        user::update(&it.app.services, &By::command(), &whole, id, |draft| draft.is_enabled = false).await.unwrap();
        assert_eq!(it.travel("").await.page_error(), ErrorKind::SignInRefused);
        assert_eq!(events(&it.app, &it.app.brand).await.iter().filter(|event| *event == "user.login").count(), 0);
        it.idp.db().close().await;
    }

    async fn sec_105_a_connection_that_is_disabled_begins_nothing_and_takes_nothing(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let back = it.leave(&mut browser, "", &it.dana).await;
        it.change(|draft| draft.enabled = false).await.unwrap();
        assert_eq!(browser.get(&back).await.page_error(), ErrorKind::ExpiredInteraction);
        assert_eq!(browser.get(BEGIN).await.page_error(), ErrorKind::NotFound);
        assert_eq!(browser.get("/api/account/brand/login/sso/unknown").await.page_error(), ErrorKind::NotFound);
        it.idp.db().close().await;
    }

    async fn sec_105_whoever_came_by_a_connection_goes_with_it_and_with_what_it_trusted(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        people::user(&it.app, &it.app.brand, "ben", RoleType::Agent).await;
        let ben = people::log_in(&it.app, &it.app.brand, "ben").await;
        for change in [
            (|draft: &mut Draft| draft.enabled = false) as fn(&mut Draft),
            |draft| "name".clone_into(&mut draft.configuration.claim),
        ] {
            it.change(|draft| {
                draft.enabled = true;
                "preferred_username".clone_into(&mut draft.configuration.claim);
            })
            .await
            .unwrap();
            let dana = session(&it.app.brand, &it.travel("?answer=json").await);
            assert_eq!(dana.status(&it.app).await, 403, "alive, without that privilege");
            it.change(|draft| draft.configuration.scopes.push("email".to_owned())).await.unwrap();
            assert_eq!(dana.status(&it.app).await, 403, "what it asks for is nothing that it trusts");
            it.change(change).await.unwrap();
            it.app.services.forget();
            assert_eq!(dana.status(&it.app).await, 401);
            assert_eq!(dana.call(&it.app, "refresh").await.status, 401);
            it.change(|draft| draft.configuration.scopes.truncate(1)).await.unwrap();
        }
        assert_eq!(ben.status(&it.app).await, 403, "who came by password stays");
        it.idp.db().close().await;
    }

    async fn an_application_gets_a_ticket_at_a_listed_address_and_logs_in_with_it_once(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        it.change(|draft| draft.configuration.return_to = vec![DESK.to_owned()]).await.unwrap();
        let mut browser = it.app.browser();
        for (query, error) in [
            ("?return_to=https%3A%2F%2Fevil.example", ErrorKind::RedirectUri),
            ("?return_to=https%3A%2F%2Fdesk.example.test%2Fsigned-in", ErrorKind::RedirectUri),
            ("?answer=xml", ErrorKind::InvalidRequest),
            ("?state=a&state=b", ErrorKind::RepeatedParameter),
        ] {
            assert_eq!(browser.get(&format!("{BEGIN}{query}")).await.page_error(), error, "{query}");
        }
        let sent = it.travel("?state=mine%20%26").await;
        assert_eq!(sent.status, 303, "{sent:?}");
        assert!(sent.location().starts_with(DESK) && !sent.headers.get_all(SET_COOKIE).iter().any(|it| it.to_str().unwrap().contains("session_id")));
        assert_eq!(parameter(sent.location(), "state").unwrap(), "mine &");
        let ticket = parameter(sent.location(), "ticket").unwrap();
        let beside = it.app.beside(fresh).await;
        let log_in = |at| try_login(if at % 2 == 0 { &it.app } else { &beside }, &it.app.brand, json!({"ticket": &ticket}));
        let tries = together((0..50).map(log_in).collect()).await;
        let done: Vec<&Answer> = tries.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(done.len(), 1);
        assert_eq!(session(&it.app.brand, done[0]).body["config"]["loginName"], "dana");
        assert_eq!(refused(&log_in(0).await), (401, 20));
        beside.db().close().await;
        // It is worth nothing in another account, or after a minute.
        it.app.other_account("other").await;
        let ticket = parameter(it.travel("").await.location(), "ticket").unwrap();
        let other = signet::base::id::AccountId::parse("other").unwrap();
        assert_eq!(refused(&try_login(&it.app, &other, json!({"ticket": &ticket})).await), (401, 20));
        it.app.clock.advance(Duration::from_mins(1));
        assert_eq!(refused(&try_login(&it.app, &it.app.brand, json!({"ticket": &ticket})).await), (401, 20));
        // The application is told that nobody came, and no more; and who asks for it here is answered here.
        it.calls_dana(None).await;
        let refused = it.travel("?state=s").await;
        assert_eq!((refused.status.as_u16(), parameter(refused.location(), "error").unwrap()), (303, "access_denied".to_owned()));
        assert_eq!(it.travel("?answer=json").await.page_error(), ErrorKind::SignInRefused);
        it.idp.db().close().await;
    }

    async fn an_id_token_logs_in_once_where_the_connection_takes_assertions(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let now = it.app.clock.now().seconds();
        let key = signet::store::signing_keys::list_published(it.app.db(), &it.app.brand).await.unwrap();
        let kid = key[0].kid.to_string();
        let pkcs8 = PrivateKey::from_jwk(None, include_bytes!("../../../crates/jose/tests/it/keys/rsa.jwk.json")).unwrap();
        let token = |key: &PrivateKey, change: &dyn Fn(&mut Value)| {
            let mut claims = json!({"iss": it.idp.issuer, "sub": "s-1", "aud": "signet-agents", "iat": now, "exp": now + 300, "preferred_username": "dana"});
            change(&mut claims);
            let header = json!({"alg": "RS256", "typ": "JWT", "kid": kid});
            signed_under(key, &header, &claims)
        };
        let log_in = async |token: &str| {
            // As the platform's Node SDK sends it.
            try_login(&it.app, &it.app.brand, json!({"jwt": "dummy", "assertion": token})).await
        };
        let good = token(&pkcs8, &|_| {});
        assert_eq!(refused(&log_in(&good).await), (401, 20), "a connection takes none unless it says so");
        it.change(|draft| draft.configuration.assertion_login = true).await.unwrap();
        assert_eq!(session(&it.app.brand, &log_in(&good).await).body["config"]["loginName"], "dana");
        assert_eq!(refused(&log_in(&good).await), (401, 20));
        assert_eq!(it.last_refusal().await, "federation.token_rejected: it was used before");
        // Two connections to one provider take it once between them.
        it.connect("second", |draft| draft.configuration.assertion_login = true).await;
        let next = token(&pkcs8, &|it| it["jti"] = "next".into());
        assert_eq!((log_in(&good).await.status.as_u16(), log_in(&next).await.status.as_u16()), (401, 200));
        assert_eq!(refused(&log_in(&next).await), (401, 20));
        signet::directory::sso::delete(&it.app.services, &By::command(), &it.app.brand, &name("second")).await.unwrap();
        // An address counts where the provider says that it is theirs (SEC-104).
        it.change(|draft| "email".clone_into(&mut draft.configuration.claim)).await.unwrap();
        for (verified, status) in [(Value::Null, 401), (false.into(), 401), ("true".into(), 401), (true.into(), 200)] {
            let token = token(&pkcs8, &|it| {
                it["email"] = "dana".into();
                it["jti"] = verified.to_string().into();
                it["email_verified"] = verified.clone();
            });
            assert_eq!(log_in(&token).await.status, status, "{verified}");
        }
        it.change(|draft| "preferred_username".clone_into(&mut draft.configuration.claim)).await.unwrap();
        for (what, bad) in [
            ("another's key", token(&OTHER, &|_| {})),
            ("another client's", token(&pkcs8, &|it| it["aud"] = "shop".into())),
            ("another party", token(&pkcs8, &|it| it["azp"] = "shop".into())),
            ("two audiences", token(&pkcs8, &|it| it["aud"] = json!(["signet-agents", "shop"]))),
            ("too old", token(&pkcs8, &|it| it["exp"] = (now - 61).into())),
            ("another issuer's", token(&pkcs8, &|it| it["iss"] = "https://evil.example".into())),
            ("a number", token(&pkcs8, &|it| it["preferred_username"] = 7.into())),
            ("nobody's", token(&pkcs8, &|it| it["preferred_username"] = "nobody".into())),
            ("no token", "a.b.c".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_eq!(refused(&log_in(&bad).await), (401, 20), "{what}");
        }
        it.change(|draft| draft.configuration.algorithms = vec![Algorithm::ES256]).await.unwrap();
        assert_eq!(refused(&log_in(&token(&pkcs8, &|it| it["jti"] = "2".into())).await), (401, 20));
        assert!(it.last_refusal().await.contains("algorithm"));
        let both = try_login(&it.app, &it.app.brand, json!({"assertion": "x", "username": "dana", "password": PASSWORD})).await;
        assert_eq!(refused(&both), (400, 1));
        it.idp.db().close().await;
    }

    async fn sec_107_sec_109_metadata_of_another_issuer_isnt_taken_and_an_outage_is_told(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let brand = Brand::new(signet::model::ConnectorKind::Code).await;
        let endpoint = Url::parse(brand.connector.configuration.token_endpoint.as_deref().unwrap()).unwrap();
        // A server that has no metadata; one whose metadata names another issuer.
        let elsewhere = endpoint.origin().ascii_serialization();
        let other = it.idp.issuer.replace("127.0.0.1", "localhost");
        for issuer in [elsewhere, other] {
            let changed = it.change(|draft| {
                draft.configuration.issuer = Some(issuer.clone());
                draft.client_secret = Some(SecretString::from("s"));
            }).await;
            if changed.is_ok() {
                assert_eq!(it.app.get(BEGIN).await.page_error(), ErrorKind::Busy, "{issuer}");
            }
        }
        it.idp.db().close().await;
    }

    async fn sec_116_users_of_single_sign_on_alone_have_no_password_but_those_who_may_break_the_glass(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        people::user(&it.app, &it.app.brand, "olga", RoleType::Admin).await;
        let password = async |name: &str| try_login(&it.app, &it.app.brand, json!({"username": name, "password": PASSWORD})).await;
        let set = async |text: &'static str| {
            let given: Vec<_> = text.split(' ').map(|one| one.parse().unwrap()).collect();
            account::update(&it.app.services, &By::command(), &it.app.brand, |draft| draft.assign(&given)).await
        };
        it.change(|draft| draft.enabled = false).await.unwrap();
        assert!(matches!(set("sso_only=true").await, Err(Error::Invalid(_))), "there is no connection");
        it.change(|draft| draft.enabled = true).await.unwrap();
        set("sso_only=true").await.unwrap();
        it.app.services.forget();
        assert_eq!(refused(&password("dana").await), (401, 24));
        assert_eq!(refused(&password("olga").await), (401, 24));
        let wrong = try_login(&it.app, &it.app.brand, json!({"username": "dana", "password": "wrong wrong wrong"})).await;
        assert_eq!(refused(&wrong), (401, 20), "told only to who knows the password");
        // The last connection stays.
        assert!(matches!(it.change(|draft| draft.enabled = false).await, Err(Error::Invalid(_))));
        let gone = sso::delete(&it.app.services, &By::command(), &it.app.brand, &name("corp")).await;
        assert!(matches!(gone, Err(Error::Invalid(_))));
        // An agent can't break the glass, whatever is written.
        set("break_glass_users=olga,dana").await.unwrap();
        it.app.services.forget();
        assert_eq!(refused(&password("dana").await), (401, 24));
        session(&it.app.brand, &password("olga").await);
        let chain = signet::store::audit::list_chain(it.app.db(), &(&it.app.brand).into(), 0, 1000).await.unwrap();
        assert!(chain.last().unwrap().detail.contains(r#""break_glass":true"#));
        assert_eq!(session(&it.app.brand, &it.travel("").await).body["config"]["loginName"], "dana");
        it.idp.db().close().await;
    }

    async fn sec_132_a_secret_rests_sealed_is_shown_to_nobody_and_goes_nowhere_else(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let found = sso::find(&it.app.services, &it.app.brand, &name("corp")).await.unwrap();
        let secret = it.client.secret.as_bytes();
        assert!(!found.secret.as_ref().unwrap().as_bytes().windows(secret.len()).any(|bytes| bytes == secret));
        let document = sso::document(&it.app.services.settings.server.public_url, &found);
        assert!(!document.to_string().contains(&it.client.secret) && document["has_secret"] == true);
        let moved = it.change(|draft| draft.configuration.issuer = Some("https://evil.example".to_owned())).await;
        assert!(matches!(moved, Err(Error::Invalid(_))));
        let chain = signet::store::audit::list_chain(it.app.db(), &(&it.app.brand).into(), 0, 1000).await.unwrap();
        assert!(chain.iter().all(|entry| !entry.detail.contains(&it.client.secret)));
        sso::delete(&it.app.services, &By::command(), &it.app.brand, &name("corp")).await.unwrap();
        let told = events(&it.app, &it.app.brand).await;
        assert!(told.contains(&"sso.created".to_owned()) && told.last().unwrap() == "sso.deleted");
        it.idp.db().close().await;
    }
}
