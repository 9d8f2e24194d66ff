use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};
use crate::model::Sealed;
use crate::model::account::Flow;

/// The gateway's configuration of one authentication server (section 3 of the platform contract).
#[derive(Clone, Debug)]
pub struct Connector {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its id.
    pub connector_id: ConnectorId,
    /// What administrators call it.
    pub name: String,
    /// What it carries.
    pub kind: ConnectorKind,
    /// Whether it may be used.
    pub enabled: bool,
    /// Its fields, by the platform's names.
    pub configuration: ConnectorConfiguration,
    /// The client secret, sealed.
    pub secret: Option<Sealed>,
    /// Whether it is gone: it stays as a mark, so that its id never means another.
    pub deleted: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// In the place of a key: the connector hands a consumer's authorization to a bot, and verifies nobody (section 1.15 of the
/// platform contract).
pub const CONSUMER_DELEGATION: &str = "CONSUMER_DELEGATION";

/// Where a brand sends the browser of a consumer who lets a program act for them, at the gateway of that public URL (section
/// 1.15 of the platform contract).
pub fn delegation_callback(public_url: &str, account: &AccountId) -> String {
    format!("{public_url}/callback/{account}/redirectCode")
}

/// What a connector carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConnectorKind {
    /// The browser carries an id_token.
    Implicit,
    /// The browser carries a code.
    Code,
    /// Nobody logs in.
    Anonymous,
}

impl ConnectorKind {
    /// The account's flow that it is of; none for one that nobody logs in by.
    pub const fn flow(self) -> Option<Flow> {
        match self {
            Self::Implicit => Some(Flow::Implicit),
            Self::Code => Some(Flow::Code),
            Self::Anonymous => None,
        }
    }
}

super::text_enum!(ConnectorKind { Implicit = "implicit", Code = "code", Anonymous = "anonymous" });

/// Where the key to verify with comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JwtValidationType {
    /// A JWK set at a URL.
    JwksEndpoint,
    /// One pasted key.
    JwtPublicKey,
}

impl ConnectorConfiguration {
    /// Whether it is for consumer delegation, and so verifies nobody.
    pub fn is_delegation(&self) -> bool {
        self.jwt_public_key.as_deref() == Some(CONSUMER_DELEGATION)
    }
}

/// A connector's fields, by the platform's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConnectorConfiguration {
    /// The `iss` that tokens must have.
    pub issuer: String,
    /// Its name for people.
    pub issuer_display_name: String,
    /// The brand's authorization endpoint.
    pub authorization_endpoint: Option<String>,
    /// The brand's token endpoint.
    pub token_endpoint: Option<String>,
    /// The platform's client id at the brand.
    pub client_id: String,
    /// Where the key comes from.
    pub jwt_validation_type: JwtValidationType,
    /// The URL of the JWK set.
    pub jwks_endpoint: Option<String>,
    /// The pasted key: one line of base64 SPKI.
    pub jwt_public_key: Option<String>,
    /// Whether the platform makes a PKCE challenge.
    pub pkce_enabled: bool,
    /// The "OAuth 2 RFC" version rather than the old "openID" one.
    pub rfc_compliance: bool,
    /// What the platform calls in the page.
    pub js_method_name: String,
    /// Where that lives.
    pub js_context: String,
    /// Levels that it takes.
    pub acr_values: Vec<String>,
    /// The `aud`s of which a token must have one; the client id alone where none is named.
    pub audience: Vec<String>,
    /// The account's first choice of its type. There is one at the most.
    pub preferred: bool,
}

/// Nothing of it is set, but what the platform sets where nobody says otherwise.
impl Default for ConnectorConfiguration {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            issuer_display_name: String::new(),
            authorization_endpoint: None,
            token_endpoint: None,
            client_id: String::new(),
            jwt_validation_type: JwtValidationType::JwksEndpoint,
            jwks_endpoint: None,
            jwt_public_key: None,
            pkce_enabled: false,
            rfc_compliance: true,
            js_method_name: "lpGetAuthenticationToken".to_owned(),
            js_context: "window".to_owned(),
            acr_values: Vec::new(),
            audience: Vec::new(),
            preferred: false,
        }
    }
}
