//! Whether the login that a token comes from is recent and good enough (RFC 9470).

use std::time::Duration;

use crate::context::Context;
use crate::model::Session;
use crate::model::session::Level;
use crate::model::token::Token;
use crate::store;

/// What is demanded of a login, and wasn't met: what a challenge names (RFC 9470 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Levels, of which one is needed.
    pub acr_values: Option<String>,
    /// The greatest age, in seconds.
    pub max_age: Option<u32>,
}

/// What userinfo demands beyond the token's login, if anything. Where an account demands nothing, nothing is looked up.
pub async fn at_userinfo(context: &Context, token: &Token) -> store::Result<Option<Demand>> {
    let settings = &context.tenant.account.settings;
    let (levels, max_age) = (&settings.userinfo_acr_values, settings.userinfo_max_age);
    if levels.is_empty() && max_age.is_none() {
        return Ok(None);
    }
    let login = login(context, token).await?;
    let good = login.as_ref().is_some_and(|session| {
        let level = session.level().map(Level::as_str);
        levels.is_empty() || levels.iter().any(|wanted| Some(wanted.as_str()) == level)
    });
    let recent = login.as_ref().is_some_and(|session| {
        let age = context.now.since(session.auth_time);
        max_age.is_none_or(|most| age <= Duration::from_secs(most.into()))
    });
    if good && recent {
        return Ok(None);
    }
    Ok(Some(Demand {
        acr_values: (!levels.is_empty()).then(|| levels.join(" ")),
        max_age,
    }))
}

/// The login in which a token was given. A session that has seen another login since tells of that one: what the token
/// came from isn't known any more.
async fn login(context: &Context, token: &Token) -> store::Result<Option<Session>> {
    let Some(sid) = &token.sid else {
        return Ok(None);
    };
    let session = store::sessions::find_by_sid(context.db(), &token.account_id, sid).await?;
    Ok(session.filter(|session| session.auth_time <= token.created_at))
}
