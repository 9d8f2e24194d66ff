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
        if let Err(reason) = listed(uri, settings, outbound).await {
            problems.push(
                "sector_identifier_uri",
                Some(shown(uri)),
                format!("{SECTOR}: {reason}"),
            );
        }
    } else if settings.subject_type.unwrap_or(account) == SubjectType::Pairwise {
        let hosts: BTreeSet<String> = settings
            .redirect_uris
            .iter()
            .filter_map(|uri| Url::parse(uri.as_str()).ok())
            .filter(|url| url.scheme() == "https")
            .filter_map(|url| url.host_str().map(str::to_owned))
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

async fn listed(
    uri: &str,
    settings: &ClientSettings,
    outbound: &Outbound,
) -> std::result::Result<(), String> {
    let url = Url::parse(uri).map_err(|_| "not a URL".to_owned())?;
    let client = outbound.client().map_err(|error| error.to_string())?;
    let list: Vec<String> = client.get_json(&url).await.map_err(|error| error.to_string())?;
    let missing = settings
        .redirect_uris
        .iter()
        .find(|uri| !list.iter().any(|listed| listed == uri.as_str()));
    match missing {
        None => Ok(()),
        Some(uri) => Err(format!("{} isn't listed there", shown(uri.as_str()))),
    }
}
