//! Clients that see the same pairwise subjects (OpenID Connect Registration §5, Core §8.1).

use std::collections::BTreeSet;

use oauth::SubjectType;
use url::Url;

use super::keys::SECTOR;
use crate::context::Outbound;
use crate::directory::error::{Problems, Result, shown};
use crate::model::ClientSettings;

/// Asks for a client's sector identifier, where it has one: all its redirect URIs must be listed there. Without one, the
/// one host of them is its sector.
pub(super) async fn check(
    settings: &ClientSettings,
    account: SubjectType,
    outbound: &Outbound,
) -> Result<()> {
    let mut problems = Problems::default();
    if let Some(uri) = &settings.sector_identifier_uri {
        match unlisted(uri, settings, outbound).await {
            Ok(None) => {}
            Ok(Some(missing)) => {
                let allowed = format!("{SECTOR}: {} isn't listed there", shown(&missing));
                problems.push("sector_identifier_uri", Some(shown(uri)), allowed);
            }
            Err(reason) => {
                // Why, is for the log: whoever registers must not learn what can be reached from here (SEC-147).
                tracing::info!(target: "audit", event = "sector.refused", %reason, "a sector_identifier_uri can't be used");
                problems.push("sector_identifier_uri", Some(shown(uri)), SECTOR);
            }
        }
    } else if settings.subject_type.unwrap_or(account) == SubjectType::Pairwise {
        // A URI of an app's own belongs to no host: beside one that does, it would share in the subjects of a stranger's.
        let hosts: BTreeSet<Option<String>> = settings
            .redirect_uris
            .iter()
            .map(|uri| {
                Url::parse(uri.as_str())
                    .ok()
                    .filter(|url| url.scheme() == "https")
            })
            .map(|url| url.and_then(|url| url.host_str().map(str::to_owned)))
            .collect();
        problems.unless(
            hosts.len() <= 1,
            "subject_type",
            SubjectType::Pairwise,
            "public, unless all redirect URIs have one host, or sector_identifier_uri lists them",
        );
    }
    problems.finish()
}

/// A redirect URI of the client's that isn't in the list there; the reason, where there is none.
async fn unlisted(
    uri: &str,
    settings: &ClientSettings,
    outbound: &Outbound,
) -> std::result::Result<Option<String>, String> {
    let url = Url::parse(uri).map_err(|_| "not a URL".to_owned())?;
    let client = outbound.client().map_err(|error| error.to_string())?;
    let list: Vec<String> = client.get_json(&url).await.map_err(|error| error.to_string())?;
    let missing = settings
        .redirect_uris
        .iter()
        .find(|uri| !list.iter().any(|listed| listed == uri.as_str()));
    Ok(missing.map(|uri| uri.as_str().to_owned()))
}
