//! Tokens that are encrypted for the platform (section 1.10 of the platform contract, F-08).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{ContentEncryption, Jwe, KeyManagement, Typ};
use serde_json::{Map, Value};

use crate::context::Services;
use crate::directory::Result;
use crate::directory::doctor::Check;
use crate::keys::PlatformKeyError;

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
    if header.contains_key("zip") {
        check.wrong(
            place,
            "it is compressed: a small token could become an endless one, and it is refused (F-08)",
            "let the brand encrypt without zip",
        );
    }
    let content = says("cty");
    if !content.is_empty() && !Typ::Jwt.matches(content) {
        check.wrong(
            place,
            format!("its cty is {content:?}: what is inside is to be a signed token (F-08)"),
            "let cty be JWT, or leave it out",
        );
    }
    let key = match services.platform_keys.encryption_if_made().await {
        Ok(key) => key,
        Err(error) => return unopened(error, check).map(|()| None),
    };
    let Some(key) = key.filter(|key| key.public().kid() == Some(says("kid"))) else {
        let whose = key.map_or_else(
            || "which has no key yet".to_owned(),
            |key| format!("whose key is {:?}", key.public().kid().unwrap_or_default()),
        );
        check.note(format!(
            "It is encrypted to {:?}, and not to this server's gateway, {whose}: what is in it isn't seen from here.",
            says("kid")
        ));
        return Ok(None);
    };
    match Jwe::parse(token).and_then(|jwe| jwe.decrypt_nested(key)) {
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
                    key.public().fingerprint()
                ),
            );
            Ok(None)
        }
    }
}

/// Tells that this gateway's own key can't be used; a database that doesn't answer says nothing of it.
pub(super) fn unopened(error: PlatformKeyError, check: &mut Check) -> Result<()> {
    if let PlatformKeyError::Store(error) = error {
        return Err(error.into());
    }
    check.wrong(
        "this gateway's key for encrypted tokens",
        format!("{error}: no encrypted token is taken (F-08)"),
        "restore the sealing key that belongs to this database, or the database from its backup",
    );
    Ok(())
}
