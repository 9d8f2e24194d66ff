use oauth::{
    AuthorizationDetails, ClaimsRequest, CodeChallenge, MaxAge, Nonce, Prompts, ResponseMode, ResponseType,
    Scope, State, ValidRedirectUri,
};
use serde::{Deserialize, Serialize};

use crate::base::id::{AccountId, ClientId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that an interaction's handle is.
#[derive(Debug)]
pub enum InteractionHandle {}
impl OneTimeKind for InteractionHandle {
    const NAME: &'static str = "interaction";
}

/// The kind of value that the browser's own secret is: it exists before anybody logs in, and binds interactions and
/// forms to one browser.
#[derive(Debug)]
pub enum BrowserCookie {}
impl OneTimeKind for BrowserCookie {
    const NAME: &'static str = "browser";
}

/// An authorization request that was checked in full (SEC-019 to SEC-044). Only the checks make one, and the
/// interaction that kept it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes.
    #[serde(deserialize_with = "ValidRedirectUri::deserialize_stored")]
    pub redirect_uri: ValidRedirectUri,
    /// The request left it out, since the client has just one: then the token request need not name it either
    /// (RFC 6749 §4.1.3).
    #[serde(default)]
    pub redirect_uri_left_out: bool,
    /// What is asked for.
    pub response_type: ResponseType,
    /// How it is answered.
    pub response_mode: ResponseMode,
    /// Scopes, already narrowed to what the client may have.
    pub scope: Scope,
    /// Returned as it came.
    pub state: Option<State>,
    /// Echoed in the id_token.
    pub nonce: Option<Nonce>,
    /// PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// The thumbprint of the key that the code is for (RFC 9449 §10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    /// What to ask the consumer.
    pub prompt: Prompts,
    /// The greatest age of the login, in seconds.
    pub max_age: Option<MaxAge>,
    /// Who is expected.
    pub login_hint: Option<String>,
    /// Whom an id_token_hint named.
    #[serde(default)]
    pub hinted: Option<HintedSubject>,
    /// Languages, best first.
    #[serde(default)]
    pub ui_locales: Vec<String>,
    /// The levels of authentication that are asked for, the best first.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Single claims that are asked for.
    pub claims: Option<ClaimsRequest>,
    /// Whom access tokens may be for (RFC 8707).
    #[serde(default)]
    pub resource: Vec<String>,
    /// What is asked for in detail (RFC 9396).
    #[serde(default)]
    pub authorization_details: Option<AuthorizationDetails>,
}

impl AuthorizationRequest {
    /// Whether the id_token is to say how good the login was, and how it was done.
    pub fn asks_for_level(&self) -> bool {
        let asked = |name| {
            self.claims
                .as_ref()
                .is_some_and(|claims| claims.id_token.contains(name))
        };
        !self.acr_values.is_empty() || asked("acr") || asked("amr")
    }
}

/// Whom an id_token is about, as its client knows them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HintedSubject {
    /// Their subject, which may be a pairwise one.
    pub sub: Subject,
    /// Whom the token was for, where that is a client.
    pub client: Option<ClientId>,
}

/// A request that waits for the consumer, bound to one browser (SEC-031).
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The digest of its handle.
    pub digest: Digest<InteractionHandle>,
    /// Whose it is.
    pub account_id: AccountId,
    /// The browser that it is bound to.
    pub browser: Digest<BrowserCookie>,
    /// The request.
    pub request: AuthorizationRequest,
    /// What the consumer has done.
    pub progress: Progress,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Interaction {
    /// What strangers may choose of it, in bytes as it is kept: all but its times and digests.
    pub fn stored_bytes(&self) -> usize {
        let length = |json: serde_json::Result<Vec<u8>>| json.map_or(0, |json| json.len());
        length(serde_json::to_vec(&self.request)) + length(serde_json::to_vec(&self.progress))
    }
}

/// What has been done in an interaction, and by whom: should another consumer take over the browser in the middle of
/// it, none of it is theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Who logged in.
    pub logged_in: Option<Subject>,
    /// Who said that they go on as they are signed in.
    pub chosen: Option<Subject>,
    /// Somebody said that another is to sign in.
    pub other: bool,
    /// Who allowed what the request asks for.
    pub consented: Option<Subject>,
    /// It was refused.
    pub denied: bool,
}
