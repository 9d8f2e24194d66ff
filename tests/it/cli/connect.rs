//! `signet connect` against a platform that is as the contract says.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use crate::server::program::{Program, Serving};

const ACCOUNT: &str = "12345678";
const PASSWORD: &str = "a-quiet-river-runs-7";

/// What the platform was asked, and has.
#[derive(Default)]
struct Seen {
    logins: Vec<Value>,
    written: Vec<(String, Value)>,
    connector: Option<Value>,
    presented: Vec<Value>,
    logouts: Vec<Value>,
    refuses: bool,
}

type Shared = Arc<Platform>;

struct Platform {
    base: String,
    seen: Mutex<Seen>,
}

fn is_bearer(headers: &HeaderMap) -> bool {
    headers
        .get(header::AUTHORIZATION)
        .is_some_and(|it| it == "Bearer b34r3r")
}

async fn domains(State(platform): State<Shared>) -> Json<Value> {
    let host = platform.base.trim_start_matches("http://");
    let services = [
        "agentVep",
        "accountConfigReadOnly",
        "accountConfigReadWrite",
        "idp",
    ];
    let list: Vec<Value> = services
        .iter()
        .map(|service| json!({"service": service, "account": ACCOUNT, "baseURI": host}))
        .collect();
    Json(json!({"baseURIs": list}))
}

async fn log_in(
    State(platform): State<Shared>,
    RawQuery(query): RawQuery,
    Json(body): Json<Value>,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], Json<Value>) {
    assert_eq!(query.as_deref(), Some("v=1.3"));
    let cookie = [(header::SET_COOKIE, "session=s3ss10n; Path=/; HttpOnly")];
    let right = body["password"] == "of the user" || body["appKey"] == "k";
    platform.seen.lock().unwrap().logins.push(body);
    if right {
        (
            StatusCode::OK,
            cookie,
            Json(json!({"csrf": "c", "bearer": "b34r3r"})),
        )
    } else {
        let error = json!({"message": "Login failed", "internalCode": 20, "responseStatus": "UNAUTHORIZED"});
        (StatusCode::UNAUTHORIZED, cookie, Json(json!({"error": error})))
    }
}

async fn log_out(State(platform): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) {
    assert_eq!(headers[header::COOKIE], "session=s3ss10n");
    platform.seen.lock().unwrap().logouts.push(body);
}

async fn list(State(platform): State<Shared>, headers: HeaderMap) -> Json<Value> {
    assert!(is_bearer(&headers));
    let connector = platform.seen.lock().unwrap().connector.clone();
    Json(connector.into_iter().collect::<Vec<Value>>().into())
}

fn write(platform: &Platform, method: &str, body: Value) -> Json<Value> {
    let mut seen = platform.seen.lock().unwrap();
    let mut entity = body.clone();
    entity["id"] = json!("c-1");
    let kept = seen
        .connector
        .as_ref()
        .map(|it| it["configuration"]["clientSecret"].clone());
    if entity["configuration"]["clientSecret"].is_null() {
        entity["configuration"]["clientSecret"] = kept.unwrap_or_default();
    }
    seen.written.push((method.to_owned(), body));
    seen.connector = Some(entity.clone());
    Json(entity)
}

async fn create(
    State(platform): State<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    assert!(is_bearer(&headers));
    if platform.seen.lock().unwrap().refuses {
        return (StatusCode::BAD_REQUEST, Json(Value::Null));
    }
    (StatusCode::CREATED, write(&platform, "POST", body))
}

async fn replace(State(platform): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    assert!(is_bearer(&headers));
    write(&platform, "PUT", body)
}

/// Redeems the code as the platform does.
async fn authenticate(
    State(platform): State<Shared>,
    Path((_, id)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    assert_eq!(id, "c-1");
    let fields = {
        let mut seen = platform.seen.lock().unwrap();
        seen.presented.push(body.clone());
        seen.connector.as_ref().unwrap()["configuration"].clone()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let form = [
        ("grant_type", "authorization_code".to_owned()),
        ("code", text(&body["code"])),
        ("redirect_uri", text(&body["redirect_uri"])),
        ("code_verifier", text(&body["code_verifier"])),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let here = outbound::Exemption {
        host: "localhost".to_owned(),
        port: None,
    };
    let client = outbound::Client::new(outbound::Options {
        allow_hosts: vec![here],
        ..outbound::Options::default()
    })
    .unwrap();
    let basic = outbound::Basic::of_client(&text(&fields["clientId"]), &text(&fields["clientSecret"]));
    let url = text(&fields["tokenEndpoint"]).parse().unwrap();
    let asked = client.post_form(&url, Some(&basic), &form).await.unwrap();
    let (status, answer) = (asked.status, asked.json::<Value>().unwrap());
    if status == 200 && answer["id_token"].is_string() {
        (StatusCode::OK, Json(json!({"token": "internal"})))
    } else {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({"internalErrorCode": "9007"})),
        )
    }
}

async fn platform() -> Shared {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let platform = Arc::new(Platform {
        base: format!("http://{}", listener.local_addr().unwrap()),
        seen: Mutex::default(),
    });
    let connectors = "/api/account/{account}/configuration/le-connectors/connectors";
    let router = Router::new()
        .route("/api/account/{account}/service/baseURI.json", get(domains))
        .route("/api/account/{account}/login", post(log_in))
        .route("/api/account/{account}/logout", post(log_out))
        .route(connectors, get(list).post(create))
        .route(&format!("{connectors}/{{id}}"), put(replace))
        .route("/api/account/{account}/app/{id}/authenticate", post(authenticate))
        .with_state(Arc::clone(&platform));
    tokio::spawn(async move { axum::serve(listener, router).await });
    platform
}

/// Runs a command with a password on standard input.
fn fed(program: &Program, arguments: &[&str]) {
    let mut child = program
        .command(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        format!("{PASSWORD}\n").as_bytes(),
    )
    .unwrap();
    assert!(child.wait().unwrap().success());
}

/// A server with an account, a client for the platform, and ana.
fn house() -> (Program, Serving) {
    let program = Program::new();
    let port = program.address.port().to_string();
    let program = program
        .with("SIGNET_SERVER__PUBLIC_URL", format!("http://localhost:{port}"))
        .with("SIGNET_OUTBOUND__ALLOW_HOSTS", format!("localhost:{port}"));
    let run = |arguments: &[&str]| {
        let output = program.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    run(&["account", "create", "--name", "Acme Shop"]);
    run(&[
        "client",
        "create",
        "--platform",
        "--id",
        "messaging",
        "--redirect-uri",
        "https://liveperson.net",
        "--require-pkce",
        "true",
    ]);
    let folder = program.path();
    std::fs::write(folder.join("password"), "of the user\n").unwrap();
    std::fs::write(folder.join("consumer"), format!("{PASSWORD}\n")).unwrap();
    std::fs::write(folder.join("wrong"), "not hers at all\n").unwrap();
    fed(
        &program,
        &["consumer", "create", "--username", "ana", "--password-stdin"],
    );
    let serving = program.serve();
    (program, serving)
}

/// Runs the command in a thread of its own, while the platform answers here.
async fn connect(program: &Program, (base, account): (&str, &str), more: &[&str]) -> (i32, Value, String) {
    let mut arguments = vec![
        "connect",
        "--domain-api",
        base,
        "--account",
        account,
        "--user",
        "olga",
        "--yes",
        "--json",
    ];
    arguments.extend(more);
    let mut command = program.command(&arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let document: Value = serde_json::from_str(&said).unwrap_or_default();
    (
        output.status.code().unwrap(),
        document,
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_from_start_to_end_and_once_more() {
    let (platform, (program, _serving)) = (platform().await, house());
    let trial = [
        "--password-file",
        "password",
        "--consumer",
        "ana",
        "--consumer-password-file",
        "consumer",
    ];
    let (status, done, error) = connect(&program, (&platform.base, ACCOUNT), &trial).await;
    assert_eq!(
        (status, &done["verified"], &done["created"]),
        (0, &json!(true), &json!(true)),
        "{done}{error}"
    );
    assert_eq!(done["connector_id"], json!("c-1"));
    assert!(done["remains"].to_string().contains("/sdk/signet.js"), "{done}");
    {
        let seen = platform.seen.lock().unwrap();
        let (method, written) = &seen.written[0];
        let fields = &written["configuration"];
        assert_eq!((method.as_str(), &written["type"]), ("POST", &json!("code")));
        assert_eq!(fields["pkceEnabled"], json!(true), "as the client demands it");
        assert_eq!(fields["jwtValidationType"], json!("JWKS_ENDPOINT"));
        assert!(fields["clientSecret"].is_string() && seen.presented[0]["code_verifier"].is_string());
        assert!(
            !done
                .to_string()
                .contains(fields["clientSecret"].as_str().unwrap())
        );
    }
    // It finds what it made, and the secret stays.
    let pasted = [&trial[..], &["--paste-key"]].concat();
    let (status, done, error) = connect(&program, (&platform.base, ACCOUNT), &pasted).await;
    assert_eq!(
        (status, &done["verified"], &done["created"]),
        (0, &json!(true), &json!(false)),
        "{done}{error}"
    );
    let seen = platform.seen.lock().unwrap();
    let (method, written) = &seen.written[1];
    let fields = &written["configuration"];
    assert_eq!(
        (method.as_str(), &fields["jwtValidationType"]),
        ("PUT", &json!("JWT_PUBLIC_KEY"))
    );
    assert!(fields["clientSecret"].is_null() && fields["jwksEndpoint"].is_null());
    assert_eq!(seen.logouts, [json!({"csrf": "c"}), json!({"csrf": "c"})]);
    let shown = program.run(&["client", "show", "messaging", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert!(
        shown["pasted_key"].is_string(),
        "the client holds on to the pasted key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_and_no_secret_with_it() {
    let (platform, (program, _serving)) = (platform().await, house());
    let (status, _, error) =
        connect(&program, (&platform.base, ACCOUNT), &["--password-file", "wrong"]).await;
    assert!(
        status == 1 && error.contains("the login was refused") && error.contains("internalCode 20"),
        "{error}"
    );
    assert!(!error.contains("not hers"), "{error}");
    assert!(platform.seen.lock().unwrap().written.is_empty());
    let trial = [
        "--password-file",
        "password",
        "--consumer",
        "ana",
        "--consumer-password-file",
        "wrong",
    ];
    let (status, done, error) = connect(&program, (&platform.base, ACCOUNT), &trial).await;
    assert_eq!((status, &done["verified"]), (1, &json!(false)), "{done}{error}");
    assert!(
        done["error"].as_str().unwrap().contains("name and password"),
        "{done}"
    );
    let unasked = program.run(&[
        "connect",
        "--domain-api",
        "http://platform.example",
        "--account",
        ACCOUNT,
        "--user",
        "olga",
        "--password-file",
        "password",
    ]);
    assert!(
        String::from_utf8(unasked.stderr)
            .unwrap()
            .contains("must be https")
    );
    // As a program: four values from a file, none of them an argument.
    let key =
        json!({"app_key": "k", "secret": "s", "access_token": "t", "access_token_secret": "u"}).to_string();
    std::fs::write(program.path().join("key.json"), key).unwrap();
    let (status, done, error) = connect(
        &program,
        (&platform.base, ACCOUNT),
        &["--app-key-file", "key.json"],
    )
    .await;
    assert_eq!((status, &done["verified"]), (0, &Value::Null), "{done}{error}");
    let login = platform.seen.lock().unwrap().logins.last().cloned().unwrap();
    assert_eq!(
        (&login["accessTokenSecret"], &login["username"]),
        (&json!("u"), &json!("olga"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_is_made_where_the_connector_has_none_of_this_client_and_told_of_where_it_is_lost() {
    let (platform, (program, _serving)) = (platform().await, house());
    let login = ["--password-file", "password"];
    platform.seen.lock().unwrap().refuses = true;
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &login).await;
    assert!(
        status == 1 && error.contains("signet client rotate-secret messaging"),
        "{error}"
    );
    platform.seen.lock().unwrap().refuses = false;
    // Made; then of another type; then of the same, by its number.
    for (kind, is_new) in [(Value::Null, true), (json!("implicit"), true), (json!(1), false)] {
        if let Some(there) = platform.seen.lock().unwrap().connector.as_mut() {
            there["type"] = kind.clone();
        }
        let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &login).await;
        assert_eq!(status, 0, "{error}");
        let (_, written) = platform.seen.lock().unwrap().written.last().cloned().unwrap();
        let secret = &written["configuration"]["clientSecret"];
        assert_eq!(secret.is_string(), is_new, "{kind}");
    }
    assert_eq!(platform.seen.lock().unwrap().logouts.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_with_our_own_gateway() {
    let (program, _serving) = house();
    fed(
        &program,
        &[
            "user",
            "create",
            "olga",
            "--email",
            "olga@example.test",
            "--profile",
            "admin",
            "--password-stdin",
        ],
    );
    let base = format!("http://localhost:{}", program.address.port());
    let trial = [
        "--password-file",
        "consumer",
        "--consumer",
        "ana",
        "--consumer-password-file",
        "consumer",
    ];
    let mut ids = Vec::new();
    for created in [true, false] {
        let (status, done, error) = connect(&program, (&base, "default"), &trial).await;
        assert_eq!(
            (status, &done["verified"], &done["created"]),
            (0, &json!(true), &json!(created)),
            "{done}{error}{}",
            program.log()
        );
        ids.push(done["connector_id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    let id = ids[0].as_str().unwrap();
    let checked = program.run(&["doctor", "--connector", id, "--json"]);
    let checks: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(checks["ok"], json!(true), "{checks}");
}
