//! Requests that are signed with an API key.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use oauth1::{BaseUrl, Credentials, Outgoing, Secrets, SignatureMethod, body_hash};
use signet::base::id::AccountId;
use signet::directory::app_key::{self, Draft, Values};
use signet::directory::{Assignment, By};

use super::app::{App, ISSUER, request};

/// An API key with what is signed under it, and how.
#[derive(Clone)]
pub(crate) struct Signing {
    pub(crate) app_key: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) token_secret: String,
    pub(crate) method: SignatureMethod,
    pub(crate) timestamp: i64,
    pub(crate) nonce: String,
    pub(crate) body_hash: bool,
    /// Where the client believes the server to be.
    pub(crate) server: String,
}

impl Signing {
    /// With a new key of the account `brand`, described by `KEY=VALUE`.
    pub(crate) async fn of(app: &App, settings: &[&str]) -> Self {
        Self::of_account(app, &app.brand, settings).await
    }

    /// The same in any account.
    pub(crate) async fn of_account(app: &App, account: &AccountId, settings: &[&str]) -> Self {
        let all = ["application_name=Bot", "developer_name=Olga"];
        let given: Vec<Assignment> = all
            .iter()
            .chain(settings)
            .map(|text| text.parse().unwrap())
            .collect();
        let draft = Draft::described(&given).unwrap();
        let made = app_key::create(&app.services, &By::command(), account, draft)
            .await
            .unwrap();
        Self::with(&made.values, app)
    }

    /// With these values.
    pub(crate) fn with(values: &Values, app: &App) -> Self {
        let [app_key, secret, token, token_secret] = values.named().map(|(_, value)| value.to_owned());
        Self {
            app_key,
            secret,
            token,
            token_secret,
            method: SignatureMethod::HmacSha1,
            timestamp: app.clock.now().seconds(),
            nonce: "n-1".to_owned(),
            body_hash: false,
            server: ISSUER.to_owned(),
        }
    }

    /// The same with something else.
    pub(crate) fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// The same with another nonce.
    pub(crate) fn nonce(&self, nonce: &str) -> Self {
        self.but(|it| nonce.clone_into(&mut it.nonce))
    }

    /// The value of the `Authorization` header; `form` is a body that is a form, `body` any other.
    pub(crate) fn header(&self, method: &str, target: &str, form: Option<&str>, body: &str) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let base_url = BaseUrl::parse(&format!("{}{path}", self.server)).unwrap();
        let credentials = Credentials {
            consumer_key: self.app_key.clone(),
            token: Some(self.token.clone()),
            secrets: Secrets::new(&self.secret, &self.token_secret),
        };
        let hash = self.body_hash.then(|| body_hash(self.method, body.as_bytes()));
        let outgoing = Outgoing {
            method,
            base_url: &base_url,
            query,
            form: form.map(str::as_bytes),
        };
        outgoing
            .authorization(
                &credentials,
                self.method,
                self.timestamp,
                &self.nonce,
                hash.as_deref(),
            )
            .unwrap()
    }

    /// A signed `GET`.
    pub(crate) fn get(&self, target: &str) -> Request<Body> {
        let header = self.header("GET", target, None, "");
        request("GET", target)
            .header(AUTHORIZATION, header)
            .body(Body::empty())
            .unwrap()
    }

    /// A signed `POST` of JSON.
    pub(crate) fn post(&self, target: &str, body: &str) -> Request<Body> {
        let header = self.header("POST", target, None, body);
        request("POST", target)
            .header(AUTHORIZATION, header)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    /// A signed `POST` of a form.
    pub(crate) fn post_form(&self, target: &str, form: &str) -> Request<Body> {
        let header = self.header("POST", target, Some(form), "");
        request("POST", target)
            .header(AUTHORIZATION, header)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap()
    }
}
