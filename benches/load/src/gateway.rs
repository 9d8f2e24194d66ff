//! The gateway's half: logins by API key, reads that a bearer or a signature authorises, the Domain API; and the Users API while
//! an account's users grow. No other server does the same: rates are told by themselves.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use oauth1::{BaseUrl, Credentials, Outgoing, Secrets, SignatureMethod};
use serde::Serialize;
use serde_json::{Value, json};

use crate::clock;
use crate::http::{Answer, Connection};
use crate::load::{Asks, Measurement, Span, measure, middle};
use crate::process::{Launch, Server};
use crate::report::grouped;
use crate::signet::{ACCOUNT, Commands};

/// Users at each step of the curve, as the command line has them.
pub(crate) const STEPS: [&str; 6] = ["10", "100", "1000", "10000", "100000", "1000000"];
/// Users that are made by one request.
const TOGETHER: u64 = 20_000;
/// The password of the administrator.
const PASSWORD: &str = "seven quiet herons";

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    /// A bot logs in with the four values of an API key.
    Login,
    /// One user is read with a bearer.
    Bearer,
    /// One user is read by a request that HMAC-SHA1 signs.
    Signed,
    /// The Domain API tells all services.
    Domain,
    /// What has changed since the last revision is asked for: nothing.
    Unchanged,
    /// A user is replaced.
    Update,
}

impl Call {
    const GATEWAY: [Self; 4] = [Self::Login, Self::Bearer, Self::Signed, Self::Domain];
    const USERS: [Self; 3] = [Self::Bearer, Self::Unchanged, Self::Update];

    const fn title(self) -> &'static str {
        match self {
            Self::Login => "login by API key",
            Self::Bearer => "read of a user, bearer",
            Self::Signed => "read of a user, OAuth 1.0a",
            Self::Domain => "Domain API",
            Self::Unchanged => "changes since a revision",
            Self::Update => "update of a user",
        }
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

/// A server with an account, an API key, a bot and an administrator who is logged in.
pub(crate) struct Gateway {
    server: Server,
    known: Arc<Known>,
    connections: usize,
}

/// What the callers know.
struct Known {
    address: SocketAddr,
    origin: String,
    authority: String,
    key: [String; 4],
    bearer: String,
    user: Value,
    nonces: AtomicU64,
}

/// What one call found.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    users: u64,
    call: Call,
    measurement: Measurement,
}

impl Gateway {
    /// Sets it up in an empty folder, and starts it.
    pub(crate) async fn start(launch: Launch, commands: &Commands, connections: usize) -> Result<Self> {
        let account = ["--account", ACCOUNT];
        let run = |arguments: &[&str]| commands.run(arguments.iter().chain(&account));
        commands.run([
            "account",
            "create",
            ACCOUNT,
            "--name",
            "Bench",
            "--set",
            "features.bots=true",
        ])?;
        let password = launch.folder.join("password");
        std::fs::write(&password, PASSWORD)?;
        let password = password.to_str().context("a folder whose name isn't UTF-8")?;
        let root = [
            "user",
            "create",
            "root",
            "--email",
            "root@example.test",
            "--profile",
            "admin",
        ];
        let root = run(&[&root[..], &["--password-file", password]].concat())?;
        run(&["user", "create", "bot1", "--bot"])?;
        let key = [
            "app-key",
            "create",
            "--application",
            "Bench",
            "--developer",
            "Bench",
        ];
        let privileges = [
            "--privilege",
            "Agent Interactions > User Login",
            "--privilege",
            "Administration > Users",
        ];
        let key: Value = serde_json::from_str(&run(&[&key[..], &privileges].concat())?)?;
        let value = |name: &str| {
            let found = key.get(name).and_then(Value::as_str).map(str::to_owned);
            found.with_context(|| format!("the key has no {name}"))
        };
        let key = [
            value("app_key")?,
            value("secret")?,
            value("access_token")?,
            value("access_token_secret")?,
        ];
        let server = launch.start()?;
        let authority = format!("localhost:{}", launch.port);
        let mut known = Known {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, launch.port)),
            origin: format!("http://{authority}"),
            authority,
            key,
            bearer: String::new(),
            user: Value::Null,
            nonces: AtomicU64::new(0),
        };
        let body = json!({"username": "root", "password": PASSWORD});
        let answer = known.post(&login(), None, &body).await?;
        let answer: Value = serde_json::from_str(answer.text()?)?;
        known.bearer = answer
            .get("bearer")
            .and_then(Value::as_str)
            .context("no bearer")?
            .to_owned();
        let root: Value = serde_json::from_str(&root)?;
        let id = root.get("user_id").context("a user without an id")?.to_string();
        let path = format!("{}/{id}?v=6.0", users());
        let read = Connection::to(known.address)
            .send(known.get(&path, &known.authorised()).as_bytes())
            .await?;
        known.user = serde_json::from_str(read.text()?)?;
        Ok(Self {
            server,
            known: Arc::new(known),
            connections,
        })
    }

    /// The four calls of the gateway.
    pub(crate) async fn calls(&mut self, span: Span, rounds: usize) -> Result<Vec<Row>> {
        self.rows(2, &Call::GATEWAY, span, rounds).await
    }

    /// The Users API at each number of users, in rising order.
    pub(crate) async fn curve(&mut self, steps: &[u64], span: Span, rounds: usize) -> Result<Vec<Row>> {
        let (mut there, mut rows) = (2, Vec::new());
        for step in steps {
            while there < *step {
                let more = TOGETHER.min(step - there);
                self.grow(there, more).await?;
                there += more;
            }
            rows.extend(self.rows(there, &Call::USERS, span, rounds).await?);
        }
        Ok(rows)
    }

    async fn grow(&self, from: u64, more: u64) -> Result<()> {
        let all: Value = (from..from + more)
            .map(|at| {
                json!({
                    "loginName": format!("user{at}"), "fullName": format!("User {at} of Bench"), "nickname": format!("u{at}"),
                    "isEnabled": true, "maxChats": 4, "email": format!("user{at}@example.test"), "profileIds": [2],
                })
            })
            .collect();
        let path = format!("{}?v=6.0&select=id", users());
        let answer = self
            .known
            .post(&path, Some(&self.known.authorised()), &all)
            .await?;
        ensure!(answer.status == 201, "users aren't made: {}", answer.summary());
        Ok(())
    }

    async fn rows(&mut self, users: u64, calls: &[Call], span: Span, rounds: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for call in calls {
            let mut all = Vec::new();
            for _ in 0..rounds {
                // Two who replace one user at the same moment would stand in each other's way.
                let connections = if *call == Call::Update {
                    1
                } else {
                    self.connections
                };
                let mut callers: Vec<Caller> = (0..connections).map(|_| Caller::of(&self.known)).collect();
                all.push(measure(&mut callers, *call, span, &self.server).await?);
            }
            rows.push(Row {
                users,
                call: *call,
                measurement: middle(all).context("no round")?,
            });
        }
        Ok(rows)
    }
}

/// Somebody who asks, on a connection of their own.
struct Caller {
    known: Arc<Known>,
    connection: Connection,
    asked: u64,
}

impl Caller {
    fn of(known: &Arc<Known>) -> Self {
        Self {
            connection: Connection::to(known.address),
            known: Arc::clone(known),
            asked: 0,
        }
    }
}

impl Asks for Caller {
    type What = Call;

    async fn ask(&mut self, call: Call) -> Result<()> {
        self.asked += 1;
        let known = &self.known;
        let own = known.user.get("id").map(Value::to_string).unwrap_or_default();
        let own = format!("{}/{own}?v=6.0", users());
        let request = match call {
            Call::Login => {
                let [app_key, secret, token, token_secret] = &known.key;
                let body = json!({
                    "username": "bot1", "appKey": app_key, "secret": secret, "accessToken": token,
                    "accessTokenSecret": token_secret,
                });
                known.sending("POST", &login(), None, &body)
            }
            Call::Bearer => known.get(&own, &known.authorised()),
            Call::Signed => known.get(&own, &known.signed(&own)?),
            Call::Domain => known.get(
                &format!("/api/account/{ACCOUNT}/service/baseURI.json?version=1.0"),
                "",
            ),
            Call::Unchanged => known.get(
                &format!("{}?v=6.0&changed_since=1000000000", users()),
                &known.authorised(),
            ),
            Call::Update => {
                let mut next = known.user.clone();
                if let Some(members) = next.as_object_mut() {
                    members.insert("nickname".to_owned(), json!(format!("n{}", self.asked)));
                }
                known.sending("PUT", &own, Some(&known.authorised()), &next)
            }
        };
        let answer = self.connection.send(request.as_bytes()).await?;
        if answer.status != 200 {
            bail!("{call}: {}", answer.summary());
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.connection.close();
    }
}

fn login() -> String {
    format!("/api/account/{ACCOUNT}/login?v=1.3")
}

fn users() -> String {
    format!("/api/account/{ACCOUNT}/configuration/le-users/users")
}

impl Known {
    fn authorised(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.bearer)
    }

    fn signed(&self, target: &str) -> Result<String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let [app_key, secret, token, token_secret] = &self.key;
        let base_url = BaseUrl::parse(&format!("{}{path}", self.origin))
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        let credentials = Credentials {
            consumer_key: app_key.clone(),
            token: Some(token.clone()),
            secrets: Secrets::new(secret, token_secret),
        };
        let outgoing = Outgoing {
            method: "GET",
            base_url: &base_url,
            query,
            form: None,
        };
        let nonce = format!("n{}", self.nonces.fetch_add(1, Ordering::Relaxed));
        let value = outgoing
            .authorization(
                &credentials,
                SignatureMethod::HmacSha1,
                clock::unix(),
                &nonce,
                None,
            )
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
        Ok(format!("authorization: {value}\r\n"))
    }

    fn get(&self, path: &str, more: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{more}\r\n", self.authority)
    }

    fn sending(&self, method: &str, path: &str, more: Option<&str>, body: &Value) -> String {
        let body = body.to_string();
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n{body}",
            self.authority,
            body.len(),
            more.unwrap_or_default(),
        )
    }

    async fn post(&self, path: &str, more: Option<&str>, body: &Value) -> Result<Answer> {
        Connection::to(self.address)
            .send(self.sending("POST", path, more, body).as_bytes())
            .await
    }
}

/// The table.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = "| users | call | a second | of a core | p99 |\n|--:|---|--:|--:|--:|\n".to_owned();
    for Row {
        users,
        call,
        measurement,
    } in rows
    {
        let per_core = 1e6 / measurement.server_us.max(f64::EPSILON);
        let _ = writeln!(
            text,
            "| {users} | {call} | {} | {} | {:.1} ms |",
            grouped(measurement.per_second),
            grouped(per_core),
            measurement.p99_ms,
        );
    }
    text
}
