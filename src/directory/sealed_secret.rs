//! A secret that somebody else gave us and that we show to nobody (SEC-132): sealed for its place, opened to be used.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Result;
use crate::context::Services;
use crate::keys::Place;
use crate::model::Sealed;
use crate::store;

/// The secret that rests at that place; none where there is none, or where it can't be opened.
pub(super) async fn open(
    services: &Services,
    place: &Place<'_>,
    sealed: Option<&Sealed>,
) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = sealed?;
    services.sealer.meet(&services.db, [sealed]).await;
    services.sealer.open(place, sealed).ok()
}

/// Seals a secret for that place; none where it is none, or empty.
pub(super) fn seal(
    services: &Services,
    place: &Place<'_>,
    secret: Option<&SecretString>,
) -> Result<Option<Sealed>> {
    secret
        .map(ExposeSecret::expose_secret)
        .filter(|secret| !secret.is_empty())
        .map(|secret| {
            services.sealer.seal(place, secret.as_bytes()).map_err(|_| {
                store::Error::Fault(format!(
                    "a value of {}.{} can't be sealed",
                    place.table, place.column
                ))
                .into()
            })
        })
        .transpose()
}
