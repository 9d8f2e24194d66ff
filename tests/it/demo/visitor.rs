//! Whoever opens the shop: a browser without scripts, and the test plays the scripts' part.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{Method, StatusCode, header};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use signet::demo::{Consumer, Manifest};

use crate::support::answer::Answer;

/// What a page gets from the authorization endpoint, by name.
pub(super) type Fields = BTreeMap<String, String>;

pub(super) struct Visitor {
    client: reqwest::Client,
    base: String,
    shop: String,
    jar: BTreeMap<String, String>,
}

impl Visitor {
    pub(super) fn new(manifest: &Manifest) -> Self {
        let mut roots = RootCertStore::empty();
        if let Some(file) = &manifest.ca_file {
            roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        Self {
            client: client.build().unwrap(),
            base: manifest.gateway.base_url.clone(),
            shop: manifest.brand_page.clone(),
            jar: BTreeMap::new(),
        }
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(super) async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(("application/json", body.to_string())))
            .await
    }

    pub(super) async fn send(&mut self, method: Method, path: &str, body: Option<(&str, String)>) -> Answer {
        let url = if path.starts_with('/') {
            format!("{}{path}", self.base)
        } else {
            path.to_owned()
        };
        let cookies: Vec<String> = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .client
            .request(method, url)
            .header(header::COOKIE, cookies.join("; "));
        if let Some((content_type, body)) = body {
            request = request
                .header(header::CONTENT_TYPE, content_type)
                .header(header::ORIGIN, self.base.as_str())
                .body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        Answer {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    /// What the shop tells its scripts.
    pub(super) async fn config(&mut self) -> Value {
        let shop = self.get(&self.shop.clone()).await;
        assert_eq!(shop.status, StatusCode::OK);
        let (_, config) = shop.body.split_once("id=\"demo-config\">").unwrap();
        serde_json::from_str(config.split("</script>").next().unwrap()).unwrap()
    }

    /// Lets the consumer sign in for a connector of the shop's, as the page's helper does, and returns what the shop is told.
    pub(super) async fn sign_in(
        &mut self,
        connector: &Value,
        consumer: &Consumer,
        challenge: Option<&str>,
    ) -> Fields {
        let text = |name: &str| connector[name].as_str().unwrap();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in ["client_id", "redirect_uri", "response_type", "scope"] {
            query.append_pair(name, text(name));
        }
        query
            .append_pair("state", "a state")
            .append_pair("nonce", "a nonce");
        if let Some(challenge) = challenge {
            query.append_pair("code_challenge", challenge);
            query.append_pair("code_challenge_method", "S256");
        }
        let path = format!("/authorize?{}", query.finish());
        self.through_login(&path, consumer).await
    }

    /// The same for a connector whose answers go to its own redirect URI.
    pub(super) async fn sign_in_to(&mut self, connector: &Value, consumer: &Consumer) -> Fields {
        let shop = std::mem::replace(
            &mut self.shop,
            connector["redirect_uri"].as_str().unwrap().to_owned(),
        );
        let fields = self.sign_in(connector, consumer, None).await;
        self.shop = shop;
        fields
    }

    /// Follows `path` through the login form to wherever it leads outside the issuer's own pages.
    pub(super) async fn through_login(&mut self, path: &str, consumer: &Consumer) -> Fields {
        let mut answer = self.get(path).await;
        for _ in 0..10 {
            if answer.status == StatusCode::OK {
                let (csrf, interaction) = (answer.hidden("csrf"), answer.hidden("interaction"));
                let form = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([
                        ("csrf", csrf.as_str()),
                        ("interaction", &interaction),
                        ("username", &consumer.username),
                        ("password", &consumer.password),
                    ])
                    .finish();
                let action = answer.form_action("login-form");
                let body = ("application/x-www-form-urlencoded", form);
                answer = self.send(Method::POST, &action, Some(body)).await;
            }
            let location = answer.location().to_owned();
            if let Some(fields) = self.arrived(&location) {
                return fields;
            }
            answer = self.get(&location).await;
        }
        panic!("no end: {answer:?}")
    }

    /// What was sent to the shop, if that is where the URL leads.
    fn arrived(&self, location: &str) -> Option<Fields> {
        let rest = location.strip_prefix(&self.shop)?;
        let fields = form_urlencoded::parse(rest.get(1..)?.as_bytes())
            .into_owned()
            .collect();
        Some(fields)
    }

    /// Opens a chat by one of the shop's connectors, as the page's helper and `platform.js` do together.
    pub(super) async fn chat(&mut self, connector: &str, consumer: &Consumer) -> Answer {
        let connector = self.config().await["connectors"][connector].clone();
        let challenge = match connector["pkce"] {
            Value::Bool(true) => Some(self.challenge(&connector).await),
            _ => None,
        };
        let code_challenge = challenge
            .as_ref()
            .map(|it| it["code_challenge"].as_str().unwrap());
        let fields = self.sign_in(&connector, consumer, code_challenge).await;
        assert_eq!(fields["state"], "a state");
        self.hand_over(&connector, &fields, challenge.as_ref()).await
    }

    pub(super) async fn challenge(&mut self, connector: &Value) -> Value {
        let wanted = json!({"connector": connector["connector_id"]});
        let answer = self.post_json("/demo/platform/challenges", &wanted).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        answer.json()
    }

    /// Hands over what the shop was told.
    pub(super) async fn hand_over(
        &mut self,
        connector: &Value,
        fields: &Fields,
        challenge: Option<&Value>,
    ) -> Answer {
        let token = match fields.get("code") {
            Some(code) => json!({"ssoKey": code, "redirect_uri": connector["redirect_uri"]}),
            None => json!(fields["id_token"]),
        };
        let mut body = json!({"connector": connector["connector_id"], "token": token});
        if let Some(challenge) = challenge {
            body["challenge_id"] = challenge["challenge_id"].clone();
        }
        self.post_json("/demo/platform/conversations", &body).await
    }

    /// What the agent sees of a conversation that was answered.
    pub(super) async fn agent_view(&mut self, answer: &Answer) -> String {
        let path = answer.json()["agent_url"].as_str().unwrap().to_owned();
        let view = self.get(&path).await;
        assert_eq!(view.status, StatusCode::OK);
        view.body
    }
}
