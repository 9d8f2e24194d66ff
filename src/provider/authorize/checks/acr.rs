//! `acr_values` (OpenID Connect Core §3.1.2.1): voluntary, so that none of them is ever an error. What a client registered
//! counts where a request names none.

use oauth::{Error, Parameters};

use super::Draft;
use crate::model::Client;

/// The most values that are looked at, and the longest.
const MOST: usize = 16;
const LONGEST: usize = 255;

#[expect(clippy::unnecessary_wraps, reason = "a row of the table")]
pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.acr_values = values(draft.client, draft.parameters);
    Ok(())
}

/// What a request asks for, or else its client.
pub(in crate::provider) fn values(client: &Client, parameters: &Parameters) -> Vec<String> {
    match parameters.get("acr_values") {
        Some(values) => values
            .split(' ')
            .filter(|value| (1..=LONGEST).contains(&value.len()))
            .take(MOST)
            .map(str::to_owned)
            .collect(),
        None => client.settings.default_acr_values.clone(),
    }
}
