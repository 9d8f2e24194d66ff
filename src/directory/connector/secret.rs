//! The platform's client secret at the brand: sealed for its place, opened to redeem codes, shown to nobody (SEC-132).

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::base::id::{AccountId, ConnectorId};
use crate::context::Services;
use crate::directory::Result;
use crate::keys::Place;
use crate::model::Sealed;
use crate::model::connector::Connector;
use crate::store;

/// A connector's client secret; none where it has none, or where it can't be opened.
pub async fn client_secret(services: &Services, connector: &Connector) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = connector.secret.as_ref()?;
    services.sealer.meet(&services.db, [sealed]).await;
    services
        .sealer
        .open(&place(&connector.account_id, &connector.connector_id), sealed)
        .ok()
}

/// Seals a secret; none where it is none, or empty.
pub(super) fn seal(
    services: &Services,
    account: &AccountId,
    connector: &ConnectorId,
    secret: Option<&SecretString>,
) -> Result<Option<Sealed>> {
    secret
        .map(ExposeSecret::expose_secret)
        .filter(|secret| !secret.is_empty())
        .map(|secret| {
            services
                .sealer
                .seal(&place(account, connector), secret.as_bytes())
                .map_err(|_| store::Error::Fault("a connector's secret can't be sealed".to_owned()).into())
        })
        .transpose()
}

fn place<'a>(account: &'a AccountId, connector: &'a ConnectorId) -> Place<'a> {
    Place {
        table: "connectors",
        column: "secret",
        row: connector.as_str(),
        account: Some(account),
    }
}
