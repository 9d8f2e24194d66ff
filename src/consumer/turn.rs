//! Whose turn it is in an interaction, and for what (SEC-032).

use crate::http::Visit;
use crate::http::pending::Pending;
use crate::issue::interaction::{self, Needed, Reason};
use crate::model::SignedIn;
use crate::store;

/// What is still to be done in it; nothing where it can be answered.
pub(super) async fn needed(visit: &Visit, pending: &Pending) -> store::Result<Option<Needed>> {
    let (request, progress) = (&pending.interaction.request, &pending.interaction.progress);
    let everybody = visit.everybody().await?;
    let required =
        interaction::required(&visit.context, &pending.client, request, &everybody, progress).await?;
    Ok(required.err())
}

/// Who is to do this; nobody where something else comes first, or nothing is left to do. The idle end of their session moves
/// on.
pub(super) async fn whose(
    visit: &Visit,
    pending: &Pending,
    reason: Reason,
) -> store::Result<Option<SignedIn>> {
    let needed = needed(visit, pending)
        .await?
        .filter(|needed| needed.reason == reason);
    match needed.and_then(|needed| needed.who) {
        Some(known) if visit.keep(&known.session).await? => Ok(Some(known)),
        _ => Ok(None),
    }
}
