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
use crate::model::{Client, Session};

/// The state of a browser: one value as long as a session lasts, and another one after it. It opens nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserState {
    value: String,
    kept: bool,
}

impl BrowserState {
    /// With this session; without one, whatever the browser has, or something that no session has.
    pub fn of(visit: &Arrived, session: Option<&Session>) -> Self {
        let kept = Cookie::State.read(visit);
        match (session, kept) {
            (Some(session), kept) => {
                let value = of_session(&session.sid);
                let kept = kept == Some(value.as_str());
                Self { value, kept }
            }
            (None, Some(kept)) => Self {
                value: kept.to_owned(),
                kept: true,
            },
            (None, None) => Self::of_nobody(visit),
        }
    }

    /// Something that no session has: nobody is signed in any more.
    pub fn of_nobody(visit: &Arrived) -> Self {
        Self {
            value: URL_SAFE_NO_PAD.encode(visit.context.services.entropy.bytes::<16>()),
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
        let digest = Sha256::digest(format!("{client_id} {origin} {} {salt}", self.value));
        format!("{}.{salt}", URL_SAFE_NO_PAD.encode(digest))
    }
}

fn of_session(sid: &SessionId) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("browser state\0{sid}")))
}
