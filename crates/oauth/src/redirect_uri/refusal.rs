//! Why a redirect URI can't be registered.

/// The reason, each a sentence that can be shown to whoever registers (SEC-065).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RedirectUriRefusal {
    /// Longer than [`RedirectUri::MAX_BYTES`](super::RedirectUri::MAX_BYTES).
    #[error("a redirect URI must not be longer than 2048 bytes")]
    TooLong,
    /// Without a scheme, or without a `/` after it.
    #[error("a redirect URI must be absolute")]
    NotAbsolute,
    /// A fragment, even an empty one (RFC 6749 §3.1.2).
    #[error("a redirect URI must not have a fragment")]
    Fragment,
    /// `*`
    #[error("a redirect URI must not have a wildcard")]
    Wildcard,
    /// `\`, also as `%5C`: browsers read it as `/`.
    #[error("a redirect URI must not have a backslash")]
    Backslash,
    /// Control characters and white space, also percent-encoded.
    #[error("a redirect URI must not have control characters or white space")]
    Control,
    /// Not ASCII: names must be in their `xn--` form, the rest percent-encoded.
    #[error("a redirect URI must be ASCII")]
    NotAscii,
    /// A character that URIs don't have (RFC 3986 §2), or a `%` without two hexadecimal digits.
    #[error("a redirect URI must not have characters that RFC 3986 does not allow")]
    Character,
    /// Not a scheme, or not in lower case.
    #[error("the scheme of a redirect URI must be written in lower case")]
    SchemeSyntax,
    /// `javascript`, `data`, `vbscript`, `file`, `blob`, `about`.
    #[error("this scheme must not be used in a redirect URI")]
    ForbiddenScheme,
    /// `http` where it isn't allowed.
    #[error("a redirect URI must use https; http is for native apps on a loopback address")]
    Insecure,
    /// An app's own scheme, for a client that isn't an app.
    #[error("only native apps can use a scheme of their own")]
    CustomScheme,
    /// An app's scheme that isn't a domain name turned round (RFC 8252 §7.1).
    #[error("an app's scheme must be a domain name in reverse order, with a dot in it")]
    SchemeWithoutDot,
    /// `user@`, even an empty one.
    #[error("a redirect URI must not have user information")]
    Userinfo,
    /// None, or one that isn't written in its canonical form.
    #[error("the host of a redirect URI must be a name in lower case without a final dot")]
    Host,
    /// An IP address in another form than the canonical one, an IPv4 address inside an IPv6 one, or the unspecified one.
    #[error("an IP address in a redirect URI must be written in its canonical form")]
    AddressForm,
    /// Empty, zero, too big, or with leading zeros.
    #[error("the port of a redirect URI must be a number from 1 to 65535")]
    Port,
    /// `.` or `..`, also percent-encoded.
    #[error("the path of a redirect URI must not have dot segments")]
    DotSegment,
    /// `;` in the path.
    #[error("the path of a redirect URI must not have parameters")]
    PathParameter,
    /// A name in the query that responses use.
    #[error("the query of a redirect URI must not use a name that responses use")]
    ReservedQueryName,
    /// The authorization server's own origin.
    #[error("a redirect URI must not lead to the authorization server itself")]
    OwnOrigin,
}
