//! A consumer's login at our own issuer, as their browser goes through it without scripts: what a page would hand over.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::caller::Caller;

/// The most steps of a login: pages and redirects.
const STEPS: usize = 12;

/// A test login.
pub(super) struct Trial<'a> {
    pub(super) caller: &'a Caller,
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    /// Whether the platform's connector redeems a code.
    pub(super) is_code: bool,
    /// The PKCE verifier, and its challenge, where the connector has PKCE on.
    pub(super) proof: Option<(&'a str, &'a str)>,
    pub(super) username: &'a str,
    pub(super) password: &'a str,
    /// Random text: no two logins have the same.
    pub(super) nonce: &'a str,
}

impl Trial<'_> {
    /// Logs the consumer in; what the platform's identity service takes.
    pub(super) async fn log_in(&self) -> anyhow::Result<Value> {
        let mut url = Url::parse(&format!("{}/authorize", self.issuer))?;
        let kind = if self.is_code { "code" } else { "id_token" };
        url.query_pairs_mut().extend_pairs([
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("response_type", kind),
            ("scope", "openid"),
            ("state", self.nonce),
            ("nonce", self.nonce),
        ]);
        if let Some((_, challenge)) = self.proof {
            let pairs = [("code_challenge", challenge), ("code_challenge_method", "S256")];
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let answer = self.walk(url).await?;
        let given = |name: &str| answer.get(name).cloned();
        ensure!(
            given("state").as_deref() == Some(self.nonce),
            "the answer's state is not the one that was sent (F-10)"
        );
        if let Some(error) = given("error") {
            bail!("the authorization endpoint refused: {error}");
        }
        if self.is_code {
            let mut presented = json!({
                "code": given("code").context("the answer has no code")?,
                "redirect_uri": self.redirect_uri,
            });
            if let (Some((verifier, _)), Some(members)) = (self.proof, presented.as_object_mut()) {
                members.insert("code_verifier".to_owned(), verifier.into());
            }
            return Ok(presented);
        }
        Ok(json!({"id_token": given("id_token").context("the answer has no id_token")?}))
    }

    /// Goes on until the browser would be sent to the redirect URI; the parameters of that.
    async fn walk(&self, begin: Url) -> anyhow::Result<BTreeMap<String, String>> {
        let mut jar: BTreeMap<String, String> = BTreeMap::new();
        let (mut url, mut form): (Url, Option<Vec<(String, String)>>) = (begin, None);
        for _ in 0..STEPS {
            let (status, headers, body) = self.ask(&url, form.take(), &mut jar).await?;
            if let Some(to) = headers.get(LOCATION) {
                let to = url.join(to.to_str()?)?;
                if to.as_str().starts_with(self.redirect_uri) {
                    return Ok(parameters(&to));
                }
                ensure!(
                    to.origin() == url.origin(),
                    "the login leads to another server, {}",
                    to.origin().ascii_serialization()
                );
                url = to;
                continue;
            }
            ensure!(
                status == StatusCode::OK,
                "{} {}: {}",
                url.path(),
                if status == StatusCode::UNPROCESSABLE_ENTITY {
                    "refuses the consumer's name and password"
                } else {
                    "answers"
                },
                status.as_u16()
            );
            let Some(login) = between(&body, "<form id=\"login-form\"", "</form>") else {
                bail!(
                    "a page came that this test can't answer: {}",
                    between(&body, "<title>", "</title>").unwrap_or("without a title")
                );
            };
            let mut fields = hidden(login);
            fields.push(("username".to_owned(), self.username.to_owned()));
            fields.push(("password".to_owned(), self.password.to_owned()));
            if let Some(action) = attribute(login, "action") {
                url = url.join(&action)?;
            }
            form = Some(fields);
        }
        bail!("the login went on for {STEPS} steps without an end")
    }

    async fn ask(
        &self,
        url: &Url,
        form: Option<Vec<(String, String)>>,
        jar: &mut BTreeMap<String, String>,
    ) -> anyhow::Result<(StatusCode, HeaderMap, String)> {
        let method = if form.is_some() { Method::POST } else { Method::GET };
        let mut request = self.caller.http.request(method, url.clone());
        if !jar.is_empty() {
            let cookies: Vec<String> = jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(form) = form {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(ORIGIN, url.origin().ascii_serialization())
                .body(body);
        }
        let response = request.send().await.map_err(reqwest::Error::without_url)?;
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                jar.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        Ok((status, headers, response.text().await?))
    }
}

/// The parameters of an answer, in the query or behind `#`.
fn parameters(url: &Url) -> BTreeMap<String, String> {
    let text = url.fragment().or_else(|| url.query()).unwrap_or_default();
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// The hidden fields of one of our own forms.
fn hidden(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input ").skip(1);
    inputs
        .filter_map(|input| input.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag.contains("type=\"hidden\""))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = between(tag, &format!("{name}=\""), "\"")?;
    let plain = value
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    Some(plain)
}
