use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};
use crate::model::Sealed;

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
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
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

/// A connector's fields, by the platform's names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorConfiguration {
    /// The `iss` that tokens must have.
    pub issuer: String,
    /// Its name for people.
    #[serde(default)]
    pub issuer_display_name: String,
    /// The brand's authorization endpoint.
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    /// The brand's token endpoint.
    #[serde(default)]
    pub token_endpoint: Option<String>,
    /// The platform's client id at the brand.
    pub client_id: String,
    /// Where the key comes from.
    pub jwt_validation_type: JwtValidationType,
    /// The URL of the JWK set.
    #[serde(default)]
    pub jwks_endpoint: Option<String>,
    /// The pasted key: one line of base64 SPKI.
    #[serde(default)]
    pub jwt_public_key: Option<String>,
    /// Whether the platform makes a PKCE challenge.
    #[serde(default)]
    pub pkce_enabled: bool,
    /// The "OAuth 2 RFC" version rather than the old "openID" one.
    #[serde(default = "yes")]
    pub rfc_compliance: bool,
    /// What the platform calls in the page.
    #[serde(default = "method")]
    pub js_method_name: String,
    /// Where that lives.
    #[serde(default = "context")]
    pub js_context: String,
    /// Levels that it takes.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// The account's first choice.
    #[serde(default)]
    pub preferred: bool,
}

const fn yes() -> bool {
    true
}

fn method() -> String {
    "lpGetAuthenticationToken".to_owned()
}

fn context() -> String {
    "window".to_owned()
}
