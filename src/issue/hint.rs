//! `id_token_hint`: an id_token that this account issued, to whichever client; its expiry doesn't matter. It selects, and
//! never authenticates (SEC-035).

use jose::{Policy, Verified};

use crate::context::Context;
use crate::model::Client;

/// What a hint says. The account's keys sign for its own clients alone, so key and issuer say it all.
#[derive(Clone, Debug)]
pub struct Hint(Verified);

impl Hint {
    /// Verifies a hint; the error is for the log.
    pub fn verify(context: &Context, hint: &str) -> Result<Self, String> {
        let published = context.tenant.ring.published();
        let find = |kid: Option<&str>| published.iter().find(|key| Some(key.kid()) == kid);
        let policy = Policy::id_token_hint(context.issuer(), context.now.seconds());
        jose::verify(hint, find, &policy)
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// `sub`, as its client knows it.
    pub fn subject(&self) -> Option<&str> {
        self.0.subject()
    }

    /// `sid`.
    pub fn session(&self) -> Option<&str> {
        self.0.str("sid")
    }

    /// `aud`.
    pub fn audiences(&self) -> Vec<&str> {
        self.0.audiences()
    }

    /// Whether it was issued to this client: it is in the audience, or all that its id_tokens name in its place are.
    pub fn is_for(&self, client: &Client) -> bool {
        let audiences = self.audiences();
        let its_own = &client.settings.id_token_audience;
        audiences.contains(&client.client_id.as_str())
            || (!its_own.is_empty() && its_own.iter().all(|name| audiences.contains(&name.as_str())))
    }
}
