//! What an identity provider says of a user, without having been asked by us: `assertion` in the body of a login. A
//! connection takes it only where its owner wants that (SEC-112).

use std::time::Duration;

use jose::verify::unverified_claim;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Fault, oidc};
use crate::base::{Digest, Timestamp};
use crate::context::Context;
use crate::directory::sso::record_refused;
use crate::directory::user::{self, LoggedIn, NotLoggedIn};
use crate::login::{Source, UserRefusal};
use crate::model::sso::{SsoAssertion, SsoConnection, SsoKind};
use crate::store;
use crate::store::used_proofs::Taken;

/// How much longer than it lives an id_token is remembered: clocks may differ.
const SLACK: Duration = Duration::from_mins(2);

/// Logs in whom the assertion is about: an id_token, or a SAML response in base64.
pub(in crate::gateway::login) async fn log_in(
    context: &Context,
    assertion: &SecretString,
) -> Result<LoggedIn, NotLoggedIn> {
    let assertion = assertion.expose_secret().trim();
    let account = &context.tenant.account.account_id;
    let all = store::sso_connections::list(context.db(), account).await;
    let mut all = all.map_err(|error| NotLoggedIn::Refused(UserRefusal::Store(error)))?;
    all.retain(|it| it.enabled && it.configuration.assertion_login);
    // No base64 has a dot, and every JWT has two.
    let kind = if assertion.contains('.') {
        SsoKind::Oidc
    } else {
        SsoKind::Saml
    };
    all.retain(|it| it.kind == kind);
    if kind == SsoKind::Oidc {
        let issuer = unverified_claim(assertion, "iss");
        all.retain(|it| issuer.is_some() && it.configuration.issuer == issuer);
    }
    let mut refused = None;
    for connection in &all {
        let proved = match kind {
            SsoKind::Oidc => by_id_token(context, connection, assertion).await,
            #[cfg(feature = "saml")]
            SsoKind::Saml => super::saml::login_name(context, connection, assertion, None).await,
            #[cfg(not(feature = "saml"))]
            SsoKind::Saml => Err(Fault::refused("this program was built without SAML")),
        };
        match proved {
            Ok(login_name) => return enter(context, connection, &login_name).await,
            Err(fault) => refused = Some((connection, fault)),
        }
    }
    Err(match refused {
        Some((connection, Fault::Refused(reason))) => turned_away(context, connection, &reason).await,
        Some((_, Fault::Upstream(error))) => {
            NotLoggedIn::Failed(crate::directory::Error::from(store::Error::Unavailable(error)))
        }
        None => NotLoggedIn::Refused(UserRefusal::NoMatch),
    })
}

async fn enter(
    context: &Context,
    connection: &SsoConnection,
    login_name: &str,
) -> Result<LoggedIn, NotLoggedIn> {
    let (services, owner, request_id) = (&context.services, &context.tenant.account, &context.request_id);
    let source = Source { ip: context.ip };
    match user::vouched_for(services, owner, request_id, source, login_name).await {
        Ok(user) => user::begin_by_sso(services, request_id, source, user, &connection.name).await,
        Err(NotLoggedIn::Refused(UserRefusal::NoMatch)) => {
            Err(turned_away(context, connection, "no user of that login name").await)
        }
        Err(refusal) => Err(refusal),
    }
}

async fn turned_away(context: &Context, connection: &SsoConnection, reason: &str) -> NotLoggedIn {
    match record_refused(context, connection, reason).await {
        Ok(()) => NotLoggedIn::Refused(UserRefusal::NoMatch),
        Err(error) => NotLoggedIn::Failed(error),
    }
}

/// The login name of an id_token that was never used here before.
async fn by_id_token(context: &Context, connection: &SsoConnection, token: &str) -> Result<String, Fault> {
    let metadata = oidc::metadata(context, connection).await?;
    let proved = oidc::id_token(context, connection, &metadata, token).await?;
    let login_name = oidc::login_name(connection, &proved)?;
    let issued = Timestamp::from_seconds(proved.time("iat").unwrap_or_default());
    use_up_id_token(context, connection, (token, &proved), issued - SLACK).await?;
    Ok(login_name)
}

/// Uses up an id_token that is proved, which nobody can have used before `from`.
pub(super) async fn use_up_id_token(
    context: &Context,
    connection: &SsoConnection,
    (token, proved): (&str, &jose::Verified),
    from: Timestamp,
) -> Result<(), Fault> {
    // Without its signature, of which others may be made that are as good.
    let said = token.rsplit_once('.').map_or(token, |(said, _)| said);
    let expires = Timestamp::from_seconds(proved.time("exp").unwrap_or_default());
    let until = expires + SLACK;
    use_up(context, connection, said, Taken { from, until }).await
}

/// Uses up what an identity provider said; once, on all nodes.
pub(super) async fn use_up(
    context: &Context,
    connection: &SsoConnection,
    said: &str,
    taken: Taken,
) -> Result<(), Fault> {
    let account = &connection.account_id;
    // By who said it: two connections to one provider take it once between them.
    let fields = &connection.configuration;
    let by = fields.issuer.as_deref().or(fields.entity_id.as_deref());
    let by = by.unwrap_or(connection.name.as_str());
    let once = Digest::<SsoAssertion>::of(&format!("{account}\0{by}\0{said}"));
    match store::used_proofs::take(context.db(), account, once, taken).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Fault::refused("it was used before")),
        Err(error) => Err(Fault::Upstream(error.to_string())),
    }
}
