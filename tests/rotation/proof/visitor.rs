//! A browser in which a consumer is signed in, at whichever node.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::house::{CALLBACK, client};

/// Proves that whoever redeems a code is who asked for it (RFC 7636).
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-some-more";

/// What comes of an attempt to get a token.
pub(crate) enum Got {
    IdToken(String),
    /// The node is not there, or was killed before it had answered.
    Nobody,
    /// The node is there, and can't do it now.
    Busy,
}

pub(crate) struct Visitor {
    client: reqwest::Client,
    host: String,
    jar: Mutex<BTreeMap<String, String>>,
}

struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Visitor {
    pub(crate) fn new(host: &str) -> Self {
        Self {
            client: client("a browser"),
            host: host.to_owned(),
            jar: Mutex::default(),
        }
    }

    async fn send(
        &self,
        node: SocketAddr,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let cookies: Vec<String> = self
            .jar
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .client
            .request(method, format!("http://{node}{path}"))
            .header(header::HOST, &self.host)
            .header(header::COOKIE, cookies.join("; "));
        if !form.is_empty() {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, format!("http://{}", self.host))
                .body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await?;
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let location = headers.get(header::LOCATION);
        Ok(Answer {
            status,
            location: location.map(|to| to.to_str().unwrap().to_owned()),
            body,
        })
    }

    fn question(response_type: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", "shop"),
                ("redirect_uri", CALLBACK),
                ("scope", "openid"),
                ("response_type", response_type),
                ("nonce", "n"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        format!("/authorize?{query}")
    }

    /// Signs in with a password.
    pub(crate) async fn sign_in(&self, node: SocketAddr, password: &str) {
        let get = async |path: &str| self.send(node, Method::GET, path, &[]).await.unwrap();
        let mut answer = get(&Self::question("id_token")).await;
        for _ in 0..10 {
            if answer.status == StatusCode::OK {
                let field = |name: &str| {
                    let (_, rest) = answer.body.split_once(&format!("name=\"{name}\"")).unwrap();
                    let (_, rest) = rest.split_once("value=\"").unwrap();
                    rest.split('"').next().unwrap().to_owned()
                };
                let (csrf, interaction) = (field("csrf"), field("interaction"));
                let form = [
                    ("csrf", csrf.as_str()),
                    ("interaction", &interaction),
                    ("username", "ana"),
                    ("password", password),
                ];
                answer = self.send(node, Method::POST, "/login", &form).await.unwrap();
            }
            let to = answer
                .location
                .as_deref()
                .unwrap_or_else(|| panic!("{}", answer.body));
            if to.starts_with(CALLBACK) {
                return;
            }
            let path = to.strip_prefix(&format!("http://{}", self.host)).unwrap_or(to);
            answer = get(path).await;
        }
        panic!("no end of redirects")
    }

    /// Gets an id_token in the session that there is: at once, or by a code that another node may redeem.
    pub(crate) async fn id_token(&self, node: SocketAddr, redeems: Option<SocketAddr>) -> Got {
        let response_type = if redeems.is_some() { "code" } else { "id_token" };
        let path = format!("{}&prompt=none", Self::question(response_type));
        let Ok(answer) = self.send(node, Method::GET, &path, &[]).await else {
            return Got::Nobody;
        };
        let fields = answer.fields();
        let Some(fields) = fields else {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
            return Got::Busy;
        };
        let Some(redeems) = redeems else {
            return fields
                .get("id_token")
                .map_or_else(|| busy(&fields), |it| Got::IdToken(it.clone()));
        };
        let Some(code) = fields.get("code") else {
            return busy(&fields);
        };
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("client_id", "shop"),
            ("code_verifier", VERIFIER),
        ];
        let Ok(answer) = self.send(redeems, Method::POST, "/token", &form).await else {
            return Got::Nobody;
        };
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            return Got::Busy;
        }
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let token = crate::house::document(&answer.body);
        Got::IdToken(token["id_token"].as_str().unwrap().to_owned())
    }
}

fn busy(fields: &BTreeMap<String, String>) -> Got {
    assert_eq!(fields["error"], "temporarily_unavailable", "{fields:?}");
    Got::Busy
}

impl Answer {
    /// What was sent to the shop.
    fn fields(&self) -> Option<BTreeMap<String, String>> {
        let rest = self.location.as_deref()?.strip_prefix(CALLBACK)?;
        let pairs = form_urlencoded::parse(rest.get(1..)?.as_bytes());
        Some(pairs.into_owned().collect())
    }
}
