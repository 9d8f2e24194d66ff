//! The account at the platform: where its services are, the session, and the connectors.

use std::collections::BTreeMap;

use anyhow::Context as _;
use http::Method;
use http::header::{CONTENT_TYPE, COOKIE};
use serde_json::{Value, json};
use url::Url;

use super::caller::{Call, Caller};
use super::retry::Kind;
use crate::model::connector::ConnectorKind;

/// An account at the platform.
pub(super) struct Platform<'c> {
    pub(super) caller: &'c Caller,
    pub(super) account: &'c str,
    /// By the services' names: hosts, with a port where it isn't 443.
    pub(super) domains: BTreeMap<String, String>,
    scheme: String,
}

/// A session of a user.
pub(super) struct Session {
    bearer: String,
    csrf: String,
    cookies: String,
}

/// A connector as the platform has it.
pub(super) struct Remote {
    pub(super) id: String,
    pub(super) name: String,
    kind: Value,
    /// Whether it is in use and the first choice of its type.
    is_preferred: bool,
    /// The pasted key; empty where there is none.
    pub(super) public_key: String,
    issuer: String,
    client_id: String,
}

impl<'c> Platform<'c> {
    /// Asks the Domain API (section 6 of the platform contract). It answers in one of two forms, and both are read.
    pub(super) async fn find(caller: &'c Caller, domain_api: &Url, account: &'c str) -> anyhow::Result<Self> {
        let base = domain_api.as_str().trim_end_matches('/');
        let url = Url::parse(&format!(
            "{base}/api/account/{account}/service/baseURI.json?version=1.0"
        ))?;
        let answer = caller
            .expect(&Call {
                kind: Kind::Repeatable,
                method: Method::GET,
                url,
                bearer: None,
                body: None,
            })
            .await
            .context("the Domain API doesn't know the account")?;
        let list = match answer.get("baseURIs").and_then(Value::as_array) {
            Some(list) => list.clone(),
            None => vec![answer],
        };
        let entry = |entry: &Value| {
            let text = |name: &str| Some(entry.get(name)?.as_str()?.to_owned());
            Some((text("service")?, text("baseURI")?))
        };
        Ok(Self {
            caller,
            account,
            domains: list.iter().filter_map(entry).collect(),
            scheme: domain_api.scheme().to_owned(),
        })
    }

    /// An address of a service.
    pub(super) fn url(&self, service: &str, path: &str) -> anyhow::Result<Url> {
        let host = self
            .domains
            .get(service)
            .with_context(|| format!("the Domain API names no {service}"))?;
        let (scheme, account) = (&self.scheme, self.account);
        Ok(Url::parse(&format!(
            "{scheme}://{host}/api/account/{account}/{path}"
        ))?)
    }

    /// Signs in to the Login Service (section 7.2).
    pub(super) async fn log_in(&self, credentials: &Value) -> anyhow::Result<Session> {
        let answer = self
            .caller
            .succeed(&Call {
                kind: Kind::Login,
                method: Method::POST,
                url: self.url("agentVep", "login?v=1.3")?,
                bearer: None,
                body: Some(credentials),
            })
            .await
            .context("the login was refused")?;
        let text = |name: &str| answer.body.get(name).and_then(Value::as_str);
        Ok(Session {
            bearer: text("bearer")
                .context("the login's answer has no bearer")?
                .to_owned(),
            csrf: text("csrf").unwrap_or_default().to_owned(),
            cookies: answer.cookies,
        })
    }

    /// Ends the session, so that it doesn't count against the user's others. Where that fails, it ends by itself later.
    pub(super) async fn log_out(&self, session: &Session) {
        if let Ok(url) = self.url("agentVep", "logout") {
            let mut request = self.caller.http.post(url).bearer_auth(&session.bearer);
            if !session.cookies.is_empty() {
                request = request.header(COOKIE, &session.cookies);
            }
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(json!({"csrf": session.csrf}).to_string());
            drop(request.send().await);
        }
    }

    async fn configure(
        &self,
        session: &Session,
        (kind, method): (Kind, Method),
        id: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let service = if method == Method::GET {
            "accountConfigReadOnly"
        } else {
            "accountConfigReadWrite"
        };
        let one = id.map(|id| format!("/{id}")).unwrap_or_default();
        let path = format!("configuration/le-connectors/connectors{one}?v=2.0");
        let call = Call {
            kind,
            method,
            url: self.url(service, &path)?,
            bearer: Some(&session.bearer),
            body,
        };
        self.caller.expect(&call).await
    }

    /// The account's connectors (section 3.2).
    pub(super) async fn connectors(&self, session: &Session) -> anyhow::Result<Vec<Remote>> {
        self.list(session, Kind::Repeatable).await
    }

    /// The same, asked for once, by somebody who has waited already.
    pub(super) async fn glance(&self, session: &Session) -> anyhow::Result<Vec<Remote>> {
        self.list(session, Kind::Once).await
    }

    async fn list(&self, session: &Session, kind: Kind) -> anyhow::Result<Vec<Remote>> {
        let answer = self.configure(session, (kind, Method::GET), None, None).await?;
        let read = |entry: &Value| {
            let text = |entry: &Value, name: &str| {
                let text = entry.get(name).and_then(Value::as_str);
                text.unwrap_or_default().to_owned()
            };
            let is = |entry: &Value, name: &str, default: bool| {
                entry.get(name).and_then(Value::as_bool).unwrap_or(default)
            };
            let fields = entry.get("configuration").unwrap_or(&Value::Null);
            Some(Remote {
                id: match entry.get("id")? {
                    Value::String(id) => id.clone(),
                    id => id.to_string(),
                },
                name: text(entry, "name"),
                kind: entry.get("type").cloned().unwrap_or_default(),
                is_preferred: is(fields, "preferred", false)
                    && is(entry, "enabled", true)
                    && !is(entry, "deleted", false),
                public_key: text(fields, "jwtPublicKey"),
                issuer: text(fields, "issuer"),
                client_id: text(fields, "clientId"),
            })
        };
        let list = answer.as_array().context("the answer is no list of connectors")?;
        Ok(list.iter().filter_map(read).collect())
    }

    /// Makes a connector, or writes the one of that id anew; its id.
    pub(super) async fn write(
        &self,
        session: &Session,
        id: Option<&str>,
        connector: &Value,
    ) -> anyhow::Result<String> {
        let how = match id {
            Some(_) => (Kind::Repeatable, Method::PUT),
            None => (Kind::Once, Method::POST),
        };
        let answer = self.configure(session, how, id, Some(connector)).await?;
        match (answer.get("id"), id) {
            (Some(Value::String(id)), _) => Ok(id.clone()),
            (Some(Value::Number(id)), _) => Ok(id.to_string()),
            (_, Some(id)) => Ok(id.to_owned()),
            (_, None) => anyhow::bail!("the answer has no id of the connector"),
        }
    }

    /// Lets the platform find out who a consumer is, by what their page would hand over (section 5.1).
    pub(super) async fn authenticate(&self, connector: &str, presented: &Value) -> anyhow::Result<()> {
        let call = Call {
            kind: Kind::Once,
            method: Method::POST,
            url: self.url("idp", &format!("app/{connector}/authenticate?v=3.0"))?,
            bearer: None,
            body: Some(presented),
        };
        let answer = self.caller.expect(&call).await?;
        let token = answer.get("token").and_then(Value::as_str);
        token.map(|_| ()).context("the answer has no token")
    }
}

impl Remote {
    /// Whether it is the one for that client of that issuer.
    pub(super) fn is_for(&self, issuer: &str, client_id: &str) -> bool {
        self.issuer == issuer && self.client_id == client_id
    }

    /// Whether it is of that type, which the platform writes as a name or as a number (section 3.2).
    pub(super) fn is_of(&self, kind: ConnectorKind) -> bool {
        let number = match kind {
            ConnectorKind::Implicit => 0,
            ConnectorKind::Code => 1,
            ConnectorKind::Anonymous => return self.kind == kind.as_str(),
        };
        self.kind == number || self.kind == kind.as_str()
    }
}

impl Remote {
    /// Whether it is the first choice of the other type that consumers are known by.
    pub(super) fn is_first_choice_beside(&self, kind: ConnectorKind) -> bool {
        let others = [ConnectorKind::Implicit, ConnectorKind::Code];
        self.is_preferred && others.iter().any(|other| *other != kind && self.is_of(*other))
    }
}

/// What a user signs in with.
pub(super) fn by_password(username: &str, password: &str) -> Value {
    json!({"username": username, "password": password})
}
