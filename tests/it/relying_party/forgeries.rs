//! What the library must not take.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::{
    AuthType, AuthenticationFlow, ClaimsVerificationError, Nonce, SignatureVerificationError,
    TokenResponse as _,
};
use serde_json::{Value, json};

use super::flows::consumer;
use super::party::{Party, Token};
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::payload;

/// The three parts, changed.
fn altered(token: &str, change: impl FnOnce(&mut [String; 3])) -> Token {
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut parts: [String; 3] = parts.try_into().unwrap();
    change(&mut parts);
    parts.join(".").parse().unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

on_both_databases! {
    async fn a_token_that_was_altered_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = consumer(&app).await;
        let (client, other) = (NewClient::web("web").on(&app).await, NewClient::web("other").on(&app).await);
        let party = Party::discover(&app, &client, AuthType::BasicAuth).await;
        let authorized = party.authorize(&ana, AuthenticationFlow::AuthorizationCode, "query").await;
        let nonce = authorized.nonce.clone();
        let tokens = party.redeem(authorized).await;
        let (genuine, verifier) = (tokens.id_token().unwrap(), party.verifier());
        let text = genuine.to_string();
        genuine.claims(&verifier, &nonce).unwrap();

        for (member, value) in [("sub", json!("sub-eve")), ("exp", json!(4_102_444_800_u32))] {
            let mut claims = payload(&text);
            claims.insert(member.to_owned(), value);
            let forged = altered(&text, |parts| parts[1] = encoded(&claims.into()));
            let error = forged.claims(&verifier, &nonce).unwrap_err();
            assert!(matches!(error, ClaimsVerificationError::SignatureVerification(_)), "{error:?}");
        }
        let forged = altered(&text, |parts| {
            let mut bytes = URL_SAFE_NO_PAD.decode(&parts[2]).unwrap();
            bytes[100] ^= 1;
            parts[2] = URL_SAFE_NO_PAD.encode(bytes);
        });
        let error = forged.claims(&verifier, &nonce).unwrap_err();
        assert!(matches!(
            error,
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::CryptoError(_))
        ), "{error:?}");
        let unsigned = altered(&text, |parts| {
            parts[0] = encoded(&json!({"alg": "none"}));
            parts[2].clear();
        });
        assert!(unsigned.claims(&verifier, &nonce).is_err());

        let error = genuine.claims(&verifier, &Nonce::new("another".to_owned())).unwrap_err();
        assert!(matches!(error, ClaimsVerificationError::InvalidNonce(_)), "{error:?}");
        let neighbour = Party::discover(&app, &other, AuthType::BasicAuth).await;
        let error = genuine.claims(&neighbour.verifier(), &nonce).unwrap_err();
        assert!(matches!(error, ClaimsVerificationError::InvalidAudience(_)), "{error:?}");
        app.clock.advance(std::time::Duration::from_hours(24));
        let error = genuine.claims(&party.verifier(), &nonce).unwrap_err();
        assert!(matches!(error, ClaimsVerificationError::Expired(_)), "{error:?}");
    }
}
