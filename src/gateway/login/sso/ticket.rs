//! An application logs in with the ticket that its browser brought.

use secrecy::{ExposeSecret as _, SecretString};

use super::enabled;
use crate::base::Digest;
use crate::context::Context;
use crate::directory::user::{self, LoggedIn, NotLoggedIn};
use crate::login::{Source, UserRefusal};
use crate::store;

/// Logs in whom the ticket is for, once, as long as the connection and the user are still there and enabled.
pub(in crate::gateway::login) async fn log_in(
    context: &Context,
    ticket: &SecretString,
) -> Result<LoggedIn, NotLoggedIn> {
    let account = &context.tenant.account.account_id;
    let nobody = || NotLoggedIn::Refused(UserRefusal::NoMatch);
    let store = |error| NotLoggedIn::Refused(UserRefusal::Store(error));
    let digest = Digest::of(ticket.expose_secret());
    let holder = store::sso_attempts::take_ticket(context.db(), account, digest, context.now)
        .await
        .map_err(store)?
        .ok_or_else(nobody)?;
    let connection = enabled(context, holder.connection.as_str())
        .await
        .map_err(store)?;
    let connection = connection.ok_or_else(nobody)?;
    let user = store::users::find(context.db(), account, holder.user_id)
        .await
        .map_err(store)?
        .ok_or_else(nobody)?;
    let source = Source { ip: context.ip };
    user::begin_by_sso(
        &context.services,
        &context.request_id,
        source,
        user,
        &connection.name,
    )
    .await
}
