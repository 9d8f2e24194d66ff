//! Logout tokens (OpenID Connect Back-Channel Logout §2.4).

use std::time::Duration;

use jose::Typ;
use serde_json::{Map, Value, json};

use super::{IssueError, id_token, subject};
use crate::base::id;
use crate::context::{Services, Tenant};
use crate::keys::RingKey;
use crate::model::{Client, LogoutNotice};

/// "it is RECOMMENDED that […] the expiration time […] preferably [be] at most two minutes in the future" (§2.4).
const LIFETIME: Duration = Duration::from_mins(2);
/// What has happened (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Writes and signs a logout token with the key of the client's id_tokens, and encrypts it where those are (§2.4). It
/// never has a `nonce`, so that nobody takes it for one of them.
pub async fn issue(
    services: &Services,
    tenant: &Tenant,
    client: &Client,
    notice: &LogoutNotice,
) -> Result<String, IssueError> {
    let RingKey { signer, .. } = tenant
        .key_for(client)
        .ok_or_else(|| IssueError::NoKey(client.id_token_algorithm(&tenant.account.settings)))?;
    let now = services.clock.now();
    let mut events = Map::new();
    events.insert(EVENT.to_owned(), Value::Object(Map::new()));
    let payload = json!({
        "iss": tenant.account.issuer,
        "sub": *subject::shown_by(services, tenant, client, &notice.sub),
        "aud": id_token::audience(client),
        "iat": (now - services.settings.tokens.backdate.get()).seconds(),
        "exp": (now + LIFETIME).seconds(),
        "jti": id::fresh(&services.clock, &services.entropy),
        "sid": notice.sid,
        "events": events,
    });
    let json = serde_json::to_vec(&payload).map_err(|_| IssueError::Write("a logout token"))?;
    let signed = signer.sign(Typ::LogoutJwt, &json)?;
    let settings = &client.settings;
    let Some(management) = settings.id_token_encrypted_response_alg else {
        return Ok(signed);
    };
    let recipient = services.recipients.find(client, management).await?;
    let encryption = settings.id_token_encrypted_response_enc.unwrap_or_default();
    let content = settings.id_token_encrypted_response_cty.then_some(Typ::LogoutJwt);
    Ok(recipient.encrypt(encryption, content, signed.as_bytes())?)
}
