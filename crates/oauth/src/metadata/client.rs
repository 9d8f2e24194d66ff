//! The members of a registration request and of its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    application_type::ApplicationType, client_authentication::ClientAuthMethod, grant_type::GrantType,
    max_age::MaxAge, response_type::ResponseType, scope::Scope, subject_type::SubjectType,
};

/// Client metadata: RFC 7591 §2, OpenID Connect Registration §2, and the members that other specifications add.
///
/// An absent member is `None`: what it then means is its specification's or the server's default. Members that aren't
/// known are dropped (SEC-062); values of closed sets that aren't known are an error (`invalid_client_metadata`).
/// URIs are as written: redirect URIs become safe by [`RedirectUri::register`](crate::RedirectUri::register).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    // RFC 7591 §2
    /// `redirect_uris` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    /// `token_endpoint_auth_method` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<ClientAuthMethod>,
    /// `grant_types` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    /// `response_types` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<ResponseType>>,
    /// `client_name` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// `client_uri` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// `logo_uri` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// `scope` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// `contacts` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
    /// `tos_uri` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// `policy_uri` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// `jwks_uri` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// `jwks` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// `software_id` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// `software_version` (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    // OpenID Connect Registration §2
    /// `application_type` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// `sector_identifier_uri` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// `subject_type` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// `id_token_signed_response_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// `id_token_encrypted_response_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<String>,
    /// `id_token_encrypted_response_enc` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<String>,
    /// `userinfo_signed_response_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<String>,
    /// `userinfo_encrypted_response_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<String>,
    /// `userinfo_encrypted_response_enc` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<String>,
    /// `request_object_signing_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// `request_object_encryption_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_alg: Option<String>,
    /// `request_object_encryption_enc` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_enc: Option<String>,
    /// `token_endpoint_auth_signing_alg` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `default_max_age` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<MaxAge>,
    /// `require_auth_time` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_auth_time: Option<bool>,
    /// `default_acr_values` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_acr_values: Option<Vec<String>>,
    /// `initiate_login_uri` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// `request_uris` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uris: Option<Vec<String>>,
    // OpenID Connect RP-Initiated Logout §3.1
    /// `post_logout_redirect_uris` (OpenID Connect RP-Initiated Logout §3.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    // OpenID Connect Front-Channel Logout §2
    /// `frontchannel_logout_uri` (OpenID Connect Front-Channel Logout §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// `frontchannel_logout_session_required` (OpenID Connect Front-Channel Logout §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    // OpenID Connect Back-Channel Logout §2.2
    /// `backchannel_logout_uri` (OpenID Connect Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// `backchannel_logout_session_required` (OpenID Connect Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    // JARM §3
    /// `authorization_signed_response_alg` (JARM §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<String>,
    /// `authorization_encrypted_response_alg` (JARM §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_alg: Option<String>,
    /// `authorization_encrypted_response_enc` (JARM §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_enc: Option<String>,
    // RFC 9126 §6
    /// `require_pushed_authorization_requests` (RFC 9126 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    // RFC 9101 §10.5
    /// `require_signed_request_object` (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_signed_request_object: Option<bool>,
    // RFC 9449 §5.2
    /// `dpop_bound_access_tokens` (RFC 9449 §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
    // RFC 8705 §2.1.2 and §3.4
    /// `tls_client_auth_subject_dn` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// `tls_client_auth_san_dns` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// `tls_client_auth_san_uri` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// `tls_client_auth_san_ip` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// `tls_client_auth_san_email` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// `tls_client_certificate_bound_access_tokens` (RFC 8705 §2.1.2 and §3.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    // RFC 9396 §10
    /// `authorization_details_types` (RFC 9396 §10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details_types: Option<Vec<String>>,
    // CIBA §4
    /// `backchannel_token_delivery_mode` (CIBA §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<String>,
    /// `backchannel_client_notification_endpoint` (CIBA §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_client_notification_endpoint: Option<String>,
    /// `backchannel_authentication_request_signing_alg` (CIBA §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_authentication_request_signing_alg: Option<String>,
    /// `backchannel_user_code_parameter` (CIBA §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_user_code_parameter: Option<bool>,
    // RFC 9701 §6
    /// `introspection_signed_response_alg` (RFC 9701 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<String>,
    /// `introspection_encrypted_response_alg` (RFC 9701 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<String>,
    /// `introspection_encrypted_response_enc` (RFC 9701 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<String>,
}
