//! The client of a connector that has one of our keys pasted.

use jose::{Algorithm, PublicKey};

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::Services;
use crate::directory::{Result, account};
use crate::model::Client;
use crate::model::connector::ConnectorConfiguration;
use crate::model::signing_key::KeyState;
use crate::store;

/// It holds on to the key that is pasted, so that a rotation, of which the pasted value learns nothing, does not break its
/// logins (F-20). With when the client was last changed. `renewed` is the client as the same transaction leaves it before.
pub(super) async fn client(
    services: &Services,
    account: &AccountId,
    configuration: &ConnectorConfiguration,
    renewed: Option<Client>,
) -> Result<Option<(Client, Timestamp)>> {
    let Some(line) = &configuration.jwt_public_key else {
        return Ok(None);
    };
    let Ok(pasted) = PublicKey::from_spki_line(Algorithm::RS256, line) else {
        return Ok(None);
    };
    let (Ok(kid), Ok(id)) = (
        KeyId::parse(pasted.kid()),
        ClientId::parse(&configuration.client_id),
    ) else {
        return Ok(None);
    };
    // Only the platform's own client follows what is pasted for the platform, and only to a key that signs or has signed: a
    // connector is no way to change how other clients' tokens are signed.
    let published = store::signing_keys::find(&services.db, account, &kid)
        .await?
        .filter(|key| matches!(key.state, KeyState::Active | KeyState::Retiring));
    let platforms = services.clients.platform(account).await?;
    let is_platform = platforms.iter().any(|client| client.client_id == id);
    let client = store::clients::find(&services.db, account, &id)
        .await?
        .filter(|_| is_platform)
        .map(|found| {
            renewed
                .filter(|it| it.client_id == found.client_id)
                .unwrap_or(found)
        });
    Ok(published.zip(client).map(|(key, mut client)| {
        let former = client.updated_at;
        client.settings.pasted_key = Some(key.kid);
        client.updated_at = account::after(services, former);
        (client, former)
    }))
}
