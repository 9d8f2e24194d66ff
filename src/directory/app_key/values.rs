use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::base::id::AppKeyId;
use crate::base::{Digest, Timestamp, hex};
use crate::context::{Services, app_key_secrets_place};
use crate::directory::Result;
use crate::model::app_key::{AppKey, AppKeyPair};
use crate::store;

/// The four values of an API key, 32 hexadecimal digits each. Debug shows the first alone.
pub struct Values {
    /// What requests call it (`oauth_consumer_key`).
    pub app_key: AppKeyId,
    /// Its secret.
    pub secret: SecretString,
    /// The access token (`oauth_token`).
    pub access_token: SecretString,
    /// That token's secret.
    pub access_token_secret: SecretString,
}

impl Values {
    /// By the names that the messaging platform's clients have for them.
    pub fn named(&self) -> [(&'static str, &str); 4] {
        [
            ("app_key", self.app_key.as_str()),
            ("secret", self.secret.expose_secret()),
            ("access_token", self.access_token.expose_secret()),
            ("access_token_secret", self.access_token_secret.expose_secret()),
        ]
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values({}, …)", self.app_key)
    }
}

/// New ones for a key, and what is kept of them.
pub(super) fn fresh(services: &Services, key: &AppKey, now: Timestamp) -> Result<(Values, AppKeyPair)> {
    let value = || SecretString::from(hex(&services.entropy.bytes::<16>()));
    let values = Values {
        app_key: key.app_key.clone(),
        secret: value(),
        access_token: value(),
        access_token_secret: value(),
    };
    let token = Digest::of(values.access_token.expose_secret());
    let token_id = hex(token.as_bytes());
    let joined = Zeroizing::new(format!(
        "{}:{}",
        values.secret.expose_secret(),
        values.access_token_secret.expose_secret()
    ));
    let secrets = services
        .sealer
        .seal(
            &app_key_secrets_place(&key.account_id, &token_id),
            joined.as_bytes(),
        )
        .map_err(|_| store::Error::Fault("an app key's secrets can't be sealed".to_owned()))?;
    let pair = AppKeyPair {
        token,
        secrets,
        created_at: now,
        expires_at: None,
    };
    Ok((values, pair))
}
