use jose::Algorithm;
use serde::{Deserialize, Serialize};

use super::UserId;
use crate::base::id::{AccountId, SsoName};
use crate::base::{Digest, OneTimeKind, Timestamp};
use crate::model::Sealed;

/// An account's connection to an identity provider of its company, by which users log in (section 7.5 of the platform
/// contract).
#[derive(Clone, Debug)]
pub struct SsoConnection {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its full name: what the identity provider knows it by, too.
    pub name: SsoName,
    /// The protocol.
    pub kind: SsoKind,
    /// Whether it lets anybody in.
    pub enabled: bool,
    /// What it knows of the identity provider.
    pub configuration: SsoConfiguration,
    /// The client secret, sealed.
    pub secret: Option<Sealed>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The protocol that a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SsoKind {
    /// OpenID Connect Core 1.0: code flow with PKCE.
    Oidc,
    /// SAML 2.0: Web Browser SSO profile.
    Saml,
}

super::text_enum!(SsoKind { Oidc = "oidc", Saml = "saml" });

/// What a connection knows of the identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SsoConfiguration {
    /// OIDC: the issuer, whose metadata tells its endpoints.
    pub issuer: Option<String>,
    /// OIDC: our client id there.
    pub client_id: Option<String>,
    /// OIDC: what is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// OIDC: algorithms that id_tokens may be signed with (SEC-103).
    pub algorithms: Vec<Algorithm>,
    /// SAML: its entityID.
    pub entity_id: Option<String>,
    /// SAML: where it takes requests, by the HTTP-Redirect binding.
    pub sso_url: Option<String>,
    /// SAML: the certificates that it signs with, each one line of base64 (DER).
    pub certificates: Vec<String>,
    /// The claim or attribute that holds a user's login name, to the letter.
    pub claim: String,
    /// Where a browser may be sent in the end, to the letter; the first is where nobody says otherwise.
    pub return_to: Vec<String>,
    /// Whether what the identity provider said to somebody else's question, or to none, is taken at the login: an id_token or
    /// a SAML response as `assertion`.
    pub assertion_login: bool,
}

impl Default for SsoConfiguration {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            scopes: Vec::new(),
            algorithms: Algorithm::ALL.to_vec(),
            entity_id: None,
            sso_url: None,
            certificates: Vec::new(),
            claim: LOGIN_NAME.to_owned(),
            return_to: Vec::new(),
            assertion_login: false,
        }
    }
}

/// The claim or attribute that the platform reads.
const LOGIN_NAME: &str = "loginName";

/// What a browser carries to an identity provider and back: `state`, `RelayState`.
#[derive(Debug)]
pub enum SsoState {}
impl OneTimeKind for SsoState {
    const NAME: &'static str = "sso-state";
}

/// What an application logs in with once its browser is back.
#[derive(Debug)]
pub enum SsoTicket {}
impl OneTimeKind for SsoTicket {
    const NAME: &'static str = "sso-ticket";
}

/// The kind of value that the id of a SAML assertion is, with who said it.
#[derive(Debug)]
pub enum SsoAssertion {}
impl OneTimeKind for SsoAssertion {
    const NAME: &'static str = "sso-assertion";
}

/// A browser that is on its way to an identity provider.
#[derive(Clone, Debug)]
pub struct SsoAttempt {
    /// Of what the browser carries.
    pub digest: Digest<SsoState>,
    /// In which account.
    pub account_id: AccountId,
    /// By which connection.
    pub connection: SsoName,
    /// Where it goes in the end; none where it is answered here.
    pub return_to: Option<String>,
    /// What the application there wants back.
    pub app_state: Option<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

/// Whom a ticket logs in.
#[derive(Clone, Debug)]
pub struct SsoTicketHolder {
    /// By which connection.
    pub connection: SsoName,
    /// Who.
    pub user_id: UserId,
}
