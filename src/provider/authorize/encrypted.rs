//! Request objects that a client has encrypted for the account (RFC 9101 §6.1, docs/decisions/0041): what is inside is read
//! as if it had come as it is.

use std::borrow::Cow;
use std::sync::Arc;

use jose::jwe::{DecryptError, JweHeader};
use jose::{Jwe, KeyManagement, Typ};
use oauth::Error;

use super::object::invalid;
use crate::base::id::KeyId;
use crate::context::Context;
use crate::keys::{OpenedKey, open_decryption_key};
use crate::model::Client;
use crate::store;

/// The ways in which keys reach us that metadata lists: those that the account has a published key for.
pub(in crate::provider) fn served(context: &Context) -> Vec<String> {
    if !is_on(context) {
        return Vec::new();
    }
    let published = |alg: &KeyManagement| {
        let mut keys = context.tenant.ring.decryption().iter();
        keys.any(|it| it.is_published && it.key.public().management() == *alg)
    };
    let served = KeyManagement::ALL.into_iter().filter(published);
    served.map(|alg| alg.as_str().to_owned()).collect()
}

fn is_on(context: &Context) -> bool {
    context.tenant.account.settings.features.encrypted_request_objects
}

/// The request object in `received`: what is inside where it is encrypted, and else itself.
pub(super) async fn open<'r>(
    context: &Context,
    client: &Client,
    received: &'r str,
) -> Result<Cow<'r, str>, Error> {
    let registered = client.settings.request_object_encryption_alg;
    let has_five_parts = received.bytes().filter(|byte| *byte == b'.').count() == 4;
    if !has_five_parts {
        return match registered {
            // "Declaring that it may use" it (OpenID Connect Registration §2): in the strict form, that it does.
            Some(alg) if !client.is_certified_form() => {
                Err(invalid(format!("not encrypted, and registered with {alg}")))
            }
            _ => Ok(Cow::Borrowed(received)),
        };
    }
    if !is_on(context) {
        return Err(invalid("encrypted, which the account doesn't take"));
    }
    let jwe = Jwe::parse(received).map_err(|error| invalid(error.to_string()))?;
    let header = jwe.header().clone();
    let as_registered = registered.is_none_or(|alg| alg == header.management)
        && client
            .settings
            .request_object_encryption_enc
            .is_none_or(|enc| enc == header.encryption);
    if !as_registered {
        return Err(invalid("encrypted in another way than the registered one"));
    }
    for opened in keys(context, &header).await? {
        let tried = Jwe::parse(received)
            .and_then(|jwe| jwe.decrypt_nested_as(&opened.key, &[Typ::Jwt, Typ::OauthAuthzReqJwt]));
        match tried {
            Ok(inside) => return Ok(Cow::Owned(inside)),
            // Without a kid there may be another key that it is for.
            Err(DecryptError::Failed) if header.kid.is_none() => {}
            Err(error) => return Err(invalid(error.to_string())),
        }
    }
    Err(invalid("encrypted to a key that the account doesn't have"))
}

/// The keys that it may be encrypted to: the one that it names, or where it names none, those of its kind, newest first.
async fn keys(context: &Context, header: &JweHeader) -> Result<Vec<Arc<OpenedKey>>, Error> {
    let ring = context.tenant.ring.decryption();
    let Some(kid) = &header.kid else {
        let of_its_kind = ring
            .iter()
            .filter(|it| it.key.public().management() == header.management);
        return Ok(of_its_kind.cloned().collect());
    };
    if let Some(known) = ring.iter().find(|it| it.key.kid() == Some(kid)) {
        return Ok(vec![Arc::clone(known)]);
    }
    // Another node may have published it a moment ago.
    let Ok(kid) = KeyId::parse(kid) else {
        return Ok(Vec::new());
    };
    let services = &context.services;
    let found = store::decryption_keys::find(context.db(), &context.tenant.account.account_id, &kid).await;
    let found = found.map_err(|error| Error::temporarily_unavailable().with_detail(error.to_string()))?;
    let Some(stored) = found else {
        return Ok(Vec::new());
    };
    services.sealer.meet(context.db(), [&stored.private_key]).await;
    let opened = open_decryption_key(&services.sealer, &stored).map(|key| {
        Arc::new(OpenedKey {
            key,
            is_published: stored.replaced_at.is_none(),
        })
    });
    Ok(opened.into_iter().collect())
}
