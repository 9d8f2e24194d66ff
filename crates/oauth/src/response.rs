//! The authorization response.

use std::fmt;

use crate::{error::Error, form, opaque::State, redirect_uri::ValidRedirectUri, response_mode::ResponseMode};

/// What the authorization endpoint says to the client, in success and in error, before it is known how it travels.
///
/// The issuer is in every one of them (RFC 9207 §2, SEC-026), and the state of the request, as it came (SEC-025).
/// Debug output shows names only: values are codes and tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    fields: Vec<(&'static str, String)>,
    state: Option<State>,
    /// Missing where all of the response stands in a JWT.
    iss: Option<String>,
}

/// How a response leaves.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// By redirect: a `Location`, all of it printable ASCII.
    Redirect(String),
    /// By a form that posts itself (OAuth 2.0 Form Post Response Mode §2): the page must escape names and values for HTML.
    FormPost {
        /// Where it posts to.
        action: &'a ValidRedirectUri,
        /// Its hidden fields, in order.
        fields: Vec<(&'static str, &'a str)>,
    },
}

impl AuthorizationResponse {
    /// A successful response, with nothing in it yet but state and issuer.
    pub fn success(iss: impl Into<String>, state: Option<State>) -> Self {
        Self {
            fields: Vec::new(),
            state,
            iss: Some(iss.into()),
        }
    }

    /// A response that stands in a JWT, state and issuer too: all that travels is that (JARM §2.3).
    pub fn in_jwt(jwt: impl Into<String>) -> Self {
        Self {
            fields: vec![("response", jwt.into())],
            state: None,
            iss: None,
        }
    }

    /// An error response (RFC 6749 §4.1.2.1). The private detail stays behind.
    pub fn error(iss: impl Into<String>, state: Option<State>, error: &Error) -> Self {
        let response = Self::success(iss, state).with("error", error.code.as_str());
        match error.description() {
            "" => response,
            description => response.with("error_description", description),
        }
    }

    /// The same response with one field more.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// All fields, `state` and `iss` last.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        let fields = self.fields.iter().map(|(name, value)| (*name, value.as_str()));
        let iss = self.iss.iter().map(|iss| ("iss", iss.as_str()));
        fields.chain(state).chain(iss)
    }

    /// How this response reaches that redirect URI in that mode; of a mode with a JWT, what is to travel is made by
    /// [`in_jwt`](Self::in_jwt) before.
    pub fn deliver<'a>(&'a self, redirect_uri: &'a ValidRedirectUri, mode: ResponseMode) -> Delivery<'a> {
        match mode.plain() {
            ResponseMode::Query => Delivery::Redirect(self.query_location(redirect_uri)),
            ResponseMode::Fragment => Delivery::Redirect(self.fragment_location(redirect_uri)),
            _ => Delivery::FormPost {
                action: redirect_uri,
                fields: self.fields().collect(),
            },
        }
    }

    /// "The endpoint URI MAY include an […] query component, which MUST be retained when adding additional query
    /// parameters." (RFC 6749 §3.1.2)
    fn query_location(&self, redirect_uri: &ValidRedirectUri) -> String {
        let uri = redirect_uri.as_str();
        let separator = match uri.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        self.appended_to(uri, separator)
    }

    fn fragment_location(&self, redirect_uri: &ValidRedirectUri) -> String {
        self.appended_to(redirect_uri.as_str(), "#")
    }

    fn appended_to(&self, uri: &str, first_separator: &str) -> String {
        let mut location = String::with_capacity(uri.len() + 256);
        location.push_str(uri);
        let mut separator = first_separator;
        for (name, value) in self.fields() {
            location.push_str(separator);
            form::push_encoded(&mut location, name);
            location.push('=');
            form::push_encoded(&mut location, value);
            separator = "&";
        }
        location
    }
}

impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuthorizationResponse")?;
        formatter
            .debug_list()
            .entries(self.fields().map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Redirect(_) => "Redirect(…)",
            Self::FormPost { .. } => "FormPost(…)",
        })
    }
}
