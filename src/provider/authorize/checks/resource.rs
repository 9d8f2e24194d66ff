//! `resource` (RFC 8707 §2.1, SEC-007).

use oauth::Error;

use super::Draft;
use crate::issue::resource;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let named = resource::named(draft.context, draft.client, draft.parameters)?;
    draft.resource = named.unwrap_or_default();
    Ok(())
}
