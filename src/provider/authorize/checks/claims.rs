//! `claims` (OpenID Connect Core §5.5, SEC-035).

use oauth::{ClaimsRequest, Error, ErrorCode};

use super::Draft;
use crate::issue::claims::scope_of;
use crate::model::session::Level;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(claims) = draft.parameters.get("claims") {
        let mut claims = ClaimsRequest::parse(claims)?;
        if demands_unknown_level(&claims) {
            return Err(Error::new(
                ErrorCode::UnmetAuthenticationRequirements,
                "None of the levels of authentication that are essential can be reached.",
            ));
        }
        // What the client may not have by a scope, it may not have by name either (SEC-034).
        let may_have =
            |name: &str| scope_of(name).is_none_or(|scope| draft.client.settings.scope.contains(scope));
        claims.id_token.retain(may_have);
        claims.userinfo.retain(may_have);
        draft.claims = Some(claims);
    }
    Ok(())
}

/// "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat that
/// outcome as a failed authentication attempt." (§5.5.1.1) Whether one of the levels that are asked for can be reached.
fn demands_unknown_level(claims: &ClaimsRequest) -> bool {
    claims.id_token.get("acr").is_some_and(|acr| {
        acr.essential && !Level::ALL.iter().any(|level| acr.accepts(&level.as_str().into()))
    })
}
