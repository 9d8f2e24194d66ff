//! What kind of token a JWS says it is: the `typ` header parameter (RFC 7515 §4.1.9, RFC 8725 §3.11).

/// The kinds of JWT that we sign or accept. Each is refused wherever another is expected (SEC-003).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Typ {
    /// `JWT`: an ID token, a signed userinfo answer, a client assertion.
    Jwt,
    /// `at+jwt`: an access token (RFC 9068 §2.1).
    AtJwt,
    /// `logout+jwt`: a logout token (OpenID Connect Back-Channel Logout §2.4).
    LogoutJwt,
    /// `dpop+jwt`: a proof of possession (RFC 9449 §4.2).
    DpopJwt,
    /// `oauth-authz-req+jwt`: a request object (RFC 9101 §10.8).
    OauthAuthzReqJwt,
    /// `token-introspection+jwt`: what a token is good for (RFC 9701 §5).
    TokenIntrospectionJwt,
}

impl Typ {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 6] = [
        Self::Jwt,
        Self::AtJwt,
        Self::LogoutJwt,
        Self::DpopJwt,
        Self::OauthAuthzReqJwt,
        Self::TokenIntrospectionJwt,
    ];

    /// The value as we write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AtJwt => "at+jwt",
            Self::LogoutJwt => "logout+jwt",
            Self::DpopJwt => "dpop+jwt",
            Self::OauthAuthzReqJwt => "oauth-authz-req+jwt",
            Self::TokenIntrospectionJwt => "token-introspection+jwt",
        }
    }

    /// Whether `value` names this kind: media types compare without regard to case, and `application/` may
    /// be left out (RFC 7515 §4.1.9).
    pub fn matches(self, value: &str) -> bool {
        let prefix = "application/";
        let name = match value.get(..prefix.len()) {
            Some(head) if head.eq_ignore_ascii_case(prefix) => value.get(prefix.len()..).unwrap_or_default(),
            _ => value,
        };
        name.eq_ignore_ascii_case(self.as_str())
    }
}
