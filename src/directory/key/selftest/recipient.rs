//! Each client that has encrypted tokens gets one that it can read.

use jose::{DecryptionKey, EncryptionKey, Jwe, Typ};

use super::{Check, Subject, Wishes, token, verify};
use crate::base::Timestamp;
use crate::context::{Services, Tenant};
use crate::model::Client;

pub(super) async fn checks(
    services: &Services,
    tenant: &Tenant,
    clients: &[Client],
    wishes: &Wishes<'_>,
    now: Timestamp,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut decrypted = false;
    for client in clients {
        let subject = Subject::Client(client.client_id.clone());
        let Some(management) = client.settings.id_token_encrypted_response_alg else {
            continue;
        };
        let recipient = match services.recipients.find(client, management).await {
            Ok(recipient) => recipient,
            Err(error) => {
                checks.push(Check::of(&subject, "encryption_key", Err(error.to_string())));
                continue;
            }
        };
        checks.push(Check::of(&subject, "encryption_key", Ok(described(&recipient))));
        let nested = nested(tenant, client, &recipient, now);
        let outcome = nested.as_ref().map(|token| outer(token)).map_err(Clone::clone);
        checks.push(Check::of(&subject, "encrypted", outcome));
        let Some(private) = wishes.decrypt_with else {
            continue;
        };
        let is_its = private.public().fingerprint() == recipient.fingerprint();
        // Of all clients, the one whose key it is; of the one that was named, whatever key it is.
        if let Ok(nested) = &nested
            && (is_its || wishes.client.is_some())
        {
            decrypted = true;
            let outcome = opened(tenant, client, nested, &recipient, private, now);
            checks.push(Check::of(&subject, "decrypted", outcome));
        }
    }
    if wishes.decrypt_with.is_some() && !decrypted {
        let reason = Err("no client's tokens are encrypted to its public half".to_owned());
        checks.push(Check::of(&Subject::DecryptionKey, "decrypted", reason));
    }
    checks
}

fn described(key: &EncryptionKey) -> String {
    let kid = key.kid().unwrap_or("without an id");
    format!(
        "{kid}: {}, for {}; SHA-256 {}",
        key.key_type(),
        key.management(),
        key.fingerprint()
    )
}

/// A token as the client would get one.
fn nested(
    tenant: &Tenant,
    client: &Client,
    recipient: &EncryptionKey,
    now: Timestamp,
) -> Result<String, String> {
    let key = tenant.key_for(client).ok_or("no usable key signs for it")?;
    let signed = token(&key.signer, &tenant.account.issuer, now).map_err(|error| error.to_string())?;
    let settings = &client.settings;
    let encryption = settings.id_token_encrypted_response_enc.unwrap_or_default();
    let content = settings.id_token_encrypted_response_cty.then_some(Typ::Jwt);
    recipient
        .encrypt(encryption, content, signed.as_bytes())
        .map_err(|error| error.to_string())
}

/// The outer header, for people who compare it with what their platform asks for (F-08).
fn outer(token: &str) -> String {
    match Jwe::parse(token) {
        Ok(jwe) => {
            let mut header = jwe.header().parameters.clone();
            header.remove("epk");
            format!("outer header {}", serde_json::Value::Object(header))
        }
        Err(error) => error.to_string(),
    }
}

fn opened(
    tenant: &Tenant,
    client: &Client,
    nested: &str,
    recipient: &EncryptionKey,
    private: &DecryptionKey,
    now: Timestamp,
) -> Result<String, String> {
    let theirs = recipient.fingerprint();
    let given = private.public().fingerprint();
    if theirs != given {
        return Err(format!(
            "the private key belongs to another public key: SHA-256 {given}, and the client's is {theirs}"
        ));
    }
    if let (Some(given), registered) = (private.kid(), recipient.kid())
        && registered != Some(given)
    {
        return Err(format!(
            "the private key's kid is {given:?}, and the client registered {registered:?}"
        ));
    }
    let inner = Jwe::parse(nested)
        .and_then(|jwe| jwe.decrypt_nested(private))
        .map_err(|error| error.to_string())?;
    let key = tenant.key_for(client).ok_or("the key that signed it is gone")?;
    verify(&inner, key.signer.public(), &tenant.account.issuer, now)
        .map_err(|error| format!("the inner token isn't verified: {error}"))?;
    Ok(format!(
        "decrypted; the inner token verified with key {}",
        key.kid
    ))
}
