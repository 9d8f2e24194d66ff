//! `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1, SEC-058).

use oauth::{BasicCredentials, ClientIdAndSecret, Error};

use super::failed;
use super::presented::Presented;
use crate::base::{Digest, Timestamp};
use crate::context::Context;
use crate::http::leniency;
use crate::model::Client;
use crate::model::client::ClientSecret;

/// The secret of a Basic header: its halves are encoded, unless the client is one that doesn't.
pub(super) fn basic(context: &Context, client: &Client, basic: &BasicCredentials) -> Result<(), Error> {
    let matches = |pair: &ClientIdAndSecret| {
        pair.client_id() == client.client_id.as_str()
            && compare(context, client, pair.client_secret()).is_ok()
    };
    if basic.decoded().is_some_and(matches) {
        return Ok(());
    }
    if client.settings.leniency.raw_basic_credentials && matches(basic.raw()) {
        leniency::used("raw_basic_credentials", client);
        return Ok(());
    }
    Err(failed("wrong secret"))
}

/// Compares by digest, with each secret that lives, whichever fits.
pub(super) fn compare(context: &Context, client: &Client, presented: &str) -> Result<(), Error> {
    if knows(Some(client), context.now, presented) {
        Ok(())
    } else {
        Err(failed("wrong secret"))
    }
}

/// Whether a text is one of a client's secrets that live at `now`. Without a client, it is told after the same work.
pub fn knows(client: Option<&Client>, now: Timestamp, presented: &str) -> bool {
    let digest = Digest::of(presented);
    client
        .into_iter()
        .flat_map(|client| &client.secrets)
        .filter(|secret| secret.expires_at.is_none_or(|end| now < end))
        .fold(false, |found, secret| (secret.digest == digest) | found)
}

/// The work of a comparison, for a client that isn't there.
pub(super) fn digest(presented: &Presented) {
    let secret = match presented {
        Presented::Basic(basic) => basic.raw().client_secret(),
        Presented::Post { client_secret, .. } => client_secret,
        Presented::Assertion { .. } | Presented::Nothing { .. } => "",
    };
    let _ = Digest::<ClientSecret>::of(secret);
}
