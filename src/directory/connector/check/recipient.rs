//! To whom a client of this server has its id_tokens encrypted (section 1.10 of the platform contract, F-08).

use jose::{DecryptionKey, KeyManagement};

use crate::context::{RecipientError, Services};
use crate::directory::Result;
use crate::directory::doctor::Check;
use crate::model::Client;

/// Looks at what a client has its tokens encrypted to; nothing where it has them plain. Where its keys are published, they are
/// fetched.
pub(in crate::directory) async fn recipient(
    services: &Services,
    client: &Client,
    place: &str,
    check: &mut Check,
) -> Result<()> {
    let Some(management) = client.settings.id_token_encrypted_response_alg else {
        return Ok(());
    };
    let register = format!(
        "signet client update {} --encryption-key LINE --encryption-kid KID, with the platform's RSA key and the id that came \
         with it",
        client.client_id
    );
    if management != KeyManagement::RsaOaep256 {
        check.wrong(
            place,
            format!("its id_tokens are encrypted with {management}, and the platform takes RSA-OAEP-256 alone (F-08)"),
            format!("--set id_token_encrypted_response_alg=RSA-OAEP-256: {register}"),
        );
        return Ok(());
    }
    let key = match services.recipients.find(client, management).await {
        Ok(key) => key,
        Err(error) => {
            let mend = mend(&error, client, register);
            check.wrong(
                place,
                format!(
                    "its id_tokens are to be encrypted, and can't be, so that none is issued: {error} (F-08)"
                ),
                mend,
            );
            return Ok(());
        }
    };
    let Some(kid) = key.kid() else {
        check.wrong(
            place,
            "the key that its id_tokens are encrypted to has no kid: the platform can't find it (F-08)",
            register,
        );
        return Ok(());
    };
    let here = match services.platform_keys.encryption_if_made().await {
        Ok(here) => here.map(DecryptionKey::public),
        Err(error) => return super::encrypted::unopened(error, check),
    };
    let named = here.filter(|here| here.kid() == Some(kid));
    let same = here.filter(|here| here.fingerprint() == key.fingerprint());
    match (named, same) {
        (Some(here), None) => check.wrong(
            place,
            format!("its id_tokens are encrypted to another key than this gateway's, under the same kid {kid:?} (F-08)"),
            format!("register the key with SHA-256 {}", here.fingerprint()),
        ),
        (None, Some(here)) => check.wrong(
            place,
            format!(
                "its id_tokens are encrypted to this gateway's key, and call it {kid:?}: the gateway knows it as {:?} (F-08)",
                here.kid().unwrap_or_default()
            ),
            register,
        ),
        _ => {
            let whose = if same.is_some() {
                "this server's gateway"
            } else {
                // Where this gateway's key isn't made yet, nobody can have it.
                "another platform"
            };
            let fingerprint = key.fingerprint();
            check.note(format!(
                "Its id_tokens are encrypted to {kid:?} of {whose}, SHA-256 {fingerprint}."
            ));
        }
    }
    Ok(())
}

/// What to do where there is no key to encrypt to.
fn mend(error: &RecipientError, client: &Client, register: String) -> String {
    let endpoint = client.settings.jwks_uri.as_ref();
    match (error, endpoint) {
        (RecipientError::Setup(_), _) => {
            "mend what outbound.* says, by which the server calls others".to_owned()
        }
        (RecipientError::NoKey(_), _) | (_, None) => register,
        (RecipientError::Unfit { .. }, Some(uri)) => {
            format!("let {uri} publish an RSA key with use enc, alg RSA-OAEP-256 and a kid; or {register}")
        }
        (_, Some(uri)) => format!(
            "let {uri} answer this server with 200 and a JWK set of public keys (a host of your own is named in \
             outbound.allow_hosts); or {register}"
        ),
    }
}
