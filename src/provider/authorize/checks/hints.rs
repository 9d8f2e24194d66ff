//! `id_token_hint` and `ui_locales` (OpenID Connect Core §3.1.2.1). A hint selects, and never authenticates (SEC-035);
//! languages never cause an error.

use jose::Policy;
use oauth::{Error, Locales};

use super::Draft;
use crate::base::id::{ClientId, Subject};
use crate::model::interaction::HintedSubject;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(locales) = draft.parameters.get("ui_locales") {
        draft.ui_locales = Locales::read(locales).iter().map(str::to_owned).collect();
    }
    if let Some(hint) = draft.parameters.get("id_token_hint") {
        draft.hinted = Some(subject(draft, hint)?);
    }
    Ok(())
}

/// The subject of an id_token that this account issued, to whichever client; its expiry doesn't matter. The account's keys
/// sign for its own clients alone, so key and issuer say it all.
fn subject(draft: &Draft<'_>, hint: &str) -> Result<HintedSubject, Error> {
    let refuse = || Error::invalid_request("id_token_hint is not an id_token of this issuer.");
    let context = draft.context;
    let published = context.tenant.ring.published();
    let find = |kid: Option<&str>| published.iter().find(|key| Some(key.kid()) == kid);
    let policy = Policy::id_token_hint(context.issuer(), context.now.seconds());
    let verified =
        jose::verify(hint, find, &policy).map_err(|error| refuse().with_detail(error.to_string()))?;
    let sub = verified.subject().and_then(|sub| Subject::parse(sub).ok());
    let audiences = verified.audiences();
    let client = audiences.first().and_then(|id| ClientId::parse(id).ok());
    Ok(HintedSubject {
        sub: sub.ok_or_else(refuse)?,
        client,
    })
}
