//! What is asked of a server, again and again.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::browser::Browser;
use crate::target::{Client, Target};

/// One ID token in so many is verified; of the others, only the form is looked at, because the load must not be what is slow.
const VERIFIED: u64 = 64;

/// The scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scenario {
    /// The metadata.
    Discovery,
    /// The JWK set.
    Jwks,
    /// Userinfo with an access token in the header.
    Userinfo,
    /// `response_type=id_token`, by a browser with a session.
    Implicit,
    /// `response_type=code`, by a browser with a session, and the code redeemed with `client_secret_basic`: two requests.
    Code,
}

impl Scenario {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 5] = [
        Self::Discovery,
        Self::Jwks,
        Self::Userinfo,
        Self::Implicit,
        Self::Code,
    ];

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "JWKS",
            Self::Userinfo => "userinfo",
            Self::Implicit => "implicit flow, existing session",
            Self::Code => "code flow, existing session",
        }
    }

    /// Whether each answer carries a signature made for it.
    pub(crate) fn signs(self) -> bool {
        matches!(self, Self::Implicit | Self::Code)
    }
}

/// Somebody who has signed in, and asks again and again.
#[derive(Debug)]
pub(crate) struct Visitor {
    target: Arc<Target>,
    browser: Browser,
    code_request: String,
    implicit_request: String,
    basic: String,
    bearer: String,
    redirect_uri: String,
    turn: u64,
}

impl Visitor {
    /// Signs in as the `index`th consumer, in a browser of its own, at both clients, and gets an access token.
    pub(crate) async fn sign_in(target: &Arc<Target>, index: usize) -> Result<Self> {
        let setup = &target.setup;
        let consumer = setup
            .consumers
            .iter()
            .cycle()
            .nth(index)
            .context("there are no consumers")?;
        let mut visitor = Self {
            target: Arc::clone(target),
            browser: Browser::new(Arc::clone(target)),
            code_request: target.authorization_request(&setup.code, "code"),
            implicit_request: target.authorization_request(&setup.implicit, "id_token"),
            basic: basic(&setup.code.id, &setup.code.secret),
            bearer: String::new(),
            redirect_uri: encode(&setup.code.redirect_uri),
            turn: 0,
        };
        let code_request = format!("{}first", visitor.code_request);
        let location = visitor
            .browser
            .sign_in(&code_request, &setup.code, consumer)
            .await?;
        let answer = visitor.redeem(&location).await?;
        let answer: Value = serde_json::from_str(&answer).context("the token response isn't JSON")?;
        let access_token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access token")?;
        visitor.bearer = format!("Bearer {access_token}");
        let implicit_request = format!("{}first", visitor.implicit_request);
        visitor
            .browser
            .sign_in(&implicit_request, &setup.implicit, consumer)
            .await?;
        Ok(visitor)
    }

    /// Closes the connection, as between two measurements.
    pub(crate) fn leave(&mut self) {
        self.browser.close();
    }

    /// Does it once. An answer that isn't the right one is an error.
    pub(crate) async fn ask(&mut self, scenario: Scenario) -> Result<()> {
        self.turn += 1;
        let target = Arc::clone(&self.target);
        match scenario {
            Scenario::Discovery => self.fetch(&target.discovery, "\"issuer\"").await,
            Scenario::Jwks => self.fetch(&target.jwks, "\"keys\"").await,
            Scenario::Userinfo => {
                let answer = self
                    .browser
                    .call(&target.userinfo, Some(&self.bearer), None)
                    .await?;
                ensure!(
                    answer.status == 200 && answer.text()?.contains("\"sub\""),
                    "{}",
                    answer.summary()
                );
                Ok(())
            }
            Scenario::Implicit => {
                let location = self
                    .authorize(&format!("{}{}", self.implicit_request, self.turn))
                    .await?;
                let id_token = parameter(&location, "id_token").context("a response without an ID token")?;
                self.check(id_token, &target.setup.implicit)
            }
            Scenario::Code => {
                let location = self
                    .authorize(&format!("{}{}", self.code_request, self.turn))
                    .await?;
                let answer = self.redeem(&location).await?;
                let id_token = member(&answer, "id_token").context("a token response without an ID token")?;
                self.check(id_token, &target.setup.code)
            }
        }
    }

    async fn fetch(&mut self, path: &str, expected: &str) -> Result<()> {
        let answer = self.browser.call(path, None, None).await?;
        ensure!(
            answer.status == 200 && answer.text()?.contains(expected),
            "{}",
            answer.summary()
        );
        Ok(())
    }

    async fn authorize(&mut self, request: &str) -> Result<String> {
        let answer = self.browser.get(request).await?;
        ensure!(matches!(answer.status, 302 | 303), "{}", answer.summary());
        Ok(answer
            .header("location")
            .context("a redirect to nowhere")?
            .to_owned())
    }

    async fn redeem(&mut self, location: &str) -> Result<String> {
        let code =
            parameter(location, "code").with_context(|| format!("a response without a code: {location}"))?;
        // As it came: what is escaped in one form is escaped in the other.
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}",
            self.redirect_uri
        );
        let answer = self
            .browser
            .call(&self.target.token, Some(&self.basic), Some(&form))
            .await?;
        ensure!(answer.status == 200, "{}", answer.summary());
        Ok(answer.text()?.to_owned())
    }

    fn check(&self, id_token: &str, client: &Client) -> Result<()> {
        ensure!(id_token.split('.').count() == 3, "not a signed token: {id_token}");
        if self.turn % VERIFIED == 1 {
            self.target.verify(id_token, client)?;
        }
        Ok(())
    }
}

/// A parameter of a response in the query or the fragment, as it stands there.
fn parameter<'a>(location: &'a str, name: &str) -> Option<&'a str> {
    let (_, parameters) = location.split_once(['?', '#'])?;
    parameters
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A member of a JSON object whose value needs no unescaping, such as a token.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn basic(id: &str, secret: &str) -> String {
    let pair = format!("{}:{}", encode(id), encode(secret));
    format!("Basic {}", STANDARD.encode(pair))
}

#[cfg(test)]
#[path = "scenario_tests.rs"]
mod tests;
