//! Authorization requests: a good one, and what a test does to it.

/// RFC 7636 Appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An authorization request, parameter by parameter.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    base: String,
    parameters: Vec<(String, String)>,
}

impl Ask {
    /// A request that every client may make: a code with PKCE.
    pub(crate) fn new(base: &str, client_id: &str, redirect_uri: &str) -> Self {
        let parameters = [
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s-1"),
            ("nonce", "n-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        Self {
            base: base.to_owned(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }

    /// Sets a parameter.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// Adds a parameter, even once more.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a parameter out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// Another response type, without PKCE where it has no code.
    pub(crate) fn response_type(self, response_type: &str) -> Self {
        let this = self.with("response_type", response_type);
        if response_type.contains("code") {
            this
        } else {
            this.without("code_challenge").without("code_challenge_method")
        }
    }

    pub(crate) fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.parameters)
            .finish()
    }

    pub(crate) fn path(&self) -> String {
        format!("{}/authorize?{}", self.base, self.query())
    }

    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}
