//! The provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2): derived from what is served, serialised when a
//! key or the account changes.

use std::collections::BTreeMap;

use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use jose::{ContentEncryption, KeyManagement};
use oauth::{
    ClientAuthMethod, CodeChallenge, GrantType, Prompt, ResponseMode, ResponseType, Scope, SubjectType,
};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, ProviderMetadata};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::authorize::{encrypted, is_served};
use super::token;
use crate::context::Context;
use crate::directory::registration;
use crate::http::Problem;
use crate::http::client_auth;
use crate::issue::claims::LP_SDES;
use crate::model::claim;
use crate::model::session::Level;

/// The document.
type Metadata = ProviderMetadata<
    FurtherMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Members that specifications after OpenID Connect Discovery have added, with their registered names; and two of its own whose
/// values the library's types don't all know: RFC 9864 is younger than it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FurtherMetadata {
    /// OpenID Connect Discovery §3.
    token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// The same.
    request_object_signing_alg_values_supported: Vec<String>,
    /// The same: where the account takes encrypted ones.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    request_object_encryption_alg_values_supported: Vec<String>,
    /// The same.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    request_object_encryption_enc_values_supported: Vec<String>,
    /// RFC 8414 §2.
    code_challenge_methods_supported: Vec<String>,
    /// OpenID Connect Prompt Create §4.2.
    prompt_values_supported: Vec<String>,
    /// RFC 9207 §3.
    authorization_response_iss_parameter_supported: bool,
    /// RFC 9126 §5.
    pushed_authorization_request_endpoint: String,
    /// RFC 9396 §10.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    authorization_details_types_supported: Vec<String>,
    /// JARM §4.
    authorization_signing_alg_values_supported: Vec<String>,
    /// JARM §4.
    authorization_encryption_alg_values_supported: Vec<String>,
    /// JARM §4.
    authorization_encryption_enc_values_supported: Vec<String>,
    /// RFC 8414 §2.
    introspection_endpoint: String,
    /// RFC 8414 §2.
    introspection_endpoint_auth_methods_supported: Vec<String>,
    /// RFC 8414 §2: it must be there where assertions are among the methods.
    introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// RFC 9701 §7.
    introspection_signing_alg_values_supported: Vec<String>,
    /// RFC 9701 §7.
    introspection_encryption_alg_values_supported: Vec<String>,
    /// RFC 9701 §7.
    introspection_encryption_enc_values_supported: Vec<String>,
    /// RFC 8414 §2.
    revocation_endpoint: String,
    /// RFC 8414 §2.
    revocation_endpoint_auth_methods_supported: Vec<String>,
    /// The same as of introspection.
    revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// OpenID Connect RP-Initiated Logout §2.1.
    end_session_endpoint: String,
    /// OpenID Connect Session Management §3.3.
    check_session_iframe: String,
    /// OpenID Connect Front-Channel Logout §3.
    frontchannel_logout_supported: bool,
    /// The same: `iss` and `sid` are always told.
    frontchannel_logout_session_supported: bool,
    /// OpenID Connect Back-Channel Logout §2.1.
    backchannel_logout_supported: bool,
    /// The same: `sid` is always told.
    backchannel_logout_session_supported: bool,
    /// RFC 9449 §5.1.
    dpop_signing_alg_values_supported: Vec<String>,
    /// RFC 8705 §3.3.
    tls_client_certificate_bound_access_tokens: bool,
    /// RFC 8705 §5.
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<BTreeMap<String, String>>,
    /// RFC 8628 §4.
    device_authorization_endpoint: String,
    /// CIBA §4.
    backchannel_authentication_endpoint: String,
    /// CIBA §4.
    backchannel_token_delivery_modes_supported: Vec<String>,
    /// CIBA §4.
    backchannel_authentication_request_signing_alg_values_supported: Vec<String>,
    /// CIBA §4.
    backchannel_user_code_parameter_supported: bool,
}

/// Endpoints that clients prove themselves at: they have an alias where certificates are asked for (RFC 8705 §5).
const ALIASED: [(&str, &str); 7] = [
    ("token_endpoint", "token"),
    ("userinfo_endpoint", "userinfo"),
    ("introspection_endpoint", "introspect"),
    ("revocation_endpoint", "revoke"),
    ("pushed_authorization_request_endpoint", "par"),
    ("device_authorization_endpoint", "device_authorization"),
    ("backchannel_authentication_endpoint", "bc_authorize"),
];

fn aliases(context: &Context) -> Option<BTreeMap<String, String>> {
    let base = context.mtls_base()?;
    let alias = |(name, path): (&str, &str)| (name.to_owned(), format!("{base}/{path}"));
    Some(ALIASED.map(alias).into_iter().collect())
}

/// What clients may sign with. RFC 9864 calls the last of our algorithms `Ed25519`, and clients write either; what we sign
/// ourselves has the older name alone.
fn signatures() -> impl Iterator<Item = &'static str> {
    jose::Algorithm::ALL
        .into_iter()
        .map(jose::Algorithm::as_str)
        .chain(["Ed25519"])
}

/// What clients' assertions may be signed with.
fn assertion_algorithms() -> impl Iterator<Item = &'static str> {
    signatures().chain(jose::HmacAlgorithm::ALL.map(jose::HmacAlgorithm::as_str))
}

impl AdditionalProviderMetadata for FurtherMetadata {}

/// `GET /.well-known/openid-configuration`
pub(super) async fn get(context: Context) -> Result<Response, Problem> {
    let made = &context.tenant.metadata;
    let document = if let Some(document) = made.get() {
        document
    } else {
        let document = metadata(&context).and_then(|metadata| serde_json::to_vec(&metadata));
        let document = document.map_err(|error| Problem::internal(format!("metadata: {error}")))?;
        made.get_or_init(|| document.into_boxed_slice())
    };
    let mut response = document.to_vec().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

fn metadata(context: &Context) -> Result<Metadata, serde_json::Error> {
    let issuer = context.issuer();
    let endpoint = |path: &str| format!("{issuer}/{path}");
    let mut algorithms: Vec<_> = context
        .tenant
        .ring
        .algorithms()
        .map(jose::Algorithm::as_str)
        .collect();
    algorithms.sort_unstable();
    let methods: Vec<_> = client_auth::served(context)
        .map(ClientAuthMethod::as_str)
        .collect();
    let secretive = methods
        .iter()
        .copied()
        .filter(|&name| name != ClientAuthMethod::None.as_str());
    let assertions: Vec<String> = assertion_algorithms().map(str::to_owned).collect();
    let managements = owned(&KeyManagement::ALL.map(KeyManagement::as_str));
    let encryptions = owned(&ContentEncryption::ALL.map(ContentEncryption::as_str));
    let encrypted = encrypted::served(context);
    let further = FurtherMetadata {
        request_object_encryption_enc_values_supported: if encrypted.is_empty() {
            Vec::new()
        } else {
            encryptions.clone()
        },
        request_object_encryption_alg_values_supported: encrypted,
        token_endpoint_auth_signing_alg_values_supported: assertions.clone(),
        request_object_signing_alg_values_supported: request_object_algorithms().map(str::to_owned).collect(),
        code_challenge_methods_supported: vec![CodeChallenge::METHOD.to_owned()],
        prompt_values_supported: prompts(context),
        authorization_response_iss_parameter_supported: true,
        pushed_authorization_request_endpoint: endpoint("par"),
        authorization_details_types_supported: context
            .tenant
            .account
            .settings
            .authorization_details_types
            .keys()
            .cloned()
            .collect(),
        authorization_signing_alg_values_supported: owned(&algorithms),
        authorization_encryption_alg_values_supported: managements.clone(),
        authorization_encryption_enc_values_supported: encryptions.clone(),
        introspection_endpoint: endpoint("introspect"),
        introspection_endpoint_auth_methods_supported: secretive.map(str::to_owned).collect(),
        introspection_endpoint_auth_signing_alg_values_supported: assertions.clone(),
        introspection_signing_alg_values_supported: owned(&algorithms),
        introspection_encryption_alg_values_supported: managements.clone(),
        introspection_encryption_enc_values_supported: encryptions.clone(),
        revocation_endpoint: endpoint("revoke"),
        revocation_endpoint_auth_methods_supported: owned(&methods),
        revocation_endpoint_auth_signing_alg_values_supported: assertions,
        end_session_endpoint: endpoint("end_session"),
        check_session_iframe: endpoint("check_session"),
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        dpop_signing_alg_values_supported: signatures().map(str::to_owned).collect(),
        tls_client_certificate_bound_access_tokens: context.mtls_base().is_some(),
        mtls_endpoint_aliases: aliases(context),
        device_authorization_endpoint: endpoint("device_authorization"),
        backchannel_authentication_endpoint: endpoint("bc_authorize"),
        backchannel_token_delivery_modes_supported: vec!["poll".to_owned(), "ping".to_owned()],
        backchannel_authentication_request_signing_alg_values_supported: signatures()
            .map(str::to_owned)
            .collect(),
        backchannel_user_code_parameter_supported: false,
    };
    let signing = algorithms.clone();
    let metadata = Metadata::new(
        named(issuer)?,
        named(&endpoint("authorize"))?,
        named(&endpoint("jwks"))?,
        all_named(ResponseType::OPENID.map(ResponseType::as_str))?,
        all_named(SubjectType::ALL.map(SubjectType::as_str))?,
        all_named(algorithms)?,
        further,
    );
    let scopes = [
        Scope::OPENID,
        Scope::PROFILE,
        Scope::EMAIL,
        Scope::ADDRESS,
        Scope::PHONE,
        Scope::OFFLINE_ACCESS,
        LP_SDES,
    ];
    let grant_types = token::SERVED.iter().copied().chain([GrantType::Implicit]);
    let languages = pages::Locale::ALL.iter().map(|locale| locale.tag());
    let registration = registration::is_open(&context.tenant.account)
        .then(|| named(&endpoint("register")))
        .transpose()?;
    Ok(metadata
        .set_registration_endpoint(registration)
        .set_token_endpoint(Some(named(&endpoint("token"))?))
        .set_userinfo_endpoint(Some(named(&endpoint("userinfo"))?))
        .set_scopes_supported(Some(all_named(scopes)?))
        .set_response_modes_supported(Some(all_named(ResponseMode::ALL.iter().map(|it| it.as_str()))?))
        .set_grant_types_supported(Some(all_named(grant_types.map(GrantType::as_str))?))
        .set_token_endpoint_auth_methods_supported(Some(all_named(
            client_auth::served(context).map(ClientAuthMethod::as_str),
        )?))
        .set_id_token_encryption_alg_values_supported(Some(all_named(
            KeyManagement::ALL.map(KeyManagement::as_str),
        )?))
        .set_id_token_encryption_enc_values_supported(Some(all_named(
            ContentEncryption::ALL.map(ContentEncryption::as_str),
        )?))
        .set_userinfo_signing_alg_values_supported(Some(all_named(signing)?))
        .set_userinfo_encryption_alg_values_supported(Some(all_named(
            KeyManagement::ALL.map(KeyManagement::as_str),
        )?))
        .set_userinfo_encryption_enc_values_supported(Some(all_named(
            ContentEncryption::ALL.map(ContentEncryption::as_str),
        )?))
        .set_acr_values_supported(Some(all_named(Level::ALL.map(Level::as_str))?))
        .set_claim_types_supported(Some(vec![CoreClaimType::Normal]))
        .set_claims_supported(Some(all_named(claims())?))
        .set_claims_parameter_supported(Some(true))
        .set_request_parameter_supported(Some(true))
        .set_request_uri_parameter_supported(Some(true))
        .set_require_request_uri_registration(Some(true))
        .set_ui_locales_supported(Some(all_named(languages)?)))
}

fn prompts(context: &Context) -> Vec<String> {
    let account = &context.tenant.account.settings;
    Prompt::ALL
        .into_iter()
        .filter(|prompt| is_served(*prompt, account))
        .map(|prompt| prompt.as_str().to_owned())
        .collect()
}

/// What clients may sign request objects with; `none` is for those that registered it.
fn request_object_algorithms() -> impl Iterator<Item = &'static str> {
    signatures().chain(["none"])
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// What a token or `/userinfo` may say.
fn claims() -> impl Iterator<Item = &'static str> {
    let of_the_protocol = [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "acr",
        "amr",
        "sid",
        "nonce",
        "updated_at",
    ];
    of_the_protocol
        .into_iter()
        .chain(claim::STANDARD.iter().map(|claim| claim.name))
        .chain([LP_SDES])
}

/// A registered name or a URL in the library's type for it. `oauth` and `jose` know the names; the library reads them as
/// it would read anybody's document.
fn named<T: DeserializeOwned>(name: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(Value::from(name))
}

fn all_named<T: DeserializeOwned>(
    names: impl IntoIterator<Item = &'static str>,
) -> Result<Vec<T>, serde_json::Error> {
    names.into_iter().map(named).collect()
}
