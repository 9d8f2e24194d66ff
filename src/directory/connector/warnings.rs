//! What a connector may be, and may fail somebody all the same.

use url::Url;

use crate::context::Services;
use crate::directory::{Result, account};
use crate::model::connector::{Connector, ConnectorKind};

/// What its owner should know, in sentences.
pub async fn warnings(services: &Services, connector: &Connector) -> Result<Vec<String>> {
    let owner = account::row(services, &connector.account_id).await?;
    let mut told = Vec::new();
    if let (Some(flow), Some(kind)) = (owner.settings.flow, connector.kind.flow())
        && flow != kind
        && connector.enabled
    {
        told.push(format!(
            "The account's one type for web and apps is {}, and this connector's is {}: it is used by its id alone (F-28).",
            flow.as_str(),
            kind.as_str()
        ));
    }
    if connector.kind == ConnectorKind::Anonymous && !owner.settings.features.anonymous {
        told.push("The account's features.anonymous is off: nobody is let in by it.".to_owned());
    }
    let fields = &connector.configuration;
    // Where we are ourselves, we are reached.
    let issuer = services.accounts.account(owner).issuer;
    let here = Url::parse(&issuer).ok().map(|url| url.origin());
    let asked = [
        ("tokenEndpoint", fields.token_endpoint.as_deref()),
        ("jwksEndpoint", fields.jwks_endpoint.as_deref()),
    ];
    if let Ok(client) = services.outbound.client() {
        for (field, url) in asked {
            if let Some(Ok(url)) = url.map(Url::parse)
                && Some(url.origin()) != here
                && let Err(error) = client.admits(&url)
            {
                told.push(format!(
                    "{field} can't be asked from here: {error}. A host of your own is named in outbound.allow_hosts."
                ));
            }
        }
    }
    if connector.kind != ConnectorKind::Anonymous && fields.acr_values.iter().any(|acr| acr != "loa1") {
        told.push("The platform knows the level loa1 alone (acrValues).".to_owned());
    }
    Ok(told)
}
