//! What a client's page watches to learn whether the session has changed (OpenID Connect Session Management §2): a cookie
//! that our page in its frame reads, and a digest of it in every authorization response.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::ValidRedirectUri;
use sha2::{Digest as _, Sha256};

use super::cookies::Cookie;
use super::visit::{Arrived, add_cookie};
use crate::base::id::SessionId;
use crate::model::Client;

/// The state of a browser: a mark for each session that lives in it, the same as long as that lasts. It opens nothing.
///
/// A client whose consumer is signed in watches the mark of that session alone: what others do in the browser is nothing to it
/// (SEC-143). One that was told of nobody watches the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserState {
    /// The marks, with dots between them.
    value: String,
    /// What the answer's client watches.
    watched: String,
    kept: bool,
}

impl BrowserState {
    /// With these sessions, for an answer about the first of them.
    pub fn of<'s>(visit: &Arrived, sessions: impl IntoIterator<Item = &'s SessionId>) -> Self {
        let mut marks: Vec<String> = sessions.into_iter().map(of_session).collect();
        let Some(watched) = marks.first().cloned() else {
            return Self::of_nobody(visit);
        };
        marks.sort_unstable();
        marks.dedup();
        let value = marks.join(".");
        Self {
            kept: Cookie::State.read(visit) == Some(value.as_str()),
            value,
            watched,
        }
    }

    /// As the browser has it, for an answer about nobody; without any, something that no session has.
    pub fn as_it_is(visit: &Arrived) -> Self {
        Cookie::State.read(visit).map_or_else(
            || Self::of_nobody(visit),
            |kept| Self {
                value: kept.to_owned(),
                watched: format!(".{kept}"),
                kept: true,
            },
        )
    }

    /// Something that no session has: nobody is signed in any more.
    pub fn of_nobody(visit: &Arrived) -> Self {
        let value = URL_SAFE_NO_PAD.encode(visit.context.services.entropy.bytes::<16>());
        Self {
            watched: format!(".{value}"),
            value,
            kept: false,
        }
    }

    /// Has the browser keep it, where it doesn't yet.
    pub fn keep(&self, visit: &Arrived, response: &mut Response) {
        if !self.kept {
            add_cookie(response, &Cookie::State.set(&visit.context, &self.value, None));
        }
    }

    /// `session_state` of an answer: nothing for an app, whose pages have no origin, and for a messaging platform, which
    /// knows no such thing.
    pub fn session_state(
        &self,
        visit: &Arrived,
        client: &Client,
        redirect_uri: &ValidRedirectUri,
    ) -> Option<String> {
        if client.platform {
            return None;
        }
        let origin = redirect_uri.origin()?;
        let salt = URL_SAFE_NO_PAD.encode(visit.context.services.entropy.bytes::<12>());
        Some(self.salted(client.client_id.as_str(), &origin, &salt))
    }

    /// As the page's script works it out.
    fn salted(&self, client_id: &str, origin: &str, salt: &str) -> String {
        let digest = Sha256::digest(format!("{client_id} {origin} {} {salt}", self.watched));
        format!("{}.{salt}", URL_SAFE_NO_PAD.encode(digest))
    }
}

fn of_session(sid: &SessionId) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("browser state\0{sid}")))
}
