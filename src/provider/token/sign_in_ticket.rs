//! Sign-in tickets: a program of the brand's tells us who is there, and the brand's page brings that to `/authorize` as
//! `login_hint_token`.

use oauth::{Error, ErrorCode};

use super::assertion::Vouched;
use super::{Request, TokenResponse};
use crate::base::OneTime;
use crate::base::id::ClientId;
use crate::http::oauth_error::OAuthError;
use crate::model::ticket::{SIGN_IN_TICKET, SignInTicket, Ticket};
use crate::store;

/// Gives a ticket for one authorization request of the client that `audience` names; of the program itself, where it names
/// none.
pub(super) async fn give(request: &Request<'_>, vouched: &Vouched) -> Result<TokenResponse, OAuthError> {
    let Request { context, client, .. } = request;
    let client_id = whose(request).await?;
    let account = &context.tenant.account.account_id;
    let lifetime = context.services.settings.tokens.sign_in_ticket_ttl.get();
    let value = OneTime::<SignInTicket>::fresh(&context.services.entropy);
    let ticket = Ticket {
        digest: value.digest(),
        account_id: account.clone(),
        client_id,
        sub: vouched.consumer.sub.clone(),
        auth_time: vouched.auth_time,
        expires_at: context.now + lifetime,
    };
    vouched.use_up(context).await?;
    store::sign_in_tickets::insert(context.db(), &ticket).await?;
    tracing::info!(
        target: "audit", event = "ticket.issued", request_id = %context.request_id, %account,
        client = %client.client_id, bearer = %ticket.client_id, sub = %ticket.sub, ip = %context.ip,
        "a ticket to sign in with"
    );
    Ok(TokenResponse {
        access_token: value.expose().to_owned(),
        token_type: "N_A",
        expires_in: lifetime.as_secs(),
        refresh_token: None,
        id_token: None,
        scope: String::new(),
        issued_token_type: Some(SIGN_IN_TICKET),
        authorization_details: None,
    })
}

/// Both are the brand's own: a stranger's program signs nobody in, and nobody in at a stranger's.
async fn whose(request: &Request<'_>) -> Result<ClientId, OAuthError> {
    let Request {
        context,
        client,
        parameters,
        ..
    } = request;
    if !client.settings.first_party {
        let refusal = Error::unauthorized_client("Only the brand's own clients may sign consumers in.");
        return Err(refusal.into());
    }
    let no_target = || {
        Error::new(
            ErrorCode::InvalidTarget,
            "The client may have no ticket for this client.",
        )
    };
    let mut named = parameters.all("audience");
    let Some(name) = named.next() else {
        return Ok(client.client_id.clone());
    };
    let id = ClientId::parse(name).map_err(|_| no_target())?;
    let account = &context.tenant.account.account_id;
    let bearer = context.services.clients.find(account, &id).await?;
    match bearer {
        Some(bearer) if bearer.enabled && bearer.settings.first_party && named.next().is_none() => Ok(id),
        _ => Err(no_target().into()),
    }
}
