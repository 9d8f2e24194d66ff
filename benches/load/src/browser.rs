//! A browser without a screen: it keeps cookies, follows redirects and fills in the login page.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use form_urlencoded::Serializer;

use crate::cookies::Jar;
use crate::form::Form;
use crate::http::{Answer, Connection};
use crate::target::{Client, Consumer, Target, path_of};

/// More steps than any sign-in takes.
const MOST_STEPS: usize = 12;

/// One browser, with a connection and cookies of its own.
#[derive(Debug)]
pub(crate) struct Browser {
    target: Arc<Target>,
    connection: Connection,
    jar: Jar,
    request: String,
}

impl Browser {
    /// A fresh one.
    pub(crate) fn new(target: Arc<Target>) -> Self {
        let connection = Connection::to(target.address);
        Self {
            target,
            connection,
            jar: Jar::default(),
            request: String::with_capacity(2 << 10),
        }
    }

    /// Closes the connection, and keeps the cookies.
    pub(crate) fn close(&mut self) {
        self.connection.close();
    }

    /// GET with the browser's cookies.
    pub(crate) async fn get(&mut self, path_and_query: &str) -> Result<Answer> {
        self.send("GET", path_and_query, "").await
    }

    /// POST of a form, with the browser's cookies.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Result<Answer> {
        self.send("POST", path, form).await
    }

    async fn send(&mut self, method: &str, path_and_query: &str, form: &str) -> Result<Answer> {
        let path = path_and_query.split('?').next().unwrap_or_default();
        self.begin(method, path_and_query);
        self.jar.write(path, &mut self.request);
        if method == "POST" {
            let origin = self
                .target
                .setup
                .issuer
                .strip_suffix(path_of(&self.target.setup.issuer))
                .unwrap_or_default();
            self.request.push_str("origin: ");
            self.request.push_str(origin);
            self.request.push_str("\r\n");
            self.finish_form(form);
        } else {
            self.request.push_str("\r\n");
        }
        let answer = self.connection.send(self.request.as_bytes()).await?;
        for field in answer.headers("set-cookie") {
            self.jar.set(field, path);
        }
        Ok(answer)
    }

    /// A request of a program, without cookies, with these header fields.
    pub(crate) async fn call(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&str>,
    ) -> Result<Answer> {
        self.begin(if form.is_some() { "POST" } else { "GET" }, path);
        for (name, value) in headers {
            for part in [name, ": ", value, "\r\n"] {
                self.request.push_str(part);
            }
        }
        match form {
            Some(form) => self.finish_form(form),
            None => self.request.push_str("\r\n"),
        }
        self.connection.send(self.request.as_bytes()).await
    }

    fn begin(&mut self, method: &str, path_and_query: &str) {
        self.request.clear();
        for part in [
            method,
            " ",
            path_and_query,
            " HTTP/1.1\r\nhost: ",
            &self.target.authority,
            "\r\n",
        ] {
            self.request.push_str(part);
        }
    }

    fn finish_form(&mut self, form: &str) {
        let length = form.len().to_string();
        for part in [
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: ",
            &length,
            "\r\n\r\n",
            form,
        ] {
            self.request.push_str(part);
        }
    }

    /// Begins with `request` (a path of the authorization endpoint), signs in when asked, and ends with what the client gets: its
    /// redirect URI with the response.
    pub(crate) async fn sign_in(
        &mut self,
        request: &str,
        client: &Client,
        consumer: &Consumer,
    ) -> Result<String> {
        let mut path = request.to_owned();
        let mut answer = self.get(&path).await?;
        let mut filled_in = false;
        for _ in 0..MOST_STEPS {
            match answer.status {
                302 | 303 => {
                    let location = answer.header("location").context("a redirect to nowhere")?;
                    if location.starts_with(&client.redirect_uri) {
                        return Ok(location.to_owned());
                    }
                    path_of(location).clone_into(&mut path);
                    answer = self.get(&path).await?;
                }
                200 if !filled_in => {
                    let form =
                        Form::with_password(answer.text()?).context("a page that isn't the login form")?;
                    let body = filled(&form, consumer);
                    if !form.action.is_empty() {
                        path_of(&form.action).clone_into(&mut path);
                    }
                    answer = self.post(&path, &body).await?;
                    filled_in = true;
                }
                _ => bail!("signing in at {path}: {}", answer.summary()),
            }
        }
        bail!("signing in at {path} doesn't end")
    }
}

fn filled(form: &Form, consumer: &Consumer) -> String {
    let mut body = Serializer::new(String::new());
    for (name, value) in &form.hidden {
        body.append_pair(name, value);
    }
    body.append_pair("username", &consumer.username)
        .append_pair("password", &consumer.password)
        .finish()
}
