use std::fmt;

/// Credentials of HTTP's Basic scheme (RFC 7617), sent as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Basic {
    /// A user name and password.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            password: password.into(),
        }
    }

    /// An OAuth client's id and secret, each form-encoded before they are put together (RFC 6749 §2.3.1), so that a colon
    /// in the id stays a part of it.
    pub fn of_client(client_id: &str, client_secret: &str) -> Self {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        Self {
            user: encode(client_id),
            password: encode(client_secret),
        }
    }
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
