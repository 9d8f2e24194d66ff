//! What `platform.js` and the platform's server say to each other.

use serde::{Deserialize, Serialize};

/// Body of `POST /demo/platform/challenges`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NewChallenge {
    /// The connector's id.
    pub connector: String,
}

/// Its answer. The verifier stays with the server (RFC 7636 §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Challenge {
    /// Names the verifier when the code comes.
    pub challenge_id: String,
    /// The S256 challenge, 43 characters of base64url.
    pub code_challenge: String,
}

/// Body of `POST /demo/platform/conversations`.
#[derive(Debug, Clone, Deserialize)]
pub struct NewConversation {
    /// The connector's id.
    pub connector: String,
    /// What the brand page's method called back with; nothing where nobody signs in.
    #[serde(default)]
    pub token: Option<CallbackToken>,
    /// Which challenge the code answers; with PKCE only.
    #[serde(default)]
    pub challenge_id: Option<String>,
    /// Which anonymous conversation goes on with somebody who has signed in.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// What the page saw go by on the way, first to last.
    #[serde(default)]
    pub journal: Vec<Seen>,
}

/// Something that went between the browser and somebody, as the page has recorded it. The page has shortened whatever
/// proves anything; it is shown, and nothing else is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Seen {
    /// Who asked: `The shop`.
    pub from: String,
    /// Who was asked: `The brand’s login`.
    pub to: String,
    /// `GET /authorize?…`
    pub line: String,
    /// The body of the request.
    #[serde(default)]
    pub body: String,
    /// `200`, or what else came of it.
    #[serde(default)]
    pub status: String,
    /// The answer.
    #[serde(default)]
    pub answer: String,
}

/// The first argument of the method's callback.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum CallbackToken {
    /// A string: the id_token, or a code that was asked for with the default redirect URI.
    Text(String),
    /// A code with the redirect URI that it was asked for with.
    Code {
        /// The code.
        #[serde(rename = "ssoKey")]
        sso_key: String,
        /// The redirect URI of the authorization request.
        redirect_uri: String,
    },
}

impl std::fmt::Debug for CallbackToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Code { .. } => "Code { … }",
        })
    }
}

/// The answer of `POST /demo/platform/conversations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conversation {
    /// The conversation's id.
    pub conversation_id: String,
    /// The path of the agent's view of it.
    pub agent_url: String,
    /// What the agent calls the consumer: the given name, or whatever is known; empty where nobody has signed in.
    pub name: String,
    /// Whether every check passed. Somebody who has not signed in has nothing to check, and is not verified.
    pub verified: bool,
    /// Whether the consumer has not signed in.
    pub anonymous: bool,
}
