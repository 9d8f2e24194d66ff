//! The issuer's discovery document against the connector (F-05).

use serde_json::Value;
use url::Url;

use super::Look;
use crate::directory::doctor::Check;

impl Look<'_> {
    pub(super) async fn issuer(&mut self) -> Check {
        let fields = self.connector.configuration.clone();
        let mut check = Check::new("connector_issuer");
        if fields.is_delegation() {
            check.note("Consumer delegation verifies nobody: no issuer is asked.");
            return check;
        }
        let place = self.place("issuer");
        let address = format!(
            "{}/.well-known/openid-configuration",
            fields.issuer.trim_end_matches('/')
        );
        let Ok(url) = Url::parse(&address) else {
            return Check::unchecked("connector_issuer", "the issuer is no URL");
        };
        let document = match self.get("discovery", &url).await {
            Ok(answer) if answer.status.is_success() => {
                answer.json::<Value>().map_err(|error| error.to_string())
            }
            Ok(answer) => Err(format!("the answer is {}", answer.status.as_u16())),
            Err(error) => Err(error.to_string()),
        };
        let document = match document {
            Ok(document) => document,
            Err(why) => {
                // The platform doesn't read it either (section 1.2): what follows can be looked at all the same.
                check.warn(
                    place,
                    format!(
                        "{url} can't be read: {why}. Whether the issuer is spelt right isn't known (F-05)"
                    ),
                    "compare it byte for byte with the iss of a token",
                );
                return check;
            }
        };
        let told = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
        self.jwks_uri = Url::parse(told("jwks_uri")).ok();
        if told("issuer") != fields.issuer {
            check.wrong(
                place,
                format!("the connector says {:?}, and the issuer calls itself {:?}: every token is refused (F-05)", fields.issuer, told("issuer")),
                format!("signet connector update {} --issuer {}", self.connector.connector_id, told("issuer")),
            );
        }
        for (field, name, configured) in [
            ("jwksEndpoint", "jwks_uri", &fields.jwks_endpoint),
            ("tokenEndpoint", "token_endpoint", &fields.token_endpoint),
            (
                "authorizationEndpoint",
                "authorization_endpoint",
                &fields.authorization_endpoint,
            ),
        ] {
            if let Some(configured) = configured
                && configured != told(name)
                && !told(name).is_empty()
            {
                check.warn(
                    self.place(field),
                    format!("it is {configured}, and the issuer says {}", told(name)),
                    "take the issuer's own address, unless you know better",
                );
            }
        }
        let algorithms = document
            .get("id_token_signing_alg_values_supported")
            .and_then(Value::as_array);
        if algorithms.is_some_and(|all| !all.iter().any(|it| it == "RS256")) {
            check.wrong(
                self.place("issuer"),
                "it doesn't sign with RS256, the only algorithm that the platform takes",
                "give the platform's client id_tokens of RS256",
            );
        }
        check
    }
}
