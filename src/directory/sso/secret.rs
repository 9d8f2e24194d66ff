//! Our client secret at the identity provider, with which codes are redeemed.

use zeroize::Zeroizing;

use crate::base::id::{AccountId, SsoName};
use crate::context::Services;
use crate::directory::sealed_secret;
use crate::keys::Place;
use crate::model::sso::SsoConnection;

/// A connection's client secret; none where it has none, or where it can't be opened.
pub async fn client_secret(services: &Services, connection: &SsoConnection) -> Option<Zeroizing<Vec<u8>>> {
    let place = place(&connection.account_id, &connection.name);
    sealed_secret::open(services, &place, connection.secret.as_ref()).await
}

/// Where it rests.
pub(super) fn place<'a>(account: &'a AccountId, connection: &'a SsoName) -> Place<'a> {
    Place {
        table: "sso_connections",
        column: "secret",
        row: connection.as_str(),
        account: Some(account),
    }
}
