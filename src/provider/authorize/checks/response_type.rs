//! `response_type` (RFC 6749 §3.1.1, SEC-021).

use oauth::{Error, ErrorCode, ResponseMode, ResponseType};

use super::Draft;
use crate::http::leniency;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let wanted = draft
        .parameters
        .get("response_type")
        .ok_or_else(|| Error::invalid_request("response_type is missing."))?;
    let unsupported = || {
        Error::new(
            ErrorCode::UnsupportedResponseType,
            "The response type is not supported.",
        )
    };
    let mut response_type: ResponseType = wanted.parse().map_err(|_| unsupported())?;
    if response_type == ResponseType::Token {
        // Connectors made before May 2018 say `token` and expect a JWT (section 1.3 of the platform contract).
        if !draft.client.settings.leniency.token_means_id_token {
            return Err(unsupported());
        }
        leniency::used("token_means_id_token", draft.client);
        response_type = ResponseType::IdToken;
    }
    if !draft.client.settings.response_types.contains(&response_type) {
        return Err(Error::unauthorized_client(
            "The client may not use this response type.",
        ));
    }
    draft.response_type = response_type;
    draft.response_mode = ResponseMode::default_for(response_type);
    Ok(())
}
