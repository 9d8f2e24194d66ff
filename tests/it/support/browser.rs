//! A browser: it keeps cookies, says where a form came from, and follows redirects when told to.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderName, HeaderValue, header};
use signet::base::id::AccountId;
use signet::model::Consumer;

use super::answer::Answer;
use super::app::{App, PASSWORD};
use super::ask::Ask;

/// Anonymous until a session cookie lies in its jar.
pub(crate) struct Browser<'a> {
    app: &'a App,
    pub(crate) jar: BTreeMap<String, String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self {
            app,
            jar: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Sends this header with everything from now on.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        ));
        self
    }

    /// The name of a cookie of ours.
    pub(crate) fn cookie_name(account: &AccountId, what: &str) -> String {
        format!("__Host-signet-{what}-{account}")
    }

    /// Puts a session's id into the jar, in place of all others of that account.
    pub(crate) fn take_session(&mut self, account: &AccountId, id: &str) {
        let start = format!("{}.", Self::cookie_name(account, "session"));
        self.jar.retain(|name, _| !name.starts_with(&start));
        self.jar.insert(format!("{start}00000000"), id.to_owned());
    }

    /// The ids of the sessions of the account `brand`, whoever was chosen last first.
    pub(crate) fn session_ids(&self) -> Vec<&str> {
        let start = format!("{}.", Self::cookie_name(&self.app.brand, "session"));
        let mut found: Vec<(i64, &str)> = self
            .jar
            .iter()
            .filter(|(name, _)| name.starts_with(&start))
            .map(|(_, value)| {
                let mut parts = value.split('.');
                let id = parts.next().unwrap();
                (parts.next().map_or(0, |order| order.parse().unwrap()), id)
            })
            .collect();
        found.sort_by_key(|(order, _)| -order);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// The id of the current session of the account `brand`.
    pub(crate) fn session_cookie(&self) -> Option<&str> {
        self.session_ids().first().copied()
    }

    /// The same node, seen from another browser with the same cookies.
    pub(crate) fn on(&self, app: &'a App) -> Self {
        Self {
            app,
            jar: self.jar.clone(),
            headers: self.headers.clone(),
        }
    }

    /// Keeps what its tabs were given, each of which had its cookies before.
    pub(crate) fn take_from(&mut self, tabs: &[&Browser<'_>]) {
        let before = self.jar.clone();
        for (name, value) in tabs.iter().flat_map(|tab| &tab.jar) {
            if before.get(name) != Some(value) {
                self.jar.insert(name.clone(), value.clone());
            }
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    /// Sends a form from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let ours = [
            ("origin", self.app.issuer.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.post_from(path, form, &ours).await
    }

    /// Sends a form with these headers of its origin.
    pub(crate) async fn post_from(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        origin: &[(&'static str, &str)],
    ) -> Answer {
        let mut headers = origin.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.send("POST", path, &headers, encoded(form).into()).await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Body,
    ) -> Answer {
        let mut builder = self.app.request(method, path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        if !self.jar.is_empty() {
            let pairs: Vec<String> = self
                .jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            builder = builder.header(header::COOKIE, pairs.join("; "));
        }
        let answer = self.app.send(builder.body(body).unwrap()).await;
        self.keep_cookies(&answer);
        answer
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Asks the authorization endpoint.
    pub(crate) async fn ask(&mut self, ask: &Ask) -> Answer {
        self.get(&ask.path()).await
    }

    /// Follows redirects as long as they stay with us.
    pub(crate) async fn follow(&mut self, answer: Answer) -> Answer {
        let mut answer = answer;
        for _ in 0..10 {
            let next = match answer.header(header::LOCATION) {
                Some(location) if location.starts_with(&format!("{}/", self.app.issuer)) => {
                    location.to_owned()
                }
                _ => return answer,
            };
            answer = self.get(&next).await;
        }
        panic!("redirected in circles: {answer:?}")
    }

    /// Signs this consumer in on the page that the browser was just sent to, and goes on as far as that leads.
    pub(crate) async fn sign_in(&mut self, consumer: &Consumer, sent: &Answer) -> Answer {
        assert_eq!(sent.page(), "login");
        let answer = self
            .enter(sent, consumer.username.as_deref().unwrap(), PASSWORD)
            .await;
        self.follow(answer).await
    }

    /// Fills in the login form and sends it.
    pub(crate) async fn enter(&mut self, sent: &Answer, username: &str, password: &str) -> Answer {
        let page = self.get(sent.location()).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [
            ("csrf", csrf.as_str()),
            ("interaction", &interaction),
            ("username", username),
            ("password", password),
        ];
        self.post(&page.form_action("login-form"), &form).await
    }

    /// Chooses on the page that the browser was just sent to: `other`, or whose button has that text.
    pub(crate) async fn choose(&mut self, sent: &Answer, whom: &str) -> Answer {
        assert_eq!(sent.page(), "select-account");
        let page = self.get(sent.location()).await;
        let mut buttons = page.body.split("<button ").skip(1);
        let of_them = buttons
            .find(|button| button.contains(whom) && button.contains("\"decision\""))
            .unwrap();
        let decision = of_them
            .split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [
            ("csrf", csrf.as_str()),
            ("interaction", &interaction),
            ("decision", decision),
        ];
        let answer = self.post(&page.form_action("choose-form"), &form).await;
        let resumed = answer.location().to_owned();
        self.get(&resumed).await
    }

    /// Decides on the consent page that the browser was just sent to.
    pub(crate) async fn decide(&mut self, sent: &Answer, decision: &str) -> Answer {
        assert_eq!(sent.page(), "consent");
        let page = self.get(sent.location()).await;
        let (csrf, interaction) = (page.hidden("csrf"), page.hidden("interaction"));
        let form = [
            ("csrf", csrf.as_str()),
            ("interaction", &interaction),
            ("decision", decision),
        ];
        let answer = self.post(&page.form_action("consent-form"), &form).await;
        self.follow(answer).await
    }
}

/// A form's wire format.
pub(crate) fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}
