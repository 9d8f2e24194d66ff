//! What is asked of a server, again and again.

/// The scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scenario {
    /// The metadata.
    Discovery,
    /// The JWK set.
    Jwks,
    /// Userinfo with an access token in the header.
    Userinfo,
    /// `response_type=id_token`, by a browser with a session.
    Implicit,
    /// `response_type=code`, by a browser with a session, and the code redeemed with `client_secret_basic`: two requests.
    Code,
    /// `client_credentials`, for an opaque token.
    Opaque,
    /// `client_credentials`, for a JWT that RS256 signs.
    Rs256,
    /// `client_credentials`, for a JWT that ES256 signs.
    Es256,
    /// `client_credentials`, for an opaque token that is bound to the key of a proof.
    Dpop,
    /// A public client's refresh token for the next one, an access token, and an id_token that ES256 signs.
    Refresh,
    /// A client's own opaque token, introspected.
    Introspection,
    /// An authorization request, pushed.
    Par,
}

impl Scenario {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 12] = [
        Self::Discovery,
        Self::Jwks,
        Self::Userinfo,
        Self::Implicit,
        Self::Code,
        Self::Opaque,
        Self::Rs256,
        Self::Es256,
        Self::Dpop,
        Self::Refresh,
        Self::Introspection,
        Self::Par,
    ];

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "JWKS",
            Self::Userinfo => "userinfo",
            Self::Implicit => "implicit flow, existing session",
            Self::Code => "code flow, existing session",
            Self::Opaque => "client_credentials, opaque",
            Self::Rs256 => "client_credentials, JWT with RS256",
            Self::Es256 => "client_credentials, JWT with ES256",
            Self::Dpop => "client_credentials, bound by DPoP",
            Self::Refresh => "refresh, rotated; id_token with ES256",
            Self::Introspection => "introspection",
            Self::Par => "pushed authorization request",
        }
    }

    /// Whether each answer must wait until a row is on the disk.
    pub(crate) fn commits(self) -> bool {
        matches!(
            self,
            Self::Implicit | Self::Code | Self::Dpop | Self::Refresh | Self::Par
        )
    }

    /// Whether each answer carries an RSA signature made for it.
    pub(crate) fn signs(self) -> bool {
        matches!(self, Self::Implicit | Self::Code | Self::Rs256)
    }
}

impl std::fmt::Display for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}
