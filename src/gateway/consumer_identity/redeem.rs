//! A code for a token (section 1.4 of the platform contract).

use oauth::{CodeVerifier, ErrorCode};
use outbound::{Answer, Basic};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::keys::url;
use super::{Check, CheckName, Gate, Trail};

/// The `redirect_uri` of a code whose page says none (section 1.5).
pub const DEFAULT_REDIRECT_URI: &str = "https://liveperson.net";

/// What is read of a token endpoint's answer where a consumer is to be verified: the access token has no use there (conflict
/// C8 of the platform contract).
#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
}

/// What is kept of it where a consumer lets a program act for them (section 1.15).
#[derive(Deserialize, Serialize)]
struct Delegated {
    access_token: String,
    #[serde(default = "bearer")]
    token_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

fn bearer() -> String {
    "Bearer".to_owned()
}

/// What is read of a refusal (RFC 6749 §5.2).
#[derive(Deserialize)]
struct TokenError {
    error: String,
}

impl Gate<'_> {
    /// Redeems a code for a consumer's token.
    pub(super) async fn redeem(
        &self,
        code: &str,
        redirect_uri: Option<&str>,
        code_verifier: Option<&CodeVerifier>,
        trail: &mut Trail,
    ) -> Result<String, Check> {
        let answer = self.buy(code, redirect_uri, code_verifier, trail).await?;
        let response: TokenResponse = answer.json().map_err(|_| {
            Check::failed(
                CheckName::Code,
                "the token endpoint's answer isn't JSON with an id_token",
            )
        })?;
        self.bought(trail);
        Ok(response.id_token)
    }

    /// Redeems a code for what lets a program act for a consumer at their brand: the tokens as JSON, to be kept where nobody
    /// sees them.
    pub(super) async fn redeem_for_program(
        &self,
        code: &str,
        redirect_uri: Option<&str>,
        code_verifier: Option<&CodeVerifier>,
        trail: &mut Trail,
    ) -> Result<Zeroizing<Vec<u8>>, Check> {
        let unusable = || {
            Check::failed(
                CheckName::Code,
                "the token endpoint's answer isn't JSON with an access_token",
            )
        };
        let answer = self.buy(code, redirect_uri, code_verifier, trail).await?;
        let tokens: Delegated = answer.json().map_err(|_| unusable())?;
        let kept = serde_json::to_vec(&tokens).map_err(|_| unusable())?;
        self.bought(trail);
        Ok(Zeroizing::new(kept))
    }

    fn bought(&self, trail: &mut Trail) {
        let how = if self.connector.configuration.pkce_enabled {
            "redeemed with the connector's secret and the platform's PKCE verifier"
        } else {
            "redeemed with the connector's secret"
        };
        trail.pass(CheckName::Code, how);
    }

    /// Asks the token endpoint as the platform does: a form, with the connector's credentials in the header.
    async fn buy(
        &self,
        code: &str,
        redirect_uri: Option<&str>,
        code_verifier: Option<&CodeVerifier>,
        trail: &mut Trail,
    ) -> Result<Answer, Check> {
        let unusable = |detail| Check::failed(CheckName::Connector, detail);
        let configuration = &self.connector.configuration;
        let endpoint = url(configuration.token_endpoint.as_deref())
            .ok_or_else(|| unusable("the connector has no token endpoint"))?;
        let secret = self
            .secret
            .ok_or_else(|| unusable("the connector has no client secret"))?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.unwrap_or(DEFAULT_REDIRECT_URI)),
        ];
        if configuration.pkce_enabled {
            let verifier = code_verifier.ok_or_else(|| unusable("the code's PKCE verifier isn't known"))?;
            form.push(("code_verifier", verifier.expose()));
        }

        let began = self.clock.now();
        let basic = Basic::of_client(&configuration.client_id, secret);
        let answer = self.http.post_form(&endpoint, Some(&basic), &form).await;
        let took = self.clock.now().since(began).as_millis();
        let name = format!("POST {endpoint}");
        let failed = |detail: String| Check::failed(CheckName::Code, detail);
        let answer = answer.map_err(|error| {
            trail.step(name.as_str(), error.to_string());
            failed(format!("the token endpoint can't be asked: {error}"))
        })?;
        trail.step(name.as_str(), format!("{} in {took} ms", answer.status.as_u16()));
        if !answer.status.is_success() {
            // The code of the error alone, which is one of a closed set: never what else the endpoint says (SEC-147).
            let code = answer.json::<TokenError>().ok();
            let code = code.and_then(|refusal| refusal.error.parse::<ErrorCode>().ok());
            let code = code.map_or_else(String::new, |code| format!(" {}", code.as_str()));
            return Err(failed(format!(
                "the token endpoint answered {}{code}",
                answer.status.as_u16()
            )));
        }
        Ok(answer)
    }
}
