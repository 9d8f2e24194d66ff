//! The platform's client secret at the brand, with which codes are redeemed.

use zeroize::Zeroizing;

use crate::base::id::{AccountId, ConnectorId};
use crate::context::Services;
use crate::directory::sealed_secret;
use crate::keys::Place;
use crate::model::connector::Connector;

/// A connector's client secret; none where it has none, or where it can't be opened.
pub async fn client_secret(services: &Services, connector: &Connector) -> Option<Zeroizing<Vec<u8>>> {
    let place = place(&connector.account_id, &connector.connector_id);
    sealed_secret::open(services, &place, connector.secret.as_ref()).await
}

/// Where it rests.
pub(super) fn place<'a>(account: &'a AccountId, connector: &'a ConnectorId) -> Place<'a> {
    Place {
        table: "connectors",
        column: "secret",
        row: connector.as_str(),
        account: Some(account),
    }
}
