mod access;
mod leniency;
mod security;

use std::collections::BTreeMap;

use ipnet::IpNet;
use jose::Algorithm;
use oauth::{
    ApplicationType, ClientAuthMethod, GrantType, RedirectUri, ResponseMode, ResponseType, Scope, SubjectType,
};
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::{AccountSettings, RequestObjectAlg};

use super::claims_contract::ClaimsContract;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::base::{Digest, OneTimeKind, Timestamp};

pub use access::AccessTokenFormat;
pub use leniency::Leniency;
pub use security::{AssertionAlgorithm, DeliveryMode, SecurityProfile};

/// An OAuth client of an account (RFC 6749 §2).
#[derive(Clone, Debug)]
pub struct Client {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its id.
    pub client_id: ClientId,
    /// A disabled client gets nothing (SEC-061).
    pub enabled: bool,
    /// A messaging platform's client: what it leaves out is filled in where its leniency says so.
    pub platform: bool,
    /// What it registered.
    pub settings: ClientSettings,
    /// Its secrets; at most two that live, so that one can be exchanged for the other (SEC-058).
    pub secrets: Vec<StoredSecret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Client {
    /// What people call it; its id where it has no name.
    pub fn shown_name(&self) -> &str {
        match self.settings.client_name.as_str() {
            "" => self.client_id.as_str(),
            name => name,
        }
    }

    /// The same in a language, where it has a name in that.
    pub fn name_in(&self, language: &str) -> &str {
        let plain = self.shown_name();
        let name = self.settings.in_language("client_name", language, Some(plain));
        name.unwrap_or(plain)
    }

    /// The algorithm of its id_tokens. The messaging platform takes RS256 alone (section 1.8 of its contract).
    pub fn id_token_algorithm(&self, account: &AccountSettings) -> Algorithm {
        match self.settings.id_token_signed_response_alg {
            Some(algorithm) => algorithm,
            None if self.platform => Algorithm::RS256,
            None => account.default_alg,
        }
    }

    /// Whether it keeps the rules of the FAPI 2.0 Security Profile.
    pub fn is_fapi2(&self) -> bool {
        self.settings.profile == Some(SecurityProfile::Fapi2)
    }

    /// Whether it is held to the form of the protocol that is certified.
    pub fn is_certified_form(&self) -> bool {
        self.settings.policy == ClientPolicy::Certified && !self.is_fapi2()
    }

    /// Whether nothing but pushed requests is taken from it: FAPI 2.0 §5.3.2.2 demands it of all its clients.
    pub fn must_push(&self) -> bool {
        self.settings.require_pushed_authorization_requests || self.is_fapi2()
    }

    /// The algorithm of its access tokens, where they are signed.
    pub fn access_token_algorithm(&self, account: &AccountSettings) -> Algorithm {
        self.settings
            .access_token_signed_response_alg
            .unwrap_or_else(|| self.id_token_algorithm(account))
    }

    /// Whether its refresh tokens are exchanged at each use.
    pub fn rotates_refresh_tokens(&self) -> bool {
        self.settings
            .refresh_token_rotation
            .unwrap_or_else(|| self.is_public())
    }

    /// A client that keeps no secret (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.settings.token_endpoint_auth_method == ClientAuthMethod::None
    }
}

/// The kind of one-time value that a client secret is.
#[derive(Debug)]
pub enum ClientSecret {}
impl OneTimeKind for ClientSecret {
    const NAME: &'static str = "client_secret";
}

/// A client secret as it is kept: a digest, since 256 random bits need no slow hash.
#[derive(Clone, Debug)]
pub struct StoredSecret {
    /// What a presented secret's digest must equal.
    pub digest: Digest<ClientSecret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// What a client registered (the names of RFC 7591 §2 and OpenID Connect Registration §2), and what an
/// administrator decided for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSettings {
    /// Its name on the consent page.
    pub client_name: String,
    /// Where answers may go.
    #[serde(deserialize_with = "stored")]
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a logout may lead.
    #[serde(deserialize_with = "stored")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// `web` or `native`.
    pub application_type: ApplicationType,
    /// What it may ask the authorization endpoint for.
    pub response_types: Vec<ResponseType>,
    /// How it may ask to be answered.
    pub response_modes: Vec<ResponseMode>,
    /// What it may present at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// How it proves who it is there.
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// What its assertions are signed with; any algorithm of its keys where it doesn't say.
    pub token_endpoint_auth_signing_alg: Option<AssertionAlgorithm>,
    /// The rules that it keeps as a whole.
    pub profile: Option<SecurityProfile>,
    /// Whether its tokens are always bound to a key that it proves to hold (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Whether its tokens are bound to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// What the subject of its certificate is called, as RFC 4514 writes it (RFC 8705 §2.1.2).
    pub tls_client_auth_subject_dn: Option<String>,
    /// A DNS name in its certificate.
    pub tls_client_auth_san_dns: Option<String>,
    /// A URI in its certificate.
    pub tls_client_auth_san_uri: Option<String>,
    /// An address in its certificate.
    pub tls_client_auth_san_ip: Option<std::net::IpAddr>,
    /// An e-mail address in its certificate.
    pub tls_client_auth_san_email: Option<String>,
    /// How it learns that its consumer has answered (CIBA §4).
    pub backchannel_token_delivery_mode: Option<DeliveryMode>,
    /// Where it is called then.
    pub backchannel_client_notification_endpoint: Option<Url>,
    /// What its backchannel requests are signed with; they need not be signed where it doesn't say.
    pub backchannel_authentication_request_signing_alg: Option<Algorithm>,
    /// The scopes that it may ask for.
    pub scope: Scope,
    /// Whether a code needs a PKCE challenge; public clients always need one (SEC-023).
    pub require_pkce: bool,
    /// The brand's own client: its consumers aren't asked for consent.
    pub first_party: bool,
    /// A logo for the consent page: a `data:` URL.
    pub logo_uri: Option<String>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// The greatest age of a login, in seconds, where a request names none.
    pub default_max_age: Option<u32>,
    /// Whether `auth_time` is always in its id_tokens.
    pub require_auth_time: bool,
    /// The algorithm of its id_tokens; the account's default where it doesn't say.
    pub id_token_signed_response_alg: Option<jose::Algorithm>,
    /// The key that signs for it, whichever is the account's active one: its platform has this one pasted, and knows no
    /// other.
    pub pasted_key: Option<KeyId>,
    /// Where it reads the JWK set from, addresses or networks: a verifier that the rotation of keys waits for.
    pub jwks_reader_addresses: Vec<IpNet>,
    /// How it calls itself when it reads the JWK set: the beginning of its `User-Agent`.
    pub jwks_reader_user_agents: Vec<String>,
    /// How the key of its encrypted id_tokens reaches it; they are signed only where it doesn't say.
    pub id_token_encrypted_response_alg: Option<jose::KeyManagement>,
    /// How the content of its encrypted id_tokens is encrypted; [`jose::ContentEncryption::default`] where it doesn't say.
    pub id_token_encrypted_response_enc: Option<jose::ContentEncryption>,
    /// Whether the header of its encrypted id_tokens says `cty: JWT` (RFC 7519 §5.2).
    pub id_token_encrypted_response_cty: bool,
    /// Its public keys, given by value.
    pub jwks: Option<jose::JwkSet>,
    /// Where it publishes them.
    pub jwks_uri: Option<Url>,
    /// The `aud` of its id_tokens where it isn't the client id alone.
    pub id_token_audience: Vec<String>,
    /// Lifetime of its id_tokens, in seconds: 300 to 86,400.
    pub id_token_ttl: Option<u32>,
    /// What its access tokens are.
    pub access_token_format: AccessTokenFormat,
    /// The algorithm of those that are signed; that of its id_tokens where it doesn't say.
    pub access_token_signed_response_alg: Option<Algorithm>,
    /// How long its refresh tokens may lie unused, in seconds: 3,600 to 31,536,000.
    pub refresh_token_ttl: Option<u32>,
    /// How long refresh tokens go on from one login, in seconds: 3,600 to 63,072,000.
    pub refresh_token_max: Option<u32>,
    /// Whether a refresh token is exchanged for another at each use (SEC-045); where it doesn't say, that of a public
    /// client is.
    pub refresh_token_rotation: Option<bool>,
    /// For whom it may have access tokens, beside ourselves (RFC 8707, SEC-007).
    pub resources: Vec<String>,
    /// The resources that it serves: it may ask what tokens for them are good for (SEC-053).
    pub serves: Vec<String>,
    /// The algorithm of signed answers about tokens (RFC 9701 §6); that of its id_tokens where it doesn't say.
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// How the key of encrypted answers reaches it (RFC 9701 §6).
    pub introspection_encrypted_response_alg: Option<jose::KeyManagement>,
    /// How their content is encrypted.
    pub introspection_encrypted_response_enc: Option<jose::ContentEncryption>,
    /// Origins whose pages may call the token and userinfo endpoints (SEC-077).
    pub allowed_origins: Vec<String>,
    /// Origins of the brand's own pages: they are handed codes and id_tokens of whoever is signed in, without leaving the
    /// page (SEC-038).
    pub origins: Vec<String>,
    /// What is relaxed for it.
    pub leniency: Leniency,
    /// Which form of the protocol it is held to.
    pub policy: ClientPolicy,
    /// Who registered it: what strangers registered is trusted less (SEC-033, SEC-034, SEC-037).
    pub registered_by: RegisteredBy,
    /// What its id_tokens must say: a JSON Schema.
    pub claims_contract: Option<ClaimsContract>,
    /// Its name, logo and links in other languages: `client_name#de` and so on (OpenID Connect Registration §2.1).
    pub localized: BTreeMap<String, String>,
    /// How to reach the people behind it: e-mail addresses, as a rule.
    pub contacts: Vec<String>,
    /// What it says its program is (RFC 7591 §2): the same for each of its installations.
    pub software_id: Option<String>,
    /// The version of that.
    pub software_version: Option<String>,
    /// Where a login that others begin leads (OpenID Connect Core §4): https.
    pub initiate_login_uri: Option<String>,
    /// The levels of authentication that its requests mean where they name none, best first.
    pub default_acr_values: Vec<String>,
    /// How subjects are shown to it; as the account does where it doesn't say.
    pub subject_type: Option<SubjectType>,
    /// Where the redirect URIs of all clients are listed that see the same pairwise subjects.
    pub sector_identifier_uri: Option<String>,
    /// Where its request objects may be fetched, byte for byte.
    pub request_uris: Vec<String>,
    /// How its request objects are signed; by any algorithm that we know where it doesn't say.
    pub request_object_signing_alg: Option<RequestObjectAlg>,
    /// How the key of its encrypted request objects reaches us: then they are encrypted, each in this way; in the certified
    /// form they may be. Where it doesn't say they may be, in any way that the account takes.
    pub request_object_encryption_alg: Option<jose::KeyManagement>,
    /// How their content is encrypted; in any way that we know where it doesn't say.
    pub request_object_encryption_enc: Option<jose::ContentEncryption>,
    /// Whether it may ask with a signed request object alone (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// Whether it may ask with a pushed request alone (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// The types of authorization details that it may ask for (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
    /// The algorithm of its authorization responses that are JWTs; RS256 where it doesn't say (JARM §3).
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// How the key of such responses reaches it where they are encrypted.
    pub authorization_encrypted_response_alg: Option<jose::KeyManagement>,
    /// How their content is encrypted.
    pub authorization_encrypted_response_enc: Option<jose::ContentEncryption>,
    /// The algorithm of its userinfo answers; they are plain JSON where it doesn't say.
    pub userinfo_signed_response_alg: Option<jose::Algorithm>,
    /// How the key of its encrypted userinfo answers reaches it.
    pub userinfo_encrypted_response_alg: Option<jose::KeyManagement>,
    /// How their content is encrypted.
    pub userinfo_encrypted_response_enc: Option<jose::ContentEncryption>,
    /// What a browser is to load when a session at it ends (OpenID Connect Front-Channel Logout §2).
    pub frontchannel_logout_uri: Option<String>,
    /// Whether that must be told which session.
    pub frontchannel_logout_session_required: bool,
    /// Where it is told that a session at it has ended (OpenID Connect Back-Channel Logout §2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Whether that must be told which session.
    pub backchannel_logout_session_required: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            client_name: String::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            application_type: ApplicationType::Web,
            response_types: vec![ResponseType::Code],
            response_modes: vec![
                ResponseMode::Query,
                ResponseMode::Fragment,
                ResponseMode::FormPost,
            ],
            grant_types: vec![GrantType::AuthorizationCode],
            token_endpoint_auth_method: ClientAuthMethod::ClientSecretBasic,
            token_endpoint_auth_signing_alg: None,
            profile: None,
            dpop_bound_access_tokens: false,
            tls_client_certificate_bound_access_tokens: false,
            tls_client_auth_subject_dn: None,
            tls_client_auth_san_dns: None,
            tls_client_auth_san_uri: None,
            tls_client_auth_san_ip: None,
            tls_client_auth_san_email: None,
            backchannel_token_delivery_mode: None,
            backchannel_client_notification_endpoint: None,
            backchannel_authentication_request_signing_alg: None,
            scope: Scope::default(),
            require_pkce: true,
            first_party: false,
            logo_uri: None,
            client_uri: None,
            policy_uri: None,
            tos_uri: None,
            default_max_age: None,
            require_auth_time: false,
            id_token_signed_response_alg: None,
            pasted_key: None,
            jwks_reader_addresses: Vec::new(),
            jwks_reader_user_agents: Vec::new(),
            id_token_encrypted_response_alg: None,
            id_token_encrypted_response_enc: None,
            id_token_encrypted_response_cty: true,
            jwks: None,
            jwks_uri: None,
            id_token_audience: Vec::new(),
            id_token_ttl: None,
            access_token_format: AccessTokenFormat::Opaque,
            access_token_signed_response_alg: None,
            refresh_token_ttl: None,
            refresh_token_max: None,
            refresh_token_rotation: None,
            resources: Vec::new(),
            serves: Vec::new(),
            introspection_signed_response_alg: None,
            introspection_encrypted_response_alg: None,
            introspection_encrypted_response_enc: None,
            allowed_origins: Vec::new(),
            origins: Vec::new(),
            leniency: Leniency::default(),
            policy: ClientPolicy::default(),
            registered_by: RegisteredBy::default(),
            claims_contract: None,
            localized: BTreeMap::new(),
            contacts: Vec::new(),
            software_id: None,
            software_version: None,
            initiate_login_uri: None,
            default_acr_values: Vec::new(),
            subject_type: None,
            sector_identifier_uri: None,
            request_uris: Vec::new(),
            request_object_signing_alg: None,
            request_object_encryption_alg: None,
            request_object_encryption_enc: None,
            require_signed_request_object: false,
            require_pushed_authorization_requests: false,
            authorization_details_types: Vec::new(),
            authorization_signed_response_alg: None,
            authorization_encrypted_response_alg: None,
            authorization_encrypted_response_enc: None,
            userinfo_signed_response_alg: None,
            userinfo_encrypted_response_alg: None,
            userinfo_encrypted_response_enc: None,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
        }
    }
}

/// Which form of the protocol a client is held to, where what is certified allows more than what is safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientPolicy {
    /// As the security requirements have it.
    #[default]
    Strict,
    /// As OpenID Connect's certification has it.
    Certified,
}

super::text_enum!(ClientPolicy { Strict = "strict", Certified = "certified" });

/// Who registered a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisteredBy {
    /// An administrator, or one vouches for it since.
    #[default]
    Administrator,
    /// The client itself, with an initial access token (RFC 7591 §3).
    TokenHolder,
    /// The client itself, and nobody knows who that is.
    Anybody,
}

super::text_enum!(RegisteredBy {
    Administrator = "administrator",
    TokenHolder = "token_holder",
    Anybody = "anybody",
});

impl ClientSettings {
    /// A member in a language, or else as it is: `client_name`, `policy_uri` and so on (OpenID Connect Registration §2.1).
    pub fn in_language<'a>(
        &'a self,
        member: &str,
        language: &str,
        plain: Option<&'a str>,
    ) -> Option<&'a str> {
        let localized = || {
            let name = format!("{member}#{language}");
            self.localized.get(&name).map(String::as_str)
        };
        if self.localized.is_empty() {
            plain
        } else {
            localized().or(plain)
        }
    }

    /// Whether it wants to know when a session at it ends, by either way.
    pub const fn is_told_of_logouts(&self) -> bool {
        self.frontchannel_logout_uri.is_some() || self.backchannel_logout_uri.is_some()
    }
}

/// Redirect URIs as the store has them: they were checked when they were registered.
fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RedirectUri>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .into_iter()
        .map(|uri| RedirectUri::rehydrate(uri).map_err(serde::de::Error::custom))
        .collect()
}
