//! Logins of programs, by an API key's four values in the body, or by a client in their place (section 7.1 of the platform
//! contract). The request isn't signed, and no password counts.

use http::StatusCode;
use oauth::GrantType;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::base::Digest;
use crate::base::id::{AppKeyId, ClientId};
use crate::context::{Context, OpenPair};
use crate::directory::user::{self, LoggedIn};
use crate::directory::{By, Error as DirectoryError};
use crate::gateway::{Error, InternalCode, OfAccount};
use crate::http::{Caller, client_auth};
use crate::model::app_key::{AppKeyToken, BOT_LOGIN, Permission, Privilege};
use crate::model::user::{LoginSession, UserType};
use crate::model::{Client, Identifier, User};
use crate::store;

/// What stands where an API key's access token would, if it is a client's id and secret that come.
const DUMMY: &str = "dummy";

/// `{"username", "appKey", "secret", "accessToken", "accessTokenSecret"}`
pub(super) struct ByApplication {
    pub(super) username: String,
    pub(super) app_key: String,
    pub(super) secret: SecretString,
    pub(super) access_token: SecretString,
    pub(super) access_token_secret: SecretString,
}

/// What a program proved to be, by the name that its sessions keep.
struct Proved(String);

/// Logs a bot in.
pub(super) async fn log_in(
    account: &OfAccount,
    caller: &Caller,
    given: ByApplication,
) -> Result<LoggedIn, Error> {
    let proved = if given.access_token.expose_secret() == DUMMY {
        by_client(account, &given).await
    } else {
        by_key(account, &given).await
    };
    let proved = proved.inspect_err(|error| rejected(account, error))?;
    let user = bot(account, &given)
        .await
        .inspect_err(|error| rejected(account, error))?;
    let by = By::user(&user, &caller.request_id, caller.ip);
    let begun = user::begin(&account.services, &by, user, Some(proved.0)).await;
    begun.map_err(|error| match error {
        // Disabled or deleted at this very moment: as if it had come a moment later.
        DirectoryError::Changed | DirectoryError::NotFound { .. } => unknown(),
        error => super::failed(error),
    })
}

/// Whether what logged a session in may do so still, from here: a bearer ends with its key, with the secrets that were shown
/// for it, and with the rights of either (SEC-124). What people log in by themselves is no program's to end.
pub(in crate::gateway) async fn stands(context: &Context, session: &LoginSession) -> store::Result<bool> {
    let Some(name) = &session.app_key else {
        return Ok(true);
    };
    let account = &context.tenant.account;
    if !account.settings.features.bots {
        return Ok(false);
    }
    if let Some(id) = name.strip_prefix("client:") {
        let Ok(id) = ClientId::parse(id) else {
            return Ok(false);
        };
        let client = context.services.clients.find(&account.account_id, &id).await?;
        return Ok(client.is_some_and(|client| client.enabled && may_log_bots_in(&client)));
    }
    let Ok(id) = AppKeyId::parse(name) else {
        return Ok(false);
    };
    let open = context.services.app_keys.find(&account.account_id, &id).await?;
    Ok(open.is_some_and(|open| {
        let settings = &open.key.settings;
        let mut pairs = open.living(context.now);
        open.key.is_live(context.now)
            && settings.allows(LOGIN)
            && settings.allows_from(context.ip)
            && pairs.any(|pair| pair.created_at <= session.created_at)
    }))
}

fn may_log_bots_in(client: &Client) -> bool {
    let settings = &client.settings;
    settings.grant_types.contains(&GrantType::ClientCredentials) && settings.scope.contains(BOT_LOGIN)
}

const LOGIN: Permission = Permission::all(Privilege::UserLogin);

async fn by_key(account: &OfAccount, given: &ByApplication) -> Result<Proved, Error> {
    let found = match AppKeyId::parse(&given.app_key) {
        Ok(id) => {
            account
                .services
                .app_keys
                .find(&account.tenant.account.account_id, &id)
                .await?
        }
        Err(_) => None,
    };
    // An unknown key is refused as a wrong secret is, after the same work.
    let fits = found.as_ref().is_some_and(|open| {
        open.living(account.now)
            .fold(false, |fits, pair| fit(pair, given) | fits)
    });
    if found.is_none() {
        let _ = Digest::<AppKeyToken>::of(given.access_token.expose_secret());
    }
    let Some(open) = found.filter(|_| fits) else {
        return Err(unknown());
    };
    let settings = &open.key.settings;
    if !open.key.is_live(account.now) {
        return Err(Error::new(
            StatusCode::UNAUTHORIZED,
            InternalCode::Disabled,
            "The API key is disabled, or its time is over.",
        ));
    }
    if !settings.allows(LOGIN) || !settings.allows_from(account.ip) {
        return Err(Error::forbidden().because("the key may not log bots in, or not from there"));
    }
    account.services.app_keys.note_used(&open.key, account.now);
    Ok(Proved(open.key.app_key.to_string()))
}

/// All three values, whichever of them is wrong.
fn fit(pair: &OpenPair, given: &ByApplication) -> bool {
    let same = |one: &SecretString, other: &SecretString| {
        bool::from(
            one.expose_secret()
                .as_bytes()
                .ct_eq(other.expose_secret().as_bytes()),
        )
    };
    (pair.token == Digest::of(given.access_token.expose_secret()))
        & same(&pair.secret, &given.secret)
        & same(&pair.token_secret, &given.access_token_secret)
}

async fn by_client(account: &OfAccount, given: &ByApplication) -> Result<Proved, Error> {
    let found = match ClientId::parse(&given.app_key) {
        Ok(id) => {
            account
                .services
                .clients
                .find(&account.tenant.account.account_id, &id)
                .await?
        }
        Err(_) => None,
    };
    let client = found.filter(|client| client.enabled);
    let fits = client_auth::knows_secret(client.as_deref(), account.now, given.secret.expose_secret());
    let Some(client) = client.filter(|_| fits) else {
        return Err(unknown());
    };
    if !may_log_bots_in(&client) {
        return Err(
            Error::forbidden().because("the client has no client_credentials, or not the scope bots.login")
        );
    }
    Ok(Proved(format!("client:{}", client.client_id)))
}

/// The bot of that login name, which this key may be used for.
async fn bot(account: &OfAccount, given: &ByApplication) -> Result<User, Error> {
    if !account.tenant.account.settings.features.bots {
        return Err(Error::forbidden().because("the account has no bots"));
    }
    let found = match Identifier::parse(&given.username) {
        Ok(name) => store::users::find_login(account.db(), &account.tenant.account.account_id, &name).await?,
        Err(_) => None,
    };
    let user = found
        .map(|login| login.user)
        .filter(|user| !user.deleted && !user.takes_a_password());
    let user = user.filter(|user| user.kind == UserType::Bot || user.profile.is_api_user);
    let user = user
        .filter(|user| takes_key(user, &given.app_key))
        .ok_or_else(unknown)?;
    if !user.is_enabled {
        return Err(Error::new(
            StatusCode::UNAUTHORIZED,
            InternalCode::Disabled,
            "The user is disabled.",
        ));
    }
    Ok(user)
}

/// `allowedAppKeys` bounds which keys a user takes; nobody knows what stands between them, so that anything may.
fn takes_key(user: &User, app_key: &str) -> bool {
    let allowed = user.profile.allowed_app_keys.as_deref().unwrap_or_default();
    allowed.trim().is_empty()
        || allowed
            .split(|one: char| matches!(one, ',' | ';' | '|') || one.is_whitespace())
            .any(|one| one == app_key)
}

fn unknown() -> Error {
    Error::new(
        StatusCode::UNAUTHORIZED,
        InternalCode::WrongCredentials,
        "The values aren't those of an API key that may log that user in.",
    )
}

fn rejected(account: &OfAccount, error: &Error) {
    tracing::warn!(
        target: "audit", event = "apikey.rejected", request_id = %account.request_id, ip = %account.ip,
        account = %account.tenant.account.account_id, status = error.status().as_u16(), "a program isn't logged in"
    );
}
