//! Our client secret at the identity provider: sealed for its place, opened to redeem codes, shown to nobody (SEC-132).

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::base::id::{AccountId, SsoName};
use crate::context::Services;
use crate::directory::Result;
use crate::keys::Place;
use crate::model::Sealed;
use crate::model::sso::SsoConnection;
use crate::store;

/// A connection's client secret; none where it has none, or where it can't be opened.
pub async fn client_secret(services: &Services, connection: &SsoConnection) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = connection.secret.as_ref()?;
    services.sealer.meet(&services.db, [sealed]).await;
    services
        .sealer
        .open(&place(&connection.account_id, &connection.name), sealed)
        .ok()
}

/// Seals a secret; none where it is none, or empty.
pub(super) fn seal(
    services: &Services,
    account: &AccountId,
    connection: &SsoName,
    secret: Option<&SecretString>,
) -> Result<Option<Sealed>> {
    secret
        .map(ExposeSecret::expose_secret)
        .filter(|secret| !secret.is_empty())
        .map(|secret| {
            services
                .sealer
                .seal(&place(account, connection), secret.as_bytes())
                .map_err(|_| store::Error::Fault("a connection's secret can't be sealed".to_owned()).into())
        })
        .transpose()
}

fn place<'a>(account: &'a AccountId, connection: &'a SsoName) -> Place<'a> {
    Place {
        table: "sso_connections",
        column: "secret",
        row: connection.as_str(),
        account: Some(account),
    }
}
