//! `acr_values` (OpenID Connect Core §3.1.2.1): voluntary, so that none of them is ever an error. What a client registered
//! counts where a request names none.

use oauth::Error;

use super::Draft;

/// The most values that are looked at, and the longest.
const MOST: usize = 16;
const LONGEST: usize = 255;

#[expect(clippy::unnecessary_wraps, reason = "a row of the table")]
pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.acr_values = match draft.parameters.get("acr_values") {
        Some(values) => values
            .split(' ')
            .filter(|value| (1..=LONGEST).contains(&value.len()))
            .take(MOST)
            .map(str::to_owned)
            .collect(),
        None => draft.client.settings.default_acr_values.clone(),
    };
    Ok(())
}
