//! Whom a client's id_tokens are encrypted for: the keys that it is to have, and whether they can be used.

use jose::{EncryptionKey, JwkSet, KeyManagement, SpkiError};
use url::Url;

use super::Draft;
use super::keys::{ENCRYPTION_KEY, ENCRYPTION_KID, JWKS, JWKS_URI};
use crate::context::Outbound;
use crate::directory::error::{Problems, shown};
use crate::model::ClientSettings;

/// A set takes room in each client that is kept in memory.
const MOST_KEYS: usize = 20;

/// Takes over the keys as they were written, and checks what is registered for encryption.
pub(super) fn settle(
    draft: &Draft,
    settings: &mut ClientSettings,
    outbound: &Outbound,
    problems: &mut Problems,
) {
    match keys(draft, settings) {
        Ok(set) => {
            settings.jwks = (!set.keys.is_empty()).then_some(set);
            check(settings, draft.platform, outbound, problems);
            answers(settings, problems);
        }
        // Nothing of it is told: it may hold a secret that doesn't belong there.
        Err((key, reason)) => problems.push(key, None, reason),
    }
    if let Some(kid) = &draft.encryption_kid {
        problems.unless(
            draft.encryption_key.is_some() && is_kid(kid),
            "encryption_kid",
            kid,
            ENCRYPTION_KID,
        );
    }
}

/// The keys as they were written, and the pasted one among them: it takes the place of all others for encryption, and
/// switches encryption on where nothing was said of it.
fn keys(draft: &Draft, settings: &mut ClientSettings) -> Result<JwkSet, (&'static str, String)> {
    let mut set = match &draft.jwks {
        None => JwkSet::default(),
        Some(text) => {
            JwkSet::parse_strictly(text.as_bytes()).map_err(|error| ("jwks", format!("{JWKS}: {error}")))?
        }
    };
    if let Some(line) = &draft.encryption_key {
        set.keys.retain(|jwk| jwk.key_use.as_deref() != Some("enc"));
        let key = pasted(line, draft.encryption_kid.as_deref())
            .map_err(|error| ("encryption_key", format!("{ENCRYPTION_KEY}: {error}")))?;
        if let Some(key) = key {
            settings
                .id_token_encrypted_response_alg
                .get_or_insert(key.management());
            set.keys.push(key.to_jwk());
        }
    }
    Ok(set)
}

/// The pasted key; none where an empty line takes it away.
fn pasted(line: &str, kid: Option<&str>) -> Result<Option<EncryptionKey>, SpkiError> {
    if line.is_empty() {
        return Ok(None);
    }
    let key = EncryptionKey::from_spki_line(line)?;
    Ok(Some(match kid {
        Some(kid) => key.with_kid(kid),
        None => key,
    }))
}

fn is_kid(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What was registered must fit together (OpenID Connect Registration §2), and be usable.
fn check(settings: &ClientSettings, platform: bool, outbound: &Outbound, problems: &mut Problems) {
    let set = settings.jwks.as_ref();
    let keys = set.map_or(0, |set| set.keys.len());
    problems.unless(keys <= MOST_KEYS, "jwks", keys, JWKS);
    if let Some(uri) = &settings.jwks_uri {
        problems.unless(
            set.is_none(),
            "jwks_uri",
            uri,
            "nothing, since the client has keys in jwks",
        );
        published(uri, outbound, problems);
    }
    let Some(management) = settings.id_token_encrypted_response_alg else {
        if let Some(encryption) = settings.id_token_encrypted_response_enc {
            problems.unless(
                false,
                "id_token_encrypted_response_enc",
                encryption,
                "nothing, unless id_token_encrypted_response_alg is set",
            );
        }
        return;
    };
    problems.unless(
        !platform || management == KeyManagement::RsaOaep256,
        "id_token_encrypted_response_alg",
        management,
        "RSA-OAEP-256, the only one that the messaging platform takes",
    );
    match set {
        None => problems.unless(
            settings.jwks_uri.is_some(),
            "id_token_encrypted_response_alg",
            management,
            "nothing, unless encryption_key, jwks or jwks_uri says to which key",
        ),
        Some(set) if EncryptionKey::choose(set, management).is_none() => {
            let wanted = format!(
                "with a key that {management} can be used with; {}",
                EncryptionKey::faults(set, management)
            );
            problems.push("jwks", None, wanted);
        }
        Some(_) => {}
    }
}

/// What else is encrypted for a client needs a key to encrypt to.
fn answers(settings: &ClientSettings, problems: &mut Problems) {
    let has_keys = settings.jwks.is_some() || settings.jwks_uri.is_some();
    for (alg, management, enc, encryption) in [
        (
            "authorization_encrypted_response_alg",
            settings.authorization_encrypted_response_alg,
            "authorization_encrypted_response_enc",
            settings.authorization_encrypted_response_enc,
        ),
        (
            "userinfo_encrypted_response_alg",
            settings.userinfo_encrypted_response_alg,
            "userinfo_encrypted_response_enc",
            settings.userinfo_encrypted_response_enc,
        ),
        (
            "introspection_encrypted_response_alg",
            settings.introspection_encrypted_response_alg,
            "introspection_encrypted_response_enc",
            settings.introspection_encrypted_response_enc,
        ),
    ] {
        match (management, encryption) {
            (None, Some(encryption)) => {
                let wanted = format!("nothing, unless {alg} is set");
                problems.unless(false, enc, encryption, wanted);
            }
            (Some(management), _) => problems.unless(
                has_keys,
                alg,
                management,
                "nothing, unless encryption_key, jwks or jwks_uri says to which key",
            ),
            (None, None) => {}
        }
    }
}

/// The guard of outbound calls holds for it from the first call on; whoever sets it learns of that now.
fn published(uri: &Url, outbound: &Outbound, problems: &mut Problems) {
    let refused = match outbound.client() {
        Ok(client) => client.admits(uri).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(reason) = refused {
        problems.push(
            "jwks_uri",
            Some(shown(uri.as_str())),
            format!("{JWKS_URI}: {reason}"),
        );
    }
}
