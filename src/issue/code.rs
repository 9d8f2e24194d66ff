//! Authorization codes: sealed values that carry what a redemption needs (RFC 6749 §4.1.2).

use oauth::{AuthorizationDetails, ClaimsRequest, CodeChallenge, Nonce, Scope};
use serde::{Deserialize, Serialize};

use super::IssueError;
use crate::base::id::{ClientId, GrantId, SessionId, Subject};
use crate::base::{Digest, Timestamp};
use crate::context::Context;
use crate::model::Client;
use crate::model::session::LoginMethod;
use crate::model::token::Code;

/// What a code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeContent {
    /// Who may redeem it.
    #[serde(rename = "c")]
    pub client_id: ClientId,
    /// Where it was sent: to be named again at the redemption.
    #[serde(rename = "r")]
    pub redirect_uri: String,
    /// The request named none: then it need not be named again.
    #[serde(rename = "R", default, skip_serializing_if = "std::ops::Not::not")]
    pub redirect_uri_left_out: bool,
    /// Whose code it is.
    #[serde(rename = "s")]
    pub sub: Subject,
    /// In which session.
    #[serde(rename = "i")]
    pub sid: SessionId,
    /// When they logged in.
    #[serde(rename = "t")]
    pub auth_time: Timestamp,
    /// Whether the id_token must say so.
    #[serde(rename = "T", default, skip_serializing_if = "std::ops::Not::not")]
    pub auth_time_wanted: bool,
    /// What was granted.
    #[serde(rename = "p")]
    pub scope: Scope,
    /// The consent that it hangs on, where there was one.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
    /// To be echoed.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// PKCE.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// Whom access tokens may be for (RFC 8707).
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<String>,
    /// The thumbprint of the key that it is for (RFC 9449 §10).
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// Single claims that were asked for.
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimsRequest>,
    /// What was granted in detail (RFC 9396).
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<AuthorizationDetails>,
    /// How they logged in, where the id_token must say so.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub login: Option<LoginMethod>,
    /// When it ends.
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
}

/// The longest that a code of the FAPI 2.0 Security Profile lives (§5.3.2.1).
const FAPI: std::time::Duration = std::time::Duration::from_mins(1);

/// How long a client's codes live (SEC-043): a platform's server redeems later than others.
pub fn lifetime(context: &Context, client: &Client) -> std::time::Duration {
    let chosen = chosen_lifetime(context, client);
    if client.is_fapi2() {
        chosen.min(FAPI)
    } else {
        chosen
    }
}

fn chosen_lifetime(context: &Context, client: &Client) -> std::time::Duration {
    let tokens = &context.services.settings.tokens;
    match context.tenant.account.settings.code_ttl {
        Some(seconds) => std::time::Duration::from_secs(seconds.into()),
        None if client.platform => tokens.platform_code_ttl.get(),
        None => tokens.code_ttl.get(),
    }
}

/// Makes a code.
pub fn issue(context: &Context, content: &CodeContent) -> Result<String, IssueError> {
    let services = &context.services;
    let json = serde_json::to_vec(content).map_err(|_| IssueError::Write("a code"))?;
    services
        .codes
        .seal(&context.tenant.account.account_id, &json, &services.entropy)
        .ok_or(IssueError::Write("a code"))
}

/// What a presented code stands for, and its digest. `None` for what this account never issued.
pub fn open(context: &Context, code: &str) -> Option<(CodeContent, Digest<Code>)> {
    let json = context
        .services
        .codes
        .open(&context.tenant.account.account_id, code)?;
    Some((serde_json::from_slice(&json).ok()?, Digest::of(code)))
}
