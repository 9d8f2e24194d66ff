//! Clients that register and manage themselves (RFC 7591, RFC 7592, OpenID Connect Registration), within what their
//! account's policy allows. What they tell goes into the same keys that administrators set, by the same checks.

mod initial;
mod members;
mod policy;

use std::collections::BTreeMap;

use oauth::ClientMetadata;
use serde_json::{Map, Value};

pub use initial::{allow, disallow_all};
pub use members::registered;
pub use policy::is_open;

use super::client::{self, Pass, Rotation, Written};
use super::{By, Error, Result};
use crate::base::OneTime;
use crate::base::id::ClientId;
use crate::context::Services;
use crate::model::registration::{InitialAccessToken, RegistrationToken};
use crate::model::{Account, Client, RegisteredBy};
use crate::store;

/// What a client tells of itself: its metadata within their bounds, and those with a language.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Known members, each of its type. An absent one means its default.
    pub metadata: ClientMetadata,
    /// `client_name#de` and so on (OpenID Connect Registration §2.1).
    pub localized: BTreeMap<String, String>,
}

/// A client that registered itself or changed what it registered, and the token by which it may do so next.
#[derive(Debug)]
pub struct Registered {
    /// The client, and its secret where it was just made.
    pub written: Written,
    /// The token. This is the only time that it can be seen.
    pub token: OneTime<RegistrationToken>,
}

/// Registers a client. `initial` is the token that it showed, if it did; it is used up only if the client is made.
pub async fn register(
    services: &Services,
    by: &By,
    account: &Account,
    initial: Option<&OneTime<InitialAccessToken>>,
    told: &Told,
) -> Result<Registered> {
    let mut draft = client::Draft::default();
    draft.settings.registered_by = match initial {
        Some(_) => RegisteredBy::TokenHolder,
        None => RegisteredBy::Anybody,
    };
    policy::begin(&mut draft, account);
    members::assign(&mut draft, told, account)?;
    let token = OneTime::fresh(&services.entropy);
    let pass = Pass {
        initial: initial.map(OneTime::digest),
        management: Some(token.digest()),
    };
    let written = client::create_with(services, by, &account.account_id, None, draft, pass).await?;
    Ok(Registered { written, token })
}

/// The client whose token that is.
pub async fn find(
    services: &Services,
    account: &Account,
    id: &ClientId,
    token: &OneTime<RegistrationToken>,
) -> Result<Client> {
    let account = &account.account_id;
    if !store::registration_tokens::is_its(&services.db, account, id, token.digest()).await? {
        return Err(Error::NoRegistrationToken);
    }
    store::clients::find(&services.db, account, id)
        .await?
        .filter(|client| client.enabled)
        .ok_or(Error::NoRegistrationToken)
}

/// Exchanges a client's token for its next one: whoever reads or changes has used it (SEC-063).
pub async fn rotate(
    services: &Services,
    account: &Account,
    id: &ClientId,
    used: &OneTime<RegistrationToken>,
) -> Result<OneTime<RegistrationToken>> {
    let next = OneTime::fresh(&services.entropy);
    let rotation = Rotation {
        used: used.digest(),
        next: next.digest(),
    };
    let (owner, id, now) = (account.account_id.clone(), id.clone(), services.clock.now());
    services
        .db
        .transaction(move |tx| Box::pin(async move { rotation.write(tx, &owner, &id, now).await }))
        .await
        .map_err(|error| used_meanwhile(error.into()))?;
    Ok(next)
}

/// Two have shown the token at the same moment, and this one came too late.
fn used_meanwhile(error: Error) -> Error {
    match error {
        Error::Store(store::Error::Stale) => Error::NoRegistrationToken,
        error => error,
    }
}

/// Puts what a client tells now in the place of what it had told (RFC 7592 §2.2), by the policy of today (SEC-063). What
/// administrators decided for it stays. The token that it showed is exchanged in the same transaction: whoever is refused can
/// show it again, and nobody whose change was written is without one.
pub async fn replace(
    services: &Services,
    by: &By,
    account: &Account,
    (id, used): (&ClientId, &OneTime<RegistrationToken>),
    told: &Told,
) -> Result<Registered> {
    let token = OneTime::fresh(&services.entropy);
    let rotation = Rotation {
        used: used.digest(),
        next: token.digest(),
    };
    // On the very row that is written, so that nothing is undone that an administrator changes meanwhile.
    let edit = |draft: &mut client::Draft| {
        // Whom administrators have made the brand's own, or disabled, is theirs to change alone.
        if draft.settings.first_party || !draft.enabled {
            return Err(Error::NoRegistrationToken);
        }
        let former = draft.settings.clone();
        members::assign(draft, told, account)?;
        if draft.settings.client_name.is_empty() {
            draft.settings.client_name = id.as_str().chars().take(ClientMetadata::MAX_TEXT).collect();
        }
        policy::keeps_its_kind(&former, draft)
    };
    let whose = (&account.account_id, id);
    let written = Box::pin(client::update_with(
        services,
        by,
        whose,
        None,
        Some(rotation),
        edit,
    ))
    .await;
    let written = written.map_err(used_meanwhile)?;
    Ok(Registered { written, token })
}

/// Deletes a client at its own wish.
pub async fn delete(services: &Services, by: &By, account: &Account, id: &ClientId) -> Result<()> {
    client::delete(services, by, &account.account_id, id).await
}

/// The members of a document, with those that have a language apart. Names that aren't known are dropped (SEC-062).
pub fn tell(document: Map<String, Value>) -> std::result::Result<Told, serde_json::Error> {
    let (mut plain, mut localized) = (Map::new(), BTreeMap::new());
    for (name, value) in document {
        if value.is_null() {
            continue;
        }
        match name.split_once('#') {
            Some((member, _)) if members::LOCALIZED.contains(&member) => {
                localized.insert(name, serde_json::from_value(value)?);
            }
            Some(_) => {}
            None => {
                plain.insert(name, value);
            }
        }
    }
    Ok(Told {
        metadata: serde_json::from_value(Value::Object(plain))?,
        localized,
    })
}
