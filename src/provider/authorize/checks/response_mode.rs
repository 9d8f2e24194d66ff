//! `response_mode` (OAuth 2.0 Multiple Response Types §2.1, SEC-022).

use oauth::{Error, ResponseMode};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let Some(wanted) = draft.parameters.get("response_mode") else {
        draft.response_mode = unsaid(draft);
        return Ok(());
    };
    let mode: ResponseMode = wanted
        .parse()
        .map_err(|_| Error::invalid_request("The response mode is not supported."))?;
    let mode = mode.resolve(draft.response_type);
    if !mode.may_carry(draft.response_type) {
        return Err(Error::invalid_request("Tokens must not travel in the query."));
    }
    // What may travel may do so in a JWT too; a client can also be held to that.
    let allowed = &draft.client.settings.response_modes;
    if !allowed.contains(&mode) && !allowed.contains(&mode.plain()) {
        return Err(Error::invalid_request(
            "The client may not use this response mode.",
        ));
    }
    draft.response_mode = mode;
    Ok(())
}

/// The default of the response type, or, for a client that is held to others, the first of those that may carry it.
fn unsaid(draft: &Draft<'_>) -> ResponseMode {
    let (kind, default) = (draft.response_type, draft.response_mode);
    let allowed = &draft.client.settings.response_modes;
    if allowed.contains(&default) {
        return default;
    }
    let others = allowed.iter().map(|mode| mode.resolve(kind));
    others
        .into_iter()
        .find(|mode| mode.may_carry(kind))
        .unwrap_or(default)
}
