//! What the check of a connector finds at a brand that does something wrong, and what it says of one that does nothing wrong.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::config::Settings;
use signet::directory::By;
use signet::directory::connector::{self, Draft};
use signet::directory::doctor::{Check, Verdict};
use signet::model::Client;
use signet::model::connector::{ConnectorConfiguration, ConnectorKind};
use url::Url;

use super::{App, FreshDb, given, on_both_databases};
use crate::support::client::NewClient;

/// What a brand answers.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) discovery: Value,
    pub(super) jwks: (u16, String),
    token: (u16, String),
    date: Option<&'static str>,
    pub(super) page: String,
    /// Script files of the page, by their paths below `/files/`.
    pub(super) files: HashMap<String, String>,
    /// What the authorization endpoint makes of a state.
    state: Option<fn(&str) -> Option<String>>,
}

type Shared = Arc<Mutex<Answers>>;
type Answered = (StatusCode, HeaderMap, String);

/// A brand's identity provider on the loopback interface.
pub(super) struct Brand {
    pub(super) base: String,
    answers: Shared,
}

impl Brand {
    pub(super) async fn new() -> Self {
        let answers = Shared::default();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/page", get(page))
            .route("/files/{name}", get(file))
            .route("/authorize", get(authorize))
            .with_state(Arc::clone(&answers));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move { axum::serve(listener, router).await });
        *answers.lock().unwrap() = Answers {
            discovery: json!({
                "issuer": base, "jwks_uri": format!("{base}/jwks"), "token_endpoint": format!("{base}/token"),
                "authorization_endpoint": format!("{base}/authorize"),
                "id_token_signing_alg_values_supported": ["RS256"],
            }),
            jwks: (200, json!({"keys": [jwk()]}).to_string()),
            token: (400, json!({"error": "invalid_grant"}).to_string()),
            date: None,
            page: String::new(),
            files: HashMap::new(),
            state: None,
        };
        Self { base, answers }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    /// A node that may call it, with a connector to it.
    pub(super) fn settings(&self, settings: &mut Settings) {
        settings.server.public_url = "http://localhost:8080".parse().unwrap();
        let host = self.base.trim_start_matches("http://");
        settings.outbound.allow_hosts = vec![host.parse().unwrap()];
    }

    pub(super) fn draft(&self) -> Draft {
        let base = &self.base;
        Draft {
            name: "brand".to_owned(),
            kind: ConnectorKind::Code,
            configuration: ConnectorConfiguration {
                issuer: base.clone(),
                authorization_endpoint: Some(format!("{base}/authorize")),
                token_endpoint: Some(format!("{base}/token")),
                jwks_endpoint: Some(format!("{base}/jwks")),
                client_id: "lp-messaging".to_owned(),
                ..ConnectorConfiguration::default()
            },
            client_secret: Some(SecretString::from("s3cret")),
            ..Draft::default()
        }
    }
}

fn answer(shared: &Shared, choose: impl FnOnce(&Answers) -> (u16, String)) -> Answered {
    let answers = shared.lock().unwrap();
    let (status, body) = choose(&answers);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    if let Some(date) = answers.date {
        headers.insert(header::DATE, date.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers, body)
}

async fn discovery(State(shared): State<Shared>) -> Answered {
    answer(&shared, |it| (200, it.discovery.to_string()))
}

async fn jwks(State(shared): State<Shared>) -> Answered {
    answer(&shared, |it| it.jwks.clone())
}

async fn page(State(shared): State<Shared>) -> axum::response::Html<String> {
    axum::response::Html(shared.lock().unwrap().page.clone())
}

async fn file(State(shared): State<Shared>, Path(name): Path<String>) -> Result<String, StatusCode> {
    let text = shared.lock().unwrap().files.get(&name).cloned();
    text.ok_or(StatusCode::NOT_FOUND)
}

/// Sends the browser back, since nobody is logged in; or shows a page.
async fn authorize(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let asked: HashMap<String, String> = form_urlencoded::parse(query.unwrap().as_bytes())
        .into_owned()
        .collect();
    assert_eq!(
        (asked["response_type"].as_str(), asked["prompt"].as_str()),
        ("code", "none")
    );
    let Some(echo) = shared.lock().unwrap().state else {
        return axum::response::Html("Who are you?").into_response();
    };
    let mut back: Url = asked["redirect_uri"].parse().unwrap();
    back.query_pairs_mut().append_pair("error", "login_required");
    if let Some(state) = echo(&asked["state"]) {
        back.query_pairs_mut().append_pair("state", &state);
    }
    Redirect::to(back.as_str()).into_response()
}

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Answered {
    // As the platform asks: a form, with the client's name and secret in the header.
    let basic = headers
        .get(header::AUTHORIZATION)
        .map(|it| it.to_str().unwrap().to_owned());
    assert!(basic.is_some_and(|it| it.starts_with("Basic ")));
    assert!(body.starts_with("grant_type=authorization_code&code="), "{body}");
    answer(&shared, |it| it.token.clone())
}

pub(super) fn jwk() -> Value {
    let line = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = line.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = jose::PublicKey::from_spki_line(jose::Algorithm::RS256, &line).unwrap();
    let set = serde_json::to_value(jose::JwkSet::of([&key])).unwrap();
    set["keys"][0].clone()
}

/// Signs as the brand does whose key [`jwk`] is.
pub(super) fn signed(claims: &Value) -> String {
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem");
    let key = jose::PrivateKey::from_pem(Some(jose::Algorithm::RS256), pem).unwrap();
    let payload = claims.to_string();
    jose::Signer::new(key)
        .sign(jose::Typ::Jwt, payload.as_bytes())
        .unwrap()
}

/// The account's own client of a platform, `shop`.
async fn platform_client(app: &App) -> Client {
    let mut draft = signet::directory::client::Draft::platform();
    draft
        .assign(&given(&["redirect_uris=https://liveperson.net"]))
        .unwrap();
    let (by, id) = (By::command(), "shop".parse().unwrap());
    signet::directory::client::create(&app.services, &by, &app.brand, Some(id), draft)
        .await
        .unwrap()
        .client
}

/// Everything that is found, a line each.
pub(super) fn found(checks: &[Check]) -> String {
    let findings = checks.iter().flat_map(|check| &check.findings);
    let lines: Vec<String> = findings
        .map(|it| format!("{}: {} [{}]", it.place, it.problem, it.mend))
        .collect();
    lines.join("\n")
}

on_both_databases! {
    async fn a_brand_that_does_nothing_wrong_is_well(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let checks = connector::check(&app.services, &made).await.unwrap();
        assert!(checks.iter().all(|it| it.verdict != Verdict::Wrong), "{}", found(&checks));
        let notes: Vec<&String> = checks.iter().flat_map(|it| &it.notes).collect();
        assert!(notes.iter().any(|it| it.contains("took the client's secret")), "{notes:?}");
        assert!(notes.iter().any(|it| it.contains("1 usable key")), "{notes:?}");
    }

    async fn f_05_f_07_f_17_f_19_each_fault_of_a_brand_is_named_with_its_mend(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let sees = async |says: &str| {
            let told = found(&connector::check(&app.services, &made).await.unwrap());
            assert!(told.contains(says), "{says}: {told}");
        };
        let base = brand.base.clone();
        brand.change(|it| it.discovery["issuer"] = json!(format!("{base}/")));
        sees("calls itself").await;
        brand.change(|it| it.discovery["issuer"] = json!(base));
        let with = |member: &str, value: Value| {
            let mut key = jwk();
            key[member] = value;
            (200, json!({"keys": [key]}).to_string())
        };
        let n = jwk()["n"].as_str().unwrap().to_owned();
        for (jwks, says) in [
            (with("kid", Value::Null), "has no kid"),
            (with("n", json!(format!("{n}=="))), "plain base64"),
            (with("n", json!(format!("AAAA{n}"))), "begins with a zero byte"),
            (with("use", json!("enc")), "no RSA key with a kid"),
            (with("alg", json!("RS512")), "no RSA key with a kid"),
            ((404, String::new()), "404, and not 200"),
            ((200, "<html>".to_owned()), "can't be fetched"),
        ] {
            brand.change(|it| it.jwks = jwks);
            sees(says).await;
            sees("F-19").await;
        }
        brand.change(|it| it.jwks = (200, json!({"keys": [jwk()]}).to_string()));
        for (token, says) in [
            ((401, json!({"error": "invalid_client"}).to_string()), "refuses the client id or its secret"),
            ((400, json!({"error": "invalid_request"}).to_string()), "F-07"),
            ((404, String::new()), "no token endpoint at that address"),
            ((200, json!({"id_token": "x"}).to_string()), "a code that nobody made"),
            ((500, String::new()), "500, and not 400"),
        ] {
            brand.change(|it| it.token = token);
            sees(says).await;
        }
        brand.change(|it| it.date = Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        sees("F-17").await;
    }

    async fn f_01_f_06_the_accounts_own_client_and_key_are_looked_at_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("shop").on(&app).await;
        let (account, by) = (signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap(), By::command());
        let own = signet::directory::client::find(&app.services, &app.brand, &"shop".parse().unwrap()).await.unwrap();
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("not its secret"));
        // Another key than the one that signs.
        let another = jose::PrivateKey::generate(jose::Algorithm::RS256, jose::RsaBits::Rsa2048).unwrap();
        let line = another.public().to_spki_line();
        draft.assign(&given(&[&format!("jwtPublicKey={line}")])).unwrap();
        let made = connector::create(&app.services, &by, &app.brand, None, draft).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        for says in ["F-01", "F-06", "none of the client's secrets", "not a platform's client"] {
            assert!(told.contains(says), "{says}: {told}");
        }
        drop(client);
        connector::update(&app.services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&given(&["clientId=nobody"]))).await.unwrap();
        let made = connector::find(&app.services, &app.brand, &made.connector_id).await.unwrap();
        let told = found(&connector::check(&app.services, &made).await.unwrap());
        assert!(told.contains("the account has no client \"nobody\""), "{told}");
    }

    async fn f_10_a_state_that_does_not_come_back_as_it_was_sent_is_told_of(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let look = async |echo: Option<fn(&str) -> Option<String>>| {
            brand.change(|it| it.state = echo);
            let checks = connector::check(&app.services, &made).await.unwrap();
            checks.into_iter().find(|it| it.name == "connector_state").unwrap()
        };
        let well = look(Some(|state| Some(state.to_owned()))).await;
        assert_eq!((well.verdict, found(&[well])), (Verdict::Ok, String::new()));
        for changes in [
            (|state| Some(state.replace('+', " "))) as fn(&str) -> Option<String>,
            |state| Some(state.replace("%7E", "~")),
            |state| Some(state.to_lowercase()),
            |state| Some(state.chars().filter(char::is_ascii).collect()),
            |state| Some(state.chars().take(8).collect()),
            |_| None,
        ] {
            let wrong = look(Some(changes)).await;
            assert!(wrong.verdict == Verdict::Wrong && found(std::slice::from_ref(&wrong)).contains("(F-10)"), "{wrong:?}");
        }
        // Who shows a page first gives nothing to compare.
        assert_eq!(look(None).await.verdict, Verdict::Unchecked);
    }

    async fn f_08_tokens_that_are_encrypted_for_the_platform_are_looked_at_outside_and_inside(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let look = async |token: &str| connector::check_token(&app.services, &made, token).await.unwrap();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = |exp: Value| {
            signed(&json!({"iss": brand.base, "aud": "lp-messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": exp, "lp_sdes": []}))
        };
        let key = app.services.platform_keys.encryption().await.unwrap().public();
        let encrypted = |inside: &str| {
            key.encrypt(jose::ContentEncryption::A256Gcm, Some(jose::Typ::Jwt), inside.as_bytes()).unwrap()
        };
        let good = encrypted(&signed(json!(1_700_003_600)));
        let well = look(&good).await;
        assert_eq!((well.verdict, found(std::slice::from_ref(&well))), (Verdict::Ok, String::new()));
        let notes = well.notes.concat();
        assert!(notes.contains("RSA-OAEP-256") && notes.contains(jwk()["kid"].as_str().unwrap()), "both headers are shown: {notes}");
        assert!(found(&[look(&encrypted(&signed(json!("soon")))).await]).contains("(F-04)"));

        let kid = key.kid().unwrap();
        let rest = good.split_once('.').unwrap().1;
        for (header, says) in [
            (json!({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "theirs"}), "its alg is \"RSA-OAEP\""),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256", "kid": "theirs"}), "its enc is \"A256\""),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM"}), "no kid"),
            // Another header than it was encrypted under.
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": kid, "typ": "x"}), "can't be decrypted"),
        ] {
            let told = found(&[look(&format!("{}.{rest}", part(&header))).await]);
            assert!(told.contains(says) && told.contains("(F-08)"), "{header}: {told}");
        }
        let theirs = look(&format!("{}.{rest}", part(&json!({"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256", "kid": "theirs"})))).await;
        assert!(theirs.verdict == Verdict::Ok && theirs.notes.concat().contains("isn't seen from here"), "{theirs:?}");
    }

    async fn f_08_a_client_that_encrypts_to_another_key_than_the_gateways_is_told_of(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let own = platform_client(&app).await;
        let account = signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap();
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("s3cret"));
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let here = connector::encryption_key(&app.services).await.unwrap();
        let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
        let another: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let look = async |line: &str, kid: &str| {
            let fields = given(&[&format!("encryption_key={line}"), &format!("encryption_kid={kid}")]);
            signet::directory::client::update(&app.services, &By::command(), &app.brand, &own.client_id, |draft| draft.assign(&fields)).await.unwrap();
            let checks = connector::check(&app.services, &made).await.unwrap();
            (found(&checks), checks.iter().flat_map(|it| it.notes.clone()).collect::<String>())
        };
        let (told, notes) = look(&here.line, &here.kid).await;
        assert!(!told.contains("(F-08)") && notes.contains("of this server's gateway"), "{told}{notes}");
        let (told, notes) = look(&another, "theirs").await;
        assert!(!told.contains("(F-08)") && notes.contains("of another platform"), "{told}{notes}");
        let (told, _) = look(&another, &here.kid).await;
        assert!(told.contains("another key than this gateway's") && told.contains("(F-08)"), "{told}");
    }

    async fn f_05_f_13_f_24_a_page_of_the_brands_is_read_as_the_window_finds_it(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let page = format!("{}/page", brand.base).parse().unwrap();
        let base = brand.base.clone();
        let helper = format!("<script src=\"{base}/sdk/signet.js\" data-client=\"lp-messaging\"></script>");
        for (html, says) in [
            (helper.clone(), ""),
            (helper.replace("lp-messaging", "another"), "data-client"),
            (helper.replace(&base, "https://elsewhere.example"), "F-05"),
            ("<script>lpTag.sdes=[{customerId:1}]</script>".to_owned(), "F-24"),
            ("<script type=\"module\">function lpGetAuthenticationToken(cb) {}</script>identities".to_owned(), "in a module"),
            (format!("<script>function lpGetAuthenticationToken(cb) {{ cb('t'); }} identities; ({{iss: '{base}/'}})</script>"), "iss"),
            (format!("<script>lpGetAuthenticationToken = (cb) => {{ cb('t'); }}; identities; ({{\"iss\": \"{base}\"}})</script>"), ""),
            ("<script>lpGetAuthenticationToken = (cb) => {}; identities</script>".to_owned(), "(F-12)"),
            ("<script>lpGetAuthenticationToken = async (cb) => { cb(await t()); }; identities</script>".to_owned(), "(F-12)"),
            (format!("{helper}<iframe hidden src=\"{base}/authorize?prompt=none\"></iframe>"), "(F-22)"),
            (format!("{helper}<script>lpTag.sdes.push({{type: 'customerInfo', customerInfo: {{}}}})</script>"), "(F-26)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: 'dana@mail.example'}}))</script>"), "(F-27)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: shop.user.email}}))</script>"), "(F-27)"),
            (format!("{helper}<script>lpTag.identities.push((done) => done({{acr: 'loa1', sub: 'c-7f3a9d'}}))</script>"), ""),
            (helper.replace("></", " data-interaction=\"popup\"></"), "(F-23)"),
            (helper.replace("></", " data-interaction=\"redirect\"></"), ""),
            ("<script>lpGetAuthenticationToken = (cb) => { window.open('/login'); later = cb; }; identities</script>".to_owned(), "(F-23)"),
            ("<script>lpGetAuthenticationToken = (cb) => { window.open('/login') || (location.href = '/login'); later = cb; }; identities</script>".to_owned(), ""),
        ] {
            brand.change(|it| it.page.clone_from(&html));
            let told = found(&[connector::check_page(&app.services, &made, &page).await.unwrap()]);
            assert!(told.contains(says) && told.is_empty() == says.is_empty(), "{html}: {told}");
        }
    }

    async fn f_21_f_22_a_page_that_the_browser_keeps_from_the_issuer_is_named(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let page: Url = format!("{}/page", brand.base).parse().unwrap();
        let here: Url = format!("http://localhost:{}/page", page.port().unwrap()).parse().unwrap();
        let app = App::with(fresh, |settings| {
            brand.settings(settings);
            settings.outbound.allow_hosts.push(format!("localhost:{}", page.port().unwrap()).parse().unwrap());
        }).await;
        let account = signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap();
        let own = platform_client(&app).await;
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("s3cret"));
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let helper = format!("<script src=\"{}/sdk/signet.js\" data-client=\"shop\"></script>", account.issuer);
        brand.change(|it| it.page.clone_from(&helper));
        // The page's host is an address, and the issuer's a name.
        let told = found(&[connector::check_page(&app.services, &made, &page).await.unwrap()]);
        assert!(told.contains("(F-22)") && !told.contains("(F-21)"), "{told}");
        // The same host, another port: another origin of the same site, which the client must list.
        let told = found(&[connector::check_page(&app.services, &made, &here).await.unwrap()]);
        let origin = here.origin().ascii_serialization();
        assert!(told.contains("(F-21)") && told.contains(&format!("--origin {origin}")), "{told}");
        let listed = given(&[&format!("origins={origin}")]);
        signet::directory::client::update(&app.services, &By::command(), &app.brand, &own.client_id, |draft| draft.assign(&listed)).await.unwrap();
        let told = found(&[connector::check_page(&app.services, &made, &here).await.unwrap()]);
        assert!(!told.contains("(F-21)"), "{told}");
    }

    async fn f_04_f_05_f_18_f_26_f_27_a_token_of_the_brands_is_read_as_the_platform_reads_it(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let good = json!({
            "iss": brand.base, "aud": "lp-messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": 1_700_003_600,
            "lp_sdes": [{"type": "ctmrinfo", "info": {"ctype": "gold"}}],
        });
        let told = async |claims: &Value| {
            let token = format!("{}\n", signed(claims));
            found(&[connector::check_token(&app.services, &made, &token).await.unwrap()])
        };
        assert_eq!(told(&good).await, "");
        for (name, value, says) in [
            ("exp", json!(1_700_003_600_000_i64), "milliseconds, or no whole number, and the platform takes whole seconds since 1970 (F-04)"),
            ("iat", json!("1700000000"), "(F-04)"),
            ("exp", Value::Null, "(F-04)"),
            ("iss", json!(format!("{}/", brand.base)), "(F-05)"),
            ("aud", json!(["somebody", "else"]), "(F-18)"),
            ("sub", json!("dana@mail.example"), "an e-mail address: others guess it, and one day it is somebody else's (F-27)"),
            ("sub", json!("+14255550100"), "(F-27)"),
            ("sub", json!(""), "it has no sub"),
            ("lp_sdes", json!({"customerInfo": {}}), "(F-26)"),
            ("lp_sdes", json!([{"type": "ctmrinfo", "info": {"storeNumber": "7"}}]), "storeNumber"),
            ("lp_sdes", json!([{"type": "cart", "total": 1}]), "(F-26)"),
        ] {
            let mut claims = good.clone();
            claims[name] = value;
            let told = told(&claims).await;
            assert!(told.contains(says) && told.lines().count() == 1, "{name}: {told}");
        }
        let look = async |token| found(&[connector::check_token(&app.services, &made, token).await.unwrap()]);
        assert!(look("no token").await.contains("no signed JWT"));
        assert!(look("a.b.c.d.e").await.contains("no JSON object (F-08)"));
    }

    async fn f_27_consumers_whose_subject_others_know_are_told_of(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let seen = async || {
            let checks = signet::directory::doctor::examine(&app.services).await.unwrap();
            checks.into_iter().find(|it| it.name == "consumers").unwrap()
        };
        let ana = app.consumer("ana").await;
        app.change_consumer(&ana, |it| it.username = Some(it.sub.to_string())).await;
        assert_eq!(seen().await.verdict, Verdict::Unchecked, "no platform is told of anybody");
        let update = async |text: &str| {
            let given = given(&[text]);
            signet::directory::client::update(&app.services, &By::command(), &app.brand, &"shop".parse().unwrap(), |draft| draft.assign(&given)).await.unwrap();
        };
        platform_client(&app).await;
        let told = seen().await;
        assert_eq!(told.verdict, Verdict::Warning, "{told:?}");
        let told = found(&[told]);
        assert!(told.contains("the name that they sign in with") && told.contains("subject_type=pairwise"), "{told}");
        update("subject_type=pairwise").await;
        assert_eq!(seen().await.verdict, Verdict::Unchecked);
    }

    async fn a_set_of_keys_that_cant_be_read_is_told_of_when_it_is_saved_and_saved_all_the_same(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let (by, services) = (By::command(), &app.services);
        let made = connector::create(services, &by, &app.brand, None, brand.draft()).await.unwrap();
        let told = connector::unreadable_keys(services, &made).await.unwrap().join("\n");
        assert!(!told.contains("can't be fetched") && told.contains("not https"), "{told}");
        brand.change(|it| it.jwks = (503, String::new()));
        let away = format!("jwksEndpoint={}/jwks?moved", brand.base);
        let away = given(&[&away]);
        let written = connector::update(services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&away)).await.unwrap();
        let told = written.warnings.join("\n");
        assert!(told.contains("503, and not 200") && told.contains("To mend:"), "{told}");
        let kept = connector::find(services, &app.brand, &made.connector_id).await.unwrap();
        assert!(kept.configuration.jwks_endpoint.unwrap().ends_with("?moved"));
        // What changes something else asks nobody.
        let name = given(&["name=Other"]);
        let written = connector::update(services, &by, &app.brand, &made.connector_id, |draft| draft.assign(&name)).await.unwrap();
        assert!(!written.warnings.join("\n").contains("503"), "{:?}", written.warnings);
    }
}
