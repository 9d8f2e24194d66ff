//! What one account's storm costs another account (SEC-144): the quiet one asks on one connection, with the noisy one's many beside
//! it and without.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::http::Connection;
use crate::load::{Asks, Measurement, Span, as_f64, measure, middle};
use crate::process::Launch;
use crate::report::grouped;
use crate::signet::Commands;

const QUIET: &str = "quiet";
const NOISY: &str = "noisy";
const RESOURCE: &str = "https://api.bench.example";
const REDIRECT: &str = "https://bench.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What both ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    /// An opaque token, for which nothing is signed or written.
    Opaque,
    /// One that RS256 signs.
    Rs256,
    /// A pushed authorization request: a row that must be on the disk.
    Par,
}

impl Call {
    const ALL: [Self; 3] = [Self::Opaque, Self::Rs256, Self::Par];

    const fn title(self) -> &'static str {
        match self {
            Self::Opaque => "client_credentials, opaque",
            Self::Rs256 => "client_credentials, JWT with RS256",
            Self::Par => "pushed authorization request",
        }
    }

    /// The client that asks, which every account has.
    const fn client(self) -> &'static str {
        match self {
            Self::Opaque => "opaque",
            Self::Rs256 => "rs256",
            Self::Par => "web",
        }
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    call: Call,
    alone: Measurement,
    beside: Measurement,
    /// What the noisy account was answered meanwhile, a second.
    storm: f64,
}

/// The whole request of an account and a client.
fn request(account: &str, call: Call, secret: &str, authority: &str) -> Arc<[u8]> {
    let (path, body) = match call {
        Call::Opaque => ("token", "grant_type=client_credentials".to_owned()),
        Call::Rs256 => (
            "token",
            format!("grant_type=client_credentials&resource={RESOURCE}"),
        ),
        Call::Par => (
            "par",
            format!(
                "response_type=code&redirect_uri={REDIRECT}&scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256"
            ),
        ),
    };
    let basic = STANDARD.encode(format!("{}:{secret}", call.client()));
    let text = format!(
        "POST /a/{account}/{path} HTTP/1.1\r\nhost: {authority}\r\nauthorization: Basic {basic}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes().into()
}

/// Sets both accounts up, and measures.
pub(crate) async fn run(
    launch: Launch,
    commands: &Commands,
    (connections, rounds): (usize, usize),
    span: Span,
) -> Result<Vec<Row>> {
    let authority = format!("localhost:{}", launch.port);
    // The first account is the default one, whose paths stand at the root.
    commands.run(["account", "create", "first", "--name", "first"])?;
    let mut requests = Vec::new();
    for account in [QUIET, NOISY] {
        commands.run(["account", "create", account, "--name", account])?;
        for call in Call::ALL {
            let secret = create(commands, account, call)?;
            requests.push(request(account, call, &secret, &authority));
        }
    }
    let server = launch.start()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, launch.port));
    let caller = |request: &Arc<[u8]>| Caller {
        connection: Connection::to(address),
        request: Arc::clone(request),
    };
    let (quiet, noisy) = requests.split_at(Call::ALL.len());
    let mut rows = Vec::new();
    for ((call, quiet), noisy) in Call::ALL.into_iter().zip(quiet).zip(noisy) {
        let (mut alone, mut beside, mut storms) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let mut one = vec![caller(quiet)];
            alone.push(measure(&mut one, call, span, &server).await?);
            let storm = Storm::begin((0..connections).map(|_| caller(noisy)), call);
            beside.push(measure(&mut one, call, span, &server).await?);
            storms.push(storm.end().await?);
        }
        rows.push(Row {
            call,
            alone: middle(alone).context("no round")?,
            beside: middle(beside).context("no round")?,
            storm: storms.iter().sum::<f64>() / as_f64(rounds),
        });
    }
    Ok(rows)
}

/// A client of an account; its secret.
fn create(commands: &Commands, account: &str, call: Call) -> Result<String> {
    let resources = format!("resources={RESOURCE}");
    let named = ["client", "create", "--id", call.client(), "--account", account];
    let basic = ["--auth-method", "client_secret_basic"];
    let more: &[&str] = match call {
        Call::Opaque => &["--grant-type", "client_credentials"],
        Call::Rs256 => &[
            "--grant-type",
            "client_credentials",
            "--set",
            "access_token_format=jwt",
            "--set",
            "access_token_signed_response_alg=RS256",
            "--set",
            &resources,
        ],
        Call::Par => &["--redirect-uri", REDIRECT],
    };
    let made = commands.run(named.iter().chain(&basic).chain(more))?;
    let made: Value = serde_json::from_str(&made)?;
    let secret = made.get("client_secret").and_then(Value::as_str);
    Ok(secret.context("a client without a secret")?.to_owned())
}

/// Somebody who sends the same again and again.
struct Caller {
    connection: Connection,
    request: Arc<[u8]>,
}

impl Asks for Caller {
    type What = Call;

    async fn ask(&mut self, _: Call) -> Result<()> {
        let answer = self.connection.send(&self.request).await?;
        ensure!(matches!(answer.status, 200 | 201), "{}", answer.summary());
        Ok(())
    }

    fn leave(&mut self) {
        self.connection.close();
    }
}

/// Callers who go on until they are stopped.
struct Storm {
    over: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    begun: std::time::Instant,
}

impl Storm {
    fn begin(callers: impl Iterator<Item = Caller>, call: Call) -> Self {
        let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let tasks = callers.map(|mut caller| {
            let (over, answered) = (Arc::clone(&over), Arc::clone(&answered));
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    // Who is refused is part of a storm.
                    if caller.ask(call).await.is_ok() {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        });
        Self {
            tasks: tasks.collect(),
            over,
            answered,
            begun: clock::now(),
        }
    }

    async fn end(self) -> Result<f64> {
        self.over.store(true, Ordering::Relaxed);
        let answered = self.answered.load(Ordering::Relaxed);
        let elapsed = clock::since(self.begun);
        for task in self.tasks {
            task.await.context("a caller broke down")?;
        }
        Ok(as_f64(usize::try_from(answered)?) / elapsed.as_secs_f64())
    }
}

/// The table.
pub(crate) fn markdown(rows: &[Row], connections: usize) -> String {
    let mut text = format!(
        "| the quiet account, 1 connection (p50, p99 in ms) | alone | beside a storm of {connections} connections | p99, times | the storm is answered, a second |\n|---|--:|--:|--:|--:|\n"
    );
    for Row {
        call,
        alone,
        beside,
        storm,
    } in rows
    {
        let _ = writeln!(
            text,
            "| {call} | {:.2}, {:.2} | {:.2}, {:.2} | {:.1} | {} |",
            alone.p50_ms,
            alone.p99_ms,
            beside.p50_ms,
            beside.p99_ms,
            beside.p99_ms / alone.p99_ms,
            grouped(*storm),
        );
    }
    text
}
