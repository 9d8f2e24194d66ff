//! Signing in and out.

use std::fmt;
use std::time::Duration;

use serde_json::json;

use super::factor::{self, NotShown, Shown};
use super::{did, find};
use crate::base::id::AdministratorId;
use crate::base::{OneTime, OneTimeKind};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::login::{AdministratorRefusal, Device, Guess, LoginRefusal, Source};
use crate::model::administrator::{
    AdminCookie, AdminSession, AdminToken, Administrator, AdministratorStatus, Credential,
};
use crate::model::audit::{AuditEvent, Outcome};
use crate::store;

/// An administrator who has just proved who they are, with what they are known by from now on.
#[derive(Debug)]
pub struct SignedIn<K: OneTimeKind> {
    /// Who.
    pub administrator: Administrator,
    /// The value to hand out, once.
    pub credential: OneTime<K>,
}

/// What an administrator knows the browser as, if they have signed in with it.
pub type Known<'k> = dyn Fn(&AdministratorId) -> Option<Device> + Send + Sync + 'k;

/// What an administrator signs in with.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// What they know the browser as, where it is one.
    pub known: Option<&'a Known<'a>>,
    /// Their name.
    pub name: &'a str,
    /// Their password.
    pub password: &'a str,
    /// A code of their second factor, or a recovery code; empty where they have none.
    pub code: &'a str,
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry")
    }
}

/// Signs an administrator in to the console. `former` is the session that this browser had: it ends (SEC-069).
pub async fn sign_in_to_console(
    services: &Services,
    request_id: &str,
    entry: Entry<'_>,
    source: Source,
    former: Option<Credential>,
) -> std::result::Result<SignedIn<AdminCookie>, LoginRefusal> {
    let (administrator, by, proof) = prove(services, request_id, entry, source).await?;
    let (credential, session) = services.admin_sessions.console(&administrator);
    begin(services, &by, &administrator, session, proof, former).await?;
    Ok(SignedIn {
        administrator,
        credential,
    })
}

/// Signs an administrator in to the admin API, for `ttl`.
pub async fn sign_in_to_api(
    services: &Services,
    request_id: &str,
    entry: Entry<'_>,
    source: Source,
    ttl: Duration,
) -> std::result::Result<SignedIn<AdminToken>, LoginRefusal> {
    let (administrator, by, proof) = prove(services, request_id, entry, source).await?;
    let (credential, session) = services.admin_sessions.token(&administrator, ttl);
    begin(services, &by, &administrator, session, proof, None).await?;
    Ok(SignedIn {
        administrator,
        credential,
    })
}

/// What was shown at a sign-in.
struct Proof {
    /// Of a second factor; none where they have none.
    second: Option<Shown>,
    /// The guess at the password, which counts as a wrong one does until the second factor is taken, too.
    guess: Option<Guess>,
}

/// The password, and what is shown of a second factor by whoever has one. A wrong code, and one too many, are told and counted
/// as a wrong password is: who has the one doesn't learn that they have it, neither by an answer nor by how many guesses they
/// are let make (SEC-094).
async fn prove(
    services: &Services,
    request_id: &str,
    entry: Entry<'_>,
    source: Source,
) -> std::result::Result<(Administrator, By, Proof), LoginRefusal> {
    let proven = services
        .passwords
        .authenticate_administrator(entry.name, entry.password, source, |id| {
            entry.known.and_then(|known| known(id))
        })
        .await;
    let (administrator, guess) = proven.map_err(|AdministratorRefusal { refusal, named }| {
        if let Some(named) = named {
            let by = By::administrator(&named, request_id, source.ip);
            record_failure(services, &by, &named);
        }
        refusal
    })?;
    let by = By::administrator(&administrator, request_id, source.ip);
    match factor::shown(services, &by, &administrator, entry.code).await {
        Ok(second) => Ok((administrator, by, Proof { second, guess })),
        Err(NotShown::Wrong | NotShown::Throttled(_)) => {
            record_failure(services, &by, &administrator);
            Err(LoginRefusal::NoMatch)
        }
        Err(NotShown::Failed(Error::Store(error))) => Err(error.into()),
        Err(NotShown::Failed(error)) => Err(store::Error::Fault(error.to_string()).into()),
    }
}

/// Records that somebody failed to sign in as an administrator who is there. Not before the answer, which would take longer
/// than that to a name that nobody has (SEC-085). Guesses are throttled, and so are these rows.
fn record_failure(services: &Services, by: &By, named: &Administrator) {
    let event = AuditEvent {
        outcome: Outcome::Refused,
        ..did(by, named, "admin.login_failed", json!({}))
    };
    let (db, clock, entropy) = (
        services.db.clone(),
        services.clock.clone(),
        services.entropy.clone(),
    );
    tokio::spawn(async move {
        let written = db
            .transaction(move |tx| {
                Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
            })
            .await;
        if let Err(error) = written {
            tracing::error!(%error, "a failed sign-in is not on the record");
        }
    });
}

async fn begin(
    services: &Services,
    by: &By,
    administrator: &Administrator,
    session: AdminSession,
    Proof { second, guess }: Proof,
    former: Option<Credential>,
) -> std::result::Result<(), LoginRefusal> {
    let amr: Vec<&str> = std::iter::once("pwd")
        .chain(second.as_ref().map(Shown::amr))
        .collect();
    let detail = json!({"to": session.credential.kind(), "amr": amr});
    let event = did(by, administrator, "admin.login", detail);
    let session = AdminSession {
        second_factor: second.is_some(),
        ..session
    };
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let begun = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let (id, now) = (&session.administrator_id, session.auth_time);
                // Whoever was disabled or removed since is let in no more. It comes first: from here on nobody sets up a factor.
                if store::administrators::set_last_login(tx, id, now).await? == 0 {
                    return Ok(false);
                }
                let taken = match &second {
                    Some(second) => second.take(tx, id).await?,
                    // Nothing was asked for, and something is needed by now.
                    None => !store::administrator_factors::is_there(tx, id).await?,
                };
                if !taken {
                    return Err(store::Error::Fault(UNPROVEN.to_owned()));
                }
                if let Some(guess) = &guess {
                    guess.was_right(tx).await?;
                }
                if let Some(former) = former {
                    store::admin_sessions::delete(tx, former).await?;
                }
                store::admin_sessions::insert(tx, &session).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await;
    match begun {
        Ok(true) => Ok(()),
        Ok(false) => Err(LoginRefusal::NoMatch),
        Err(store::Error::Fault(why)) if why == UNPROVEN => {
            record_failure(services, by, administrator);
            Err(LoginRefusal::NoMatch)
        }
        Err(error) => Err(error.into()),
    }
}

/// What undoes a sign-in whose code was used before, or never was one, or wasn't asked for.
const UNPROVEN: &str = "no second factor was shown";

/// Makes a token of the admin API for an administrator who may sign in.
pub async fn token(services: &Services, by: &By, name: &str, ttl: Duration) -> Result<SignedIn<AdminToken>> {
    let administrator = find(services, name).await?;
    if administrator.status != AdministratorStatus::Active {
        return Err(Error::Disabled {
            what: "administrator",
            id: name.to_owned(),
        });
    }
    let (credential, session) = services.admin_sessions.token(&administrator, ttl);
    // Whoever runs commands on the server vouches for it.
    let session = AdminSession {
        second_factor: true,
        ..session
    };
    let detail = json!({"expires_at": session.expires_at.to_rfc3339()});
    super::write(
        services,
        by,
        &administrator,
        "administrator.token_made",
        detail,
        move |tx| Box::pin(async move { store::admin_sessions::insert(tx, &session).await.map(|()| 1) }),
    )
    .await?;
    Ok(SignedIn {
        administrator,
        credential,
    })
}

/// Ends a session, or a token.
pub async fn sign_out(
    services: &Services,
    by: &By,
    administrator: &Administrator,
    credential: Credential,
) -> Result<()> {
    let event = did(
        by,
        administrator,
        "admin.logout",
        json!({"from": credential.kind()}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::admin_sessions::delete(tx, credential).await? == 1 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
