use std::fmt;

/// Why a call gave nothing.
///
/// `Display` is a fixed sentence, fit for whoever asked for the call: it tells nothing of the network that the server
/// sees (SEC-147). `Debug` adds the [`Detail`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a URL that can be called: another scheme, no host, with credentials or a fragment in it.
    #[error("the URL cannot be called")]
    Url(Detail),
    /// Plain http.
    #[error("the URL is not https")]
    Insecure(Detail),
    /// A port other than 443 and 8443.
    #[error("the URL's port is not allowed")]
    Port(Detail),
    /// The host is, or resolves to, an address that is not public.
    #[error("the URL's host is not allowed")]
    Address(Detail),
    /// The name has no address.
    #[error("the URL's host was not found")]
    Resolve(Detail),
    /// Nobody answers there.
    #[error("the connection failed")]
    Connect(Detail),
    /// No agreement on TLS 1.2 or later, or a certificate that is not valid for the host.
    #[error("the secure connection failed")]
    Tls(Detail),
    /// Not done in time.
    #[error("the call took too long")]
    Timeout(Detail),
    /// The answer points elsewhere; it is not followed.
    #[error("the answer was a redirect")]
    Redirect(Elsewhere),
    /// The answer's status is not a success, where only that is of use.
    #[error("the answer was an error")]
    Status(Detail),
    /// The answer's media type or content coding is not the one asked for.
    #[error("the answer has the wrong content type")]
    ContentType(Detail),
    /// The body is longer than allowed.
    #[error("the answer is too large")]
    TooLarge(Detail),
    /// The answer broke off or is no HTTP.
    #[error("the answer could not be read")]
    Answer(Detail),
    /// The body is not the JSON that was expected.
    #[error("the answer has the wrong form")]
    Json(Detail),
}

impl Error {
    /// Whether the guard refused: worth an audit record (`outbound.blocked`), unlike the misfortunes of a network.
    pub fn is_blocked(&self) -> bool {
        match self {
            Self::Url(_) | Self::Insecure(_) | Self::Port(_) | Self::Address(_) | Self::Redirect(_) => true,
            Self::Resolve(_)
            | Self::Connect(_)
            | Self::Tls(_)
            | Self::Timeout(_)
            | Self::Status(_)
            | Self::ContentType(_)
            | Self::TooLarge(_)
            | Self::Answer(_)
            | Self::Json(_) => false,
        }
    }
}

/// Where an answer points to. Nobody is told of it by `Debug`: the place may carry a code or a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
}

impl Elsewhere {
    /// The `Location`, as it was sent: it may be relative.
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)
    }
}

/// What happened, in the words of the network: for the log, never for the caller. It has no `Display` on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(String);

impl Detail {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// An error with its causes, without the URL: its query may hold a secret.
    pub(crate) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        Self(
            chain(&error)
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": "),
        )
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An error and its causes, the outermost first.
pub(crate) fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        // An I/O error hides what it holds: its source is that one's source. TLS errors arrive in one, or in two.
        let held = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        match held {
            Some(held) => Some(held),
            None => error.source(),
        }
    })
}

/// Why a client could not be made. All of it is the operator's to mend, so `Display` says everything.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The extra certificate authorities are no PEM file with at least one usable certificate.
    #[error("the extra certificate authorities cannot be used: {0}")]
    ExtraCa(String),
    /// TLS or the HTTP client cannot be set up with these options.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}
