//! Tokens, as those who get them see them.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use jose::{Algorithm, Jwk, Policy, PublicKey};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::app::{App, ISSUER, request};

/// The claims of an id_token, verified as a stranger does it: by the published keys.
pub(crate) async fn verified(app: &App, id_token: &str, client_id: &str) -> Map<String, Value> {
    verified_of(app, "", id_token, client_id).await
}

/// The same for the account below `base`.
pub(crate) async fn verified_of(app: &App, base: &str, id_token: &str, audience: &str) -> Map<String, Value> {
    let set: Value = serde_json::from_str(&app.get(&format!("{base}/jwks")).await.body).unwrap();
    let keys: Vec<PublicKey> = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            let jwk = Jwk::from_members(key.as_object().unwrap()).unwrap();
            PublicKey::from_jwk(&jwk, Some(Algorithm::RS256)).unwrap()
        })
        .collect();
    let issuer = format!("{ISSUER}{base}");
    let policy = Policy::id_token(&issuer, audience, app.clock.now().seconds());
    let find = |kid: Option<&str>| keys.iter().find(|key| Some(key.kid()) == kid);
    jose::verify(id_token, find, &policy).unwrap();
    payload(id_token)
}

/// The payload of a JWT, unverified.
pub(crate) fn payload(token: &str) -> Map<String, Value> {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Asks the userinfo endpoint.
pub(crate) async fn userinfo(app: &App, access_token: &str) -> Answer {
    userinfo_at(app, "", access_token).await
}

/// The same in the account below `base`.
pub(crate) async fn userinfo_at(app: &App, base: &str, access_token: &str) -> Answer {
    let request = request("GET", &format!("{base}/userinfo"))
        .header(AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Body::empty())
        .unwrap();
    app.send(request).await
}
