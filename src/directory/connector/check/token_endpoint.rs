//! The token endpoint, as the platform calls it (section 1.4 of the platform contract, F-07).

use outbound::Basic;
use serde::Deserialize;
use url::Url;

use super::Look;
use crate::directory::connector::client_secret;
use crate::directory::doctor::Check;
use crate::model::connector::ConnectorKind;

/// A code that nobody made.
const NO_CODE: &str = "signet-check-of-the-connector";

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Look<'_> {
    /// None for a type that redeems nothing.
    pub(super) async fn token_endpoint(&mut self) -> Option<Check> {
        if self.connector.kind != ConnectorKind::Code {
            return None;
        }
        let mut check = Check::new("connector_token_endpoint");
        let fields = self.connector.configuration.clone();
        let place = self.place("tokenEndpoint");
        let url = fields.token_endpoint.as_deref().map(Url::parse);
        let Some(Ok(url)) = url else {
            check.wrong(place, "there is no token endpoint", "set tokenEndpoint");
            return Some(check);
        };
        let secret = client_secret(self.services, self.connector).await;
        let Some(secret) = secret.as_deref().and_then(|it| std::str::from_utf8(it).ok()) else {
            check.wrong(
                self.place("clientSecret"),
                "there is no client secret, or it can't be opened with the sealing key",
                format!(
                    "signet connector update {} --client-secret-file FILE",
                    self.connector.connector_id
                ),
            );
            return Some(check);
        };
        let basic = Basic::of_client(&fields.client_id, secret);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", NO_CODE),
            ("redirect_uri", "https://liveperson.net"),
            // Long enough to be one (RFC 7636 §4.1).
            ("code_verifier", "signet-check-of-the-connector-0123456789-abcdef"),
        ];
        let form = form
            .get(..if fields.pkce_enabled { 4 } else { 3 })
            .unwrap_or(&form);
        let answer = match self.client.post_form(&url, Some(&basic), form).await {
            Ok(answer) => answer,
            Err(error) => {
                check.wrong(
                    place,
                    format!("it can't be asked: {error}"),
                    "let it answer POST from the internet, with JSON and without a redirect",
                );
                return Some(check);
            }
        };
        self.note_clock("token endpoint", &answer);
        let (status, refusal) = (answer.status.as_u16(), answer.json::<Refusal>().ok());
        match (status, refusal.as_ref().map(|refusal| refusal.error.as_str())) {
            (400, Some("invalid_grant" | "invalid_code")) => {
                check.note("It took the client's secret, and refused a code that nobody made, as it must.");
            }
            (401, _) | (_, Some("invalid_client" | "unauthorized_client")) => check.wrong(
                self.place("clientSecret"),
                "the token endpoint refuses the client id or its secret",
                "type both once more as the brand's identity provider has them",
            ),
            (400 | 415, _) => check.wrong(
                place,
                "it doesn't take the platform's request: a form, with the client id and secret in the header (F-07)",
                "let it take application/x-www-form-urlencoded and Basic credentials",
            ),
            (404 | 405, _) => check.wrong(
                place,
                format!("the answer is {status}: there is no token endpoint at that address"),
                "compare it with token_endpoint of the discovery document",
            ),
            (200..=299, _) => check.wrong(
                place,
                "it gave tokens for a code that nobody made: whoever answers there verifies nothing",
                "name the brand's real token endpoint",
            ),
            _ => check.wrong(
                place,
                format!("the answer to a code that nobody made is {status}, and not 400 invalid_grant"),
                "look into the log of the brand's identity provider",
            ),
        }
        Some(check)
    }
}
