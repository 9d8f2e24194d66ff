//! Tokens that are encrypted for the platform (section 1.10 of the platform contract, F-08).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{ContentEncryption, Jwe, KeyManagement};
use serde_json::{Map, Value};

use crate::context::Services;
use crate::directory::Result;
use crate::directory::connector::encryption_key;
use crate::directory::doctor::Check;
use crate::model::Client;

/// What a part of a token says, where it is an object.
pub(super) fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Looks at the header of an encrypted token; the token inside, where this server's gateway has the key.
pub(super) async fn token(
    services: &Services,
    token: &str,
    place: &str,
    check: &mut Check,
) -> Result<Option<String>> {
    let Some(header) = token.split('.').next().and_then(object) else {
        check.wrong(
            place,
            "its header is no JSON object (F-08)",
            "give what the page's method calls back with",
        );
        return Ok(None);
    };
    check.note(format!("The outer header: {}", Value::from(header.clone())));
    let says = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
    if says("alg") != KeyManagement::RsaOaep256.as_str() {
        check.wrong(
            place,
            format!(
                "its alg is {:?}, and the platform takes RSA-OAEP-256 alone (F-08)",
                says("alg")
            ),
            "let the brand encrypt with RSA-OAEP-256",
        );
    }
    if says("enc").parse::<ContentEncryption>().is_err() {
        check.wrong(
            place,
            format!("its enc is {:?}, which is unknown (F-08)", says("enc")),
            "A256GCM is safe, and A128CBC-HS256 has been seen",
        );
    }
    if says("kid").is_empty() {
        check.wrong(
            place,
            "its header has no kid: the platform can't find the key (F-08)",
            "let it be the id that came with the platform's key",
        );
    }
    let here = encryption_key(services).await?;
    if says("kid") != here.kid {
        check.note(format!(
            "It is encrypted to {:?}, and not to this server's gateway, whose key is {:?}: what is in it isn't seen from here.",
            says("kid"),
            here.kid
        ));
        return Ok(None);
    }
    let opened = match services.platform_keys.encryption().await {
        Ok(key) => Jwe::parse(token).and_then(|jwe| jwe.decrypt_nested(key)),
        Err(error) => return Ok(unread(check, &error.to_string())),
    };
    match opened {
        Ok(inside) => {
            if let Some(header) = inside.split('.').next().and_then(object) {
                check.note(format!("The inner header: {}", Value::from(header)));
            }
            Ok(Some(inside))
        }
        Err(error) => {
            check.wrong(
                place,
                format!("it names this gateway's key, and can't be decrypted with it: {error} (F-08)"),
                format!(
                    "let the brand encrypt to the key with SHA-256 {}",
                    here.fingerprint
                ),
            );
            Ok(None)
        }
    }
}

fn unread(check: &mut Check, why: &str) -> Option<String> {
    check.note(format!("What is in it can't be read: {why}."));
    None
}

/// Looks at what a client of this server has its tokens encrypted to.
pub(super) async fn recipient(services: &Services, client: &Client, check: &mut Check) -> Result<()> {
    let Some(management) = client.settings.id_token_encrypted_response_alg else {
        return Ok(());
    };
    let place = format!("client {}", client.client_id);
    if management != KeyManagement::RsaOaep256 {
        check.wrong(
            place.as_str(),
            format!("its id_tokens are encrypted with {management}, and the platform takes RSA-OAEP-256 alone (F-08)"),
            "register the platform's RSA key, and RSA-OAEP-256",
        );
        return Ok(());
    }
    let key = match services.recipients.find(client, management).await {
        Ok(key) => key,
        Err(error) => {
            check.wrong(
                place.as_str(),
                format!("its id_tokens are to be encrypted, and can't be: {error} (F-08)"),
                "register the platform's key with its kid",
            );
            return Ok(());
        }
    };
    let Some(kid) = key.kid() else {
        check.wrong(
            place.as_str(),
            "the key that its id_tokens are encrypted to has no kid: the platform can't find it (F-08)",
            "register the platform's key with the kid that came with it",
        );
        return Ok(());
    };
    let here = encryption_key(services).await?;
    if kid == here.kid && key.fingerprint() != here.fingerprint {
        check.wrong(
            place.as_str(),
            format!("its id_tokens are encrypted to another key than this gateway's, under the same kid {kid:?} (F-08)"),
            format!("register the key with SHA-256 {}", here.fingerprint),
        );
        return Ok(());
    }
    let whose = if kid == here.kid {
        "this server's gateway"
    } else {
        "another platform"
    };
    check.note(format!(
        "Its id_tokens are encrypted to {kid:?} of {whose}, SHA-256 {}.",
        key.fingerprint()
    ));
    Ok(())
}
