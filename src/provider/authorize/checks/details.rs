//! `authorization_details` (RFC 9396 §5): of types that the account knows and the client registered, each as its schema
//! allows.

use oauth::Error;

use super::Draft;
use crate::issue::details;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.authorization_details = details::asked(draft.context, draft.client, draft.parameters)?;
    Ok(())
}
