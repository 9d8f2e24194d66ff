//! Somebody who asks the same again and again.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::browser::Browser;
use crate::http::Answer;
use crate::load::Asks;
use crate::prover::Prover;
use crate::scenario::Scenario;
use crate::target::{Client, Consumer, Target};

/// One ID token in so many is verified; of the others, only the form is looked at, because the load must not be what is slow.
const VERIFIED: u64 = 64;
/// A verifier of RFC 7636's appendix B, and its challenge.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A consumer in a browser, and the programs of the clients that serve them. What a scenario needs is made the first time.
#[derive(Debug)]
pub(crate) struct Visitor {
    target: Arc<Target>,
    consumer: Consumer,
    browser: Browser,
    code_request: String,
    implicit_request: String,
    pushed: String,
    prover: Prover,
    /// For userinfo.
    access_token: String,
    /// For introspection.
    own_token: String,
    refresh_token: String,
    turn: u64,
}

impl Asks for Visitor {
    type What = Scenario;

    fn ask(&mut self, scenario: Scenario) -> impl Future<Output = Result<()>> + Send {
        self.once(scenario)
    }

    fn leave(&mut self) {
        self.browser.close();
    }
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
        let code_request = target.authorization_request(&setup.code, "code");
        let mut visitor = Self {
            target: Arc::clone(target),
            consumer: consumer.clone(),
            browser: Browser::new(Arc::clone(target)),
            implicit_request: target.authorization_request(&setup.implicit, "id_token"),
            pushed: code_request
                .split_once('?')
                .map(|(_, query)| query.to_owned())
                .unwrap_or_default(),
            code_request,
            prover: Prover::new(&setup.issuer, &target.token, index)?,
            access_token: String::new(),
            own_token: String::new(),
            refresh_token: String::new(),
            turn: 0,
        };
        let code_request = format!("{}first", visitor.code_request);
        let location = visitor
            .browser
            .sign_in(&code_request, &setup.code, consumer)
            .await?;
        let answer = visitor.redeem(&location).await?;
        member(&answer, "access_token")
            .context("no access token")?
            .clone_into(&mut visitor.access_token);
        let implicit_request = format!("{}first", visitor.implicit_request);
        visitor
            .browser
            .sign_in(&implicit_request, &setup.implicit, consumer)
            .await?;
        Ok(visitor)
    }

    /// Does it once. An answer that isn't the right one is an error.
    async fn once(&mut self, scenario: Scenario) -> Result<()> {
        self.turn += 1;
        let target = Arc::clone(&self.target);
        let setup = &target.setup;
        match scenario {
            Scenario::Discovery => self.fetch(&target.discovery, "\"issuer\"").await,
            Scenario::Jwks => self.fetch(&target.jwks, "\"keys\"").await,
            Scenario::Userinfo => {
                let bearer = format!("Bearer {}", self.access_token);
                let answer = self
                    .browser
                    .call(&target.userinfo, &[("authorization", &bearer)], None)
                    .await?;
                expect(&answer, 200, "\"sub\"")
            }
            Scenario::Implicit => {
                let request = format!("{}{}", self.implicit_request, self.turn);
                let location = self.authorize(&request).await?;
                let id_token = parameter(&location, "id_token").context("a response without an ID token")?;
                self.check(id_token, &setup.implicit)
            }
            Scenario::Code => {
                let request = format!("{}{}", self.code_request, self.turn);
                let location = self.authorize(&request).await?;
                let answer = self.redeem(&location).await?;
                let id_token = member(&answer, "id_token").context("a token response without an ID token")?;
                self.check(id_token, &setup.code)
            }
            Scenario::Opaque => self.client_credentials(&setup.backend, false).await.map(|_| ()),
            Scenario::Dpop => self.client_credentials(&setup.backend, true).await.map(|_| ()),
            Scenario::Rs256 => self.jwt(&setup.rs256).await,
            Scenario::Es256 => self.jwt(&setup.es256).await,
            Scenario::Refresh => self.refresh().await,
            Scenario::Introspection => self.introspect().await,
            Scenario::Par => {
                let form = format!("{}{}", self.pushed, self.turn);
                let answer = self.post(target.par.as_deref(), &setup.code, &form).await?;
                expect(&answer, 201, "\"request_uri\"")
            }
        }
    }

    async fn fetch(&mut self, path: &str, expected: &str) -> Result<()> {
        let answer = self.browser.call(path, &[], None).await?;
        expect(&answer, 200, expected)
    }

    async fn authorize(&mut self, request: &str) -> Result<String> {
        let answer = self.browser.get(request).await?;
        ensure!(matches!(answer.status, 302 | 303), "{}", answer.summary());
        Ok(answer
            .header("location")
            .context("a redirect to nowhere")?
            .to_owned())
    }

    /// As a confidential client.
    async fn post(&mut self, path: Option<&str>, client: &Client, form: &str) -> Result<Answer> {
        let path = path.context("the metadata has no such endpoint")?;
        let basic = basic(&client.id, &client.secret);
        self.browser
            .call(path, &[("authorization", &basic)], Some(form))
            .await
    }

    async fn redeem(&mut self, location: &str) -> Result<String> {
        let target = Arc::clone(&self.target);
        let code =
            parameter(location, "code").with_context(|| format!("a response without a code: {location}"))?;
        // As it came: what is escaped in one form is escaped in the other.
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}",
            encode(&target.setup.code.redirect_uri)
        );
        let answer = self.post(Some(&target.token), &target.setup.code, &form).await?;
        ensure!(answer.status == 200, "{}", answer.summary());
        Ok(answer.text()?.to_owned())
    }

    async fn client_credentials(&mut self, client: &Client, bound: bool) -> Result<String> {
        let target = Arc::clone(&self.target);
        let mut form = "grant_type=client_credentials".to_owned();
        if let Some(resource) = &client.resource {
            form = format!("{form}&resource={}", encode(resource));
        }
        let basic = basic(&client.id, &client.secret);
        let mut headers = vec![("authorization", basic.as_str())];
        let proof = bound.then(|| self.prover.prove(self.turn)).transpose()?;
        headers.extend(proof.as_deref().map(|proof| ("dpop", proof)));
        let answer = self.browser.call(&target.token, &headers, Some(&form)).await?;
        expect(&answer, 200, if bound { "DPoP" } else { "Bearer" })?;
        Ok(member(answer.text()?, "access_token")
            .context("no access token")?
            .to_owned())
    }

    async fn jwt(&mut self, client: &Client) -> Result<()> {
        let token = self.client_credentials(client, false).await?;
        ensure!(token.split('.').count() == 3, "not a signed token: {token}");
        Ok(())
    }

    async fn introspect(&mut self) -> Result<()> {
        let target = Arc::clone(&self.target);
        if self.own_token.is_empty() {
            self.own_token = self.client_credentials(&target.setup.backend, false).await?;
        }
        let form = format!("token={}", encode(&self.own_token));
        let answer = self
            .post(target.introspection.as_deref(), &target.setup.backend, &form)
            .await?;
        expect(&answer, 200, "\"active\":true")
    }

    async fn refresh(&mut self) -> Result<()> {
        let target = Arc::clone(&self.target);
        let app = &target.setup.app;
        let presented = if self.refresh_token.is_empty() {
            let request = format!("{}x", target.offline_request(app, CHALLENGE));
            let consumer = self.consumer.clone();
            let location = self.browser.sign_in(&request, app, &consumer).await?;
            let code = parameter(&location, "code").with_context(|| format!("no code: {location}"))?;
            format!(
                "grant_type=authorization_code&code={code}&code_verifier={VERIFIER}&redirect_uri={}",
                encode(&app.redirect_uri)
            )
        } else {
            format!(
                "grant_type=refresh_token&refresh_token={}",
                encode(&self.refresh_token)
            )
        };
        let form = format!("{presented}&client_id={}", app.id);
        let answer = self.browser.call(&target.token, &[], Some(&form)).await?;
        expect(&answer, 200, "\"access_token\"")?;
        let next = member(answer.text()?, "refresh_token").context("no refresh token")?;
        next.clone_into(&mut self.refresh_token);
        Ok(())
    }

    fn check(&self, id_token: &str, client: &Client) -> Result<()> {
        ensure!(id_token.split('.').count() == 3, "not a signed token: {id_token}");
        if self.turn % VERIFIED == 1 {
            self.target.verify(id_token, client)?;
        }
        Ok(())
    }
}

fn expect(answer: &Answer, status: u16, content: &str) -> Result<()> {
    ensure!(
        answer.status == status && answer.text()?.contains(content),
        "{}",
        answer.summary()
    );
    Ok(())
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
#[path = "visitor_tests.rs"]
mod tests;
