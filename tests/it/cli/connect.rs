//! `signet connect` against our own gateway, and against a platform that fails as ours doesn't.

mod gateway;
mod secrets;
mod terminal;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
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
    logouts: Vec<Value>,
    refuses: bool,
    /// Whether it blocks the user.
    blocks: bool,
    /// What the identity service and the list of connectors answer of themselves.
    fails_for_good: bool,
    /// What the list of connectors still answers with 503, each with its Retry-After in seconds.
    fails: Vec<u64>,
    /// Whether a new connector is answered with 503.
    is_busy: bool,
    /// Whether it is made all the same, and whether nobody can look afterwards.
    makes_it: bool,
    goes_down: bool,
    /// The bodies of what was answered with an error.
    refused: Vec<Value>,
    asked: Vec<&'static str>,
    /// When the list was asked for.
    listed: Vec<Instant>,
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
    let right = body["password"] == "of the user";
    let mut seen = platform.seen.lock().unwrap();
    seen.logins.push(body);
    if seen.blocks {
        let status = StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS;
        return (status, cookie, Json(Value::Null));
    }
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

#[expect(
    clippy::disallowed_methods,
    reason = "how long another process waits is seen by the real clock alone"
)]
async fn list(State(platform): State<Shared>, headers: HeaderMap) -> Response {
    assert!(is_bearer(&headers));
    let mut seen = platform.seen.lock().unwrap();
    seen.asked.push("list");
    seen.listed.push(Instant::now());
    if seen.fails_for_good {
        let final_word = json!({"internalErrorCode": "9012"});
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(final_word)).into_response();
    }
    if let Some(seconds) = seen.fails.pop() {
        let wait = [(header::RETRY_AFTER, seconds.to_string())];
        return (StatusCode::SERVICE_UNAVAILABLE, wait).into_response();
    }
    let connectors = seen.connector.clone().into_iter().collect::<Vec<Value>>();
    Json(Value::from(connectors)).into_response()
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
    {
        let mut seen = platform.seen.lock().unwrap();
        seen.asked.push("create");
        if seen.goes_down {
            seen.fails = vec![1; 9];
        }
        if seen.refuses {
            seen.refused.push(body);
            return (StatusCode::BAD_REQUEST, Json(Value::Null));
        }
        if seen.is_busy {
            seen.refused.push(body.clone());
            let makes_it = seen.makes_it;
            drop(seen);
            if makes_it {
                drop(write(&platform, "POST", body));
            }
            return (StatusCode::SERVICE_UNAVAILABLE, Json(Value::Null));
        }
    }
    (StatusCode::CREATED, write(&platform, "POST", body))
}

async fn replace(State(platform): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    assert!(is_bearer(&headers));
    write(&platform, "PUT", body)
}

/// Takes nobody, and says so in the platform's own way.
async fn authenticate(State(platform): State<Shared>) -> (StatusCode, Json<Value>) {
    platform.seen.lock().unwrap().asked.push("authenticate");
    let final_word = json!({"internalErrorCode": "9007"});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(final_word))
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
    house_where(false)
}

/// One that asks whoever writes connectors for a second factor, or not.
fn house_where(admin_factor: bool) -> (Program, Serving) {
    let program = Program::new().with("SIGNET_LOGIN__ADMIN_FACTOR", admin_factor.to_string());
    let port = program.address.port().to_string();
    let program = program
        .with("SIGNET_SERVER__PUBLIC_URL", format!("http://localhost:{port}"))
        .with("SIGNET_OUTBOUND__ALLOW_HOSTS", format!("localhost:{port}"));
    let run = |arguments: &[&str]| {
        let output = program.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    run(&[
        "account",
        "create",
        "--name",
        "Acme Shop",
        "--set",
        "features.bots=true",
    ]);
    run(&[super::PLATFORM_CLIENT, &["--require-pkce", "true"]].concat());
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

/// As olga.
async fn connect(program: &Program, at: (&str, &str), more: &[&str]) -> (i32, Value, String) {
    connect_as(program, at, &[&["--user", "olga"], more].concat()).await
}

/// Runs the command in a thread of its own, while the platform answers here.
async fn connect_as(program: &Program, (base, account): (&str, &str), more: &[&str]) -> (i32, Value, String) {
    let mut arguments = vec![
        "connect",
        "--domain-api",
        base,
        "--account",
        account,
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
    // Whom the platform blocks is told whom to ask, and nobody knocks once more.
    platform.seen.lock().unwrap().blocks = true;
    let login = ["--password-file", "password"];
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &login).await;
    assert!(
        status == 1 && error.contains("451") && error.contains("ask its support"),
        "{error}"
    );
    {
        let mut seen = platform.seen.lock().unwrap();
        assert_eq!(seen.logins.len(), 2);
        seen.blocks = false;
    }
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
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_with_an_internal_error_code_is_final() {
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
    assert_eq!((status, &done["verified"]), (1, &json!(false)), "{done}{error}");
    assert!(
        done["error"].to_string().contains("internalErrorCode 9007"),
        "{done}"
    );
    platform.seen.lock().unwrap().fails_for_good = true;
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &trial).await;
    assert!(status == 1 && error.contains("internalErrorCode 9012"), "{error}");
    // A 500 that says nothing of itself would have been asked for once more, five seconds later.
    let seen = platform.seen.lock().unwrap();
    assert_eq!(seen.asked, ["list", "create", "authenticate", "list"]);
    assert_eq!(seen.logouts.len(), 2, "the session is ended whatever came");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reads_is_asked_again_as_late_as_the_platform_advises_and_what_makes_something_is_not() {
    let (platform, (program, _serving)) = (platform().await, house());
    // The last one comes first. More than the advice is waited for; less is not.
    platform.seen.lock().unwrap().fails = vec![1, 7];
    let login = ["--password-file", "password"];
    let (status, done, error) = connect(&program, (&platform.base, ACCOUNT), &login).await;
    assert_eq!((status, &done["created"]), (0, &json!(true)), "{done}{error}");
    assert!(error.contains("answers 503: asked again in 10 s"), "{error}");
    {
        let seen = platform.seen.lock().unwrap();
        assert_eq!(seen.asked, ["list", "list", "list", "create"]);
        let pauses: Vec<Duration> = seen.listed.windows(2).map(|two| two[1] - two[0]).collect();
        for (pause, least) in pauses.iter().zip([7, 10]) {
            let least = Duration::from_secs(least);
            assert!(
                *pause >= least && *pause < least + Duration::from_secs(5),
                "{pauses:?}"
            );
        }
    }
    // Whether it was made nobody knows, so that it isn't made once more.
    {
        let mut seen = platform.seen.lock().unwrap();
        seen.connector = None;
        seen.is_busy = true;
        seen.asked.clear();
    }
    std::fs::write(program.path().join("secret"), "s3cret\n").unwrap();
    let login = [&login[..], &["--client-secret-file", "secret"]].concat();
    let (status, _, error) = connect(&program, (&platform.base, ACCOUNT), &login).await;
    assert!(status == 1 && error.contains(": 503"), "{error}");
    assert_eq!(platform.seen.lock().unwrap().asked, ["list", "create"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_by_its_flag_where_nobody_can_be_asked() {
    let (program, _serving) = house();
    let said = |arguments: &[&str]| {
        let mut command = program.command(arguments);
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let loopback = ["connect", "--domain-api", "http://127.0.0.1:9"];
    for (more, says) in [
        (&[][..], "--account is missing"),
        (&["--account", "1"], "--user is missing"),
        (&["--account", "1", "--user", "olga"], "--password-file"),
        (
            &[
                "--account",
                "1",
                "--user",
                "olga",
                "--password-file",
                "password",
                "--consumer",
                "ana",
            ],
            "--consumer-password-file",
        ),
    ] {
        let (status, error) = said(&[&loopback, more].concat());
        assert!(status == 1 && error.contains(says), "{more:?}: {error}");
    }
}
