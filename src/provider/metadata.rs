//! The provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2): derived from what is served, serialised when a
//! key or the account changes.

use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use oauth::{
    ClientAuthMethod, CodeChallenge, GrantType, Prompt, ResponseMode, ResponseType, Scope, SubjectType,
};
use serde::Serialize;

use crate::context::Context;
use crate::issue::claims::LP_SDES;
use crate::model::claim;

/// The document, with the registered names.
#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    prompt_values_supported: Vec<&'static str>,
    claim_types_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    ui_locales_supported: Vec<&'static str>,
}

/// `GET /.well-known/openid-configuration`
pub(super) async fn get(context: Context) -> Response {
    let document = context.tenant.metadata.get_or_init(|| {
        serde_json::to_vec(&metadata(&context))
            .unwrap_or_default()
            .into_boxed_slice()
    });
    let mut response = document.to_vec().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn metadata(context: &Context) -> Metadata<'_> {
    let issuer = context.issuer();
    let endpoint = |path: &str| format!("{issuer}/{path}");
    let mut algorithms: Vec<_> = context
        .tenant
        .ring
        .algorithms()
        .map(jose::Algorithm::as_str)
        .collect();
    algorithms.sort_unstable();
    let mut claims = vec![
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "sid",
        "nonce",
        "updated_at",
    ];
    claims.extend(claim::STANDARD.iter().map(|claim| claim.name));
    claims.push(LP_SDES);
    Metadata {
        issuer,
        authorization_endpoint: endpoint("authorize"),
        token_endpoint: endpoint("token"),
        userinfo_endpoint: endpoint("userinfo"),
        jwks_uri: endpoint("jwks"),
        scopes_supported: vec![
            Scope::OPENID,
            Scope::PROFILE,
            Scope::EMAIL,
            Scope::ADDRESS,
            Scope::PHONE,
            LP_SDES,
        ],
        response_types_supported: ResponseType::OPENID.iter().map(|it| it.as_str()).collect(),
        response_modes_supported: ResponseMode::ALL.iter().map(|it| it.as_str()).collect(),
        grant_types_supported: vec![
            GrantType::AuthorizationCode.as_str(),
            GrantType::Implicit.as_str(),
        ],
        subject_types_supported: vec![SubjectType::Public.as_str()],
        id_token_signing_alg_values_supported: algorithms,
        token_endpoint_auth_methods_supported: [
            ClientAuthMethod::ClientSecretBasic,
            ClientAuthMethod::ClientSecretPost,
            ClientAuthMethod::None,
        ]
        .map(ClientAuthMethod::as_str)
        .to_vec(),
        code_challenge_methods_supported: vec![CodeChallenge::METHOD],
        prompt_values_supported: [
            Prompt::None,
            Prompt::Login,
            Prompt::Consent,
            Prompt::SelectAccount,
        ]
        .map(Prompt::as_str)
        .to_vec(),
        claim_types_supported: vec!["normal"],
        claims_supported: claims,
        claims_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
        ui_locales_supported: pages::Locale::ALL.iter().map(|locale| locale.tag()).collect(),
    }
}
