//! What is issued: codes, access tokens, id_tokens, and the claims in them; and what the consumer must do before.

pub mod access_token;
pub mod claims;
pub mod code;
pub mod contract;
pub mod details;
pub mod hint;
pub mod id_token;
pub mod interaction;
pub mod living;
pub mod logout_token;
mod own;
pub mod ping;
pub mod refresh_token;
pub mod resource;
pub mod signed;
pub mod step_up;
pub mod subject;
pub mod tokens;
pub mod userinfo;

/// Why nothing is issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The account has no usable key of that algorithm: nothing takes its place (SEC-016).
    #[error("no usable {0} key")]
    NoKey(jose::Algorithm),
    /// Signing failed.
    #[error("signing failed: {0}")]
    Sign(#[from] jose::SignError),
    /// There is no key to encrypt to: the token isn't given out as it is.
    #[error("the id_token can't be encrypted: {0}")]
    Recipient(#[from] crate::context::RecipientError),
    /// Encryption failed.
    #[error("the id_token can't be encrypted: {0}")]
    Encrypt(#[from] jose::jwe::EncryptError),
    /// Something could not be written as JSON, or sealed.
    #[error("can't be written: {0}")]
    Write(&'static str),
    /// The id_token is larger than platforms and browsers carry.
    #[error("the id_token has {0} bytes; 16,384 are the most")]
    TooLarge(usize),
    /// The claims aren't as the client's contract says.
    #[error("the claims are not as the client's contract says: {0}")]
    Contract(String),
    /// What an id_token says of itself was altered before it was signed (SEC-012).
    #[error("the id_token's {0} is not what it should be")]
    Altered(&'static str),
    /// The session ended a moment ago.
    #[error("the session has ended")]
    SessionEnded,
    /// The store can't be asked.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
}

impl IssueError {
    /// Whether it may pass, so that another try is worth while (SEC-016, SEC-029).
    pub const fn passes(&self) -> bool {
        match self {
            Self::NoKey(_) | Self::Altered(_) | Self::Store(crate::store::Error::Unavailable(_)) => true,
            Self::Recipient(error) => error.passes(),
            Self::Sign(_)
            | Self::Encrypt(_)
            | Self::Write(_)
            | Self::TooLarge(_)
            | Self::Contract(_)
            | Self::SessionEnded
            | Self::Store(_) => false,
        }
    }
}

impl From<IssueError> for oauth::Error {
    fn from(error: IssueError) -> Self {
        let public = match &error {
            IssueError::SessionEnded => Self::login_required(),
            error if error.passes() => Self::temporarily_unavailable(),
            _ => Self::server_error(),
        };
        public.with_detail(error.to_string())
    }
}
